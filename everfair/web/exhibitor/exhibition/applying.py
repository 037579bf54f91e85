"""The overview, the application with the organiser's questions, steps on the chart, tasks, history."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from everfair.base.charts import IllegalChange
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.exhibition import access
from everfair.exhibition.actions import applying as applying_actions
from everfair.exhibition.actions import state as state_actions
from everfair.exhibition.forms.applying import ApplicationForm
from everfair.exhibition.forms.booth import ReasonForm
from everfair.exhibition.forms.fields import add_refusal
from everfair.exhibition.queries import applying as applying_queries
from everfair.exhibition.queries import desk
from everfair.exhibition.queries.completeness import completeness
from everfair.web.answer_times import own_answers
from everfair.web.exhibitor.exhibition.frame import address, at_desk, differences, language_of, newer, show
from everfair.web.exhibitor.matching import desk_of
from everfair.web.match_glance import Glance, glance_of

A_PAGE = 50
LINKS = {"booth": "booth_edit", "offers": "offer_list", "contacts": "contact_list"}


@login_required
@require_safe
def booth_overview(request: HttpRequest, code: str) -> HttpResponse:
    """Where the booth stands, what it lacks and why, what comes next."""
    exhibitor = at_desk(request, code, "see")
    return show(request, "booth_overview", exhibitor, "booth_overview", _overview(request, exhibitor))


def _overview(request: HttpRequest, exhibitor: Any) -> dict[str, Any]:
    found = completeness(exhibitor)
    roles = access.roles_on(request.user, exhibitor)
    tasks = applying_queries.task_lines(exhibitor, timezone.localdate())
    can_edit = access.can_edit_booth(request.user, exhibitor)
    return {
        "completeness": found,
        "required": [_line(item, exhibitor, can_edit) for item in found.items if item.is_required],
        "advised": [_line(item, exhibitor, can_edit) for item in found.items if not item.is_required],
        "next_states": desk.next_states(exhibitor, roles & {"exhibitor"} or roles) if can_edit else [],
        "open_tasks": [task for task in tasks if not task.is_done][:3],
        "reason_form": ReasonForm(),
        "stages": _stages(exhibitor.state),
        "can_edit": can_edit,
        "has_earlier": can_edit
        and exhibitor.state in desk.FREE_TO_MOVE
        and desk.earlier_booths(exhibitor).exists(),
        "public_url": _public_address(exhibitor),
        "glance": _matches(request, exhibitor),
        "answers": _answers(request, exhibitor),
    }


def _line(item: Any, exhibitor: Any, can_edit: bool) -> tuple[str, bool, str]:
    if not can_edit:
        return item.sentence, item.is_done, ""
    if item.link_hint == "firm":
        url = reverse("visitor:people.organisation_edit", kwargs={"code": exhibitor.organisation.code})
    else:
        url = address(LINKS[item.link_hint], exhibitor)
    return item.sentence, item.is_done, url


def _matches(request: HttpRequest, exhibitor: Any) -> Glance | None:
    """What suits the firm, for its own people, once the booth is public."""
    if not exhibitor.is_public or not access.is_on_team(request.user, exhibitor):
        return None
    return glance_of(request, desk_of(request, exhibitor))


def _answers(request: HttpRequest, exhibitor: Any) -> dict[str, Any] | None:
    """How fast the firm answers, for its own people, once the booth is public."""
    if not exhibitor.is_public or not access.is_on_team(request.user, exhibitor):
        return None
    return own_answers(exhibitor)


def _public_address(exhibitor: Any) -> str:
    if not exhibitor.is_public:
        return ""
    return reverse("public:exhibition.booth", args=[exhibitor.edition.slug, exhibitor.address])


def _stages(state: str) -> list[tuple[str, str]]:
    """The way of a booth in four stages, for the stage bar."""
    names = [_("Application"), _("With the organiser"), _("Accepted"), _("Public")]
    reached = {"draft": 0, "changes_asked": 0, "applied": 1, "accepted": 2, "published": 4}.get(state)
    if reached is None:  # withdrawn or rejected: no bar
        return []
    return [
        (name, "done" if number < reached else "now" if number == reached else "ahead")
        for number, name in enumerate(names)
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def application_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the questions; "send" also sends the application in."""
    exhibitor = at_desk(request, code)
    questions = applying_queries.questions_and_answers(exhibitor)
    is_open = exhibitor.state in {"draft", "changes_asked", "withdrawn"}
    form = ApplicationForm(request.POST or None, exhibitor=exhibitor, questions=questions)
    theirs = None
    if request.method == "POST" and not is_open:
        messages.error(
            request, _("The application is with the organiser. Take it back first, then change it.")
        )
        return redirect(address("application_edit", exhibitor))
    if request.method == "POST" and form.is_valid():
        try:
            return _save_application(request, exhibitor, form)
        except EditedMeanwhile as error:
            exhibitor.refresh_from_db()
            questions = applying_queries.questions_and_answers(exhibitor)
            stored = ApplicationForm(exhibitor=exhibitor, questions=questions).initial
            theirs = differences(form, stored)
            form = ApplicationForm(newer(form, error), exhibitor=exhibitor, questions=questions)
            form.add_error(None, str(error))
        except Refused as error:
            add_refusal(form, error)
    context = {
        "form": form,
        "answers": [(item.question.text, item.shown(language_of(request))) for item in questions],
        "is_open": is_open,
        "theirs": theirs,
        "can_send": "applied" in desk.next_states(exhibitor, {"exhibitor"}),
        "can_take_back": exhibitor.state == "applied",
        "has_earlier": is_open and desk.earlier_booths(exhibitor).exists(),
    }
    return show(request, "application_edit", exhibitor, "application_edit", context)


