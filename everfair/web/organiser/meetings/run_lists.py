"""Lists and files of the generator's runs: who got nothing and why, a run's meetings, runs by their figures."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from everfair.fair.access import get_edition_at_desk
from everfair.meetings import access
from everfair.meetings.queries import left_out as left
from everfair.meetings.queries import runs as queries
from everfair.meetings.queries.lists import firm_of
from everfair.web.meeting_words import place_words
from everfair.web.organiser.frame import address, desk
from everfair.web.organiser.meetings.runs import chosen_runs, compared_lines, crumbs_of, run_at_desk
from everfair.web.organiser.meetings.tables import Choice, file_of, given, table


@login_required
@require_safe
def left_list(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """Visitors who wished and get nothing in a run, each with why."""
    held, run = run_at_desk(request, edition, number)
    asked: list[Choice] = [("why", _("Why"), list(left.WHY.items()))]
    context = table(request, _left(request, run), None, asked)
    name = _("Run %(number)s") % {"number": run.number}
    title = _("Visitors who wished and get nothing")
    run_url = address("meetings.run_show", edition=held.slug, number=run.number)
    context |= {
        "title": title,
        "run": run,
        "run_url": run_url,
        "rows": [(person, firm_of(person), left.why_nothing(person)) for person in context["page"]],
        "crumbs": [*crumbs_of(held, title)[:-1], (name, run_url), (title, "")],
    }
    return desk(request, "meetings/run_left", held, context)


@login_required
@require_safe
def left_export(request: HttpRequest, edition: str, number: int, kind: str) -> HttpResponseBase:
    """The same as CSV or a workbook."""
    held, run = run_at_desk(request, edition, number)
    rows = left.left_out_rows(_left(request, run), firm_of)
    return file_of(held, kind, f"run-{run.number}-nothing", _("With nothing"), rows, left.COLUMNS)


def _left(request: HttpRequest, run: Any) -> Any:
    return left.left_out(run, given(request.GET, "q"), given(request.GET, "why"))


@login_required
@require_safe
def meeting_export(request: HttpRequest, edition: str, number: int, kind: str) -> HttpResponseBase:
    """The meetings a run found as CSV or a workbook, in the fair's time."""
    held, run = run_at_desk(request, edition, number)
    columns = [
        ("starts_at", _("Begins")), ("ends_at", _("Ends")), ("place", _("Place")), ("asker", _("Who asks")),
        ("asker_firm", _("Firm")), ("asked", _("Who is asked")), ("asked_firm", _("Their firm")),
        ("class", _("Wish")), ("was_locked", _("Agreed before")),
    ]  # fmt: skip
    language = request.content_language  # type: ignore[attr-defined]
    zone = ZoneInfo(held.time_zone)
    rows = (
        {
            **row, "starts_at": _clock(row["starts_at"], zone), "ends_at": _clock(row["ends_at"], zone),
            "place": place_words(row["place"]),
        }
        for row in queries.table_rows(run, language, given(request.GET, "q"))
    )  # fmt: skip
    return file_of(held, kind, f"run-{run.number}", _("Meetings"), rows, columns)


def _clock(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at is not None else ""


@login_required
@require_safe
def run_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The filtered runs with their figures as CSV or a workbook."""
    held = get_edition_at_desk(request.user, edition, access.RIGHT)
    runs = list(queries.runs_of(held, given(request.GET, "kind"), given(request.GET, "state")))
    figures = queries.compared(runs)
    columns = [
        ("number", _("Run")), ("kind", _("What was made")), ("state", _("State")), ("made_at", _("Made")),
        ("by", _("Who")), *((f"f{n}", name) for n, (name, _values) in enumerate(figures)),
    ]  # fmt: skip
    zone = ZoneInfo(held.time_zone)
    rows = (
        {
            "number": run.number, "kind": run.get_kind_display(), "state": run.get_state_display(),
            "made_at": _clock(run.made_at, zone), "by": str(run.by or ""),
        } | {f"f{n}": "" if values[i] is None else values[i] for n, (_name, values) in enumerate(figures)}
        for i, run in enumerate(runs)
    )  # fmt: skip
    return file_of(held, kind, "runs", _("Runs"), rows, columns)


@login_required
@require_safe
def compare_export(request: HttpRequest, edition: str, kind: str) -> HttpResponseBase:
    """The chosen runs side by side as CSV or a workbook: the page's own cells."""
    held = get_edition_at_desk(request.user, edition, access.RIGHT)
    _usable, chosen = chosen_runs(request, held)
    columns = [("part", _("Part")), ("name", _("Figure"))]
    for run in chosen:
        name = _("Run %(number)s") % {"number": run.number}
        columns += [(f"placed{run.number}", name), (f"asked{run.number}", _("%(run)s: of") % {"run": name})]
    language = request.content_language  # type: ignore[attr-defined]
    return file_of(held, kind, "runs-side-by-side", _("Runs"), _compared_rows(chosen, language), columns)


def _compared_rows(chosen: list[Any], language: str) -> Iterator[dict[str, Any]]:
    lines = compared_lines(chosen, language)
    for name, values in queries.compared(chosen):
        cells = {f"placed{run.number}": value for run, value in zip(chosen, values, strict=True)}
        yield {"part": _("Figures"), "name": name} | cells
    for heading, shares in [(_("Wishes that come true"), lines.classes), *lines.groups]:
        for name, each in shares:
            row: dict[str, Any] = {"part": heading, "name": name}
            for run, share in zip(chosen, each, strict=True):
                if share is None:
                    continue
                is_told = share.ratio is not None
                row[f"placed{run.number}"] = share.placed if is_told else _("too few to tell")
                row[f"asked{run.number}"] = share.asked if is_told else ""
            yield row
