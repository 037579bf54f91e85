"""Calendar files (iCalendar, RFC 5545) for other people's calendar programs. What stands in them, the caller says."""

from everfair.gateways.calendars.types import CalendarEvent
from everfair.gateways.calendars.write import CONTENT_TYPE, write_calendar

__all__ = ["CONTENT_TYPE", "CalendarEvent", "write_calendar"]
