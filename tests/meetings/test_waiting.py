"""The line: what comes free is offered to the next who can, kept for them, and goes on when they are silent. And who came."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.meetings.actions.booking import (
    SlotTaken,
    book_meeting,
    cancel_meeting,
    confirm,
    move_meeting,
    note_came,
)
from everfair.meetings.actions.offering import lapse_offers
from everfair.meetings.actions.people import participant_for, participant_of, take_part
from everfair.meetings.actions.waiting import join_line, leave_line, take_offer
from everfair.meetings.models import Booking, Meeting, NextInLine, Participant
from everfair.meetings.queries.free import free_slots
from everfair.meetings.tasks import follow_requests
from tests.factories.exhibition import make_exhibitor
from tests.factories.meetings import BEFORE, make_participant
from tests.factories.people import make_membership, make_user
from tests.factories.registration import make_registration
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def full() -> World:
    """One slot, taken by a buyer and the firm's only person; `full.slots` has it."""
    return make_world(slots=1)


def book(fair: World, buyer: Participant) -> Meeting:
    return book_meeting(fair.slots[0], [buyer], [fair.staff], by=None, now=BEFORE)


def wait(fair: World, **extra: Any) -> tuple[Participant, NextInLine]:
    buyer = fair.buyer(**extra)
    return buyer, join_line(buyer, fair.firm, by=buyer.user, now=BEFORE)


def test_what_comes_free_is_kept_for_the_next_who_can(full: World) -> None:
    meeting = book(full, full.buyer())
    _away, elsewhere = wait(full, said_when_free=BEFORE)  # never free
    next_one, line = wait(full)
    _third, last = wait(full)
    mail.outbox.clear()
    cancel_meeting(meeting, by=None, now=BEFORE)
    for row in (elsewhere, line, last):
        row.refresh_from_db()
    assert elsewhere.offered_slot is None
    assert last.offered_slot is None
    assert line.offered_slot == full.slots[0]
    assert line.offered_until == BEFORE + timedelta(hours=12)
    offers = [one for one in mail.outbox if "came free" in one.subject]
    assert [one.to for one in offers] == [[next_one.user.email]]
    assert free_slots([full.staff], now=BEFORE) == []  # kept
    assert free_slots([full.staff, next_one], now=BEFORE) == full.slots
    with pytest.raises(SlotTaken):
        book(full, full.buyer())
    held = take_offer(line, by=next_one.user, now=BEFORE)
    assert {one.participant for one in held.people.all()} == {next_one, full.staff}
    assert NextInLine.objects.get(pk=line.pk).ended_at == BEFORE
    with pytest.raises(Refused, match="Nothing is kept"):
        take_offer(line, by=next_one.user, now=BEFORE)


def test_silence_gives_the_slot_to_the_next_and_the_end_of_the_line(full: World) -> None:
    meeting = book(full, full.buyer())
    (first, line), (second, other) = wait(full), wait(full)
    cancel_meeting(meeting, by=None, now=BEFORE)
    late = BEFORE + timedelta(hours=12)
    assert lapse_offers(late - timedelta(seconds=1)) == 0
    with pytest.raises(Refused, match="time to say yes is over"):
        take_offer(line, by=first.user, now=late)
    assert follow_requests(late)["lapsed"] == 1
    other.refresh_from_db()
    line.refresh_from_db()
    assert other.offered_slot == full.slots[0]
    assert (line.offered_slot, line.other, line.since) == (None, None, late)
    take_offer(other, by=second.user, now=late)


def test_letting_go_offers_to_the_next(full: World) -> None:
    meeting = book(full, full.buyer())
    (first, line), (_second, other) = wait(full), wait(full)
    cancel_meeting(meeting, by=None, now=BEFORE)
    leave_line(line, by=first.user, now=BEFORE)
    leave_line(line, by=first.user, now=BEFORE)
    other.refresh_from_db()
    assert other.offered_slot == full.slots[0]


def test_waiting_twice_is_waiting_once_and_rules_hold(full: World) -> None:
    buyer, line = wait(full)
    assert join_line(buyer, full.firm, by=buyer.user, now=BEFORE) == line
    with pytest.raises(Refused, match="your own firm"):
        join_line(full.colleague(), full.firm, by=None, now=BEFORE)


