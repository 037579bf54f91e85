"""Free time said on one's own clock: hours that do not exist or come twice, stretches outside the fair, what lies outside."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.meetings.actions.diary import fair_span, forget_when_free, say_how, say_when_free
from everfair.meetings.forms.availability import AvailabilityForm, FreePart, WaysForm, moment_at
from everfair.meetings.models import FreeTime
from everfair.meetings.queries.diary import meeting_days, zone_of
from tests.factories.fair import make_edition
from tests.factories.meetings import BEFORE, BEGIN, make_meeting, make_participant, make_slots

pytestmark = pytest.mark.django_db

SHANGHAI, BERLIN, NAIROBI = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Nairobi")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # Berlin's clock goes forward, goes back


def part(hour: float, until: float, place: str = "") -> FreePart:
    return FreePart(BEGIN + timedelta(hours=hour), BEGIN + timedelta(hours=until), place)


def form_of(edition: Any, zone: ZoneInfo, data: dict[str, str] | None, held: Any = None) -> AvailabilityForm:
    days = meeting_days(edition, zone)
    return AvailabilityForm(data, days=days, zone=zone, held=held, span=fair_span(edition))


def typed(day: date, *parts: tuple[str, ...]) -> dict[str, str]:
    """What a browser sends for one day."""
    data = {}
    for number, one in enumerate(parts):
        for key, value in zip(("from", "until", "where"), one, strict=False):
            data[f"{day:%Y%m%d}-{number}-{key}"] = value
    return data


def berlin_edition(first: date, last: date) -> Any:
    """A fair in Berlin with slots every hour from midnight to midnight of its first day's clock."""
    edition = make_edition(starts_on=first, ends_on=last, time_zone="Europe/Berlin")
    midnight = datetime.combine(first, time(), BERLIN).astimezone(UTC)
    make_slots(edition, 46, starts_at=midnight, minutes=30, pause=30)
    return edition


