"""What is done with a session's stage: chosen, left, begun, ended by its moderators; listened to by whoever has a right to it.

The session's own pages show it: everfair/web/public/programme/stage_shown.py. Speaking there is a call: calls, calls_deeds.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.calls import access
from everfair.calls.actions import listening, opening, stages
from everfair.calls.queries import facts
from everfair.gateways import live
from everfair.programme import access as programme_access
from everfair.web.limits import allow_from
from everfair.web.visitor.calls import edition_of

SEATS_A_MINUTE = 30


def _deed(
    request: HttpRequest, edition: str, code: str, deed: Callable[[Any], object], said: str
) -> HttpResponse:
    """One act of a moderator, and back to their page; a script hears the sentence alone."""
    found = edition_of(request, edition)
    session = programme_access.get_session_to_moderate(request.user, found, code)
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        deed(session)
    except (Refused, IllegalChange) as error:
        if wants_json:
            return JsonResponse({"words": str(error)}, status=422)
        messages.error(request, str(error))
    else:
        if wants_json:
            return JsonResponse({"words": said})
        messages.success(request, said)
    return redirect(reverse("public:programme.moderate", args=[edition, session.address]) + "#stage")


def _stage(session: Any) -> Any:
    call = access.find_stage(session)
    if call is None:
        raise Refused(_("This session is not carried here any more. Its page says where it is."))
    return call


@login_required
@require_POST
def stage_choose(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The session is carried here, or by its outside link."""
    if request.POST.get("carried") == "here":
        said = _("This session is carried here. Its speakers go on the stage from this page.")
        return _deed(request, edition, code, lambda one: stages.choose_stage(one, by=request.user), said)
    said = _("This session is not carried here any more.")

    def leave(session: Any) -> None:
        call = access.find_stage(session)
        if call is not None:
            stages.leave_stage(call, by=request.user)

    return _deed(request, edition, code, leave, said)


@login_required
@require_POST
def stage_begin(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """On air."""
    return _deed(
        request, edition, code, lambda one: stages.begin(_stage(one), by=request.user),
        _("You are on air. The audience sees and hears the stage."),
    )  # fmt: skip


@login_required
@require_POST
def stage_end(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Over, for the stage and the audience."""
    return _deed(
        request, edition, code, lambda one: opening.end_call(_stage(one), by=request.user),
        _("The stage is over. Going on it again opens it again."),
    )  # fmt: skip


def _attended(request: HttpRequest, edition: str, code: str) -> Any:
    session = access.get_session_to_attend(request.user, edition_of(request, edition), code)
    call = access.find_stage(session)
    if call is None:
        raise Http404
    return call


@login_required
@require_POST
def stage_listen(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """A seat in the audience, for the page's script: rights are asked anew each time. 422 with a sentence if there is none."""
    call = _attended(request, edition, code)
    if not allow_from(f"user-{request.user.pk}", "stage-seat", most=SEATS_A_MINUTE, seconds=60):
        return JsonResponse({"words": _("Too many requests. Wait a minute.")}, status=429)
    at = live.position(facts.audience_topic(call))
    try:
        seat = listening.take_place(call, by=request.user)
    except Refused as error:
        return JsonResponse({"words": str(error)}, status=422)
    speakers = [facts.speaker_fact(one) for one in facts.speakers_of(call)]
    return JsonResponse({"seat": seat.as_json(), "speakers": speakers, "position": at})


@login_required
@require_POST
def stage_stop(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Listens no more."""
    listening.stop_listening(_attended(request, edition, code), by=request.user)
    return JsonResponse({"words": ""})
