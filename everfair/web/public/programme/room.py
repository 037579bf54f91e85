"""In the room: the audience asks, votes for questions and in polls. Plain forms; a script sends them without a reload."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.programme import access
from everfair.programme.actions import polls, questions
from everfair.programme.forms.audience import AskForm
from everfair.programme.queries import audience
from everfair.web.public.frame import edition_for
from everfair.web.public.programme.room_shown import room_context
from everfair.web.public.programme.stage_shown import open_stage, stage_context
from everfair.web.public.shown import doors


def session_in(request: HttpRequest, edition: str, address: str) -> Any:
    """The session behind the address, through access; the page then shows its edition."""
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    return access.get_session_for(request.user, found, address)


def is_from_script(request: HttpRequest) -> bool:
    """Whether live.js sent the form and waits for JSON."""
    return request.headers.get("X-Live") == "1"


@require_safe
@never_cache
def room(request: HttpRequest, edition: str, address: str) -> HttpResponse:
    """Questions and polls of a session, as they stand now."""
    return _page(request, session_in(request, edition, address), AskForm())


def _page(request: HttpRequest, session: Any, form: Any, status: int = 200) -> HttpResponse:
    slug = session.edition.slug
    stage = stage_context(request, session)
    context = {
        "room": room_context(request.user, session),
        "stage": stage,
        "session": session,
        "form": form,
        "session_url": reverse("public:programme.session", args=[slug, session.address]),
        "programme_url": reverse("public:programme.day", args=[slug]),
        "doors": doors(session.edition),
        "doors_current": "discuss",
        "canonical_url": settings.BASE_URL
        + reverse("public:programme.session", args=[slug, session.address]),
    }
    return open_stage(render(request, "public/programme/room_page.html", context, status=status), stage)


@login_required
@require_POST
def question_ask(request: HttpRequest, edition: str, address: str) -> HttpResponse:
    """Ask a question; with or without one's name."""
    session = session_in(request, edition, address)
    form = AskForm(request.POST)
    if form.is_valid():
        name = getattr(request.user, "name", "") if form.cleaned_data["is_named"] else ""
        try:
            asked = questions.ask_question(
                session, by=request.user, text=form.cleaned_data["text"], shown_name=name
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            return _done(request, session, _said(asked), "ask")
    if is_from_script(request):
        return JsonResponse(
            {"error": " ".join(str(one) for errors in form.errors.values() for one in errors)}, status=409
        )
    return _page(request, session, form, status=400)


def _said(question: Any) -> str:
    if question.state == "shown":
        return _("Your question is shown.")
    return _("Your question is with the moderator.")


@login_required
@require_POST
def question_vote(request: HttpRequest, edition: str, address: str, key: str) -> HttpResponse:
    """Vote for a question, or take the vote back."""
    session = session_in(request, edition, address)
    question = question_of(session, key)
    on = request.POST.get("on") == "1"
    said = _("Your vote counts.") if on else _("Your vote is taken back.")
    return _attempt(
        request,
        session,
        lambda: questions.vote_for_question(question, on, by=request.user),
        said,
        "questions",
    )


@login_required
@require_POST
def poll_vote(request: HttpRequest, edition: str, address: str, key: str) -> HttpResponse:
    """Choose in a poll, or choose otherwise."""
    session = session_in(request, edition, address)
    poll = poll_of(session, key)
    option = request.POST.get("option", "")
    return _attempt(
        request,
        session,
        lambda: polls.vote_in_poll(poll, option, by=request.user),
        _("Your choice counts."),
        "polls",
    )


def question_of(session: Any, key: str) -> Any:
    """A question of the session; Http404."""
    found = audience.question_in(session, int(key)) if key.isdecimal() and len(key) < 19 else None
    if found is None:
        raise Http404
    return found


def poll_of(session: Any, key: str) -> Any:
    """A poll of the session; Http404."""
    found = audience.poll_in(session, key)
    if found is None:
        raise Http404
    return found


def _attempt(
    request: HttpRequest, session: Any, deed: Callable[[], Any], said: str, part: str
) -> HttpResponse:
    try:
        deed()
    except (Refused, IllegalChange) as error:
        if is_from_script(request):
            return JsonResponse({"error": str(error)}, status=409)
        messages.error(request, str(error))
        return _back(session, part)
    return _done(request, session, said, part)


def _done(request: HttpRequest, session: Any, said: str, part: str) -> HttpResponse:
    if is_from_script(request):
        return JsonResponse({"said": said})
    messages.success(request, said)
    return _back(session, part)


def _back(session: Any, part: str) -> HttpResponse:
    address = reverse("public:programme.room", args=[session.edition.slug, session.address])
    return redirect(f"{address}#{part}")
