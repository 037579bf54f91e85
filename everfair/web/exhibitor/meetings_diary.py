"""A firm's diary of meetings and files of it. One meeting is in meetings_one."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from everfair.gateways.calendars import CONTENT_TYPE, CalendarEvent, write_calendar
from everfair.meetings.queries import firm as queries
from everfair.meetings.queries import lists
from everfair.meetings.queries.duties import duties_by_day
from everfair.meetings.queries.floor import STATE_KINDS
from everfair.web.exhibitor.meetings_frame import address, at_meetings, show_page
from everfair.web.list_files import file_of_rows
from everfair.web.meeting_words import where_words

A_PAGE = 50


@login_required
@never_cache
@require_safe
def diary_list(request: HttpRequest, code: str) -> HttpResponse:
    """The firm's meetings by day, of all its people or of one, and who is at the booth."""
    exhibitor = at_meetings(request, code)
    person = request.GET.get("person", "").replace("\x00", "")
    zone = ZoneInfo(exhibitor.edition.time_zone)
    page = Paginator(queries.meetings_of_firm(exhibitor, person), A_PAGE).get_page(request.GET.get("page"))
    days: dict[Any, list[Any]] = {}
    for one in page:
        day = one.slot.starts_at.astimezone(zone).date()
        url = address("meeting_show", exhibitor, meeting=one.code)
        sides = queries.sides_of_firm(one, exhibitor)
        days.setdefault(day, []).append((one, STATE_KINDS[one.state], where_words(one), sides, url))
    at_booth = duties_by_day(exhibitor, person)
    if (
        page.paginator.num_pages == 1
    ):  # days without a meeting too; else each stands with the meetings of its day
        days |= {day: days.get(day, []) for day in at_booth}
    suffix = f"?person={person}" if person else ""
    context = {
        "page": page,
        "days": [(day, rows, at_booth.get(day, [])) for day, rows in sorted(days.items())],
        "staff": list(queries.staff_of(exhibitor)),
        "chosen": person,
        "exports": [
            (label, address("diary_export", exhibitor, kind=kind) + suffix)
            for label, kind in (("XLSX", "xlsx"), ("CSV", "csv"), ("iCal", "ics"))
        ],
        "list_url": address("request_list", exhibitor),
    }
    return show_page(request, "diary_list", exhibitor, context)


@login_required
@never_cache
@require_safe
def diary_export(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """The same diary as a workbook, CSV or a calendar, in the fair's time."""
    exhibitor = at_meetings(request, code)
    found = queries.meetings_of_firm(exhibitor, request.GET.get("person", "").replace("\x00", ""))
    headers = {"Content-Disposition": f'attachment; filename="meetings-{exhibitor.code}.{kind}"'}
    zone = ZoneInfo(exhibitor.edition.time_zone)
    if kind == "ics":
        events = [_event(one, exhibitor) for one in found]
        name = _("Meetings of %(firm)s") % {"firm": exhibitor.organisation}
        body = write_calendar(events, name=name, time_zone=zone.key)
        return HttpResponse(body, content_type=CONTENT_TYPE, headers=headers)
    lines = lists.meeting_rows(found, where_words)
    name = f"meetings-{exhibitor.code}"
    columns = dict(lists.MEETING_COLUMNS)
    return file_of_rows(kind, name, lines, columns, sheet=_("Meetings"), zone=zone)


def _event(meeting: Any, exhibitor: Any) -> CalendarEvent:
    sides = queries.sides_of_firm(meeting, exhibitor)
    theirs = _(", ").join(one.participant.name for one in sides.theirs)
    ours = _(", ").join(one.participant.name for one in sides.ours)
    url = settings.BASE_URL + address("meeting_show", exhibitor, meeting=meeting.code)
    return CalendarEvent(
        uid=f"firm-{exhibitor.code}-meeting-{meeting.code}@{settings.BASE_URL.partition('://')[2] or 'everfair'}",
        title=_("Meeting: %(with)s") % {"with": theirs},
        starts_at=meeting.slot.starts_at,
        ends_at=meeting.slot.ends_at,
        changed_at=meeting.made_at,
        sequence=meeting.version - 1,
        description="\n".join(filter(None, (ours, meeting.online_url, url))),
        location=where_words(meeting),
        url=url,
    )
