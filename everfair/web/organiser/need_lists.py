"""Lists of needs at the organiser's desk: send one, watch it being judged, look at what it would do, have it written."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.fair import access as fair_access
from everfair.gateways.tables import csv_chunks
from everfair.matchmaking import access, tasks
from everfair.matchmaking.actions import need_lists as actions
from everfair.matchmaking.forms.need_lists import NeedListForm
from everfair.matchmaking.queries import need_lists as queries
from everfair.matchmaking.queries.needs import sources_of
from everfair.web.organiser.frame import address, attempt, desk
from everfair.web.uploads import takes_upload

A_PAGE = 50
WORKING = ("checking", "applying")
PROBLEM_COLUMNS = {
    "row": gettext_lazy("Row"),
    "column": gettext_lazy("Column"),
    "message": gettext_lazy("What to do"),
    "value": gettext_lazy("In the cell"),
}


def _held(request: HttpRequest, edition: str) -> Any:
    return fair_access.get_edition_at_desk(request.user, edition, access.RIGHT)


@takes_upload("MAX_LIST_MB", back="organiser:matchmaking.need_import")
@require_http_methods(["GET", "HEAD", "POST"])
def need_import(request: HttpRequest, edition: str) -> HttpResponse:
    """Send a list, and what came in before. What is no list is refused at once; rows are judged in the background."""
    held = _held(request, edition)
    form = NeedListForm(request.POST, request.FILES) if request.method == "POST" else NeedListForm()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = actions.register_list(
                held, data["file"].chunks(), data["file"].name, by=request.user, source=data["source"],
                writes="look" not in request.POST, skips_bad=data["skip_bad"],
            )  # fmt: skip
        except Refused as error:
            form.add_error("file", str(error))
        else:
            tasks.bring_in_needs.enqueue(row.pk)
            return redirect(address("matchmaking.need_list_show", edition=held.slug, pk=row.pk))
    page = Paginator(queries.lists_of(held), A_PAGE).get_page(request.GET.get("page"))
    list_url = address("matchmaking.need_list", edition=held.slug)
    context = {
        "title": _("Bring needs in"),
        "lead": _("A list is written as a whole or not at all. Sent again, it changes what has changed."),
        "form": form,
        "page": page,
        "rows": [(row, queries.STATE_KINDS[row.state]) for row in page],
        "sources": sources_of(held),
        "crumbs": [(_("Needs"), list_url), (_("Bring needs in"), "")],
        "list_url": list_url,
    }
    return desk(request, "matchmaking/need_import", held, context, 422 if form.errors else 200)


def _row(request: HttpRequest, edition: str, pk: int) -> Any:
    found = queries.list_of(_held(request, edition), pk)
    if found is None:
        raise Http404
    return found


@login_required
@never_cache
@require_safe
def need_list_show(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One list: how far it is, what it would do or did, what to do for each row that has errors."""
    row = _row(request, edition, pk)
    held = row.edition
    key = {"edition": held.slug, "pk": row.pk}
    list_url = address("matchmaking.need_list", edition=held.slug)
    counts = row.counts
    bad = counts.get("bad", 0)
    context = {
        "title": row.source,
        "row": row,
        "kind": queries.STATE_KINDS[row.state],
        "is_working": row.state in WORKING,
        "progress": _told(row),
        "poll_url": address("matchmaking.need_list_progress", **key),
        "figures": _figures(counts),
        "bad_rows": bad,
        "good_rows": counts.get("rows", 0) - bad,
        "page": Paginator(row.problems, A_PAGE).get_page(request.GET.get("page")),
        "crumbs": [
            (_("Needs"), list_url),
            (_("Bring needs in"), address("matchmaking.need_import", edition=held.slug)),
            (row.source, ""),
        ],
        "list_url": list_url,
    }
    return desk(request, "matchmaking/need_list_show", held, context)


def _figures(counts: dict[str, int]) -> list[tuple[int, str]]:
    if not counts:
        return []
    names = {
        "rows": _("rows in the list"), "new": _("new needs"), "changed": _("changed"), "unchanged": _("unchanged"),
        "bad": _("rows with errors"),
    }  # fmt: skip
    return [(counts.get(name, 0), label) for name, label in names.items()]


def _told(row: Any) -> dict[str, Any]:
    """As parts/progress.html and its script read it."""
    progress = queries.progress_of(row)
    step = _("Writing into the fair") if row.state == "applying" else _("Checking rows")
    state = "running" if row.state in WORKING and not row.error else "stopped" if row.error else "done"
    return {"done": progress.done, "total": progress.total, "step": step, "state": state}


@login_required
@never_cache
@require_safe
def need_list_progress(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Progress for the page's script."""
    row = _row(request, edition, pk)
    next_url = address("matchmaking.need_list_show", edition=row.edition.slug, pk=row.pk)
    return JsonResponse({**_told(row), "next_url": next_url})


@login_required
@require_safe
def need_list_problems(request: HttpRequest, edition: str, pk: int) -> StreamingHttpResponse:
    """The rows with errors as CSV, to be worked through beside the list."""
    row = _row(request, edition, pk)
    chunks = csv_chunks(row.problems, PROBLEM_COLUMNS)
    response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="needs-list-{row.pk}-problems.csv"'
    return response


@login_required
@require_POST
def need_list_write(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Write a judged list in the background, all or nothing."""
    deed = partial(actions.start_writing, skips_bad="skip" in request.POST)
    return _set_going(request, edition, pk, deed, _("The list is being written. You may leave; it goes on."))


@login_required
@require_POST
def need_list_again(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Judge it again, or go on with work that was cut short. Pressing it while it still works does no harm."""
    return _set_going(request, edition, pk, actions.begin_again, _("It goes on."))


def _set_going(request: HttpRequest, edition: str, pk: int, deed: Any, sentence: str) -> HttpResponse:
    row = _row(request, edition, pk)

    def act() -> None:
        deed(row, by=request.user)
        tasks.bring_in_needs.enqueue(row.pk)

    return attempt(request, act, sentence, "matchmaking.need_list_show", edition=row.edition.slug, pk=row.pk)


@login_required
@require_POST
def need_list_put_away(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Forget the file. Needs it brought stay."""
    row = _row(request, edition, pk)
    deed = partial(actions.put_away, row, by=request.user)
    return attempt(
        request,
        deed,
        _("Put away. Needs it brought stay."),
        "matchmaking.need_import",
        edition=row.edition.slug,
    )
