"""The organiser's tables of meetings, requests, people and who waits; one person; files of the filtered rows."""

import tempfile
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from everfair.base.languages import pick
from everfair.fair.access import get_edition_at_desk, may
from everfair.gateways.tables import csv_chunks, write_xlsx
from everfair.meetings import access
from everfair.meetings.actions import waiting
from everfair.meetings.queries import floor, lists
from everfair.meetings.queries.lists import MeetingFilters, PersonFilters
from everfair.web.meeting_words import sides, where_words
from everfair.web.organiser.frame import address, attempt, desk

RIGHT = access.RIGHT
ROWS_ON_A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOKS = (
    ("stuck", gettext_lazy("without a usable place")),
    ("unconfirmed", gettext_lazy("not confirmed by all")),
)
SIDES = (("visitor", gettext_lazy("visitors")), ("staff", gettext_lazy("exhibitors' staff")))
MEETS = (
    ("none", gettext_lazy("without a meeting")),
    ("some", gettext_lazy("with meetings")),
    ("absent", gettext_lazy("did not come to one")),
)
WAYS = (("on_site", gettext_lazy("on site")), ("online", gettext_lazy("on line")))
WORDS = {
    "visitor": gettext_lazy("visitor"),
    "staff": gettext_lazy("exhibitor's staff"),
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
}
Choice = tuple[str, str, list[tuple[str, Any]]]


@login_required
@require_safe
def meeting_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every meeting in order of time; filters stand in the address."""
    held = get_edition_at_desk(request.user, edition)
    with timezone.override(ZoneInfo(held.time_zone)):
        filters = _meeting_filters(request.GET)
        lang: str = request.content_language  # type: ignore[attr-defined]
        halls = [(area.code, f"{area.sign} {pick(area.name, lang)}") for area in held.areas.all()]
        asked: list[Choice] = [
            ("state", _("State"), list(lists.MEETING_STATES)),
            ("place", _("Where"), list(lists.PLACES)),
            ("hall", _("Hall"), halls),
            ("look", _("Look at"), list(LOOKS)),
        ]
        context = _table(request, lists.meeting_table(held, filters), filters, asked, ("day",))
        context |= {
            "title": _("Meetings"),
            "rows": [
                (one, floor.STATE_KINDS[one.state], where_words(one), *sides(one)) for one in context["page"]
            ],
        }
        return desk(request, "meetings/meeting_list", held, context)


@login_required
@require_safe
def meeting_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The filtered meetings as CSV or a workbook, in the fair's time."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    rows = lists.meeting_rows(lists.meeting_table(held, _meeting_filters(request.GET)), where_words)
    return _file(held, kind, "meetings", _("Meetings"), rows, lists.MEETING_COLUMNS)


@login_required
@require_safe
def person_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Who takes part in meetings."""
    held = get_edition_at_desk(request.user, edition)
    filters = _person_filters(request.GET)
    asked: list[Choice] = [
        ("side", _("Side"), list(SIDES)),
        ("meets", _("Meetings"), list(MEETS)),
        ("way", _("How they take part"), list(WAYS)),
    ]
    context = _table(request, lists.person_table(held, filters), filters, asked)
    context |= {
        "title": _("People who meet"),
        "rows": [(one, lists.firm_of(one)) for one in context["page"]],
    }
    return desk(request, "meetings/person_list", held, context)


@login_required
@require_safe
def person_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The filtered people as CSV or a workbook."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    people = lists.person_table(held, _person_filters(request.GET)).select_related(
        "exhibitor__organisation", "edition"
    )
    rows = lists.person_rows(people, lambda key: str(WORDS[key]))
    return _file(held, kind, "people-who-meet", _("People"), rows, lists.PERSON_COLUMNS)


