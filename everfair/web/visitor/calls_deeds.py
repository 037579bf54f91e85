"""What is done in a call, one address per act: forms work without script, the page's script asks for JSON."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from everfair.base.charts import IllegalChange
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.calls import access
from everfair.calls.actions import documents, entering, inside, opening, rings, stages
from everfair.calls.queries import facts
from everfair.conversations import access as conversations_access
from everfair.conversations.actions import writing
from everfair.gateways import live, video
from everfair.meetings import access as meetings_access
from everfair.web.uploads import takes_upload
from everfair.web.visitor.calls import edition_of, place_of, show_room, talk_of

MODES = ("picture", "sound", "text")


def _is_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _back(request: HttpRequest, place: access.Place, error: str = "", said: str = "") -> HttpResponse:
    """To the room or the door; to a script the sentence alone."""
    if _is_script(request):
        return JsonResponse({"words": error or said}, status=422 if error else 200)
    if error:
        messages.error(request, error)
    elif said:
        messages.success(request, said)
    return redirect("visitor:calls.call_room", edition=place.call.edition.slug, code=place.call.code)


def _deed(
    request: HttpRequest, place: access.Place, deed: Callable[[], object], said: str = ""
) -> HttpResponse:
    try:
        deed()
    except (Refused, IllegalChange) as error:
        return _back(request, place, error=str(error))
    return _back(request, place, said=said)


def _inside(place: access.Place) -> Any:
    """The person's row; Refused for who is not in the room."""
    if place.person is None or place.person.state != "in":
        raise Refused(_("You are not in this call."))
    return place.person


