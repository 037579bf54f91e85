"""Who of a firm is at its booth when: the roster of a day, rows of a file, meetings that a duty stands against. Reads only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.meetings.models import BoothDuty, Meeting, Participant, PlaceKind

COLUMNS = (
    ("day", gettext_lazy("Day")),
    ("from", gettext_lazy("From")),
    ("until", gettext_lazy("Until")),
    ("name", gettext_lazy("Name")),
    ("may_meet", gettext_lazy("May meet at the stand meanwhile")),
    ("note", gettext_lazy("Note")),
)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One of the firm's people, with their duties of the day in order."""

    person: Participant
    duties: tuple[BoothDuty, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """A day at the booth: everybody's duties, and when nobody is there between the first duty and the last."""

    day: date
    rows: tuple[RosterRow, ...]
    gaps: tuple[tuple[datetime, datetime], ...]

    @property
    def count(self) -> int:
        """Duties of the day."""
        return sum(len(row.duties) for row in self.rows)


def duty_days(edition: Edition) -> list[date]:
    """The days on which somebody can be at a booth: those of the edition."""
    return [
        edition.starts_on + timedelta(days=n) for n in range((edition.ends_on - edition.starts_on).days + 1)
    ]


def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A day of the fair in UTC: 23 or 25 hours where the clock changes."""
    begin, end = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return begin.astimezone(UTC), end.astimezone(UTC)


def duties_of_firm(exhibitor: Exhibitor, person: str = "") -> QuerySet[BoothDuty]:
    """Duties of the firm's people, or of one of them by code, in order of time."""
    rows = BoothDuty.objects.filter(participant__exhibitor=exhibitor).select_related("participant")
    rows = rows.filter(participant__code=person) if person else rows
    return rows.order_by("starts_at", "participant__name", "pk")


def duties_on(exhibitor: Exhibitor, day: date) -> QuerySet[BoothDuty]:
    """Those that begin on a day of the fair's clock."""
    begin, end = day_span(day, ZoneInfo(exhibitor.edition.time_zone))
    return duties_of_firm(exhibitor).filter(starts_at__gte=begin, starts_at__lt=end)


def counts_by_day(exhibitor: Exhibitor) -> dict[date, int]:
    """How many duties each day has. One query."""
    zone = ZoneInfo(exhibitor.edition.time_zone)
    found = dict.fromkeys(duty_days(exhibitor.edition), 0)
    for starts_at in duties_of_firm(exhibitor).values_list("starts_at", flat=True):
        day = starts_at.astimezone(zone).date()
        found[day] = found.get(day, 0) + 1
    return found


def duties_by_day(exhibitor: Exhibitor, person: str = "") -> dict[date, list[BoothDuty]]:
    """Days of the fair's clock on which somebody is at the booth, with their duties. One query."""
    zone = ZoneInfo(exhibitor.edition.time_zone)
    found: dict[date, list[BoothDuty]] = {}
    for duty in duties_of_firm(exhibitor, person):
        found.setdefault(duty.starts_at.astimezone(zone).date(), []).append(duty)
    return found


def roster_of(exhibitor: Exhibitor, day: date, staff: Sequence[Participant]) -> Roster:
    """The day's duties of these people. One query; when nobody is there counts everybody of the firm."""
    duties = list(duties_on(exhibitor, day))
    by_person: dict[int, list[BoothDuty]] = {}
    for duty in duties:
        by_person.setdefault(duty.participant_id, []).append(duty)
    rows = tuple(RosterRow(person, tuple(by_person.get(person.pk, ()))) for person in staff)
    return Roster(day, rows, tuple(_gaps(duties)))


def _gaps(duties: Iterable[BoothDuty]) -> Iterator[tuple[datetime, datetime]]:
    until: datetime | None = None
    for duty in duties:  # in order of their beginning
        if until is not None and duty.starts_at > until:
            yield until, duty.starts_at
        until = max(until or duty.ends_at, duty.ends_at)


def meetings_against(duty: BoothDuty) -> list[Meeting]:
    """Agreed meetings of the person that the duty would not have allowed, in order of time."""
    rows = Meeting.objects.filter(
        people__participant=duty.participant_id,
        state=Meeting.State.SCHEDULED,
        slot__starts_at__lt=duty.ends_at,
        slot__ends_at__gt=duty.starts_at,
    ).select_related("slot")
    if duty.may_meet:
        rows = rows.exclude(place=PlaceKind.STAND, exhibitor=duty.participant.exhibitor_id)
    return list(rows.order_by("slot__starts_at", "pk"))


def duties_of(participant: Participant) -> list[BoothDuty]:
    """A person's own duties, for the diary."""
    rows = BoothDuty.objects.filter(participant=participant)
    return list(rows.select_related("participant__exhibitor__organisation").order_by("starts_at", "pk"))


def duty_rows(rows: Iterable[BoothDuty], zone: ZoneInfo, words: Any) -> Iterator[dict[str, Any]]:
    """Rows for CSV and XLSX on the clock of `zone`; `words` turns "yes" and "no" into words."""
    for duty in rows:
        starts, ends = duty.starts_at.astimezone(zone), duty.ends_at.astimezone(zone)
        is_whole = ends.date() > starts.date() and ends.time() == time()
        yield {
            "day": starts.strftime("%Y-%m-%d"),
            "from": starts.strftime("%H:%M"),
            "until": "24:00" if is_whole else ends.strftime("%H:%M"),
            "name": duty.participant.name,
            "may_meet": words("yes" if duty.may_meet else "no"),
            "note": duty.note,
        }
