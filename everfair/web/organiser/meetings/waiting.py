"""Requests and who waits for a slot, at the organiser's desk; files of the filtered rows."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from everfair.fair.access import get_edition_at_desk, may
from everfair.meetings import access
from everfair.meetings.actions import waiting
from everfair.meetings.queries import floor, lists
from everfair.web.organiser.frame import attempt, desk
from everfair.web.organiser.meetings.tables import Choice, file_of, given, table

RIGHT = access.RIGHT
OFFERED = (("yes", gettext_lazy("was offered a time")), ("no", gettext_lazy("nothing offered yet")))


@login_required
@require_safe
def request_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Requests, open ones first of all."""
    held = get_edition_at_desk(request.user, edition)
    states = [("all", _("all")), *lists.REQUEST_STATES]
    asked: list[Choice] = [("state", _("State"), states), ("place", _("Where"), list(lists.PLACES))]
    context = table(request, lists.request_table(held, **_request_filters(request.GET)), None, asked)
    context |= {
        "title": _("Requests for meetings"),
        "rows": [(one, floor.REQUEST_KINDS[one.state]) for one in context["page"]],
        "may_run": may(request.user, RIGHT, held),
    }
    return desk(request, "meetings/request_list", held, context)


@login_required
@require_safe
def request_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The filtered requests as CSV or a workbook, in the fair's time."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    rows = lists.request_rows(lists.request_table(held, **_request_filters(request.GET)))
    return file_of(held, kind, "requests", _("Requests"), rows, lists.REQUEST_COLUMNS)


def _request_filters(query: QueryDict) -> dict[str, str]:
    return {key: given(query, key) for key in ("q", "state", "place")}


@login_required
@require_safe
def waiting_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Who waits for a slot to come free, and who was offered one."""
    held = get_edition_at_desk(request.user, edition)
    asked: list[Choice] = [("offered", _("Offer"), list(OFFERED))]
    context = table(request, lists.waiting_table(held, **_waiting_filters(request.GET)), None, asked)
    context |= {
        "title": _("Who waits"),
        "lead": _("When a slot comes back, it is offered to the first in line and kept until they answer."),
        "may_run": may(request.user, RIGHT, held),
    }
    with timezone.override(ZoneInfo(held.time_zone)):
        return desk(request, "meetings/waiting_list", held, context)


@login_required
@require_safe
def waiting_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """Who waits as CSV or a workbook, in the fair's time."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    rows = lists.waiting_rows(lists.waiting_table(held, **_waiting_filters(request.GET)))
    return file_of(held, kind, "who-waits", _("Who waits"), rows, lists.WAITING_COLUMNS)


def _waiting_filters(query: QueryDict) -> dict[str, str]:
    return {key: given(query, key) for key in ("q", "offered")}


@login_required
@require_POST
def waiting_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take somebody out of the line; what was offered to them goes to the next."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    line: Any = access.get_line_at_desk(request.user, held, pk)
    deed = partial(waiting.leave_line, line, by=request.user)
    return attempt(request, deed, _("Out of the line."), "meetings.waiting_list", edition=held.slug)