@login_required
@require_POST
def meeting_call(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """To the room of a meeting, made on first use."""
    meeting = meetings_access.get_meeting_for(request.user, edition_of(request, edition), code)
    if "person" not in meetings_access.roles_on_meeting(request.user, meeting):
        raise Http404  # the organiser reads who meets whom, and enters no room
    try:
        call = opening.call_of_meeting(meeting, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("visitor:meetings.meeting_show", edition=edition, code=code)
    return redirect("visitor:calls.call_door", edition=edition, code=call.code)


@login_required
@require_POST
def conversation_call(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The two sides of a conversation speak now."""
    stand = conversations_access.get_stand_for(request.user, edition_of(request, edition), code)
    try:
        call = opening.call_of_conversation(stand, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("visitor:conversations.conversation_show", edition=edition, code=code)
    return redirect("visitor:calls.call_door", edition=edition, code=call.code)


@login_required
@require_POST
def line_check(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Ways between browsers to try out before entering."""
    place = place_of(request, edition, code)
    person = place.person.code if place.person is not None else "door"
    ice = video.ice_servers("p" + person, now=timezone.now())
    return JsonResponse({"ice": [server.as_json() for server in ice]})


@login_required
@require_POST
def call_enter(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Go in, with sound and picture, sound alone, or in writing."""
    place = place_of(request, edition, code)
    mode = request.POST.get("mode", "picture")
    try:
        person = entering.come(place, by=request.user)
        entering.enter(person, by=request.user)
        inside.show_as(
            person, mode=mode if mode in MODES else "picture", muted=bool(request.POST.get("muted")),
            camera_off=mode != "picture",
        )  # fmt: skip
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
        return redirect("visitor:calls.call_door", edition=edition, code=code)
    return redirect("visitor:calls.call_room", edition=edition, code=code)


@login_required
@require_POST
def call_seat(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The seat of somebody inside, for the page's script: rights are asked anew each time. 422 with a sentence if not."""
    place = place_of(request, edition, code)
    if place.person is None or place.person.state not in ("in", "left"):
        return JsonResponse({"words": entering.why_not(place) or _("You are not in this call.")}, status=422)
    try:
        seat = entering.enter(place.person, by=request.user)
    except (Refused, IllegalChange) as error:
        return JsonResponse({"words": str(error)}, status=422)
    at = live.position(facts.topic_of(place.call))
    place = place_of(request, edition, code)
    people = [facts.person_fact(one) for one in facts.people_of(place.call)]
    return JsonResponse(
        {"seat": seat.as_json(), "call": facts.call_fact(place.call), "people": people, "position": at}
    )


@login_required
@require_POST
def call_leave(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Out; the way back is on the page that follows."""
    place = place_of(request, edition, code)
    if place.person is not None:
        entering.leave(place.person, by=request.user)
    return redirect("visitor:calls.call_over", edition=edition, code=code)


@login_required
@require_POST
def call_end(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Everybody out; for whom the call is for."""
    place = place_of(request, edition, code)
    if not place.may_host:
        return _back(request, place, error=_("Only whom this call is for ends it."))
    try:
        opening.end_call(place.call, by=request.user)
    except (Refused, IllegalChange) as error:
        return _back(request, place, error=str(error))
    return redirect("visitor:calls.call_over", edition=edition, code=code)


@login_required
@require_POST
def call_failed(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """No way was found: the conversation says so to both sides, with the spare link."""
    place = place_of(request, edition, code)
    return _deed(
        request, place, lambda: inside.fall_back(_inside(place), why=request.POST.get("why", "")),
        _("Both sides are told in the conversation."),
    )  # fmt: skip


@login_required
@require_POST
def person_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """What one shows of oneself: microphone, camera, hand, mode, the interpreter's language."""
    place = place_of(request, edition, code)
    flags = ("muted", "camera_off", "sharing", "hand")
    said: dict[str, Any] = {name: request.POST[name] == "1" for name in flags if name in request.POST}
    said |= {name: request.POST[name] for name in ("mode", "language") if name in request.POST}
    return _deed(request, place, lambda: inside.show_as(_inside(place), **said))


@login_required
@require_POST
def record_agree(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Agree that the call is recorded, or take it back at any time."""
    place = place_of(request, edition, code)
    agrees = request.POST.get("agrees") == "1"
    return _deed(request, place, lambda: inside.agree_to_record(_inside(place), agrees))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


@login_required
@require_POST
def notes_save(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Agenda and notes of all. Where somebody else saved first, both versions stand on the page."""
    place = place_of(request, edition, code)
    agenda, text = request.POST.get("agenda", ""), request.POST.get("text", "")
    if place.person is None or place.person.state != "in":
        return _back(request, place, error=_("You are not in this call."))
    try:
        row = inside.save_notes(
            place.call,
            agenda=agenda,
            text=text,
            version=_number(request.POST.get("version", "")),
            by=request.user,
        )
    except EditedMeanwhile as error:
        if _is_script(request):
            return JsonResponse({"words": str(error), "meanwhile": facts.notes_fact(place.call)}, status=409)
        return show_room(
            request,
            place,
            status=422,
            agenda=agenda,
            notes=text,
            notes_error=str(error),
            meanwhile=place.call,
        )
    except Refused as error:
        if _is_script(request):
            return JsonResponse({"words": str(error)}, status=422)
        return show_room(request, place, status=422, agenda=agenda, notes=text, notes_error=str(error))
    if _is_script(request):
        return JsonResponse({"words": _("Saved."), "version": row.notes_version})
    return _back(request, place, said=_("The notes are saved."))


@login_required
@require_POST
def private_save(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Notes nobody else reads."""
    place = place_of(request, edition, code)
    return _deed(
        request, place, lambda: inside.keep_private_notes(_inside(place), request.POST.get("private", "")),
        _("Your notes are saved. Nobody else reads them."),
    )  # fmt: skip


@login_required
@require_POST
def message_say(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """A message in the call's conversation, without leaving the room."""
    place = place_of(request, edition, code)
    stand = talk_of(request, place)
    text = request.POST.get("text", "")
    try:
        if stand is None:
            raise Refused(_("This call has no conversation of yours."))
        writing.say(
            stand.conversation,
            stand.own.side,
            text,
            by=request.user,
            own_number=request.POST.get("number", ""),
        )
    except Refused as error:
        if _is_script(request):
            return JsonResponse({"words": str(error)}, status=422)
        if place.person is None or place.person.state != "in":
            return _back(request, place, error=str(error))
        return show_room(request, place, status=422, typed=text, say_error=str(error))
    return _back(request, place)


@takes_upload("MAX_DOCUMENT_MB", "visitor:calls.call_room")
@require_POST
def document_show(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Show everybody inside one document."""
    place = place_of(request, edition, code)
    file = request.FILES.get("file")

    def show() -> object:
        if file is None:
            raise Refused(_("Choose a file first."))
        return documents.show_document(_inside(place), str(file.name), file, by=request.user)

    return _deed(request, place, show, _("Everybody in the call can open it now."))


def _as_host(
    request: HttpRequest, edition: str, code: str, person: str, deed: Callable[[Any], object], said: str
) -> HttpResponse:
    place = place_of(request, edition, code)
    row = access.get_person_in(place.call, person)
    if not place.may_host:
        return _back(request, place, error=_("Only whom this call is for decides who comes in."))
    return _deed(request, place, lambda: deed(row), said)


@login_required
@require_POST
def person_admit(request: HttpRequest, edition: str, code: str, person: str) -> HttpResponse:
    """Let somebody in."""
    deed: Callable[[Any], object] = lambda row: entering.admit(row, by=request.user)  # noqa: E731
    return _as_host(request, edition, code, person, deed, _("They may come in."))


@login_required
@require_POST
def person_refuse(request: HttpRequest, edition: str, code: str, person: str) -> HttpResponse:
    """Do not let somebody in."""
    deed: Callable[[Any], object] = lambda row: entering.refuse(row, by=request.user)  # noqa: E731
    return _as_host(request, edition, code, person, deed, _("They were told that they are not let in."))


@login_required
@require_POST
def person_remove(request: HttpRequest, edition: str, code: str, person: str) -> HttpResponse:
    """Put somebody out at once."""
    deed: Callable[[Any], object] = lambda row: entering.remove(row, by=request.user)  # noqa: E731
    return _as_host(
        request, edition, code, person, deed, _("They are out, and come back only when you let them in.")
    )


@login_required
@require_POST
def person_hush(request: HttpRequest, edition: str, code: str, person: str) -> HttpResponse:
    """Switch the microphone of somebody on a stage off."""
    deed: Callable[[Any], object] = lambda row: stages.hush(row, by=request.user)  # noqa: E731
    return _as_host(
        request, edition, code, person, deed, _("Their microphone is off. They may switch it on again.")
    )


def _ring(
    request: HttpRequest, edition: str, code: str, deed: Callable[[Any], object]
) -> HttpResponse | None:
    place = place_of(request, edition, code)
    try:
        deed(place.call)
    except (Refused, IllegalChange) as error:
        messages.error(request, str(error))
    return None


@login_required
@require_POST
def ring_answer(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Take a call that rings at oneself."""
    _ring(request, edition, code, lambda call: rings.answer_ring(call, by=request.user))
    return redirect("visitor:calls.call_door", edition=edition, code=code)


@login_required
@require_POST
def ring_decline(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Not me: the next colleague is rung."""
    _ring(request, edition, code, lambda call: rings.decline_ring(call, by=request.user))
    if _is_script(request):
        return JsonResponse({"words": ""})
    return redirect("visitor:people.my_fair")


@login_required
@require_POST
def ring_give_up(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The caller waits no longer."""
    _ring(request, edition, code, lambda call: rings.give_up(call, by=request.user))
    return redirect("visitor:calls.call_over", edition=edition, code=code)
