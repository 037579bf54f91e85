"""A day of a diary as two rulers and three lanes, five minutes a column; whose clock a page is on. Geometry only, no markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from everfair.meetings.queries.diary import Diary, DiaryEntry
from everfair.web.public.programme.shown import Hour, day_label
from everfair.web.templatetags.figures import clock_time

STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
MOST_HOURS, PER_HOUR = 24, 12


@dataclass(frozen=True, slots=True)
class Cell:
    """An entry's place: first column (from 1), columns, row within the lane (from 1)."""

    entry: DiaryEntry
    start: int
    span: int
    row: int


@dataclass(frozen=True, slots=True)
class DiaryLane:
    """Entries of one kind; `label` says which."""

    key: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DiaryGrid:
    """One day on the diary's clock. `hours` carry both clocks."""

    day: date
    begins_at: datetime
    hours: tuple[Hour, ...]
    lanes: tuple[DiaryLane, ...]

    @property
    def length(self) -> int:
        """Hours shown."""
        return len(self.hours)

    def column(self, moment: datetime) -> int | None:
        """The column of a moment; None when the day does not show it."""
        if not self.begins_at <= moment < self.begins_at + self.length * HOUR:
            return None
        return int((moment - self.begins_at) / STEP) + 1


def grid_of(day: date, entries: Sequence[DiaryEntry], zone: ZoneInfo, second: ZoneInfo | None) -> DiaryGrid:
    """The day as a grid; hours are real ones, so a day the clock changes has 23 or 25."""
    first = min(one.starts_at for one in entries).astimezone(zone).replace(minute=0, second=0, microsecond=0)
    begin = first.astimezone(UTC)
    last = min(max(one.ends_at for one in entries), begin + MOST_HOURS * HOUR)
    length = max(1, -(-(last - begin) // HOUR))
    hours = tuple(_hour(begin + number * HOUR, number, zone, second) for number in range(length))
    labels = (
        ("meeting", _("Meetings")),
        ("session", _("Sessions")),
        ("duty", _("At the booth")),
        ("free", _("Free")),
    )
    lanes = tuple(
        DiaryLane(key, label, _cells([one for one in entries if one.kind == key], begin, length))
        for key, label in labels
        if any(one.kind == key for one in entries)
    )
    return DiaryGrid(day, begin, hours, lanes)


def _hour(at: datetime, number: int, zone: ZoneInfo, second: ZoneInfo | None) -> Hour:
    own = clock_time(at, second.key) if second is not None else ""
    return Hour(number * PER_HOUR + 1, at, clock_time(at, zone.key), own)


def _cells(entries: Sequence[DiaryEntry], begin: datetime, length: int) -> tuple[Cell, ...]:
    """Entries at one time stand below each other."""
    free_from: list[int] = []  # row → first free column
    cells = []
    for entry in entries:
        column = min(max(0, int((entry.starts_at - begin) / STEP)), length * PER_HOUR - 1)
        span = max(1, min(-((entry.starts_at - entry.ends_at) // STEP), length * PER_HOUR - column))
        row = next((number for number, free in enumerate(free_from) if free <= column), len(free_from))
        if row == len(free_from):
            free_from.append(0)
        free_from[row] = column + span
        cells.append(Cell(entry, column + 1, span, row + 1))
    return tuple(cells)


def clocks(own: ZoneInfo, fair: ZoneInfo, chosen: str, *, is_on_site: bool, now: datetime) -> dict[str, Any]:
    """The clock a page is on and the other one (None where both always show the same), and which is which."""
    if own.key == fair.key or (_same(own, fair, now) and _same(own, fair, now + timedelta(days=182))):
        return {"zone": fair, "second": None, "clock": "fair"}
    clock = chosen if chosen in ("fair", "mine") else "fair" if is_on_site else "mine"
    zone, second = (fair, own) if clock == "fair" else (own, fair)
    return {"zone": zone, "second": second, "clock": clock}


def _same(own: ZoneInfo, fair: ZoneInfo, at: datetime) -> bool:
    return at.astimezone(own).utcoffset() == at.astimezone(fair).utcoffset()


def chosen_day(diary: Diary, wanted: str, now: datetime) -> date | None:
    """The day asked for, else today, else the next one with an entry, else the last."""
    days = list(diary.by_day())
    if not days:
        return None
    try:
        asked = date.fromisoformat(wanted)
    except ValueError:
        asked = None
    if asked in days:
        return asked
    today = now.astimezone(diary.zone).date()
    return next((day for day in days if day >= today), days[-1])


def day_tabs(diary: Diary, chosen: date | None) -> list[dict[str, Any]]:
    """The diary's days, each with how much is agreed on it."""
    return [
        {
            "value": day.isoformat(),
            "label": day_label(day),
            "current": day == chosen,
            "count": sum(1 for one in entries if one.kind in ("meeting", "session")),
        }
        for day, entries in diary.by_day().items()
    ]
