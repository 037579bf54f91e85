"""When two can meet: free time, sessions, lunch, walking, places, and the clock of a place whose hour changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everfair.base.refusals import Refused
from everfair.meetings.actions.booking import SlotTaken, book_meeting, cancel_meeting, move_meeting
from everfair.meetings.models import Booking, KindRule, MeetingRules, Participant, Slot
from everfair.meetings.queries.free import free_slots, free_slots_with_firm
from everfair.programme.models import Bookmark, Seat
from tests.factories.fair import make_area, make_edition
from tests.factories.meetings import (
    BEFORE,
    BEGIN,
    make_interpreter,
    make_line,
    make_meeting,
    make_participant,
    make_rules,
    make_slots,
    make_stand_place,
    make_table,
)
from tests.factories.programme import make_session, make_speaker
from tests.factories.registration import make_kind
from tests.meetings.world import World, make_world

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def fair() -> World:
    return make_world()


def numbers(fair: World, *people: Participant, **extra: Any) -> list[int]:
    """Which of the world's slots are free, from 0."""
    found = {slot.pk for slot in free_slots(people, now=BEFORE, **extra)}
    return [number for number, slot in enumerate(fair.slots) if slot.pk in found]


def at(hours: float) -> datetime:
    return BEGIN + timedelta(hours=hours)


def person(fair: World, **extra: Any) -> Participant:
    return make_participant(fair.edition, **extra)


def test_free_wherever_there_are_slots_to_come(fair: World) -> None:
    pair = person(fair), person(fair)
    assert numbers(fair, *pair) == [0, 1, 2, 3, 4, 5]
    assert free_slots(pair, now=fair.slots[2].starts_at) == fair.slots[3:]


def test_free_time_said_touching_stretches_are_one(fair: World) -> None:
    bound = person(fair, free=[(at(0), at(0.7)), (at(0.7), at(1.1)), (at(2), at(2.2))])
    assert numbers(fair, bound, person(fair)) == [0, 1]  # the last stretch is shorter than a slot


def test_said_to_be_free_never_and_out(fair: World) -> None:
    assert numbers(fair, person(fair, said_when_free=BEFORE)) == []
    assert numbers(fair, person(fair, is_out=True)) == []


def test_free_on_line_only(fair: World) -> None:
    make_line(fair.edition)
    away = person(fair, is_on_site=False)
    assert numbers(fair, away, person(fair)) == []
    assert numbers(fair, away, person(fair), place="online") == [0, 1, 2, 3, 4, 5]
    mixed = person(fair, free=[(at(0), at(1))])
    mixed.free_times.update(place="online")
    assert numbers(fair, mixed) == []
    assert numbers(fair, mixed, place="online") == [0, 1]


def test_sessions_one_speaks_in_or_booked_take_the_time(fair: World) -> None:
    speaker, seated, keeper, idle = (person(fair) for _ in range(4))
    talk = make_session(fair.edition, hour=0, format="hybrid")
    talk.parts.create(speaker=make_speaker(fair.edition, user=speaker.user))
    booked = make_session(fair.edition, hour=1, seats=10, format="hybrid")
    Seat.objects.create(session=booked, user=seated.user, state="held")
    Seat.objects.create(session=booked, user=idle.user, state="waiting")
    Bookmark.objects.create(
        session=booked, user=idle.user
    )  # a seat is needed there: keeping it books nothing
    kept = make_session(fair.edition, hour=2, format="hybrid")
    Bookmark.objects.create(session=kept, user=keeper.user)
    cancelled = make_session(fair.edition, hour=0, state="cancelled")
    Bookmark.objects.create(session=cancelled, user=idle.user)
    assert numbers(fair, speaker) == [2, 3, 4, 5]
    assert numbers(fair, seated) == [0, 1, 4, 5]
    assert numbers(fair, keeper) == [0, 1, 2, 3]
    assert numbers(fair, idle) == [0, 1, 2, 3, 4, 5]


def test_a_pause_between_a_call_and_a_table(fair: World) -> None:
    MeetingRules.objects.update(buffer=20)
    line = make_line(fair.edition)
    caller, other = person(fair), person(fair)
    make_meeting(fair.slots[2], caller, other, table=line, place="online")
    assert numbers(fair, caller) == [0, 4, 5]
    assert numbers(fair, caller, place="online") == [0, 1, 3, 4, 5]


def test_walking_between_halls_and_staying_where_one_is(fair: World) -> None:
    far = make_area(fair.edition)
    make_table(fair.edition, far, number=1)
    key = " ".join(sorted((fair.hall.code, far.code)))
    MeetingRules.objects.update(walking={key: 15})
    walker = person(fair)
    make_meeting(fair.slots[1], walker, person(fair), table=fair.tables[2])
    meeting = book_meeting(fair.slots[2], [person(fair)], [walker], by=None, now=BEFORE)
    assert Booking.objects.get(meeting=meeting, resource__kind="table").resource == fair.tables[2]
    for table in fair.tables:
        Booking.objects.get_or_create(resource=table, slot=fair.slots[0], defaults={"meeting": meeting})
    assert numbers(fair, walker) == [
        3,
        4,
        5,
    ]  # in slot 0 only the far hall has a table, and the way is too long
    assert numbers(fair, person(fair)) == [0, 1, 2, 3, 4, 5]


