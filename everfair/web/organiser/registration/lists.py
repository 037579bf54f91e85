"""Lists of people at the desk: send a file, say what its columns hold, look at the findings, write it into the fair."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.base.texts import read_whole
from everfair.fair import access as fair_access
from everfair.fair import queries as fair_queries
from everfair.gateways.tables import csv_chunks
from everfair.registration import access, tasks
from everfair.registration.actions import lists
from everfair.registration.forms.lists import ListForm, targets
from everfair.registration.queries import table
from everfair.web.organiser.frame import address, attempt, desk

A_PAGE = 50
WORKING = ("checking", "applying")
STATE_KINDS = {
    "uploaded": "away", "checking": "wait", "ready": "here", "applying": "wait", "done": "won", "failed": "stop",
    "stopped": "away",
}  # fmt: skip
PROBLEM_COLUMNS = {
    "row": gettext_lazy("Row"),
    "column": gettext_lazy("Column"),
    "message": gettext_lazy("What to do"),
    "value": gettext_lazy("In the cell"),
}


def _held(request: HttpRequest, edition: str) -> Any:
    return fair_access.get_edition_at_desk(request.user, edition, "registration")


@login_required
@require_safe
def list_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every list of the edition, newest first."""
    held = _held(request, edition)
    page = Paginator(table.lists_of(held), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Lists of people"),
        "lead": _(
            "A spreadsheet comes in as a whole or not at all. Send it again later and it is brought up to date."
        ),
        "page": page,
        "rows": [(run, STATE_KINDS[run.state]) for run in page],
    }
    return desk(request, "registration/list_list", held, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def list_create(request: HttpRequest, edition: str) -> HttpResponse:
    """Send a file. What cannot be read is refused at once and nothing is kept."""
    held = _held(request, edition)
    kinds = fair_queries.kinds_of(held).badge_kinds
    form = ListForm(request.POST or None, request.FILES or None, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        file, kind = data["file"], form.kinds[data["kind"]]
        try:
            run = lists.register_list(
                held, file.chunks(), file.name, by=request.user, kind=kind, name=data["name"]
            )
        except Refused as error:
            form.add_error("file", str(error))
        else:
            return redirect(address("registration.list_map", edition=held.slug, pk=run.pk))
    back = address("registration.list_list", edition=held.slug)
    context = {
        "title": _("Send a list"),
        "lead": _("Nothing is written into the fair before you have seen every row that needs a correction."),
        "form": form,
        "kinds": kinds,
        "names": list(dict.fromkeys(run.name for run in table.lists_of(held)[:30])),
        "crumbs": [(_("Lists of people"), back), (_("Send a list"), "")],
        "back_url": back,
    }
    return desk(request, "registration/list_create", held, context, 422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def list_map(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Which column holds what: guessed, shown with what the first rows say."""
    held = _held(request, edition)
    run = access.get_list_at_desk(request.user, held, pk)
    columns: list[str] = run.mapping["columns"]
    shown = targets([run.kind] if run.kind else [])
    fields: dict[str, str] = dict(run.mapping["fields"])
    options: dict[str, Any] = {key: bool(run.options.get(key)) for key in ("approve", "letters")}
    refusal: Refused | None = None
    if request.method == "POST":
        fields = _fields_of(request, shown, columns)
        options = {key: key in request.POST for key in ("approve", "letters")}
        try:
            lists.save_list_mapping(run, fields, by=request.user, options=options)
            lists.start_check(run, by=request.user)
        except Refused as error:
            refusal = error
        else:
            tasks.check_people.enqueue(run.pk)
            return redirect(address("registration.list_show", edition=held.slug, pk=run.pk))
    try:
        sample = lists.sample_of(run)
    except Refused as error:  # the file is gone
        return attempt(
            request, partial(_refuse, error), "", "registration.list_show", edition=held.slug, pk=run.pk
        )
    lines = [
        {
            "key": key,
            "label": label,
            "column": fields.get(key, ""),
            "samples": [str(row.get(fields[key]) or "")[:80] for row in sample] if key in fields else [],
        }
        for key, label in shown.items()
    ]
    context = {
        "title": _("What the columns hold"),
        "lead": _("Guessed from the titles and the first rows. Correct what is wrong."),
        "run": run,
        "lines": lines,
        "columns": columns,
        "options": options,
        "refusal": refusal,
        "crumbs": [
            (_("Lists of people"), address("registration.list_list", edition=held.slug)),
            (run.name, address("registration.list_show", edition=held.slug, pk=run.pk)),
        ],
    }
    return desk(request, "registration/list_map", held, context, 422 if refusal else 200)


def _fields_of(request: HttpRequest, shown: Any, columns: list[str]) -> dict[str, str]:
    """Columns are posted by their place, for titles may hold anything."""
    found = {}
    for key in shown:
        place = read_whole(request.POST.get(f"column-{key}", ""))
        if place is not None and place < len(columns):
            found[key] = columns[place]
    return found


def _refuse(error: Refused) -> None:
    raise error


@login_required
@require_safe
def list_show(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One list: progress, counts, problems by row, what to do next."""
    held = _held(request, edition)
    run = access.get_list_at_desk(request.user, held, pk)
    key = {"edition": held.slug, "pk": run.pk}
    page = Paginator(run.problems, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": run.name,
        "run": run,
        "kind": STATE_KINDS[run.state],
        "is_working": run.state in WORKING,
        "progress": _told(run),
        "poll_url": address("registration.list_progress", **key),
        "figures": _figures(run),
        "bad_rows": run.counts.get("bad_rows", 0),
        "good_rows": sum(run.counts.get(name, 0) for name in ("new", "changed", "unchanged")),
        "page": page,
        "crumbs": [
            (_("Lists of people"), address("registration.list_list", edition=held.slug)),
            (run.name, ""),
        ],
    }
    return desk(request, "registration/list_show", held, context)


def _told(run: Any) -> dict[str, Any]:
    """As parts/progress.html and its script read it."""
    done, total = lists.progress_of(run)
    step = _("Writing into the fair") if run.state == "applying" else _("Checking rows")
    state = "running" if run.state in WORKING else "stopped" if run.state in ("failed", "stopped") else "done"
    return {"done": done, "total": total, "step": step, "state": state}


def _figures(run: Any) -> list[tuple[int, str]]:
    counts = run.counts
    return [
        (run.rows_total, _("rows in the list")),
        (counts.get("new", 0), _("new people")),
        (counts.get("waiting", 0), _("of them on the waiting list")),
        (counts.get("changed", 0), _("changed")),
        (counts.get("unchanged", 0), _("unchanged")),
        (counts.get("bad_rows", 0), _("rows with errors")),
    ]


@login_required
@require_safe
def list_progress(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Progress for the page's script."""
    held = _held(request, edition)
    run = access.get_list_at_desk(request.user, held, pk)
    next_url = address("registration.list_show", edition=held.slug, pk=run.pk)
    return JsonResponse({**_told(run), "next_url": next_url})


@login_required
@require_safe
def list_problems(request: HttpRequest, edition: str, pk: int) -> StreamingHttpResponse:
    """The problems as CSV, to be worked through beside the list."""
    held = _held(request, edition)
    run = access.get_list_at_desk(request.user, held, pk)
    response = StreamingHttpResponse(
        csv_chunks(run.problems, PROBLEM_COLUMNS), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="list-{run.pk}-problems.csv"'
    return response


@login_required
@require_POST
def list_apply(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Write the list into the fair in the background, all or nothing."""

    def deed(run: Any) -> None:
        lists.start_applying(run, by=request.user, skip_bad_rows="skip" in request.POST)
        tasks.apply_people.enqueue(run.pk)

    return _act(request, edition, pk, deed, _("The list is being written. You may leave; it goes on."))


@login_required
@require_POST
def list_carry_on(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Begin again with a list that was cut short. Pressing it while it still works does no harm."""

    def deed(run: Any) -> None:
        if run.state not in WORKING:
            raise Refused(_("This list is not at work, so there is nothing to carry on."))
        (tasks.apply_people if run.state == "applying" else tasks.check_people).enqueue(run.pk)

    return _act(request, edition, pk, deed, _("It goes on."))


@login_required
@require_POST
def list_stop(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Stop a check, or put a checked list away."""
    deed = partial(lists.stop_list, by=request.user)
    return _act(request, edition, pk, deed, _("Stopped. Nothing was written into the fair."))


@login_required
@require_POST
def list_clear(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Forget the file. People it brought stay."""
    held = _held(request, edition)
    run = access.get_list_at_desk(request.user, held, pk)
    deed = partial(lists.clear_list, run, by=request.user)
    return attempt(
        request, deed, _("Removed. People it brought stay."), "registration.list_list", edition=held.slug
    )


def _act(request: HttpRequest, edition: str, pk: int, deed: Any, sentence: str) -> HttpResponse:
    held = _held(request, edition)
    run = access.get_list_at_desk(request.user, held, pk)
    return attempt(
        request, partial(deed, run), sentence, "registration.list_show", edition=held.slug, pk=run.pk
    )
