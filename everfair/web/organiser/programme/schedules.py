"""Schedules that come in, at the desk: send a file, look at what it would change, apply it. And where the programme goes out."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.progress import Progress
from everfair.base.refusals import Refused
from everfair.fair import access as fair_access
from everfair.gateways.tables import csv_chunks
from everfair.programme import access, tasks
from everfair.programme.actions import schedule_apply, schedule_reading
from everfair.programme.forms.schedules import ScheduleForm
from everfair.programme.queries import schedule_runs as queries
from everfair.web.organiser.frame import address, attempt, desk
from everfair.web.templatetags.figures import moment

A_PAGE = 50
WORKING = ("reading", "applying")
STATE_KINDS = {
    "uploaded": "away", "reading": "wait", "ready": "here", "applying": "wait", "done": "won",
    "failed": "stop", "stopped": "away",
}  # fmt: skip
VERDICTS = {
    "moved": gettext_lazy("Moved"),
    "retitled": gettext_lazy("Retitled"),
    "changed": gettext_lazy("Changed"),
    "new": gettext_lazy("New"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "back": gettext_lazy("Back again"),
}
PARTS = {
    "starts_at": gettext_lazy("Begins"),
    "ends_at": gettext_lazy("Ends"),
    "stage": gettext_lazy("Stage"),
    "title": gettext_lazy("Title"),
    "subtitle": gettext_lazy("Subtitle"),
    "abstract": gettext_lazy("Text"),
    "track": gettext_lazy("Track"),
    "language": gettext_lazy("Language"),
    "speakers": gettext_lazy("Speakers"),
    "other": gettext_lazy("Also"),
}
OTHER = {
    "type": gettext_lazy("kind"),
    "links": gettext_lazy("links"),
    "attachments": gettext_lazy("attachments"),
    "recording": gettext_lazy("recording"),
    "logo": gettext_lazy("picture"),
    "do_not_stream": gettext_lazy("streaming"),
    "url": gettext_lazy("address"),
}


def _held(request: HttpRequest, edition: str) -> Any:
    return fair_access.get_edition_at_desk(request.user, edition, access.RIGHT)


@login_required
@require_safe
def schedule_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Every schedule that came in, newest first; and the addresses at which the programme goes out."""
    held = _held(request, edition)
    page = Paginator(queries.schedule_runs(held), A_PAGE).get_page(request.GET.get("page"))
    key = {"edition": held.slug}
    files = [
        ("schedule.xml", reverse("public:programme.schedule_xml", kwargs=key)),
        ("schedule.json", reverse("public:programme.schedule_json", kwargs=key)),
    ]
    return desk(
        request, "programme/schedule_list", held, {"page": page, "kinds": STATE_KINDS, "files": files}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_create(request: HttpRequest, edition: str) -> HttpResponse:
    """Send a schedule. It is read in the background and shown before anything changes."""
    held = _held(request, edition)
    form = ScheduleForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = schedule_reading.register_schedule(
                held,
                file.chunks(),
                file.name,
                by=request.user,
                source=form.cleaned_data["source"],
                publish=form.cleaned_data["publish"],
            )
        except Refused as error:
            form.add_error("file", str(error))
        else:
            tasks.read_schedule.enqueue(run.pk)
            return redirect(address("programme.schedule_show", edition=edition, pk=run.pk))
    context = {"form": form, "sources": queries.sources_of(held)}
    return desk(request, "programme/schedule_create", held, context, 422 if form.errors else 200)


@login_required
@require_safe
def schedule_show(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """One schedule: progress, what it would change or has changed, what to look at."""
    held = _held(request, edition)
    run = access.get_schedule_run_for(request.user, held, pk)
    progress = queries.progress_of(run)
    tab = _tab(run, request.GET.get("show", ""))
    listed = run.problems if tab == "problems" else [e for e in run.differences if e["verdict"] == tab]
    page = Paginator(listed, A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "run": run,
        "kind": STATE_KINDS[run.state],
        "tab": tab,
        "tabs": _tabs(run, tab),
        "figures": _figures(run),
        "page": page,
        "rows": [] if tab == "problems" else [_row(entry, held.time_zone) for entry in page],
        "is_working": run.state in WORKING,
        "is_silent": run.state in WORKING and progress.is_silent,
        "has_changes": any(run.counts.get(verdict) for verdict in VERDICTS),
        "poll_url": address("programme.schedule_progress", edition=edition, pk=pk),
        "progress": _told(run, progress),
    }
    return desk(request, "programme/schedule_show", held, context)


def _tab(run: Any, asked: str) -> str:
    if asked in VERDICTS or asked == "problems":
        return asked
    if run.counts.get("errors"):
        return "problems"
    return next((verdict for verdict in VERDICTS if run.counts.get(verdict)), "problems")


def _tabs(run: Any, tab: str) -> list[tuple[str, str, bool, int]]:
    shown = [(key, str(label), run.counts.get(key, 0)) for key, label in VERDICTS.items()]
    shown.append(("problems", _("To look at"), len(run.problems)))
    return [(label, f"?show={key}", key == tab, count) for key, label, count in shown]


def _figures(run: Any) -> list[tuple[int, str]]:
    counts = run.counts
    if "events" not in counts:
        return []
    return [
        (counts.get("kept", 0), _("kept as they are")),
        (counts.get("moved", 0), _("moved")),
        (counts.get("retitled", 0) + counts.get("changed", 0), _("retitled or changed")),
        (counts.get("new", 0) + counts.get("back", 0), _("new or back again")),
        (counts.get("withdrawn", 0), _("withdrawn")),
    ]


def _row(entry: dict[str, Any], zone: str) -> dict[str, Any]:
    """An entry of the comparison as the table shows it: what changes, before and after, in words."""
    before, after = entry["before"], entry["after"]
    names = [name for name in PARTS if before.get(name) or after.get(name)]
    changes = [
        (PARTS[name], _words(name, before.get(name), zone), _words(name, after.get(name), zone))
        for name in names
    ]
    return {"title": entry["title"], "id": entry["external_id"], "changes": changes}


def _words(name: str, value: Any, zone: str) -> str:
    if not value:
        return ""
    if name in ("starts_at", "ends_at"):
        return moment(datetime.fromisoformat(value), zone)
    if isinstance(value, list):
        return ", ".join(str(OTHER.get(one, one)) for one in value)
    return str(value)


def _told(run: Any, progress: Progress) -> dict[str, Any]:
    """As parts/progress.html and its script read it."""
    step = _("Writing into the programme") if run.state == "applying" else _("Reading and comparing")
    state = "running" if run.state in WORKING else "stopped" if run.state in ("failed", "stopped") else "done"
    return {"done": progress.done, "total": progress.total, "step": step, "state": state}


@login_required
@require_safe
def schedule_progress(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Progress for the page's script."""
    run = access.get_schedule_run_for(request.user, _held(request, edition), pk)
    told = _told(run, queries.progress_of(run))
    return JsonResponse(told | {"next_url": address("programme.schedule_show", edition=edition, pk=pk)})


@login_required
@require_safe
def schedule_problems(request: HttpRequest, edition: str, pk: int) -> StreamingHttpResponse:
    """Everything to look at, as CSV."""
    run = access.get_schedule_run_for(request.user, _held(request, edition), pk)
    columns = {"event": _("Session"), "message": _("What to do"), "kind": _("Kind")}
    rows = (
        {**problem, "kind": _("note") if problem["is_warning"] else _("error")} for problem in run.problems
    )
    response = StreamingHttpResponse(csv_chunks(rows, columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="schedule-{run.pk}-to-look-at.csv"'
    return response


@login_required
@require_POST
def schedule_apply_now(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Write the schedule into the programme, in the background, all or nothing."""
    run = access.get_schedule_run_for(request.user, _held(request, edition), pk)

    def deed() -> None:
        schedule_apply.start_applying(run, by=request.user, publish="publish" in request.POST)
        tasks.apply_schedule.enqueue(run.pk)

    said = _("The schedule is being written into the programme. You may leave; it goes on.")
    return attempt(request, deed, said, "programme.schedule_show", edition=edition, pk=pk)


@login_required
@require_POST
def schedule_read_again(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Compare the file once more, with the programme as it is now; also after an interruption."""
    run = access.get_schedule_run_for(request.user, _held(request, edition), pk)

    def deed() -> None:
        if run.state in WORKING:
            schedule_reading.carry_on(run, by=request.user)
        else:
            schedule_reading.start_reading(run, by=request.user)
        (tasks.apply_schedule if run.state == "applying" else tasks.read_schedule).enqueue(run.pk)

    return attempt(request, deed, _("It goes on."), "programme.schedule_show", edition=edition, pk=pk)


@login_required
@require_POST
def schedule_stop(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Put a schedule away without applying it."""
    run = access.get_schedule_run_for(request.user, _held(request, edition), pk)
    said = _("Stopped. Nothing was written into the programme.")
    return attempt(
        request,
        lambda: schedule_reading.stop_schedule(run, by=request.user),
        said,
        "programme.schedule_show",
        edition=edition,
        pk=pk,
    )


@login_required
@require_POST
def schedule_clear(request: HttpRequest, edition: str, pk: int) -> HttpResponse:
    """Forget a schedule that was not applied, and its file."""
    run = access.get_schedule_run_for(request.user, _held(request, edition), pk)
    try:
        schedule_reading.clear_schedule(run, by=request.user)
    except Refused as error:
        return attempt(request, _raise(error), "", "programme.schedule_show", edition=edition, pk=pk)
    return attempt(
        request, lambda: None, _("Removed, with its file."), "programme.schedule_list", edition=edition
    )


def _raise(error: Exception) -> Any:
    def deed() -> None:
        raise error

    return deed
