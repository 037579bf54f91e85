"""Hours become slots, clocks that change included; kinds' rules; pairs; tables laid out, lost and taken back."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from everfair.base import audit
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.fair.models import BadgeKind
from everfair.meetings.actions import places, rules
from everfair.meetings.models import BlockedPair, Booking, KindRule, MeetingRules, Resource, Slot
from everfair.meetings.queries.ground import DayHours, hours_of, numbers_in_words, slots_by_day
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_area, make_edition
from tests.factories.meetings import (
    make_interpreter,
    make_meeting,
    make_participant,
    make_stand_place,
    make_table,
)
from tests.factories.meetings import make_slots as slots_of

pytestmark = pytest.mark.django_db
FIRST = date(2026, 9, 4)


def hours(*days: DayHours, minutes: int = 20, pause: int = 10) -> dict[str, Any]:
    return {"minutes": minutes, "pause": pause, "hours": list(days)}


def starts(edition: Any) -> list[str]:
    return [f"{slot.starts_at:%d %H:%M}" for slot in Slot.objects.filter(edition=edition)]


def test_slots_are_made_from_hours_and_lunch_is_marked() -> None:
    edition = make_edition()
    day = DayHours(FIRST, time(9), time(12), time(10, 40), time(11, 10))
    assert rules.make_slots(edition, hours(day), by=None) == (6, 0)
    assert starts(edition) == ["04 01:00", "04 01:30", "04 02:00", "04 02:30", "04 03:00", "04 03:30"], "UTC"
    lunch = [f"{slot.starts_at:%H:%M}" for slot in Slot.objects.filter(is_lunch=True)]
    assert lunch == ["02:30", "03:00"], "those that touch 10:40 to 11:10 in Shanghai"
    row = MeetingRules.objects.get(edition=edition)
    assert row.hours == {"2026-09-04": ["09:00", "12:00", "10:40", "11:10"]}
    assert hours_of(edition, row)[0] == day
    assert hours_of(edition, row)[1] == DayHours(date(2026, 9, 5)), "nobody spoke of the second day"


def test_what_stays_the_same_stays_and_lunch_may_move() -> None:
    edition = make_edition()
    rules.make_slots(edition, hours(DayHours(FIRST, time(9), time(11))), by=None)
    kept = list(Slot.objects.filter(edition=edition).values_list("pk", flat=True))
    longer = DayHours(FIRST, time(9), time(12), time(9), time(9, 10))
    assert rules.make_slots(edition, hours(longer), by=None) == (2, 0)
    assert list(Slot.objects.filter(edition=edition).values_list("pk", flat=True))[:4] == kept
    assert Slot.objects.get(pk=kept[0]).is_lunch
    assert rules.make_slots(edition, hours(longer), by=None) == (0, 0), "the same again changes nothing"
    assert rules.make_slots(edition, hours(), by=None) == (0, 6)


def test_a_slot_with_a_meeting_stays_and_nothing_else_happens() -> None:
    edition = make_edition()
    rules.make_slots(edition, hours(DayHours(FIRST, time(9), time(11))), by=None)
    slot = Slot.objects.filter(edition=edition).first()
    assert slot is not None
    make_meeting(slot, make_participant(edition), make_participant(edition))
    with pytest.raises(Refused, match="09-04 09:00"):
        rules.make_slots(edition, hours(DayHours(FIRST, time(10), time(12))), by=None)
    assert starts(edition)[0] == "04 01:00"
    assert len(starts(edition)) == 4
    assert MeetingRules.objects.get(edition=edition).hours["2026-09-04"][0] == "09:00"


def test_a_day_on_which_the_clocks_change_keeps_real_minutes() -> None:
    berlin = make_edition(time_zone="Europe/Berlin", starts_on=date(2026, 10, 24), ends_on=date(2026, 10, 26))
    night = DayHours(date(2026, 10, 25), time(1), time(4))
    made, _gone = rules.make_slots(berlin, hours(night, minutes=30, pause=30), by=None)
    assert made == 4, "three hours on the clock, four in the hall"
    found = list(Slot.objects.filter(edition=berlin))
    assert [one.starts_at.hour for one in found] == [23, 0, 1, 2]
    assert all(one.ends_at - one.starts_at == timedelta(minutes=30) for one in found)


def test_a_time_that_the_clocks_skip_is_named() -> None:
    edition = make_edition(time_zone="Europe/Berlin", starts_on=date(2026, 3, 28), ends_on=date(2026, 3, 30))
    with pytest.raises(Refused, match="02:30 does not exist on this day") as refused:
        rules.make_slots(edition, hours(DayHours(date(2026, 3, 29), time(2, 30), time(6))), by=None)
    assert refused.value.field == "opens_2026-03-29"
    assert not Slot.objects.exists()


@pytest.mark.parametrize(
    ("day", "sentence", "field"),
    [
        (DayHours(FIRST, time(9), time(9)), "end before they begin", "closes_2026-09-04"),
        (DayHours(FIRST, time(9), None), "Give both times", "closes_2026-09-04"),
        (DayHours(FIRST, None, None, time(12), time(13)), "from when to when", "opens_2026-09-04"),
        (
            DayHours(FIRST, time(9), time(17), time(12), None),
            "beginning and an end",
            "lunch_until_2026-09-04",
        ),
        (DayHours(FIRST, time(9), time(17), time(13), time(12)), "Lunch ends", "lunch_until_2026-09-04"),
        (DayHours(FIRST, time(9), time(9, 10)), "Not one meeting of 20 minutes", "closes_2026-09-04"),
        (DayHours(date(2026, 9, 20), time(9), time(17)), "not a day of the fair", "opens_2026-09-20"),
    ],
)
def test_hours_without_sense_are_refused_at_their_field(day: DayHours, sentence: str, field: str) -> None:
    edition = make_edition()
    with pytest.raises(Refused, match=sentence) as refused:
        rules.make_slots(edition, hours(day), by=None)
    assert refused.value.field == field
    assert not Slot.objects.exists()


def test_rules_are_saved_with_an_audit_row_and_never_over_somebody_elses() -> None:
    edition = make_edition()
    rules.make_slots(edition, hours(DayHours(FIRST, time(9), time(17))), by=None)
    row = rules.save_rules(edition, {"is_open": True, "answer_hours": 48, "hand_on_hours": 12}, by=None)
    entry = audit.entries(target=edition).first()
    assert entry is not None
    assert entry.event == "meetings.rules.changed"
    assert entry.after == {"is_open": True, "answer_hours": 48, "hand_on_hours": 12}
    with pytest.raises(EditedMeanwhile) as late:
        rules.save_rules(edition, {"buffer": 5, "version": row.version - 1}, by=None)
    assert late.value.current == row.version
    with pytest.raises(Refused, match="fewer hours"):
        rules.save_rules(edition, {"hand_on_hours": 48}, by=None)
    begin = datetime(2026, 8, 1, tzinfo=UTC)
    with pytest.raises(Refused, match="ends before it begins"):
        rules.save_rules(edition, {"wishes_open_at": begin, "wishes_close_at": begin}, by=None)


def test_nobody_may_ask_while_there_are_no_slots() -> None:
    with pytest.raises(Refused, match="no slots yet") as refused:
        rules.save_rules(make_edition(), {"is_open": True}, by=None)
    assert refused.value.field == "is_open"


def test_a_kinds_limits_fit_the_slots() -> None:
    edition = make_edition()
    slots_of(edition, 6)
    slots_of(edition, 4, day=1)
    buyer = BadgeKind.objects.create(edition=edition, code="buyer", name={"en": "Buyer"})
    press = BadgeKind.objects.create(edition=edition, code="press", name={"en": "Press"})
    row = rules.save_kind_rule(
        buyer, {"may_ask_exhibitors": True, "may_ask": [press], "most_a_day": 6, "most_sent": 10}, by=None
    )
    assert (row.most_a_day, row.most_sent, list(row.may_ask.all())) == (6, 10, [press])
    with pytest.raises(Refused, match="only 6 slots") as above:
        rules.save_kind_rule(buyer, {"most_a_day": 7}, by=None)
    assert above.value.field == "most_a_day"
    for limit in (0, -3):
        with pytest.raises(Refused, match="at least one"):
            rules.save_kind_rule(buyer, {"most_received": limit}, by=None)
    other = BadgeKind.objects.create(edition=make_edition(), code="x", name={"en": "X"})
    with pytest.raises(Refused, match="another edition"):
        rules.save_kind_rule(buyer, {"may_ask": [other]}, by=None)
    with pytest.raises(EditedMeanwhile):
        rules.save_kind_rule(buyer, {"most_a_day": 5, "version": 0}, by=None)
    assert KindRule.objects.get(kind=buyer).most_a_day == 6


def test_a_pair_is_kept_apart_once_and_never_from_itself() -> None:
    edition = make_edition()
    firm = make_exhibitor(edition)
    a, b = make_participant(edition), make_participant(edition)
    staff = make_participant(edition, exhibitor=firm)
    pair = rules.block_pair(a, other=b, note="They asked for it.", by=None)
    with pytest.raises(Refused, match="apart already"):
        rules.block_pair(b, other=a, by=None)
    rules.block_pair(a, exhibitor=firm, by=None)
    with pytest.raises(Refused, match="themselves"):
        rules.block_pair(staff, exhibitor=firm, by=None)
    with pytest.raises(Refused, match="themselves"):
        rules.block_pair(a, other=a, by=None)
    with pytest.raises(Refused, match="either"):
        rules.block_pair(a, by=None)
    with pytest.raises(Refused, match="different editions"):
        rules.block_pair(a, other=make_participant(), by=None)
    rules.unblock_pair(pair, by=None)
    assert BlockedPair.objects.count() == 1


def test_tables_are_numbered_on_by_hall() -> None:
    edition = make_edition()
    north, south = make_area(edition), make_area(edition)
    places.make_tables(edition, north, 3, by=None)
    places.make_tables(edition, south, 2, by=None)
    assert [one.number for one in places.make_tables(edition, north, 2, by=None)] == [4, 5]
    places.make_lines(edition, 4, by=None)
    assert Resource.objects.filter(kind="line").count() == 4
    with pytest.raises(Refused, match="at least one"):
        places.make_tables(edition, north, 0, by=None)
    with pytest.raises(Refused, match="at most"):
        places.make_tables(edition, north, places.MOST_TABLES, by=None)
    with pytest.raises(Refused, match="another edition"):
        places.make_tables(edition, make_area(), 1, by=None)
    assert numbers_in_words([5, 1, 2, 3, 9]) == "1–3, 5, 9"


def test_a_lost_table_sends_its_meetings_to_the_nearest_free_one() -> None:
    edition = make_edition()
    hall, far = make_area(edition), make_area(edition)
    slots = slots_of(edition, 3)
    lost, taken, near = (make_table(edition, hall, number=n) for n in (5, 6, 8))
    distant = make_table(edition, far, number=5)
    pair = [make_participant(edition) for _ in range(4)]
    first = make_meeting(slots[0], pair[0], pair[1], table=lost)
    make_meeting(slots[0], pair[2], pair[3], table=taken)
    late = make_meeting(slots[2], pair[0], pair[1], table=lost)
    done = places.lose_place(
        lost, since=slots[0].starts_at, until=slots[1].ends_at, by=None, now=slots[0].starts_at
    )
    assert (done.moved, done.stuck) == ((first,), ())
    assert Booking.objects.get(meeting=first, resource__kind="table").resource == near
    assert Booking.objects.get(meeting=late, resource__kind="table").resource == lost, "it is back by then"
    assert not distant.bookings.exists()
    places.bring_back(lost, by=None)
    lost.refresh_from_db()
    assert (lost.is_out, lost.lost_from, lost.lost_until) == (False, None, None)


def test_without_a_free_place_the_meeting_stays_and_is_named() -> None:
    edition = make_edition()
    slot = slots_of(edition, 1)[0]
    table = make_table(edition)
    meeting = make_meeting(slot, make_participant(edition), make_participant(edition), table=table)
    done = places.lose_place(table, since=slot.starts_at - timedelta(hours=1), by=None)
    assert (done.moved, done.stuck) == ((), (meeting,))
    table.refresh_from_db()
    assert table.is_out
    with pytest.raises(Refused, match="Meetings are booked here"):
        places.remove_place(table, by=None)
    with pytest.raises(Refused, match="before the beginning"):
        places.lose_place(table, since=slot.ends_at, until=slot.starts_at, by=None)


def test_a_stand_takes_fewer_meetings_and_keeps_those_it_has() -> None:
    edition = make_edition()
    firm = make_exhibitor(edition)
    slot = slots_of(edition, 1)[0]
    second = make_stand_place(firm, number=2)
    make_meeting(slot, make_participant(edition), make_participant(edition, exhibitor=firm), table=second)
    assert places.set_stand_places(firm, 3, by=None) == 3
    assert sorted(firm.meeting_places.values_list("number", flat=True)) == [1, 2, 3]
    places.set_stand_places(firm, 1, by=None)
    assert sorted(firm.meeting_places.values_list("number", "is_out")) == [(1, False), (2, True)]
    with pytest.raises(Refused, match="Between 0 and 50"):
        places.set_stand_places(firm, 51, by=None)


def test_an_interpreter_stands_between_two_languages() -> None:
    edition = make_edition()
    values = {"name": {"en": "Song Rui"}, "languages": ["en", "en"]}
    with pytest.raises(Refused, match="two different") as same:
        places.save_interpreter(edition, None, values, by=None)
    assert same.value.field == "second"
    row = places.save_interpreter(edition, None, {**values, "languages": ["en", "zh"]}, by=None)
    assert row.kind == Resource.Kind.INTERPRETER
    places.remove_place(make_interpreter(edition), by=None)
    assert list(Resource.objects.filter(kind="interpreter")) == [row]


def test_slots_stand_by_day_of_the_fair() -> None:
    edition = make_edition()
    slots_of(edition, 2, starts_at=datetime(2026, 9, 4, 15, 45, tzinfo=UTC))  # 23:45 and 00:15 in Shanghai
    assert [(one.day.day, len(one.slots)) for one in slots_by_day(edition)] == [(4, 1), (5, 1)]