def test_lunch_is_kept_by_whoever_wishes() -> None:
    fair = make_world(slots=0)
    fair.slots = make_slots(fair.edition, 4, lunch=(1, 2))
    eater, worker = person(fair), person(fair, keeps_lunch=False)
    assert numbers(fair, eater) == [0, 1, 2, 3]
    for one in (eater, worker):
        make_meeting(fair.slots[1], one, person(fair))
    assert numbers(fair, eater) == [0, 3]
    assert numbers(fair, worker) == [0, 2, 3]


def test_own_limits_and_those_of_the_kind(fair: World) -> None:
    later = make_slots(fair.edition, 1, day=1)
    buyer, runner, few = fair.buyer(), person(fair, longest_run=2), person(fair, most=1)
    KindRule.objects.create(kind=fair.kind, most_a_day=1)
    for one, slot in ((buyer, 0), (runner, 1), (few, 5)):
        make_meeting(fair.slots[slot], one, person(fair))
    assert free_slots([buyer], now=BEFORE) == later
    assert numbers(fair, runner) == [0, 2, 3, 4, 5]
    make_meeting(fair.slots[2], runner, person(fair))
    assert numbers(fair, runner) == [4, 5]
    assert free_slots([few], now=BEFORE) == []


def test_a_registration_that_no_longer_holds(fair: World) -> None:
    buyer = fair.buyer()
    assert buyer.registration is not None
    buyer.registration.state = "cancelled"
    assert free_slots([buyer], now=BEFORE) == []


def test_no_place_no_meeting_and_lost_tables_count_out() -> None:
    fair = make_world(tables=1)
    assert numbers(fair, person(fair), place="online") == []
    assert numbers(fair, person(fair), place="stand", exhibitor=fair.firm) == []
    make_stand_place(fair.firm)
    assert numbers(fair, person(fair), place="stand", exhibitor=fair.firm) == [0, 1, 2, 3, 4, 5]
    table = fair.tables[0]
    table.lost_from, table.lost_until = fair.slots[1].ends_at - timedelta(minutes=1), fair.slots[3].starts_at
    table.save()
    assert numbers(fair, person(fair)) == [0, 3, 4, 5]
    with pytest.raises(SlotTaken):
        book_meeting(fair.slots[2], [person(fair)], [person(fair)], by=None, now=BEFORE)
    make_meeting(fair.slots[4], person(fair), person(fair), table=table)
    assert numbers(fair, person(fair)) == [0, 3, 5]
    table.is_out = True
    table.save()
    assert numbers(fair, person(fair)) == []


def test_an_interpreter_between_two_languages(fair: World) -> None:
    pair = person(fair), person(fair, languages=["zh"])
    assert numbers(fair, *pair, languages=("en", "zh")) == []
    interpreter = make_interpreter(fair.edition, "zh", "en")
    meeting = book_meeting(fair.slots[0], pair[:1], pair[1:], interpreter=("en", "zh"), by=None, now=BEFORE)
    assert interpreter.bookings.get().meeting == meeting
    assert numbers(fair, person(fair), person(fair), languages=("en", "zh")) == [1, 2, 3, 4, 5]
    assert numbers(fair, person(fair), person(fair), languages=("en", "fr")) == []
    move_meeting(meeting, fair.slots[3], by=None, now=BEFORE)
    assert interpreter.bookings.get().slot == fair.slots[3]


def test_any_of_a_firms_staff(fair: World) -> None:
    colleague, buyer = fair.colleague(), person(fair)
    make_meeting(fair.slots[0], fair.staff, person(fair))
    make_meeting(fair.slots[0], colleague, person(fair))
    make_meeting(fair.slots[1], colleague, person(fair))
    assert free_slots_with_firm([buyer], fair.firm, now=BEFORE) == fair.slots[1:]


def test_taken_comes_with_other_times(fair: World) -> None:
    make_meeting(fair.slots[0], fair.staff, person(fair), table=fair.tables[0])
    with pytest.raises(SlotTaken) as taken:
        book_meeting(fair.slots[0], [person(fair)], [fair.staff], by=None, now=BEFORE)
    assert taken.value.alternatives == fair.slots[1:6]
    assert "Choose another one" in str(taken.value)
    assert Booking.objects.count() == 3
    busy = person(fair, free=[(at(0), at(0.5))])
    with pytest.raises(SlotTaken, match="no other at which all of you") as nothing:
        book_meeting(fair.slots[0], [busy], [fair.staff], by=None, now=BEFORE)
    assert nothing.value.alternatives == []


def test_two_sides_and_one_edition(fair: World) -> None:
    one = person(fair)
    with pytest.raises(Refused, match="nobody can be on both"):
        book_meeting(fair.slots[0], [one], [one], by=None, now=BEFORE)
    with pytest.raises(Refused, match="belong to this edition"):
        book_meeting(fair.slots[0], [one], [make_participant()], by=None, now=BEFORE)


