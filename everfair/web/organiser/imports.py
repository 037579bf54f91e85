"""The imports of an edition at the desk: send a list, say what its columns hold, look at the findings,
apply."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.charts import IllegalChange
from everfair.base.languages import content_language
from everfair.base.refusals import Refused
from everfair.exhibition import access, tasks
from everfair.exhibition.actions import importing, importing_apply, importing_check
from everfair.exhibition.forms.importing import CATEGORIES, columns_digest, mapping_from_json
from everfair.exhibition.forms.importing_pages import (
    ImportForm,
    lines_for,
    mapping_from_post,
    shares_words,
    words_for,
)
from everfair.exhibition.queries import importing as queries
from everfair.fair import access as fair_access
from everfair.gateways.tables import csv_chunks
from everfair.web.organiser.frame import address, attempt, desk

A_PAGE = 50
WORKING = ("checking", "applying")
STATE_KINDS = {
    "uploaded": "away", "checking": "wait", "ready": "here", "applying": "wait", "done": "won",
    "failed": "stop",
    "stopped": "away",
}  # fmt: skip


@login_required
@require_safe
def import_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every import of the edition, newest first."""
    found = fair_access.get_edition_at_desk(request.user, edition, "administer")
    runs = access.import_runs_for(request.user, found).select_related("by")
    page = Paginator(runs, A_PAGE).get_page(request.GET.get("page"))
    return desk(request, "exhibition/import_list", found, {"page": page, "kinds": STATE_KINDS})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest, edition: str) -> HttpResponse:
    """Send a list. What cannot be read is refused at once and nothing is kept."""
    found = fair_access.get_edition_at_desk(request.user, edition, "administer")
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = importing.register_import(
                found, file.chunks(), file.name, by=request.user, source=form.cleaned_data["source"]
            )
        except Refused as error:
            form.add_error("file", str(error))
        else:
            return redirect(address("exhibition.import_map", edition=edition, pk=run.pk))
    context = {"form": form, "sources": queries.sources_of(found)}
    return desk(request, "exhibition/import_create", found, context, 422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_map(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Which column holds what: guessed, shown with what the rows say, saved for the next time."""
    found = fair_access.get_edition_at_desk(request.user, edition, "administer")
    run = access.get_import_run_for(request.user, found, pk)
    columns = run.mapping["columns"]
    mapped = mapping_from_json(run.mapping)
    refusal = None
    if request.method == "POST":
        mapped = mapping_from_post(request.POST, mapped, columns)
        try:
            importing.save_mapping(run, mapped, by=request.user)
            if "again" in request.POST:
                return redirect(address("exhibition.import_map", edition=edition, pk=pk) + "#words")
            options = {key: request.POST.get(key, "") for key in ("area", "sector")}
            importing.start_check(run, by=request.user, options=options)
        except (Refused, IllegalChange) as error:
            refusal = error
        else:
            tasks.check_import.enqueue(run.pk)
            return redirect(address("exhibition.import_show", edition=edition, pk=pk))
    try:
        context = _mapping_context(run, found, mapped, request.POST or run.options)
    except Refused as error:  # the file is gone
        return attempt(request, _raise(error), "", "exhibition.import_show", edition=edition, pk=pk)
    context |= {
        "refusal": refusal,
        "is_saved": queries.saved_mapping(found, columns_digest(columns)) is not None,
    }
    return desk(request, "exhibition/import_map", found, context, 422 if refusal else 200)


def _raise(error: Exception) -> Any:
    def deed() -> None:
        raise error

    return deed


def _mapping_context(run: Any, edition: Any, mapped: Any, chosen: Any) -> dict[str, Any]:
    groups = lines_for(mapped, run.mapping["columns"], importing.sample_of(run))
    lookups = importing_check.lookups_for(edition)
    with_words = []
    for line in [line for lines in groups.values() for line in lines if line.target.key in CATEGORIES]:
        source = mapped.get(line.target.key)
        if source is not None and not shares_words(line.target.key, mapped):
            known = getattr(lookups, line.target.key.removeprefix("offer_"))
            line.words = words_for(line.target.key, source, importing.words_in(run, source), known)
            with_words.append((line, _choices(edition)[line.target.key.removeprefix("offer_")]))
    titles = {"firm": _("The firm"), "booth": _("The booth"), "offer": _("An offer, if the list has one")}
    return {
        "run": run,
        "groups": [(titles[group], lines) for group, lines in groups.items()],
        "columns": list(enumerate(run.mapping["columns"])),
        "with_words": with_words,
        "defaults": [
            (
                "area",
                _("Area of exhibitors whose area is not known"),
                _choices(edition)["area"],
                chosen.get("area", ""),
            ),
            (
                "sector",
                _("Sector of exhibitors whose sector is not known"),
                _choices(edition)["sector"],
                chosen.get("sector", ""),
            ),
        ],
    }


def _choices(edition: Any) -> dict[str, list[tuple[str, str]]]:
    language = content_language(get_language())
    found = queries.choices_of(edition)
    return {
        name: [(choice.code, choice.label(language)) for choice in getattr(found, name)]
        for name in ("area", "sector", "delegation")
    }


@login_required
@require_safe
def import_show(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One import: progress, counts, problems by row, what would change, what left the list."""
    found = fair_access.get_edition_at_desk(request.user, edition, "administer")
    run = access.get_import_run_for(request.user, found, pk)
    progress = queries.progress_of(run)
    tab = request.GET.get("show", "") or _first_tab(run)
    context: dict[str, Any] = {
        "run": run,
        "kind": STATE_KINDS[run.state],
        "tab": tab,
        "tabs": _tabs(run, tab),
        "figures": _figures(run),
        "is_working": run.state in WORKING,
        "is_silent": run.state in WORKING and (progress.is_silent or bool(run.error)),
        "poll_url": address("exhibition.import_progress", edition=edition, pk=pk),
        "progress": _told(run, progress),
        "unmatched": [
            (key, list(words.items())) for key, words in run.counts.get("unmatched", {}).items() if words
        ],
    }
    context["page"] = Paginator(_listed(run, tab), A_PAGE).get_page(request.GET.get("page"))
    return desk(request, "exhibition/import_show", found, context)


def _listed(run: Any, tab: str) -> Any:
    if tab == "problems":
        return queries.problems_of(run)
    if tab == "missing":
        return queries.no_longer_in_file(run) if run.rows_checked else []
    return queries.rows_of(run, tab if tab in ("new", "changed", "unchanged") else "new")


def _first_tab(run: Any) -> str:
    counts = run.counts
    order = ("changed", "new", "missing", "unchanged")
    return "problems" if counts.get("errors") else next((tab for tab in order if counts.get(tab)), "new")


def _tabs(run: Any, tab: str) -> list[tuple[str, str, bool, int]]:
    counts = run.counts
    shown = [
        ("problems", _("Problems"), counts.get("errors", 0) + counts.get("warnings", 0)),
        ("new", _("New"), counts.get("new", 0)),
        ("changed", _("Changed"), counts.get("changed", 0)),
        ("unchanged", _("Unchanged"), counts.get("unchanged", 0)),
        ("missing", _("No longer in the list"), counts.get("missing", 0)),
    ]
    return [(label, f"?show={key}", key == tab, count) for key, label, count in shown]


def _figures(run: Any) -> list[tuple[int, str]]:
    counts = run.counts
    told = [
        (run.rows_total, _("rows in the list")),
        (counts.get("new", 0), _("new exhibitors")),
        (counts.get("changed", 0), _("changed")),
        (counts.get("unchanged", 0), _("unchanged")),
        (counts.get("offers", 0), _("offers")),
        (counts.get("bad_rows", 0), _("rows with errors")),
        (counts.get("missing", 0), _("no longer in the list")),
    ]
    if run.state == "done":
        told += [
            (counts.get("published", 0), _("published")),
            (counts.get("incomplete", 0), _("accepted, not yet complete")),
        ]
    return told


def _told(run: Any, progress: Any) -> dict[str, Any]:
    """As parts/progress.html and its script read it."""
    step = _("Writing into the fair") if run.state == "applying" else _("Checking rows")
    state = "running" if run.state in WORKING else "stopped" if run.state in ("failed", "stopped") else "done"
    return {"done": progress.done, "total": progress.total, "step": step, "state": state}


@login_required
@require_safe
def import_progress(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Progress for the page's script."""
    found = fair_access.get_edition_at_desk(request.user, edition, "administer")
    run = access.get_import_run_for(request.user, found, pk)
    told = _told(run, queries.progress_of(run))
    return JsonResponse(told | {"next_url": address("exhibition.import_show", edition=edition, pk=pk)})


@login_required
@require_safe
def import_problems(request: HttpRequest, edition: str, pk: int) -> HttpResponse | StreamingHttpResponse:
    """Every problem as CSV, to be worked through beside the list."""
    found = fair_access.get_edition_at_desk(request.user, edition, "administer")
    run = access.get_import_run_for(request.user, found, pk)
    columns = {
        "row_number": _("Row"),
        "column": _("Column"),
        "message": _("What to do"),
        "value": _("In the cell"),
        "kind": _("Kind"),
    }
    rows = (
        {**row, "kind": _("note") if row["is_warning"] else _("error")}
        for row in queries.problems_of(run)
        .values("row_number", "column", "message", "value", "is_warning")
        .iterator()
    )
    response = StreamingHttpResponse(csv_chunks(rows, columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{run.pk}-problems.csv"'
    return response


@login_required
@require_POST
def import_apply(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Write the list into the fair, in the background, all or nothing."""
    found = fair_access.get_edition_at_desk(request.user, edition, "administer")
    run = access.get_import_run_for(request.user, found, pk)

    def deed() -> None:
        importing_apply.start_applying(
            run, by=request.user, skip_bad_rows="skip" in request.POST, publish="publish" in request.POST
        )
        tasks.apply_import.enqueue(run.pk)

    said = _("The list is being written into the fair. You may leave; it goes on.")
    return attempt(request, deed, said, "exhibition.import_show", edition=edition, pk=pk)


@login_required
@require_POST
def import_carry_on(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Go on with an import that was cut short. Pressing it while it still works does no harm."""
    found = fair_access.get_edition_at_desk(request.user, edition, "administer")
    run = access.get_import_run_for(request.user, found, pk)

    def deed() -> None:
        importing.carry_on(run, by=request.user)
        (tasks.apply_import if run.state == "applying" else tasks.check_import).enqueue(run.pk)

    return attempt(request, deed, _("It goes on."), "exhibition.import_show", edition=edition, pk=pk)


@login_required
@require_POST
def import_stop(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Stop a check or put a checked list away."""
    found = fair_access.get_edition_at_desk(request.user, edition, "administer")
    run = access.get_import_run_for(request.user, found, pk)
    said = _("Stopped. Nothing was written into the fair.")
    return attempt(
        request, lambda: importing.stop_import(run, by=request.user), said, "exhibition.import_show",
        edition=edition, pk=pk,
    )  # fmt: skip


@login_required
@require_POST
def import_clear(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Forget the file and its rows. What was imported stays."""
    found = fair_access.get_edition_at_desk(request.user, edition, "administer")
    run = access.get_import_run_for(request.user, found, pk)
    try:
        importing.clear_import(run, by=request.user)
    except Refused as error:
        return attempt(request, _raise(error), "", "exhibition.import_show", edition=edition, pk=pk)
    return attempt(
        request,
        lambda: None,
        _("Removed. Exhibitors it brought stay."),
        "exhibition.import_list",
        edition=edition,
    )