def _save_application(request: HttpRequest, exhibitor: Any, form: Any) -> HttpResponse:
    values = form.values() if desk.may_move(exhibitor, access.roles_on(request.user, exhibitor)) else {}
    applying_actions.save_application(
        exhibitor, form.answers(), values, by=request.user, version=form.cleaned_data["version"]
    )
    if "send" not in request.POST:
        messages.success(request, _("Kept as a draft. Nobody but your team and the organiser reads it."))
        return redirect(address("application_edit", exhibitor))
    try:
        state_actions.apply_for_booth(exhibitor, by=request.user)
    except (Refused, IllegalChange) as error:  # what was typed is kept by now
        messages.error(request, str(error))
        return redirect(address("application_edit", exhibitor))
    messages.success(request, _said("applied"))
    return redirect(address("booth_overview", exhibitor))


@login_required
@require_POST
def booth_state(request: HttpRequest, code: str) -> HttpResponse:
    """One step of the exhibitor's own: apply, take back, publish, withdraw."""
    exhibitor = at_desk(request, code)
    state = request.POST.get("state", "")
    roles = access.roles_on(request.user, exhibitor)
    try:
        if state == "applied" and "exhibitor" in roles:
            state_actions.apply_for_booth(exhibitor, by=request.user)
        else:
            reason = request.POST.get("reason", "")
            state_actions.set_state(exhibitor, state, by=request.user, reason=reason, roles=roles)
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _said(state))
    return redirect(address("booth_overview", exhibitor))


def _said(state: str) -> str:
    return {
        "draft": _("The application is taken back. Change what you like and send it again."),
        "applied": _("The application is with the organiser. You can take it back until it is decided."),
        "published": _("The booth is public. Everybody can read it now."),
        "withdrawn": _("The booth is withdrawn. Everything in it is kept; nobody but your team sees it."),
    }.get(state, _("Done."))


@login_required
@require_safe
def task_list(request: HttpRequest, code: str) -> HttpResponse:
    """What the organiser asks for, by date."""
    exhibitor = at_desk(request, code, "see")
    tasks = applying_queries.task_lines(exhibitor, timezone.localdate())
    return show(request, "task_list", exhibitor, "task_list", {"tasks": tasks})


@login_required
@require_POST
def task_tick(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Tick a task, or with "reopen" take the tick back."""
    exhibitor = at_desk(request, code)
    kind = desk.find_task(exhibitor, pk)
    if kind is None:
        raise Http404
    try:
        if "reopen" in request.POST:
            applying_actions.untick_task(exhibitor, kind, by=request.user)
            messages.success(request, _("The task is open again."))
        else:
            applying_actions.tick_task(exhibitor, kind, by=request.user)
            messages.success(request, _("Done. “Reopen” takes it back."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(address("task_list", exhibitor))


@login_required
@require_safe
def history_list(request: HttpRequest, code: str) -> HttpResponse:
    """Who did what, when and why."""
    exhibitor = at_desk(request, code, "see")
    page = Paginator(desk.history(exhibitor), A_PAGE).get_page(request.GET.get("page"))
    lines = [desk.history_line(entry) for entry in page]
    entries = [
        {
            "at": line.entry.at,
            "by": line.entry.by_name or _("the system"),
            "what": line.what,
            "detail": line.detail,
        }
        for line in lines
    ]
    return show(request, "history_list", exhibitor, "history_list", {"page": page, "entries": entries})