def test_moving_takes_all_along_and_gives_back(fair: World) -> None:
    buyer = person(fair)
    meeting = book_meeting(fair.slots[0], [buyer], [fair.staff], by=None, now=BEFORE)
    make_meeting(fair.slots[4], buyer, person(fair))
    with pytest.raises(SlotTaken) as taken:
        move_meeting(meeting, fair.slots[4], by=None, now=BEFORE)
    assert fair.slots[0] not in taken.value.alternatives or meeting.slot == fair.slots[0]
    assert {one.slot for one in Booking.objects.filter(meeting=meeting)} == {fair.slots[0]}
    move_meeting(meeting, fair.slots[1], by=None, now=BEFORE)
    assert {one.slot for one in Booking.objects.filter(meeting=meeting)} == {fair.slots[1]}
    cancel_meeting(meeting, by=None, now=BEFORE)
    assert not Booking.objects.filter(meeting=meeting).exists()


def test_a_day_of_25_hours_is_one_day() -> None:
    """Berlin puts its clocks back on 25 October 2026 at 03:00: 02:30 is there twice, an hour apart."""
    edition = make_edition(
        time_zone="Europe/Berlin", starts_on=date(2026, 10, 24), ends_on=date(2026, 10, 25)
    )
    make_rules(edition)
    for _ in range(2):
        make_table(edition)
    first = make_slots(edition, 1, starts_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))[
        0
    ]  # 02:30 summer time
    second = make_slots(edition, 1, starts_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))[
        0
    ]  # 02:30 winter time
    late = make_slots(edition, 1, starts_at=datetime(2026, 10, 25, 22, 30, tzinfo=UTC))[
        0
    ]  # 23:30, the same day
    eve = make_slots(edition, 1, starts_at=datetime(2026, 10, 24, 21, 30, tzinfo=UTC))[
        0
    ]  # 23:30 the day before
    one, other = make_participant(edition), make_participant(edition)
    free = [(first.starts_at, first.ends_at), (late.starts_at, late.ends_at), (eve.starts_at, eve.ends_at)]
    bound = make_participant(edition, free=free)
    assert free_slots([one, bound], now=BEFORE) == [eve, first, late]  # the second 02:30 was not said
    book_meeting(first, [one], [other], by=None, now=BEFORE)
    assert free_slots([one, other], now=BEFORE) == [eve, second, late]
    bound.most = 1
    make_meeting(late, bound, make_participant(edition))
    assert free_slots([bound], now=BEFORE) == []


def test_lunch_and_limits_of_a_day_go_by_the_fairs_days() -> None:
    """Slots at 23:30 and 02:30 on the fair's clock are two days there, though one in London."""
    edition = make_edition(
        time_zone="Europe/Berlin", starts_on=date(2026, 10, 24), ends_on=date(2026, 10, 25)
    )
    make_rules(edition)
    fair = World(edition, None, None, make_kind(edition), make_area(edition), [])  # type: ignore[arg-type]
    make_table(edition, fair.hall)
    KindRule.objects.create(kind=fair.kind, most_a_day=1)
    eve = make_slots(edition, 1, starts_at=datetime(2026, 10, 24, 21, 30, tzinfo=UTC))[0]
    night = make_slots(edition, 1, starts_at=datetime(2026, 10, 24, 22, 30, tzinfo=UTC))[
        0
    ]  # 00:30 on the 25th
    late = make_slots(edition, 1, starts_at=datetime(2026, 10, 25, 22, 30, tzinfo=UTC))[
        0
    ]  # 24 hours, same day
    buyer = fair.buyer()
    make_meeting(night, buyer, make_participant(edition))
    assert free_slots([buyer], now=BEFORE) == [eve]
    assert free_slots([make_participant(edition)], now=BEFORE) == [eve, night, late]


def test_as_many_queries_for_many_as_for_two(fair: World) -> None:
    def asked(people: list[Participant]) -> int:
        rows = list(
            Participant.objects.select_related("edition", "registration__kind").filter(
                pk__in=[one.pk for one in people]
            )
        )
        with CaptureQueriesContext(
            connection,
        ) as counted:
            free_slots(rows, now=BEFORE)
        return len(counted)

    few = [fair.buyer(), fair.buyer()]
    make_meeting(fair.slots[0], few[0], few[1], table=fair.tables[0])
    alone = asked(few)
    many = few + [fair.buyer(free=[(at(0), at(9))]) for _ in range(6)]
    make_meeting(fair.slots[1], many[3], many[4], table=fair.tables[1])
    assert asked(many) - alone == 1  # free times: nobody of the two had said any
    assert alone <= 12


def test_booking_asks_as_often_in_a_full_fair_as_in_an_empty_one(fair: World) -> None:
    def asked() -> int:
        pair = person(fair), person(fair)
        slot = Slot.objects.select_related("edition").get(pk=fair.slots[0].pk)
        with CaptureQueriesContext(connection) as counted:
            book_meeting(slot, pair[:1], pair[1:], by=None, now=BEFORE)
        return len(counted)

    first = asked()
    make_slots(fair.edition, 20, day=1)
    for _ in range(10):
        make_table(fair.edition, fair.hall)
    assert asked() == first
