"""Rooms: laid out with seats, given to more people than a table holds or by hand, never two meetings in one at a time."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.meetings.actions.booking import SlotTaken, book_meeting, cancel_meeting, move_meeting
from everfair.meetings.actions.places import lose_place, remove_place, save_room
from everfair.meetings.actions.seating import seat_meeting
from everfair.meetings.models import Booking, Meeting, Resource
from everfair.meetings.queries.diary import meeting_line
from everfair.meetings.queries.seating import seats_for
from tests.factories.fair import make_area, make_edition
from tests.factories.gate import make_zone
from tests.factories.meetings import (
    BEFORE,
    make_duty,
    make_line,
    make_meeting,
    make_participant,
    make_room,
    make_stand_place,
)
from tests.factories.registration import make_kind
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair(db: None) -> World:
    return make_world()


def place_of(meeting: Meeting) -> Resource:
    return Booking.objects.get(
        meeting=meeting, resource__kind__in=("table", "stand", "line", "room")
    ).resource


def group(fair: World, slot: int, count: int = 4, **ways: Any) -> Meeting:
    """A meeting of so many visitors with the firm's one."""
    people = [make_participant(fair.edition) for _ in range(count)]
    staff = make_participant(fair.edition, exhibitor=fair.firm)
    return book_meeting(fair.slots[slot], people, [staff], by=None, now=BEFORE, **ways)


def test_a_room_is_laid_out_and_changed(fair: World) -> None:
    room = save_room(fair.edition, None, {"name": {"en": "Lotus"}, "area": fair.hall, "seats": 8}, by=None)
    other = save_room(fair.edition, None, {"name": {"en": "Peony"}, "area": None, "seats": None}, by=None)
    assert (room.kind, room.number, other.number) == ("room", 1, 2)
    save_room(fair.edition, room, {"seats": 10}, by=None)
    room.refresh_from_db()
    assert (room.seats, room.name) == (10, {"en": "Lotus"})
    events = AuditEntry.objects.filter(event__startswith="meetings.room").values_list("event", flat=True)
    assert sorted(events) == ["meetings.room.added", "meetings.room.added", "meetings.room.changed"]
    for wrong, field in (
        ({"name": {}}, "name"),
        ({"name": {"en": "X"}, "seats": 1}, "seats"),
        ({"name": {"en": "X"}, "area": make_area(make_edition())}, "area"),
    ):
        with pytest.raises(Refused) as refused:
            save_room(fair.edition, None, wrong, by=None)
        assert refused.value.field == field
    remove_place(other, by=None)
    assert Resource.objects.filter(kind="room").count() == 1


def test_more_people_than_a_table_holds_get_the_smallest_room_that_holds_them(fair: World) -> None:
    make_room(fair.edition, seats=4)
    large, fitting = make_room(fair.edition, seats=20), make_room(fair.edition, seats=6)
    meeting = group(fair, 0)
    assert (place_of(meeting), meeting.place) == (fitting, "room")
    assert place_of(group(fair, 0)) == large
    third = group(fair, 0)
    assert (place_of(third).kind, third.place) == ("table", "table"), "no room is left: a table then"
    assert place_of(group(fair, 0, count=3)).kind == "table"
    assert place_of(group(fair, 1)) == fitting
    move_meeting(meeting, fair.slots[2], by=None, now=BEFORE)
    assert (place_of(meeting), place_of(meeting).bookings.filter(slot=fair.slots[0]).count()) == (fitting, 0)
    cancel_meeting(meeting, by=None, now=BEFORE)
    assert not Booking.objects.filter(meeting=meeting).exists()


def test_a_meeting_is_put_into_a_room_and_back_to_a_table(fair: World) -> None:
    buyer = fair.buyer()
    room = make_room(fair.edition, fair.hall, name={"en": "Lotus", "zh": "荷"})
    meeting = book_meeting(fair.slots[0], [buyer], [fair.staff], by=None, now=BEFORE)
    table = place_of(meeting)
    meeting.people.update(confirmed_at=BEFORE)
    seat_meeting(meeting, room, by=None, now=BEFORE)
    assert (place_of(meeting), meeting.place, meeting.version) == (room, "room", 2)
    assert not meeting.people.filter(confirmed_at=None).exists()
    where = meeting_line(meeting, buyer).where
    assert (where.place, where.name, where.area) == ("room", {"en": "Lotus", "zh": "荷"}, fair.hall.name)
    assert AuditEntry.objects.filter(event="meetings.meeting.seated").count() == 1
    with pytest.raises(Refused, match="there already"):
        seat_meeting(meeting, room, by=None, now=BEFORE)
    seat_meeting(meeting, table, by=None, now=BEFORE)
    assert (place_of(meeting), meeting.place) == (table, "table")