@login_required
@require_safe
def person_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One person: meetings, requests, what they said about themselves."""
    held = get_edition_at_desk(request.user, edition)
    person = access.get_participant_at_desk(request.user, held, code)
    with timezone.override(ZoneInfo(held.time_zone)):
        page = Paginator(lists.requests_of(person), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "title": person.name,
            "person": person,
            "firm": lists.firm_of(person),
            "meetings": [
                (one, floor.STATE_KINDS[one.state], where_words(one), *sides(one))
                for one in lists.meetings_of(person)[:200]
            ],
            "page": page,
            "requests": [(one, floor.REQUEST_KINDS[one.state]) for one in page],
            "free_times": list(person.free_times.all()[:100]),
            "may_run": may(request.user, RIGHT, held),
            "crumbs": [
                (_("People who meet"), address("meetings.person_list", edition=held.slug)),
                (person.name, ""),
            ],
        }
        return desk(request, "meetings/person_show", held, context)


@login_required
@require_safe
def request_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Requests, open ones first of all."""
    held = get_edition_at_desk(request.user, edition)
    chosen = {key: _given(request.GET, key) for key in ("q", "state", "place")}
    states = [("all", _("all")), *lists.REQUEST_STATES]
    asked: list[Choice] = [("state", _("State"), states), ("place", _("Where"), list(lists.PLACES))]
    context = _table(request, lists.request_table(held, **chosen), None, asked)
    context |= {
        "title": _("Requests for meetings"),
        "rows": [(one, floor.REQUEST_KINDS[one.state]) for one in context["page"]],
    }
    return desk(request, "meetings/request_list", held, context)


@login_required
@require_safe
def waiting_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Who waits for a slot to come free, and who was offered one."""
    held = get_edition_at_desk(request.user, edition)
    page = Paginator(floor.waiting_line(held), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Who waits"),
        "lead": _("When a slot comes back, it is offered to the first in line and kept until they answer."),
        "page": page,
        "may_run": may(request.user, RIGHT, held),
    }
    with timezone.override(ZoneInfo(held.time_zone)):
        return desk(request, "meetings/waiting_list", held, context)


@login_required
@require_POST
def waiting_remove(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take somebody out of the line; what was offered to them goes to the next."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    line = access.get_line_at_desk(request.user, held, pk)
    deed = partial(waiting.leave_line, line, by=request.user)
    return attempt(request, deed, _("Out of the line."), "meetings.waiting_list", edition=held.slug)


def _given(query: QueryDict, key: str) -> str:
    return query.get(key, "").replace("\x00", "").strip()


def _meeting_filters(query: QueryDict) -> MeetingFilters:
    return MeetingFilters(
        **{key: _given(query, key) for key in ("q", "state", "place", "hall", "day", "look")}
    )


def _person_filters(query: QueryDict) -> PersonFilters:
    return PersonFilters(**{key: _given(query, key) for key in ("q", "side", "meets", "way")})


def _table(
    request: HttpRequest, rows: Any, filters: Any, asked: list[Choice], more: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What every list shares: page, filters as choices, chips, the address for files."""
    query = request.GET.copy()
    query.pop("page", None)
    choices = [
        {"name": name, "label": label, "options": options, "chosen": _given(request.GET, name)}
        for name, label, options in asked
        if options
    ]
    chips = []
    for name, _label, options in asked:
        value = _given(request.GET, name)
        if value:
            chips.append({"key": name, "value": value, "label": str(dict(options).get(value, value))})
    for name in (*more, "q"):
        if value := _given(request.GET, name):
            chips.append({"key": name, "value": value, "label": f"“{value}”" if name == "q" else value})
    return {
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "choices": choices,
        "chips": chips,
        "count": sum(chip["key"] != "q" for chip in chips),
        "q": _given(request.GET, "q"),
        "day": _given(request.GET, "day"),
        "shown": query.urlencode(),
        "is_filtered": bool(chips),
        "filters": filters,
    }


def _file(held: Any, kind: str, name: str, sheet: str, rows: Any, columns: Any) -> HttpResponseBase:
    if kind == "csv":
        chunks = _kept(csv_chunks(rows, dict(columns)), ZoneInfo(held.time_zone), translation.get_language())
        response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{held.slug}-{name}.csv"'
        return response
    if kind != "xlsx":
        raise Http404
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    with timezone.override(ZoneInfo(held.time_zone)):
        write_xlsx(rows, dict(columns), file, sheet=sheet)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{held.slug}-{name}.xlsx", content_type=XLSX)


def _kept(chunks: Any, zone: ZoneInfo, language: str | None) -> Any:
    """A stream is read after the view has ended: language and time of the fair go with it."""
    with timezone.override(zone), translation.override(language):
        yield from chunks
