"""Runs of the generator at the desk: started, watched, stopped, compared, published. No page names a pair that was left out."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.fair.access import get_edition_at_desk
from everfair.gateways.tables import csv_chunks
from everfair.meetings import access, tasks
from everfair.meetings.actions import publishing
from everfair.meetings.actions import runs as actions
from everfair.meetings.forms.runs import RunForm
from everfair.meetings.queries import runs as queries
from everfair.web.meeting_words import place_words
from everfair.web.organiser.frame import address, attempt, desk, through
from everfair.web.templatetags.figures import moment, number

RUNS_ON_A_PAGE = 20
ROWS_ON_A_PAGE = 50
LEFT_SHOWN = 100
WORKING = ("waiting", "running")
KINDS = {
    "waiting": "wait", "running": "wait", "done": "here", "stopped": "here", "failed": "stop", "published": "won",
}  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def run_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Start a run; every run, newest first."""
    held = get_edition_at_desk(request.user, edition, access.RIGHT)
    rows = queries.runs_of(held)
    usable = [run.number for run in rows if run.state in ("done", "stopped", "published") and run.result]
    form = RunForm(request.POST or None, earlier=usable[:20])
    if request.method == "POST":
        run = through(form, lambda values: actions.start_run(held, values, by=request.user))
        if run:
            return redirect(address("meetings.run_show", edition=held.slug, number=run.number))
    page = Paginator(rows, RUNS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Timetables"),
        "form": form,
        "missing": queries.what_is_missing(held),
        "ready": queries.ready_of(held),
        "under_way": queries.open_run(held),
        "page": page,
        "rows": [(run, KINDS[run.state]) for run in page],
        "can_compare": len(usable) > 1,
    }
    return desk(request, "meetings/run_list", held, context, 422 if form.errors else 200)


