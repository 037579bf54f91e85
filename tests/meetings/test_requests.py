"""Requests from sending to the end: every state, who is told, what comes back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from everfair.base import audit
from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.meetings.actions.requests import (
    accept,
    cancel_request,
    counter,
    decline,
    expire_requests,
    hand_on,
    hand_on_silent,
    possible_slots,
    propose_again,
    send_request,
)
from everfair.meetings.models import Booking, Meeting, Participant, Request
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.meetings import BEFORE, make_line, make_wish
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db
State = Request.State


@pytest.fixture
def fair() -> World:
    return make_world()


def ask(fair: World, asker: Participant, **values: Any) -> Request:
    target = {"exhibitor": fair.firm} if "asked" not in values else {"asked": values.pop("asked")}
    return send_request(asker, **target, values=values, by=asker.user, now=BEFORE)


def counts(*people: Participant) -> list[tuple[int, int]]:
    rows = {row.pk: row for row in Participant.objects.filter(pk__in=[one.pk for one in people])}
    return [(rows[one.pk].asked_counted, rows[one.pk].received_counted) for one in people]


def test_a_request_waits_for_an_answer_and_counts_on_both_sides(fair: World) -> None:
    buyer = fair.buyer()
    request = ask(
        fair, buyer, message="  Water treatment\u202e ", slots=fair.slots[:2], offer=make_offer(fair.firm)
    )
    assert request.state == State.SENT
    assert request.asked == fair.staff
    assert request.message == "Water treatment"
    assert request.expires_at == BEFORE + timedelta(hours=72)
    assert [one.slot for one in request.proposals.all()] == fair.slots[:2]
    assert counts(buyer, fair.staff) == [(1, 0), (0, 1)]
    assert audit.entries(target=request).get().event == "meetings.request.sent"
    assert not Booking.objects.exists()


def test_yes_makes_a_meeting_with_everything_booked(fair: World) -> None:
    buyer = fair.buyer()
    request = ask(fair, buyer, slots=fair.slots[:2])
    meeting = accept(request, fair.slots[1], by=fair.staff.user, now=BEFORE)
    assert request.state == State.SCHEDULED
    assert meeting.slot == fair.slots[1]
    assert meeting.exhibitor == fair.firm
    booked = {one.resource for one in Booking.objects.filter(meeting=meeting)}
    assert booked == {buyer.resource, fair.staff.resource, fair.tables[0]}
    assert {(one.participant, one.side) for one in meeting.people.all()} == {
        (buyer, "asker"),
        (fair.staff, "asked"),
    }
    assert counts(buyer, fair.staff) == [(1, 0), (0, 1)]


def test_a_meeting_is_told_to_the_others_on_both_clocks(
    fair: World,
) -> None:
    buyer = fair.buyer(time_zone="Europe/Berlin")
    request = ask(fair, buyer, slots=fair.slots[:1])
    mail.outbox.clear()
    accept(request, fair.slots[0], by=fair.staff.user, now=BEFORE)
    assert [one.to for one in mail.outbox] == [[buyer.user.email]]
    text = str(mail.outbox[0].body)
    assert "03:00–03:20 (Europe/Berlin)" in text
    assert "09:00–09:20 (Asia/Shanghai)" in text
    assert "Table 1" in text


def test_no_gives_the_quota_back_and_the_reason_is_told(fair: World) -> None:
    buyer = fair.buyer()
    request = ask(fair, buyer)
    decline(request, "We sell to firms only.", by=fair.staff.user, now=BEFORE)
    assert (request.state, request.reason) == (State.DECLINED, "We sell to firms only.")
    assert counts(buyer, fair.staff) == [(0, 0), (0, 0)]
    assert mail.outbox[-1].to == [buyer.user.email]
    assert "We sell to firms only." in str(mail.outbox[-1].body)
    again = ask(fair, buyer)
    assert again.state == State.SENT


def test_other_times_go_to_and_fro(fair: World) -> None:
    buyer = fair.buyer()
    request = ask(fair, buyer, slots=fair.slots[:1])
    later = BEFORE + timedelta(hours=5)
    counter(request, [fair.slots[3], fair.slots[4]], by=fair.staff.user, message="Later?", now=later)
    assert request.state == State.COUNTERED
    assert request.expires_at == later + timedelta(hours=72)
    with pytest.raises(Refused, match="one of the times proposed"):
        accept(request, fair.slots[0], by=buyer.user, now=later)
    propose_again(request, [fair.slots[5]], by=buyer.user, now=later)
    assert request.state == State.SENT
    assert [one.slot for one in request.proposals.filter(by_asker=True)] == [fair.slots[5]]
    counter(request, [fair.slots[4]], by=fair.staff.user, now=later)
    meeting = accept(request, fair.slots[4], by=buyer.user, now=later)
    assert {one.participant for one in meeting.people.all()} == {buyer, fair.staff}
    assert counts(buyer, fair.staff) == [(1, 0), (0, 1)]


@pytest.mark.parametrize("slots", ["none", "over", "many", "foreign"])
def test_proposals_that_cannot_be(fair: World, slots: str) -> None:
    request = ask(fair, fair.buyer())
    other = make_world()
    given = {
        "none": [],
        "over": fair.slots[:1],
        "many": fair.slots * 2,
        "foreign": other.slots[:1],
    }[slots]
    now = fair.slots[0].starts_at if slots == "over" else BEFORE
    with pytest.raises(Refused) as refused:
        counter(request, given, by=fair.staff.user, now=now)
    assert refused.value.field == "slots"
    request.refresh_from_db()
    assert request.state == State.SENT
    assert not request.proposals.exists()


def test_states_have_no_other_way(fair: World) -> None:
    buyer = fair.buyer()
    request = ask(fair, buyer)
    cancel_request(request, by=buyer.user, now=BEFORE)
    assert request.state == State.CANCELLED
    assert counts(buyer, fair.staff) == [(0, 0), (0, 0)]
    for deed in (
        lambda: decline(request, by=fair.staff.user),
        lambda: cancel_request(request, by=buyer.user),
        lambda: counter(request, fair.slots[:1], by=fair.staff.user, now=BEFORE),
        lambda: accept(request, fair.slots[0], by=fair.staff.user, now=BEFORE),
    ):
        with pytest.raises(IllegalChange, match="cannot become"):
            deed()
    assert counts(buyer, fair.staff) == [(0, 0), (0, 0)]


def test_cancelling_an_agreed_request_cancels_its_meeting(fair: World) -> None:
    buyer = fair.buyer()
    request = ask(fair, buyer)
    meeting = accept(request, fair.slots[0], by=fair.staff.user, now=BEFORE)
    cancel_request(request, "Flight missed.", by=buyer.user, now=BEFORE)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.reason) == (Meeting.State.CANCELLED, "Flight missed.")
    assert request.state == State.CANCELLED
    assert not Booking.objects.exists()
    assert counts(buyer, fair.staff) == [(0, 0), (0, 0)]


def test_silence_goes_to_a_colleague_once_then_runs_out(fair: World) -> None:
    buyer, colleague, third = fair.buyer(), fair.colleague(), fair.colleague()
    ask(fair, fair.buyer(), asked=third)
    request = ask(fair, buyer, asked=fair.staff)
    assert hand_on_silent(BEFORE + timedelta(hours=23)) == 0
    assert hand_on_silent(BEFORE + timedelta(hours=24)) == 2
    request.refresh_from_db()
    assert request.asked == colleague  # the one with the fewest
    assert {one.to[0] for one in mail.outbox[-2:]} == {colleague.user.email, fair.staff.user.email}
    assert hand_on_silent(BEFORE + timedelta(hours=49)) == 0
    assert expire_requests(BEFORE + timedelta(hours=71)) == 0
    assert expire_requests(BEFORE + timedelta(hours=72)) == 2
    assert expire_requests(BEFORE + timedelta(hours=72)) == 0
    request.refresh_from_db()
    assert request.state == State.EXPIRED
    assert counts(buyer, fair.staff, colleague, third) == [(0, 0)] * 4
    last = {one.to[0] for one in mail.outbox if "ran out" in one.subject}
    assert {buyer.user.email, colleague.user.email} <= last


def test_a_rule_of_no_hours_hands_nothing_on() -> None:
    fair = make_world(hand_on_hours=0)
    fair.colleague()
    ask(fair, fair.buyer())
    assert hand_on_silent(BEFORE + timedelta(hours=60)) == 0


def test_a_person_who_is_asked_alone_has_nobody_to_hand_it_to(fair: World) -> None:
    ask(fair, fair.buyer(), asked=fair.staff)
    assert hand_on_silent(BEFORE + timedelta(hours=30)) == 0


def test_by_hand_to_a_colleague_and_to_nobody_else(fair: World) -> None:
    buyer, colleague = fair.buyer(), fair.colleague()
    request = ask(fair, buyer, asked=fair.staff)
    with pytest.raises(Refused, match="does not belong to the firm"):
        hand_on(request, fair.buyer(), by=fair.staff.user, now=BEFORE)
    hand_on(request, colleague, by=fair.staff.user, now=BEFORE)
    assert request.asked == colleague
    assert counts(fair.staff, colleague) == [(0, 0), (0, 1)]
    meeting = accept(request, fair.slots[0], by=colleague.user, now=BEFORE)
    assert colleague in {one.participant for one in meeting.people.all()}


def test_whoever_of_the_firm_says_yes_comes(fair: World) -> None:
    colleague = fair.colleague()
    request = ask(fair, fair.buyer(), asked=fair.staff)
    accept(request, fair.slots[0], by=colleague.user, now=BEFORE)
    assert request.asked == colleague
    assert counts(fair.staff, colleague) == [(0, 0), (0, 1)]


def test_a_firm_without_staff_is_written_to_and_says_who_comes(fair: World) -> None:
    firm = make_exhibitor(fair.edition)
    buyer = fair.buyer()
    request = send_request(buyer, exhibitor=firm, values={}, by=buyer.user, now=BEFORE)
    assert request.asked is None
    with pytest.raises(Refused) as refused:
        accept(request, fair.slots[0], by=None, now=BEFORE)
    assert refused.value.field == "person"


def test_at_once_in_the_first_proposed_slot_that_is_free(fair: World) -> None:
    Participant.objects.filter(pk=fair.staff.pk).update(accepts_at_once=True)
    first = ask(fair, fair.buyer(), slots=fair.slots[:1])
    assert first.state == State.SCHEDULED
    second = ask(fair, fair.buyer(), slots=[fair.slots[0], fair.slots[2]])
    assert second.state == State.SCHEDULED
    assert Meeting.objects.get(request=second).slot == fair.slots[2]
    third = ask(fair, fair.buyer(), slots=[fair.slots[0]])
    assert third.state == State.SENT  # no proposed time is free: a person answers
    fourth = ask(fair, fair.buyer())
    assert Meeting.objects.get(request=fourth).slot == fair.slots[1]


def test_a_veto_is_never_agreed_at_once_and_never_told(fair: World) -> None:
    Participant.objects.filter(pk=fair.staff.pk).update(accepts_at_once=True)
    buyer = fair.buyer()
    make_wish(fair.edition, by_exhibitor=fair.firm, other=buyer, level="never")
    request = ask(fair, buyer, slots=fair.slots[:1])
    assert request.state == State.SENT


def test_colleagues_come_along_and_are_booked(fair: World) -> None:
    buyer, friend = fair.buyer(organisation_name="Acme"), fair.buyer(organisation_name=" ACME")
    request = ask(fair, buyer, colleagues=[friend])
    meeting = accept(request, fair.slots[0], by=fair.staff.user, now=BEFORE)
    assert {one.participant for one in meeting.people.all()} == {buyer, friend, fair.staff}
    assert friend.resource.bookings.count() == 1
    with pytest.raises(Refused) as refused:
        ask(fair, fair.buyer(), colleagues=[friend])
    assert refused.value.field == "colleagues"


def test_what_cannot_be_asked_names_its_field(fair: World) -> None:
    buyer = fair.buyer()
    for values, field in (
        ({"place": "online"}, "place"),
        ({"place": "stand"}, "place"),
        ({"slots": make_world().slots[:1]}, "slots"),
        ({"offer": make_offer()}, "offer"),
    ):
        with pytest.raises(Refused) as refused:
            ask(fair, buyer, **values)
        assert refused.value.field == field
    assert not Request.objects.exists()
    with pytest.raises(TypeError, match="unknown fields"):
        ask(fair, buyer, colour="red")


def test_only_on_line_for_who_is_not_there(fair: World) -> None:
    buyer = fair.buyer(is_on_site=False)
    make_line(fair.edition)
    with pytest.raises(Refused) as refused:
        ask(fair, buyer, place="table")
    assert refused.value.field == "place"
    request = ask(fair, buyer, place="online")
    assert possible_slots(request, now=BEFORE) == fair.slots
