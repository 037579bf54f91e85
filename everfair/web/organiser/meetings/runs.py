"""Runs of the generator at the desk: started, watched, stopped, compared, published. No page names a pair that was left out."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.refusals import Refused
from everfair.fair.access import get_edition_at_desk
from everfair.meetings import access, tasks
from everfair.meetings.actions import publishing
from everfair.meetings.actions import runs as actions
from everfair.meetings.forms.runs import RunForm
from everfair.meetings.queries import runs as queries
from everfair.meetings.queries.left_out import gone_since, gone_when_published, left_out, why_nothing
from everfair.meetings.queries.lists import firm_of
from everfair.web.meeting_words import place_words
from everfair.web.organiser.frame import address, attempt, desk, through
from everfair.web.organiser.meetings.tables import Choice, given, table
from everfair.web.templatetags.figures import number

ROWS_ON_A_PAGE = 50
LEFT_SHOWN = 10
GONE_SHOWN = 50
MOST_COMPARED = 4
WORKING = ("waiting", "running")
KINDS = {
    "waiting": "wait", "running": "wait", "done": "here", "stopped": "here", "failed": "stop", "published": "won",
}  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def run_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Start a run; every run, newest first."""
    held = get_edition_at_desk(request.user, edition, access.RIGHT)
    kind, state = given(request.GET, "kind"), given(request.GET, "state")
    usable = [
        run.number
        for run in queries.runs_of(held)
        if run.state in ("done", "stopped", "published") and run.result
    ]
    form = RunForm(request.POST or None, earlier=usable[:20])
    if request.method == "POST":
        run = through(form, lambda values: actions.start_run(held, values, by=request.user))
        if run:
            return redirect(address("meetings.run_show", edition=held.slug, number=run.number))
    asked: list[Choice] = [
        ("kind", _("What was made"), list(queries.RUN_KINDS)),
        ("state", _("State"), list(queries.RUN_STATES)),
    ]
    context = table(request, queries.runs_of(held, kind, state), None, asked)
    context |= {
        "title": _("Timetables"),
        "form": form,
        "missing": queries.what_is_missing(held),
        "ready": queries.ready_of(held),
        "under_way": queries.open_run(held),
        "rows": [(run, KINDS[run.state]) for run in context["page"]],
        "has_runs": bool(context["is_filtered"] or context["page"].paginator.count),
        "can_compare": len(usable) > 1,
    }
    return desk(request, "meetings/run_list", held, context, 422 if form.errors else 200)


@login_required
@require_safe
def run_show(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """How far a run is, then what it found."""
    held, run = run_at_desk(request, edition, number)
    language = request.content_language  # type: ignore[attr-defined]
    told = _told(run)
    words = request.GET.get("q", "").strip()
    has_result = bool(run.result)
    page = Paginator(queries.placed_rows(run, words), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    left = left_out(run) if has_result else None
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
        "gone": _gone(run),
        "left": [(person, why_nothing(person)) for person in left[:LEFT_SHOWN]] if left is not None else [],
        "left_count": left.count() if left is not None else 0,
        "page": page,
        "rows": [_row(row, language) for row in page],
        "words": words,
        "published": run.result.get("published", {}),
        "crumbs": crumbs_of(held, _("Run %(number)s") % {"number": run.number}),
    }
    return desk(request, "meetings/run_show", held, context)


@login_required
@never_cache
@require_safe
def run_progress(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """Progress for the page's script."""
    _held, run = run_at_desk(request, edition, number)
    next_url = address("meetings.run_show", edition=edition, number=number)
    return JsonResponse(_told(run) | {"next_url": next_url})


@login_required
@require_POST
def run_stop(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """End a run with the best found so far."""
    _held, run = run_at_desk(request, edition, number)
    said = _("It ends in a moment. The best found so far is kept.")
    return attempt(
        request, lambda: actions.ask_stop(run, by=request.user), said,
        "meetings.run_show", edition=edition, number=number,
    )  # fmt: skip


@login_required
@require_POST
def run_publish(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """Meetings are made in the background; everybody gets one letter."""
    _held, run = run_at_desk(request, edition, number)

    def deed() -> None:
        publishing.start_publishing(run, by=request.user)
        tasks.publish_run.enqueue(run.pk, request.user.pk)

    said = _("The meetings are being made. Everybody concerned gets one letter.")
    return attempt(request, deed, said, "meetings.run_show", edition=edition, number=number)


@login_required
@require_POST
def run_remove(request: HttpRequest, edition: str, number: int) -> HttpResponse:
    """A dry run is forgotten."""
    _held, run = run_at_desk(request, edition, number)
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
    usable, chosen = chosen_runs(request, held)
    lines = compared_lines(chosen, request.content_language)  # type: ignore[attr-defined]
    context = {
        "title": _("Runs side by side"),
        "usable": usable,
        "chosen": chosen,
        "numbers": [run.number for run in chosen],
        "figures": queries.compared(chosen),
        "classes": lines.classes,
        "groups": lines.groups,
        "shown": "&".join(f"run={run.number}" for run in chosen),
        "crumbs": crumbs_of(held, _("Runs side by side")),
    }
    return desk(request, "meetings/run_compare", held, context)


def chosen_runs(request: HttpRequest, held: Any) -> tuple[list[Any], list[Any]]:
    """Runs that found something, and those of them to be compared: at most four, the newest two when none is named."""
    usable = [run for run in queries.runs_of(held) if run.result]
    for run in usable:
        run.edition = held
    asked = [int(text) for text in request.GET.getlist("run") if text.isdecimal() and len(text) < 10][
        :MOST_COMPARED
    ]
    chosen = [run for run in usable if run.number in asked] or usable[:2]
    return usable, sorted(chosen, key=lambda run: run.number)


@dataclass(frozen=True)
class Compared:
    """Shares side by side: (name, one share or None for each run), by class and by heading of a group."""

    classes: list[tuple[str, list[Any]]]
    groups: list[tuple[str, list[tuple[str, list[Any]]]]]


def compared_lines(chosen: list[Any], language: str) -> Compared:
    """What the page and its file show of the runs."""
    groups = [dict(queries.group_shares(run, language)) for run in chosen]
    headings = list(dict.fromkeys(heading for found in groups for heading in found))
    return Compared(
        _side_by_side([queries.class_shares(run) for run in chosen]),
        [(heading, _side_by_side([found.get(heading, []) for found in groups])) for heading in headings],
    )


def _gone(run: Any) -> list[tuple[Any, str]]:
    """Who left since the run was made, or before it was published, with their firm."""
    if run.state not in ("done", "stopped", "published"):
        return []
    people = gone_when_published(run) if run.state == "published" else gone_since(run)
    return [(person, firm_of(person)) for person in people[:GONE_SHOWN]]


def _side_by_side(shares: list[list[Any]]) -> list[tuple[str, list[Any]]]:
    by_name = [{share.name: share for share in found} for found in shares]
    names = list(dict.fromkeys(name for found in by_name for name in found))
    return [(name, [found.get(name) for found in by_name]) for name in names]


def run_at_desk(request: HttpRequest, edition: str, number: int) -> tuple[Any, Any]:
    """The edition and its run with this number; Http404 for everybody but its meetings team."""
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
            (
                _("of %(count)s meetings wished for or suggested are placed")
                if run.options.get("suggest")
                else _("of %(count)s meetings wished for are placed")
            )
            % {"count": number(told["requests"])},
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


def crumbs_of(held: Any, last: str) -> list[tuple[str, str]]:
    """To a page below the runs."""
    return [(_("Timetables"), address("meetings.run_list", edition=held.slug)), (last, "")]
