"""Somebody leaves the meetings: what was open ends in words, quotas come back, a firm's colleague takes over."""

from typing import Any

import pytest
from django.core import mail

from everfair.meetings.actions.booking import cancel_meeting
from everfair.meetings.actions.diary import say_how
from everfair.meetings.actions.leaving import end_open_of
from everfair.meetings.actions.requests import accept, counter, send_request
from everfair.meetings.actions.staff import leave_meetings
from everfair.meetings.actions.waiting import join_line
from everfair.meetings.models import KindRule, Participant, Request
from everfair.meetings.tasks import follow_requests
from tests.factories.exhibition import make_exhibitor
from tests.factories.meetings import BEFORE, make_participant
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair() -> World:
    return make_world()


def ask(asker: Participant, **whom: Any) -> Request:
    return send_request(asker, **whom, by=asker.user, now=BEFORE)


def counts(person: Participant) -> tuple[int, int]:
    person.refresh_from_db()
    return person.asked_counted, person.received_counted


def test_a_visitor_who_leaves_takes_requests_back_and_declines_the_others(fair: World) -> None:
    buyer, friend = fair.buyer(), fair.buyer(is_listed=True)
    rule = KindRule.objects.create(kind=fair.kind)
    rule.may_ask.add(fair.kind)
    to_firm, from_friend = ask(buyer, exhibitor=fair.firm), ask(friend, asked=make_listed(buyer))
    countered = ask(buyer, exhibitor=make_exhibitor_with_staff(fair))
    counter(countered, fair.slots[:1], by=None, now=BEFORE)
    assert (counts(buyer), counts(friend), counts(fair.staff)) == ((2, 1), (1, 0), (0, 1))
    mail.outbox.clear()
    say_how(buyer, {"is_out": True}, by=buyer.user)
    states = {row.pk: row.state for row in Request.objects.all()}
    assert states == {to_firm.pk: "cancelled", countered.pk: "cancelled", from_friend.pk: "declined"}
    assert (counts(buyer), counts(friend), counts(fair.staff)) == ((0, 0), (0, 0), (0, 0))
    told = {letter.to[0]: letter for letter in mail.outbox}
    assert set(told) >= {fair.staff.user.email, friend.user.email}
    assert buyer.user.email not in told
    assert f"{buyer.name} takes part in no meetings of this fair any more." in told[friend.user.email].body
    mail.outbox.clear()
    say_how(buyer, {"is_out": True}, by=buyer.user)
    assert mail.outbox == [], "twice is once"


def make_listed(person: Participant) -> Participant:
    person.is_listed = True
    person.save(update_fields=["is_listed"])
    return person


def make_exhibitor_with_staff(fair: World) -> Any:
    firm = make_exhibitor(fair.edition)
    make_participant(fair.edition, exhibitor=firm)
    return firm


def test_a_colleague_takes_over_and_the_last_one_declines(fair: World) -> None:
    buyer, colleague = fair.buyer(), fair.colleague()
    request = ask(buyer, exhibitor=fair.firm)
    first = request.asked
    assert first is not None
    left = colleague if first.pk == fair.staff.pk else fair.staff
    leave_meetings(first, by=first.user)
    request.refresh_from_db()
    assert (request.state, request.asked_id) == ("sent", left.pk)
    assert (counts(first), counts(left)) == ((0, 0), (0, 1))
    mail.outbox.clear()
    leave_meetings(left, by=left.user)
    request.refresh_from_db()
    assert request.state == "declined"
    assert "takes part in no meetings" in request.reason
    assert counts(buyer) == (0, 0)
    assert [letter.to for letter in mail.outbox] == [[buyer.user.email]]


def test_the_reason_is_in_the_language_of_who_reads_it(fair: World) -> None:
    buyer = fair.buyer()
    buyer.user.language = "zh"
    buyer.user.save(update_fields=["language"])
    request = ask(buyer, exhibitor=fair.firm)
    mail.outbox.clear()
    leave_meetings(fair.staff, by=fair.staff.user)
    request.refresh_from_db()
    assert fair.staff.name in request.reason
    (letter,) = mail.outbox
    assert "/zh/my/meetings/" in letter.body


def test_places_in_line_end_and_the_kept_slot_goes_on(fair: World) -> None:
    first, second = fair.buyer(), fair.buyer()
    met = accept(ask(fair.buyer(), exhibitor=fair.firm), fair.slots[0], by=None, now=BEFORE)
    lines = [join_line(one, fair.firm, by=None, now=BEFORE) for one in (first, second)]
    cancel_meeting(met, by=None, now=BEFORE)
    lines[0].refresh_from_db()
    assert lines[0].offered_slot == fair.slots[0]
    Participant.objects.filter(pk=first.pk).update(is_out=True)
    assert end_open_of(first, by=first.user, now=BEFORE) == 1
    for line in lines:
        line.refresh_from_db()
    assert (lines[0].ended_at, lines[0].offered_slot) == (BEFORE, None)
    assert (lines[1].offered_slot, lines[1].other) == (fair.slots[0], fair.staff)


def test_a_cancelled_registration_ends_what_is_open_with_the_next_round(fair: World) -> None:
    buyer = fair.buyer()
    request = ask(buyer, exhibitor=fair.firm)
    buyer.registration.state = "cancelled"
    buyer.registration.save(update_fields=["state"])
    assert follow_requests(BEFORE)["left"] == 1
    request.refresh_from_db()
    assert request.state == "cancelled"
    assert counts(fair.staff) == (0, 0)
    assert follow_requests(BEFORE)["left"] == 0
