"""The table of scans with files out, taking one back, conflicts to settle, the watch list."""

import tempfile
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from everfair.base.languages import pick
from everfair.fair.access import get_edition_at_desk
from everfair.gate import access
from everfair.gate.actions.zones import settle_conflict, undo_scan
from everfair.gate.queries import desk as queries
from everfair.gate.queries.desk import ScanFilters
from everfair.gateways.tables import csv_chunks, write_xlsx
from everfair.web.gate.words import reason_words
from everfair.web.organiser.frame import attempt, desk

RIGHT = access.RIGHT
ROWS_ON_A_PAGE = 50
STATES = {"admitted": "here", "left": "away", "refused": "stop", "conflict": "wait"}
KEYS = ("zone", "device", "verdict", "direction", "day")


@login_required
@require_safe
def scan_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every scan, newest first; filters stand in the address."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    with timezone.override(ZoneInfo(held.time_zone)):
        filters = filters_of(request.GET)
        rows = queries.scan_table(held, filters)
        page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        query = request.GET.copy()
        query.pop("page", None)
        choices = _choices(request, held)
        context = {
            "title": _("Scans"),
            "page": page,
            "rows": _rows(page),
            "filters": filters,
            "choices": choices,
            "chips": _chips(filters, choices),
            "shown": query.urlencode(),
            "q": filters.q,
            "is_filtered": bool(filters.count or filters.q),
        }
        return desk(request, "gate/scan_list", held, context)


@login_required
@require_safe
def scan_csv(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """The filtered scans as CSV, in the fair's time; texts that a spreadsheet would run are defused."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    zone, language = ZoneInfo(held.time_zone), translation.get_language()
    chunks = _kept(csv_chunks(_file_rows(request, held), dict(queries.COLUMNS)), zone, language)
    response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{held.slug}-scans.csv"'
    return response


@login_required
@require_safe
def scan_xlsx(request: HttpRequest, edition: str) -> FileResponse:
    """The filtered scans as a workbook, texts as texts."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    with timezone.override(ZoneInfo(held.time_zone)):
        write_xlsx(_file_rows(request, held), dict(queries.COLUMNS), file, sheet=str(_("Scans")))
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=f"{held.slug}-scans.xlsx", content_type=kind)


@login_required
@require_POST
def scan_undo(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Take one scan back."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    scan = access.get_scan_for(request.user, held, pk)
    deed = partial(undo_scan, scan, by=request.user)
    return attempt(request, deed, _("The scan is taken back."), "gate.scan_list", edition=held.slug)


@login_required
@require_safe
def conflict_list(request: HttpRequest, edition: str) -> HttpResponse:
    """What came in off line and does not fit: somebody says whether the person is inside."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    with timezone.override(ZoneInfo(held.time_zone)):
        page = Paginator(queries.open_conflicts(held), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "title": _("Conflicts"),
            "lead": _("Let in while a device was off line, though a rule speaks against it."),
            "page": page,
            "rows": _rows(page),
        }
        return desk(request, "gate/conflict_list", held, context)


@login_required
@require_POST
def conflict_settle(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Say whether the person is inside."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    scan = access.get_scan_for(request.user, held, pk)
    deed = partial(settle_conflict, scan, request.POST.get("inside") == "1", by=request.user)
    return attempt(request, deed, _("Settled."), "gate.conflict_list", edition=held.slug)


@login_required
@require_safe
def watch_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Guests of honour and people to be asked about, with where they are."""
    held = get_edition_at_desk(request.user, edition, RIGHT)
    page = Paginator(queries.watch_list(held), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Watch list"),
        "lead": _("Devices show these notices when the badge is read. They are set on the registration."),
        "page": page,
    }
    return desk(request, "gate/watch_list", held, context)


def filters_of(query: QueryDict) -> ScanFilters:
    """What the address asks for."""
    return ScanFilters(
        q=query.get("q", "").replace("\x00", "").strip(),
        is_off_line=query.get("off_line") == "1",
        **{key: query.get(key, "").replace("\x00", "") for key in KEYS},
    )


def _rows(page: Any) -> list[tuple[Any, str, str]]:
    return [(scan, STATES[scan.verdict], reason_words(scan.reason)) for scan in page]


def _file_rows(request: HttpRequest, edition: Any) -> Any:
    return queries.scan_rows(queries.scan_table(edition, filters_of(request.GET)), reason_words)


def _kept(chunks: Any, zone: ZoneInfo, language: str | None) -> Any:
    """A stream is read after the view has ended: language and time of the fair go with it."""
    with timezone.override(zone), translation.override(language):
        yield from chunks


def _choices(request: HttpRequest, edition: Any) -> list[dict[str, Any]]:
    lang: str = request.content_language  # type: ignore[attr-defined]
    zones = [(zone.code, pick(zone.name, lang)) for zone in edition.zones.all()]
    devices = [(str(one.pk), one.name) for one in queries.devices_of(edition)]
    found = [
        ("zone", _("Zone"), zones),
        ("device", _("Device"), devices),
        ("verdict", _("Verdict"), list(queries.VERDICTS)),
        ("direction", _("Direction"), list(queries.DIRECTIONS)),
    ]
    return [
        {"name": name, "label": label, "options": options, "chosen": request.GET.get(name, "")}
        for name, label, options in found
        if options
    ]


def _chips(filters: ScanFilters, choices: list[dict[str, Any]]) -> list[dict[str, str]]:
    known = {choice["name"]: dict(choice["options"]) for choice in choices}
    found = [
        {"key": key, "value": value, "label": str(known.get(key, {}).get(value, value))}
        for key in KEYS
        if (value := getattr(filters, key))
    ]
    if filters.q:
        found.append({"key": "q", "value": filters.q, "label": f"“{filters.q}”"})
    if filters.is_off_line:
        found.append({"key": "off_line", "value": "1", "label": _("off line")})
    return found
