"""An agreed meeting moved by its two sides: proposed, accepted, declined, taken back, run out; the slot stays until a yes."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.meetings.actions.booking import (
    SlotTaken,
    book_meeting,
    cancel_meeting,
    confirm,
    move_meeting,
)
from everfair.meetings.actions.other_time import (
    accept_move,
    decline_move,
    lapse_moves,
    propose_move,
    withdraw_move,
)
from everfair.meetings.actions.waiting import join_line
from everfair.meetings.models import Booking, Meeting, MoveProposal, NextInLine
from everfair.meetings.queries.other_time import move_of, moves_to_answer, slots_for_move
from everfair.meetings.tasks import follow_requests
from tests.factories.meetings import BEFORE
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def fair() -> World:
    return make_world(tables=1)


@pytest.fixture
def buyer(fair: World) -> Any:
    return fair.buyer(organisation_name="Kilima")


@pytest.fixture
def meeting(fair: World, buyer: Any) -> Meeting:
    made = book_meeting(fair.slots[0], [buyer], [fair.staff], by=buyer.user, now=BEFORE)
    mail.outbox.clear()
    return made


def booked(meeting: Meeting) -> set[int]:
    return set(Booking.objects.filter(meeting=meeting).values_list("slot_id", flat=True))


def letters() -> list[Any]:
    """What was sent since the last look."""
    found = list(mail.outbox)
    mail.outbox.clear()
    return found


def test_the_slot_stays_until_the_other_side_says_yes(fair: World, buyer: Any, meeting: Meeting) -> None:
    move = propose_move(meeting, buyer, fair.slots[2:4], message="My train.", by=buyer.user, now=BEFORE)
    assert booked(meeting) == {fair.slots[0].pk}
    assert move_of(meeting, BEFORE) == move
    assert [one.pk for one in moves_to_answer([fair.staff], BEFORE)] == [move.pk]
    assert moves_to_answer([buyer], BEFORE) == []
    confirm(meeting, buyer, by=buyer.user, now=BEFORE)
    accept_move(meeting, fair.staff, fair.slots[3], by=fair.staff.user, now=BEFORE)
    meeting.refresh_from_db()
    assert meeting.slot == fair.slots[3]
    assert booked(meeting) == {fair.slots[3].pk}
    assert Booking.objects.filter(meeting=meeting).count() == 3
    move.refresh_from_db()
    assert (move.state, move.ended_at) == ("accepted", BEFORE)
    assert move_of(meeting, BEFORE) is None
    assert {one.confirmed_at for one in meeting.people.all()} == {BEFORE}, "both agreed on it"
    events = AuditEntry.objects.filter(event__startswith="meetings.meeting.move")
    assert sorted(events.values_list("event", flat=True)) == [
        "meetings.meeting.move_accepted", "meetings.meeting.move_proposed", "meetings.meeting.moved",
    ]  # fmt: skip


def test_letters_go_to_both_sides_each_in_its_language(fair: World, buyer: Any, meeting: Meeting) -> None:
    staff = fair.staff.user
    staff.language = "zh"
    staff.save(update_fields=["language"])
    page = f"my/meetings/{fair.edition.slug}/meeting/{meeting.code}/"
    propose_move(meeting, buyer, [fair.slots[2]], message="My train.", by=buyer.user, now=BEFORE)
    (asked,) = letters()
    assert asked.to == [staff.email]
    assert "My train." in asked.body
    assert f"/zh/{page}" in asked.body
    accept_move(meeting, fair.staff, fair.slots[2], by=staff, now=BEFORE)
    (moved,) = letters()
    assert moved.to == [buyer.user.email]
    assert moved.subject.startswith("Meeting moved:")
    assert f"/en/{page}" in moved.body
    propose_move(meeting, fair.staff, [fair.slots[4]], by=staff, now=BEFORE)
    decline_move(meeting, buyer, "I leave at ten.", by=buyer.user, now=BEFORE)
    proposed, declined = letters()
    assert proposed.to == [buyer.user.email]
    assert proposed.subject.startswith("Another time for your meeting?")
    assert "Until you accept one of them" in proposed.body
    assert declined.to == [staff.email]
    assert "I leave at ten." in declined.body
    assert booked(meeting) == {fair.slots[2].pk}


def test_the_old_slot_goes_to_who_waits(fair: World, buyer: Any, meeting: Meeting) -> None:
    waits = fair.buyer()
    line = join_line(waits, fair.firm, by=None, now=BEFORE)
    propose_move(meeting, fair.staff, [fair.slots[1]], by=fair.staff.user, now=BEFORE)
    assert NextInLine.objects.get(pk=line.pk).offered_slot is None
    accept_move(meeting, buyer, fair.slots[1], by=buyer.user, now=BEFORE)
    line.refresh_from_db()
    assert (line.offered_slot, line.other) == (fair.slots[0], fair.staff)


def test_a_time_taken_meanwhile_leaves_the_meeting_and_the_proposal(
    fair: World, buyer: Any, meeting: Meeting
) -> None:
    move = propose_move(meeting, buyer, [fair.slots[2]], by=buyer.user, now=BEFORE)
    book_meeting(fair.slots[2], [fair.buyer()], [fair.colleague()], by=None, now=BEFORE)  # the only table
    assert fair.slots[2] not in slots_for_move(meeting, BEFORE)
    with pytest.raises(SlotTaken) as taken:
        accept_move(meeting, fair.staff, fair.slots[2], by=None, now=BEFORE)
    assert fair.slots[1] in taken.value.alternatives
    assert booked(meeting) == {fair.slots[0].pk}
    move.refresh_from_db()
    assert move.state == "open"


def test_another_time_answers_the_first_one(fair: World, buyer: Any, meeting: Meeting) -> None:
    first = propose_move(meeting, buyer, [fair.slots[2]], by=buyer.user, now=BEFORE)
    second = propose_move(meeting, buyer, [fair.slots[3]], by=buyer.user, now=BEFORE)
    third = propose_move(meeting, fair.staff, [fair.slots[4]], by=fair.staff.user, now=BEFORE)
    states = [MoveProposal.objects.get(pk=one.pk).state for one in (first, second, third)]
    assert states == ["withdrawn", "declined", "open"]
    with pytest.raises(Refused, match="Your own side proposed"):
        accept_move(meeting, fair.staff, fair.slots[4], by=None, now=BEFORE)
    with pytest.raises(Refused, match="Choose one of the times proposed"):
        accept_move(meeting, buyer, fair.slots[3], by=None, now=BEFORE)
    with pytest.raises(Refused, match="The other side proposed"):
        withdraw_move(meeting, buyer, by=None, now=BEFORE)
    withdraw_move(meeting, fair.staff, by=fair.staff.user, now=BEFORE)
    assert move_of(meeting, BEFORE) is None
    with pytest.raises(Refused, match="No other time is proposed"):
        decline_move(meeting, buyer, by=None, now=BEFORE)


@pytest.mark.parametrize("how", ["moved", "cancelled"])
def test_what_the_organiser_did_meanwhile_ends_it(
    fair: World, buyer: Any, meeting: Meeting, how: str
) -> None:
    move = propose_move(meeting, buyer, [fair.slots[2]], by=buyer.user, now=BEFORE)
    if how == "moved":
        move_meeting(meeting, fair.slots[5], by=None, now=BEFORE)
    else:
        cancel_meeting(meeting, by=None, now=BEFORE)
    meeting.refresh_from_db()
    assert move_of(meeting, BEFORE) is None
    with pytest.raises(Refused, match="No other time is proposed"):
        accept_move(meeting, fair.staff, fair.slots[2], by=None, now=BEFORE)
    letters()
    assert lapse_moves(BEFORE) == 1
    move.refresh_from_db()
    assert move.state == "lapsed"
    assert letters() == [], "they were told of the other thing"


def test_silence_runs_out_and_the_proposer_reads_it(fair: World, buyer: Any, meeting: Meeting) -> None:
    move = propose_move(meeting, buyer, [fair.slots[2]], by=buyer.user, now=BEFORE)
    assert move.expires_at == BEFORE + 72 * HOUR
    assert lapse_moves(BEFORE + 71 * HOUR) == 0
    letters()
    assert follow_requests(BEFORE + 73 * HOUR)["moves_lapsed"] == 1
    assert lapse_moves(BEFORE + 73 * HOUR) == 0
    (letter,) = letters()
    assert letter.to == [buyer.user.email]
    assert letter.subject.startswith("No answer about another time")
    assert booked(meeting) == {fair.slots[0].pk}


def test_bad_proposals_are_refused_in_words(fair: World, buyer: Any, meeting: Meeting) -> None:
    begun = fair.slots[0].starts_at + timedelta(minutes=1)
    for slots, now, sentence in (
        ([], BEFORE, "one time at least"),
        (fair.slots[:1], BEFORE, "at this time already"),
        (fair.slots * 2, BEFORE, "at most 5"),
        (make_world().slots[:1], BEFORE, "does not belong"),
        (fair.slots[1:2], begun, "has begun"),
    ):
        with pytest.raises(Refused, match=sentence):
            propose_move(meeting, buyer, slots, by=None, now=now)
    with pytest.raises(Refused, match="is not in this meeting"):
        propose_move(meeting, fair.buyer(), fair.slots[1:2], by=None, now=BEFORE)
    assert not MoveProposal.objects.exists()
    cancel_meeting(meeting, by=None, now=BEFORE)
    with pytest.raises(Refused, match="over or cancelled"):
        propose_move(meeting, buyer, fair.slots[1:2], by=None, now=BEFORE)