def test_too_late_to_offer_is_not_offered(full: World) -> None:
    meeting = book(full, full.buyer())
    _buyer, line = wait(full)
    cancel_meeting(meeting, by=None, now=full.slots[0].starts_at - timedelta(minutes=20))
    line.refresh_from_db()
    assert line.offered_slot is None


def test_a_move_offers_the_slot_that_came_free() -> None:
    fair = make_world(slots=2)
    meeting = book(fair, fair.buyer())
    _buyer, line = wait(fair)
    move_meeting(meeting, fair.slots[1], by=None, now=BEFORE)
    line.refresh_from_db()
    assert line.offered_slot == fair.slots[0]


def test_a_confirmed_meeting_that_is_moved_is_asked_again() -> None:
    fair = make_world(slots=2)
    buyer = fair.buyer()
    meeting = book(fair, buyer)
    confirm(meeting, buyer, by=buyer.user, now=BEFORE)
    confirm(meeting, buyer, by=buyer.user, now=BEFORE + timedelta(hours=1))
    person = meeting.people.get(participant=buyer)
    assert person.confirmed_at == BEFORE
    move_meeting(meeting, fair.slots[1], by=None, now=BEFORE)
    person.refresh_from_db()
    assert person.confirmed_at is None
    with pytest.raises(Refused, match="is not in this meeting"):
        confirm(meeting, fair.colleague(), by=None, now=BEFORE)
    with pytest.raises(Refused, match="at this time already"):
        move_meeting(meeting, fair.slots[1], by=None, now=BEFORE)


def test_who_came_decides_held_or_not(full: World) -> None:
    buyer = full.buyer()
    meeting, begins = book(full, buyer), full.slots[0].starts_at
    with pytest.raises(Refused, match="not begun"):
        note_came(meeting, buyer, True, by=None, now=BEFORE)
    note_came(meeting, buyer, True, by=None, now=begins)
    assert meeting.state == Meeting.State.SCHEDULED
    note_came(meeting, full.staff, False, by=None, now=begins)
    assert meeting.state == Meeting.State.NO_SHOW
    note_came(meeting, full.staff, True, by=None, now=begins)
    assert meeting.state == Meeting.State.HELD
    with pytest.raises(IllegalChange):
        cancel_meeting(meeting, by=None, now=begins)
    with pytest.raises(Refused, match="over or cancelled"):
        move_meeting(meeting, full.slots[0], by=None, now=begins)
    assert Booking.objects.filter(meeting=meeting).count() == 3


def test_one_row_a_person_whichever_door() -> None:
    fair = make_world()
    user = make_user()
    registered = make_registration(fair.kind, email=user.email)
    visitor = participant_of(registered)
    assert visitor.resource.kind == "person"
    assert (visitor.name, visitor.user) == (registered.name, None)
    make_membership(user, fair.firm.organisation, role="booth_staff")
    staff = take_part(fair.edition, registration=registered, user=user, exhibitor=fair.firm)
    assert staff == visitor
    assert (staff.user, staff.exhibitor) == (user, fair.firm)
    assert participant_for(user, fair.edition) == visitor
    assert participant_for(make_user(), fair.edition) is None


def test_who_may_not_take_part() -> None:
    fair = make_world()
    waiting = make_registration(fair.kind)
    waiting.state = "requested"
    for ways in (
        {"registration": waiting},
        {"user": make_user()},
        {"user": make_user(), "exhibitor": fair.firm},
        {"user": make_user(), "exhibitor": make_exhibitor()},
        {"registration": make_registration()},
    ):
        with pytest.raises(Refused):
            take_part(fair.edition, **ways)
    rows = Participant.objects.filter(edition=fair.edition)
    assert list(rows) == [fair.staff]
    other = make_exhibitor(fair.edition)
    make_membership(fair.staff.user, other.organisation, role="editor")
    with pytest.raises(Refused, match="already"):
        take_part(fair.edition, user=fair.staff.user, exhibitor=other)
    assert make_participant(fair.edition).resource.edition == fair.edition
