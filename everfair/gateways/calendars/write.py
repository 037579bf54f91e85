"""Events → an .ics file, through icalendar. Times are written in UTC: every program reads them, none needs a zone table."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

from everfair.gateways.calendars.types import CalendarEvent

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//everfair//programme//EN"
LONGEST = {"title": 500, "description": 4000, "location": 500}


def write_calendar(
    events: Iterable[CalendarEvent],
    *,
    name: str,
    time_zone: str,
    about: str = "",
    refresh: timedelta = timedelta(hours=1),
) -> bytes:
    """A calendar named `name`; `time_zone` (IANA) is what programs show it in, `refresh` how often they may ask again."""
    from icalendar import Calendar  # slow import: a quarter of a second that most processes never need

    calendar: Any = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _clean(name, 200))
    calendar.add("x-wr-timezone", time_zone)
    if about:
        calendar.add("x-wr-caldesc", _clean(about, 500))
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{max(1, int(refresh.total_seconds()) // 60)}M")
    for event in events:
        calendar.add_component(_event(event))
    written: bytes = calendar.to_ical()
    return written


def _event(event: CalendarEvent) -> Any:
    from icalendar import Event  # slow import, see above

    made: Any = Event()
    made.add("uid", event.uid)
    made.add("dtstamp", event.changed_at.astimezone(UTC))
    made.add("last-modified", event.changed_at.astimezone(UTC))
    made.add("sequence", event.sequence)
    made.add("dtstart", event.starts_at.astimezone(UTC))
    made.add("dtend", event.ends_at.astimezone(UTC))
    made.add("summary", _clean(event.title, LONGEST["title"]))
    for field in ("description", "location"):
        if text := _clean(getattr(event, field), LONGEST[field]):
            made.add(field, text)
    if event.url:
        made.add("url", event.url)
    if event.categories:
        made.add("categories", [_clean(one, 100) for one in event.categories])
    made.add("status", event.status)
    made.add("transp", "TRANSPARENT" if event.status == "CANCELLED" else "OPAQUE")
    return made


def _clean(text: str, longest: int) -> str:
    """Without signs that break a calendar file, not endlessly long. Escaping and folding are icalendar's work."""
    kept = "".join(sign for sign in text if sign >= " " or sign in "\n\t").strip()
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"
