"""Times and lengths as schedule files write them."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

_LENGTH = re.compile(r"(-?)(\d{1,4}):(\d{2})(?::(\d{2}))?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_SHORT_OFFSET = re.compile(r"([+-])(\d):(\d{2})$")
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def parse_length(text: str) -> timedelta | None:
    """ "00:45" or "00:45:30"; "-00:30" is a negative length. None when it is no length."""
    found = _LENGTH.fullmatch(text.strip())
    if not found:
        return None
    sign, hours, minutes, seconds = found.groups()
    length = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    return -length if sign else length


def parse_clock(text: str) -> time | None:
    """ "09:00" or "09:00:00"; None when it is no time of day."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        return None


def parse_day(text: str) -> date | None:
    """ "2025-02-01", also where a time follows."""
    try:
        day = date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def parse_moment(text: str, zone: tzinfo) -> datetime | None:
    """An aware time; one without an offset is read in `zone`. None when it is no time of our centuries."""
    written = _SHORT_OFFSET.sub(r"\g<1>0\2:\3", text.strip())
    if len(written) < 16:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone by its name; None when there is no such zone."""
    try:
        return ZoneInfo(name) if name and len(name) < 64 else None
    except (KeyError, ValueError, OSError):
        return None


def length_text(length: timedelta) -> str:
    """ "00:45"; what lies beyond whole minutes is not written."""
    minutes = int(length.total_seconds()) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def exact_length_text(length: timedelta) -> str:
    """ "00:45", or "00:45:30" where seconds are left."""
    seconds = int(length.total_seconds()) % 60
    return length_text(length) + (f":{seconds:02d}" if seconds else "")


def moment_text(moment: datetime) -> str:
    """ISO 8601 with the offset: "2025-02-01T09:30:00+01:00"."""
    return moment.replace(microsecond=0).isoformat()
