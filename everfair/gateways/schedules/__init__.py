"""Schedules as files: c3voc schedule.xml and schedule.json in and out. Bytes and plain values; no tables here."""

from .read import MOST_BYTES, read_schedule
from .types import (
    Conference,
    Day,
    Event,
    Link,
    Person,
    Problem,
    Read,
    Recording,
    Room,
    Schedule,
    ScheduleError,
    Track,
    event_from_json,
    to_json,
)
from .write_json import write_json
from .write_xml import write_xml

__all__ = [
    "MOST_BYTES",
    "Conference",
    "Day",
    "Event",
    "Link",
    "Person",
    "Problem",
    "Read",
    "Recording",
    "Room",
    "Schedule",
    "ScheduleError",
    "Track",
    "event_from_json",
    "read_schedule",
    "to_json",
    "write_json",
    "write_xml",
]