@login_required
@require_safe
def run_show(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """How far a run is, then what it found."""
    held, run = _run(request, edition, number)
    language = request.content_language  # type: ignore[attr-defined]
    told = _told(run)
    words = request.GET.get("q", "").strip()
    has_result = bool(run.result)
    page = Paginator(queries.placed_rows(run, words), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    left = list(queries.left_out(run)[: LEFT_SHOWN + 1]) if has_result else []
    context = {
        "title": _("Run %(number)s") % {"number": run.number},
        "run": run,
        "kind": KINDS[run.state],
        "is_working": told["state"] == "running",
        "progress": told,
        "poll_url": address("meetings.run_progress", edition=edition, number=number),
        "is_publishing": queries.is_publishing(run),
        "can_publish": run.state in ("done", "stopped") and has_result and not queries.is_publishing(run),
        "figures": _figures(run) if has_result else [],
        "classes": queries.class_shares(run),
        "groups": queries.group_shares(run, language),
        "causes": queries.causes_told(run),
        "moves": queries.moves_of(run, language),
        "gone": queries.changed_people(run) if run.state in ("done", "stopped") else 0,
        "left": [(person, queries.why_nothing(person)) for person in left[:LEFT_SHOWN]],
        "left_is_longer": len(left) > LEFT_SHOWN,
        "page": page,
        "rows": [_row(row, language) for row in page],
        "words": words,
        "published": run.result.get("published", {}),
        "crumbs": _crumbs(held, _("Run %(number)s") % {"number": run.number}),
    }
    return desk(request, "meetings/run_show", held, context)


@login_required
@never_cache
@require_safe
def run_progress(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """Progress for the page's script."""
    _held, run = _run(request, edition, number)
    next_url = address("meetings.run_show", edition=edition, number=number)
    return JsonResponse(_told(run) | {"next_url": next_url})


@login_required
@require_POST
def run_stop(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """End a run with the best found so far."""
    _held, run = _run(request, edition, number)
    said = _("It ends in a moment. The best found so far is kept.")
    return attempt(
        request, lambda: actions.ask_stop(run, by=request.user), said,
        "meetings.run_show", edition=edition, number=number,
    )  # fmt: skip


@login_required
@require_POST
def run_publish(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """Meetings are made in the background; everybody gets one letter."""
    _held, run = _run(request, edition, number)

    def deed() -> None:
        publishing.start_publishing(run, by=request.user)
        tasks.publish_run.enqueue(run.pk, request.user.pk)

    said = _("The meetings are being made. Everybody concerned gets one letter.")
    return attempt(request, deed, said, "meetings.run_show", edition=edition, number=number)


@login_required
@require_POST
def run_remove(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """A dry run is forgotten."""
    _held, run = _run(request, edition, number)
    try:
        actions.remove_run(run, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(address("meetings.run_show", edition=edition, number=number))
    messages.success(request, _("Run %(number)s is removed.") % {"number": number})
    return redirect(address("meetings.run_list", edition=edition))


@login_required
@require_safe
def run_compare(request: HttpRequest, edition: str) -> HttpResponse:
    """Runs side by side."""
    held = get_edition_at_desk(request.user, edition, access.RIGHT)
    language = request.content_language  # type: ignore[attr-defined]
    usable = [run for run in queries.runs_of(held) if run.result]
    asked = [int(text) for text in request.GET.getlist("run") if text.isdigit()][:4]
    chosen = [run for run in usable if run.number in asked] or usable[:2]
    chosen.sort(key=lambda run: run.number)
    classes = [{share.name: share for share in queries.class_shares(run)} for run in chosen]
    names = list(dict.fromkeys(name for shares in classes for name in shares))
    groups = [dict(queries.group_shares(run, language)) for run in chosen]
    headings = list(dict.fromkeys(heading for found in groups for heading in found))
    context = {
        "title": _("Runs side by side"),
        "usable": usable,
        "chosen": chosen,
        "numbers": [run.number for run in chosen],
        "figures": queries.compared(chosen),
        "classes": [(name, [shares.get(name) for shares in classes]) for name in names],
        "groups": [
            (heading, _side_by_side([found.get(heading, []) for found in groups])) for heading in headings
        ],
        "crumbs": _crumbs(held, _("Runs side by side")),
    }
    return desk(request, "meetings/run_compare", held, context)


def _side_by_side(shares: list[list[Any]]) -> list[tuple[str, list[Any]]]:
    by_name = [{share.name: share for share in found} for found in shares]
    names = list(dict.fromkeys(name for found in by_name for name in found))
    return [(name, [found.get(name) for found in by_name]) for name in names]


@login_required
@require_safe
def run_csv(request: HttpRequest, edition: str, number: int) -> StreamingHttpResponse:
    """The meetings a run found, in the fair's time."""
    held, run = _run(request, edition, number)
    columns = {
        "starts_at": _("Begins"), "ends_at": _("Ends"), "place": _("Place"), "asker": _("Who asks"),
        "asker_firm": _("Firm"), "asked": _("Who is asked"), "asked_firm": _("Their firm"), "class": _("Wish"),
        "was_locked": _("Agreed before"),
    }  # fmt: skip
    language = request.content_language  # type: ignore[attr-defined]
    rows = (
        {
            **row, "starts_at": moment(row["starts_at"], held.time_zone),
            "ends_at": moment(row["ends_at"], held.time_zone), "place": place_words(row["place"]),
        }
        for row in queries.table_rows(run, language)
    )  # fmt: skip
    response = StreamingHttpResponse(csv_chunks(rows, columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{held.slug}-run-{run.number}.csv"'
    return response


def _run(request: HttpRequest, edition: str, number: int) -> tuple[Any, Any]:
    held = get_edition_at_desk(request.user, edition, access.RIGHT)
    run = queries.run_of(held, number)
    if run is None:
        raise Http404
    run.edition = held
    return held, run


def _row(row: Any, language: str) -> dict[str, Any]:
    return {
        "slot": row.slot,
        "place": place_words(row.place),
        "asker": row.participant.name,
        "asker_firm": queries.firm_name(row.participant, language),
        "asked": row.other.name if row.other else "",
        "asked_firm": queries.firm_name(row.other, language) if row.other else "",
        "is_locked": row.was_locked,
    }


def _figures(run: Any) -> list[tuple[Any, str]]:
    told = run.result
    shown: list[tuple[Any, str]] = [
        (
            told["placed"],
            _("of %(count)s meetings wished for are placed") % {"count": number(told["requests"])},
        ),
        (told["nothing"], _("firms and visitors get nothing")),
        (told["breaks"], _("breaks in diaries")),
        (told["walking"], _("minutes of walking between meetings")),
    ]
    return shown


def _told(run: Any) -> dict[str, Any]:
    """As parts/progress.html and its script read it."""
    limit, told = run.options.get("limit", 1), run.progress
    if queries.is_publishing(run):
        return {"done": 0, "total": 1, "step": _("Making meetings and letters"), "state": "running"}
    if run.state not in WORKING:
        return {
            "done": limit,
            "total": limit,
            "step": "",
            "state": "done" if run.state != "failed" else "stopped",
        }
    if run.state == "waiting":
        return {"done": 0, "total": limit, "step": _("Waiting for its turn"), "state": "running"}
    steps = {
        "read": _("Reading wishes and diaries"), "select": _("Choosing meetings"), "place": _("Finding times and places"),
        "repair": _("Making room for what is left"), "polish": _("Closing gaps in diaries"),
        "prove": _("Proving that nothing is better"), "write": _("Keeping what was found"),
    }  # fmt: skip
    step = steps.get(told.get("step", ""), _("Working"))
    if told.get("placed"):
        found = ngettext("%(count)s meeting so far", "%(count)s meetings so far", told["placed"])
        step = f"{step} · {found % {'count': number(told['placed'])}}"
    done = min(limit, int(told.get("seconds", 0)))
    return {"done": done, "total": limit, "step": f"{step} · {_('seconds')}", "state": "running"}


def _crumbs(held: Any, last: str) -> list[tuple[str, str]]:
    return [(_("Timetables"), address("meetings.run_list", edition=held.slug)), (last, "")]