def test_what_stands_against_a_place_is_said_and_the_meeting_stays(fair: World) -> None:
    meeting = book_meeting(fair.slots[1], [fair.buyer()], [fair.staff], by=None, now=BEFORE)
    table = place_of(meeting)
    taken, lost, closed = (make_room(fair.edition) for _ in range(3))
    make_meeting(fair.slots[1], make_participant(fair.edition), make_participant(fair.edition), table=taken)
    Resource.objects.filter(pk=lost.pk).update(
        lost_from=fair.slots[0].starts_at, lost_until=fair.slots[2].ends_at
    )
    lost.refresh_from_db()
    make_zone(fair.edition, area=closed.area, closes_at=fair.slots[1].starts_at)
    elsewhere = make_room(make_edition())
    for place, sentence in (
        (taken, "not free then any more"),
        (lost, "not free then any more"),
        (closed, "doors are closed"),
        (make_room(fair.edition, seats=1), "holds 1 people, and 2 come"),
        (elsewhere, "belong to this edition"),
        (fair.staff.resource, "belong to this edition"),
    ):
        with pytest.raises(Refused, match=sentence):
            seat_meeting(meeting, place, by=None, now=BEFORE)
    assert place_of(meeting) == table
    with pytest.raises(Refused, match="has begun"):
        seat_meeting(
            meeting, make_room(fair.edition), by=None, now=fair.slots[1].starts_at + timedelta(minutes=1)
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(meeting=meeting, slot=fair.slots[1], resource=taken)


def test_on_duty_at_the_booth_the_stand_is_the_only_other_place(fair: World) -> None:
    make_stand_place(fair.firm)
    make_duty(fair.staff, fair.slots[1].starts_at, fair.slots[1].ends_at, may_meet=True)
    room = make_room(fair.edition)
    meeting = make_meeting(fair.slots[1], fair.buyer(), fair.staff, table=fair.tables[0])
    seats = {one.kind: one for one in seats_for(meeting, BEFORE)}
    assert (len(seats["stand"].places), seats["room"].is_possible, seats["table"].is_possible) == (
        1,
        False,
        False,
    )
    with pytest.raises(Refused, match="Somebody cannot be there"):
        seat_meeting(meeting, room, by=None, now=BEFORE)
    seat_meeting(meeting, seats["stand"].places[0], by=None, now=BEFORE)
    assert meeting.place == "stand"


def test_the_places_a_meeting_could_have_in_as_many_queries_whatever_there_is(fair: World) -> None:
    meeting = book_meeting(fair.slots[0], [fair.buyer()], [fair.staff], by=None, now=BEFORE)

    def asked() -> int:
        row = Meeting.objects.select_related("edition", "slot", "exhibitor").get(pk=meeting.pk)
        with CaptureQueriesContext(connection) as counted:
            seats_for(row, BEFORE)
        return len(counted)

    make_room(fair.edition)
    make_line(fair.edition)
    before = asked()
    for _n in range(3):
        make_room(fair.edition)
        make_line(fair.edition)
    assert asked() == before
    seats = {one.kind: one.places for one in seats_for(meeting, BEFORE)}
    assert (len(seats["room"]), len(seats["online"])) == (4, 4)
    assert fair.tables[0] not in seats["table"]
    assert len(seats["table"]) == 2


def test_a_lost_room_gives_its_meeting_to_one_that_holds_it_and_lets_all_in(fair: World) -> None:
    lost = make_room(fair.edition, seats=6)
    small, shut = make_room(fair.edition, seats=4), make_room(fair.edition, seats=6)
    make_zone(fair.edition, area=shut.area).kinds.add(make_kind(fair.edition, code="press"))
    people = [fair.buyer() for _ in range(4)]
    meeting = book_meeting(fair.slots[0], people, [fair.staff], by=None, now=BEFORE)
    assert place_of(meeting) == lost
    done = lose_place(lost, by=None, now=BEFORE)
    assert (done.moved, len(done.stuck)) == ((), 1)
    fitting = make_room(fair.edition, seats=5)
    Resource.objects.filter(pk=lost.pk).update(is_out=False, lost_from=None)
    assert lose_place(lost, by=None, now=BEFORE).moved == (meeting,)
    assert place_of(meeting) == fitting
    assert not small.bookings.exists()


def test_a_meeting_in_a_room_does_not_move_where_every_room_is_taken(fair: World) -> None:
    make_room(fair.edition)
    meeting, other = group(fair, 0), group(fair, 1)
    with pytest.raises(SlotTaken):
        move_meeting(meeting, fair.slots[1], by=None, now=BEFORE)
    assert place_of(meeting) == place_of(other)
    assert meeting.slot == fair.slots[0]
