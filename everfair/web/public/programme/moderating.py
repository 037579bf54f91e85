"""The moderator's page: questions let through, answered, hidden; polls written, opened, closed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.base.texts import read_whole
from everfair.programme import access
from everfair.programme.actions import polls, questions
from everfair.programme.forms.audience import PollForm
from everfair.web.public.frame import edition_for
from everfair.web.public.programme.room import is_from_script, poll_of, question_of
from everfair.web.public.programme.room_shown import desk_context
from everfair.web.public.programme.stage_shown import desk_of_stage
from everfair.web.public.shown import doors


@login_required
@never_cache
def moderate(request: HttpRequest, edition: str, address: str) -> HttpResponse:
    """All questions and polls of a session."""
    session = _session(request, edition, address)
    desk = desk_of_stage(request, session)
    return _show(request, "moderate", session, {"room": desk_context(session), "desk": desk})


@login_required
@require_POST
def question_set(request: HttpRequest, edition: str, address: str, key: str) -> HttpResponse:
    """Let a question through, mark it as answered, hide it."""
    session = _session(request, edition, address)
    question = question_of(session, key)
    state = request.POST.get("state", "")
    return _attempt(request, session, lambda: questions.set_question_state(question, state, by=request.user))


@login_required
@require_POST
def asking_set(request: HttpRequest, edition: str, address: str) -> HttpResponse:
    """Whether questions are taken, and shown without being let through."""
    session = _session(request, edition, address)
    wanted = {
        "open": {"is_open": True},
        "close": {"is_open": False},
        "at_once": {"at_once": True},
        "let_through": {"at_once": False},
    }.get(request.POST.get("do", ""), {})
    held = {"is_open": session.questions_open, "at_once": session.questions_at_once}
    return _attempt(
        request, session, lambda: questions.set_asking(session, **{**held, **wanted}, by=request.user)
    )


@login_required
def poll_create(request: HttpRequest, edition: str, address: str) -> HttpResponse:
    """A new poll, not open yet."""
    return _poll_form(request, _session(request, edition, address), None)


@login_required
def poll_edit(request: HttpRequest, edition: str, address: str, key: str) -> HttpResponse:
    """Change a poll that was not open yet."""
    session = _session(request, edition, address)
    return _poll_form(request, session, poll_of(session, key))


def _poll_form(request: HttpRequest, session: Any, poll: Any) -> HttpResponse:
    form = PollForm(request.POST or None, row=poll, languages=session.edition.languages)
    if form.is_valid():
        try:
            polls.save_poll(
                session,
                poll,
                form.values(),
                by=request.user,
                version=read_whole(request.POST.get("version", "")),
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The poll is ready. Open it when the audience shall vote."))
            return _back(session)
    context = {
        "form": form,
        "poll": poll,
        "title": _("Change the poll") if poll else _("A new poll"),
        "back_url": _address(session),
    }
    return _show(request, "poll_edit", session, context, status=400 if form.is_bound else 200)


@login_required
@require_POST
def poll_set(request: HttpRequest, edition: str, address: str, key: str) -> HttpResponse:
    """Open or close a poll, show or keep back its results, take away a draft."""
    session = _session(request, edition, address)
    poll = poll_of(session, key)
    wanted = request.POST.get("do", "")
    deeds: dict[str, Callable[[], Any]] = {
        "open": lambda: polls.set_poll_state(poll, "open", by=request.user),
        "closed": lambda: polls.set_poll_state(poll, "closed", by=request.user),
        "show": lambda: polls.set_results_shown(poll, True, by=request.user),
        "keep": lambda: polls.set_results_shown(poll, False, by=request.user),
        "remove": lambda: polls.remove_poll(poll, by=request.user),
    }
    deed = deeds.get(wanted, lambda: polls.set_poll_state(poll, wanted, by=request.user))
    return _attempt(request, session, deed)


def _session(request: HttpRequest, edition: str, address: str) -> Any:
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    return access.get_session_to_moderate(request.user, found, address)


def _show(
    request: HttpRequest, template: str, session: Any, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    slug = session.edition.slug
    frame = {
        "session": session,
        "session_url": reverse("public:programme.session", args=[slug, session.address]),
        "room_url": reverse("public:programme.room", args=[slug, session.address]),
        "doors": doors(session.edition),
        "doors_current": "discuss",
    }
    return render(request, f"public/programme/{template}.html", {**frame, **context}, status=status)


def _attempt(request: HttpRequest, session: Any, deed: Callable[[], Any]) -> HttpResponse:
    try:
        deed()
    except (Refused, IllegalChange) as error:
        if is_from_script(request):
            return JsonResponse({"error": str(error)}, status=409)
        messages.error(request, str(error))
        return _back(session)
    return JsonResponse({"said": ""}) if is_from_script(request) else _back(session)


def _address(session: Any) -> str:
    return reverse("public:programme.moderate", args=[session.edition.slug, session.address])


def _back(session: Any) -> HttpResponse:
    return redirect(_address(session))