# One clock ---------------------------------------------------------------------------------------------------
def test_a_time_is_the_moment_its_clock_shows_it() -> None:
    assert moment_at(date(2026, 9, 4), time(9), SHANGHAI) == BEGIN
    assert moment_at(SPRING, time(1, 59), BERLIN) == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert moment_at(SPRING, time(3), BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize("at", [time(2), time(2, 30), time(2, 55)])
def test_a_time_the_clock_skips_is_told(at: time) -> None:
    with pytest.raises(ValidationError) as error:
        moment_at(SPRING, at, BERLIN)
    assert f"There is no {at:%H:%M} on 29 March 2026" in error.value.messages[0]
    assert "from 02:00 straight to 03:00" in error.value.messages[0]


def test_an_hour_that_comes_twice_counts_whole() -> None:
    assert moment_at(AUTUMN, time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment_at(AUTUMN, time(2, 30), BERLIN, is_end=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


# The form ----------------------------------------------------------------------------------------------------
def test_days_stand_on_the_persons_clock() -> None:
    """Nine in Shanghai is the evening before in Los Angeles."""
    edition = make_edition()
    make_slots(edition, 4)
    days = meeting_days(edition, ZoneInfo("America/Los_Angeles"))
    assert [day.day for day in days] == [date(2026, 9, 3)]
    data = typed(date(2026, 9, 3), ("18:00", "19:00"))
    form = form_of(edition, ZoneInfo("America/Los_Angeles"), data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["parts"] == [part(0, 1)]


def test_a_stretch_until_midnight_goes_on_the_next_day() -> None:
    edition = berlin_edition(SPRING, SPRING + timedelta(days=1))
    data = {**typed(SPRING, ("22:00", "00:00")), **typed(SPRING + timedelta(days=1), ("00:00", "01:00"))}
    form = form_of(edition, BERLIN, data)
    assert form.is_valid(), form.errors
    first, second = form.cleaned_data["parts"]
    assert first.ends_at == second.starts_at == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_a_day_of_23_hours_and_one_of_25() -> None:
    for day, hours in ((SPRING, 23), (AUTUMN, 25)):
        form = form_of(berlin_edition(day, day), BERLIN, typed(day, ("00:00", "24:00")))
        assert form.is_valid(), form.errors
        (whole,) = form.cleaned_data["parts"]
        assert whole.ends_at - whole.starts_at == timedelta(hours=hours)


def test_the_skipped_hour_is_told_at_its_field() -> None:
    form = form_of(berlin_edition(SPRING, SPRING), BERLIN, typed(SPRING, ("02:30", "05:00")))
    assert not form.is_valid()
    assert list(form.errors) == ["20260329-0-from"]
    assert "There is no 02:30" in form.errors["20260329-0-from"][0]


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        (("09:00", ""), "until", "Say both times"),
        (("", "10:00"), "from", "Say both times"),
        (("10:00", "09:00"), "until", "ends before it begins"),
        (("14:00", "15:00"), "from", "meetings are from 09:00 to 11:50, 20 minutes each"),
        (("09:05", "09:20"), "from", "No meeting fits in there"),
        (("nine", "10:00"), "from", "14:30"),
    ],
)
def test_a_stretch_that_makes_no_sense_is_told(sent: tuple[str, str], field: str, words: str) -> None:
    edition = make_edition()
    make_slots(edition)
    form = form_of(edition, SHANGHAI, typed(date(2026, 9, 4), sent))
    assert not form.is_valid()
    assert words in form.errors[f"20260904-0-{field}"][0]


def test_a_stretch_before_the_fair_is_told_in_its_days() -> None:
    """In Nairobi the fair begins at seven in the evening of the day before."""
    edition = make_edition()
    make_slots(edition, 2, starts_at=datetime(2026, 9, 3, 17, tzinfo=UTC))  # one in the morning in Shanghai
    form = form_of(edition, NAIROBI, typed(date(2026, 9, 3), ("18:00", "21:00")))
    assert not form.is_valid()
    assert "The fair is from 3 Sept 2026 19:00 to" in form.errors["20260903-0-from"][0]


def test_two_stretches_that_overlap_are_told() -> None:
    edition = make_edition()
    make_slots(edition)
    form = form_of(edition, SHANGHAI, typed(date(2026, 9, 4), ("09:00", "10:30"), ("10:00", "12:00")))
    assert "overlaps" in form.errors["20260904-1-from"][0]


def test_the_form_shows_all_hours_first_and_then_what_was_said() -> None:
    edition = make_edition()
    make_slots(edition)
    day = date(2026, 9, 4)
    new = form_of(edition, SHANGHAI, None)
    assert (new["20260904-0-from"].initial, new["20260904-0-until"].initial) == (time(9), time(11, 50))
    person = make_participant(edition)
    say_when_free(person, [part(1, 2, "online"), part(2.5, 3)], by=None, now=BEFORE)
    again = form_of(edition, SHANGHAI, None, held=list(person.free_times.all()))
    shown = [
        (row["from"].initial, row["until"].initial, row["where"].initial) for row in next(again.rows())[1]
    ]
    assert shown == [(time(10), time(11), "online"), (time(11, 30), time(12), ""), (None, None, "")]
    assert again.parts[day] == 3


# The action --------------------------------------------------------------------------------------------------
def test_what_was_said_is_replaced_and_joined() -> None:
    person = make_participant()
    say_when_free(person, [part(0, 9)], by=person.user, now=BEFORE)
    say_when_free(person, [part(1, 2), part(0, 1), part(2, 3, "online")], by=person.user, now=BEFORE)
    kept = list(FreeTime.objects.values_list("starts_at", "ends_at", "place"))
    assert kept == [
        (BEGIN, BEGIN + timedelta(hours=2), ""),
        (BEGIN + timedelta(hours=2), BEGIN + timedelta(hours=3), "online"),
    ]
    person.refresh_from_db()
    assert person.said_when_free == BEFORE
    entries = AuditEntry.objects.filter(event="meetings.participant.free_said").order_by("pk")
    assert [(entry.before, entry.after) for entry in entries] == [
        ({"parts": None}, {"parts": 1}),
        ({"parts": 1}, {"parts": 2}),
    ]


@pytest.mark.parametrize(
    "parts",
    [
        [part(2, 1)],
        [part(1, 1)],
        [part(0, 2), part(1, 3)],
        [part(-10, -9.5)],  # before midnight of the first day in Shanghai
        [part(24 * 6, 24 * 6 + 20)],
        [part(0, 1, "elsewhere")],
    ],
)
def test_nothing_is_half_done(parts: list[FreePart]) -> None:
    person = make_participant()
    say_when_free(person, [part(0, 1)], by=None, now=BEFORE)
    with pytest.raises(Refused):
        say_when_free(person, [part(5, 6), *parts], by=None, now=BEFORE)
    assert FreeTime.objects.get().starts_at == BEGIN


def test_meetings_that_lie_outside_now_are_named_and_stay() -> None:
    edition = make_edition()
    slots = make_slots(edition)
    one, other = make_participant(edition), make_participant(edition)
    inside, outside = (make_meeting(slot, one, other) for slot in (slots[0], slots[3]))
    found = say_when_free(one, [part(0, 0.25), part(0.25, 1, "online")], by=None, now=BEFORE)
    assert found == [outside]
    outside.refresh_from_db()
    assert (outside.state, inside.bookings.count(), outside.bookings.count()) == ("scheduled", 2, 2)


def test_free_whenever_again() -> None:
    person = make_participant()
    say_when_free(person, [], by=None, now=BEFORE)
    forget_when_free(person, by=None)
    person.refresh_from_db()
    assert person.said_when_free is None


def test_ways_are_kept_and_told_to_the_log() -> None:
    person = make_participant(longest_run=None)
    say_how(person, {"longest_run": 3, "keeps_lunch": True, "time_zone": "Africa/Nairobi"}, by=person.user)
    person.refresh_from_db()
    assert (person.longest_run, person.time_zone, zone_of(person)) == (3, "Africa/Nairobi", NAIROBI)
    entry = AuditEntry.objects.get(event="meetings.participant.ways_said")
    assert entry.after == {"longest_run": 3, "time_zone": "Africa/Nairobi"}
    with pytest.raises(Refused):
        say_how(person, {"longest_run": 0}, by=None)
    with pytest.raises(Refused):
        say_how(person, {"time_zone": "Mars/Olympus"}, by=None)


@pytest.mark.parametrize("run", ["0", "-2", "51", "many"])
def test_a_limit_that_is_none_is_told(run: str) -> None:
    form = WaysForm({"is_on_site": "1", "longest_run": run}, offered=["en", "zh"])
    assert not form.is_valid()
    assert list(form.errors) == ["longest_run"]
