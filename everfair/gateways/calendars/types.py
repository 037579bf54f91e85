"""An event as a calendar program wants it. No rows, no reading."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event. `uid` is the same for ever; `sequence` grows with each change, so that a moved event moves in the calendar.

    Times are aware; `status` is "CONFIRMED", "TENTATIVE" or "CANCELLED". Texts are plain.
    """

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int = 0
    description: str = ""
    location: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    status: str = "CONFIRMED"
