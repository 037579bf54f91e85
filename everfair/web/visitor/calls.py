"""Pages of a call: its door with the checks, the room, what stays when it is over. What is done there is in calls_deeds."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from everfair.base.languages import for_reader
from everfair.base.refusals import Refused
from everfair.calls import access
from everfair.calls.actions import entering
from everfair.calls.queries import facts
from everfair.conversations import access as conversations_access
from everfair.conversations.queries import threads
from everfair.conversations.queries.facts import topic_of as talk_topic
from everfair.conversations.queries.names import names_of, shown
from everfair.fair import access as fair_access
from everfair.gateways import live, video
from everfair.meetings import access as meetings_access
from everfair.meetings.queries.diary import meetings_of
from everfair.web.middleware import CONTENT_SECURITY_POLICY
from everfair.web.sent_file import send_file
from everfair.web.visitor.calls_words import words_of_room

MESSAGES = 20  # of the conversation, beside the call


def edition_of(request: HttpRequest, edition: str) -> Any:
    """The edition, also for the page's frame."""
    found = fair_access.get_edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    return found


def place_of(request: HttpRequest, edition: str, code: str) -> access.Place:
    """The call as the person stands to it; Http404 for strangers."""
    return access.get_place_for(request.user, edition_of(request, edition), code)


def open_devices(response: HttpResponse) -> HttpResponse:
    """This page alone may use camera, microphone and screen, and speak with the servers of calls."""
    response.headers["Permissions-Policy"] = (
        "camera=(self), microphone=(self), display-capture=(self), geolocation=()"
    )
    sources = " ".join(("connect-src 'self'", *video.connect_sources()))
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
        "connect-src 'self'", sources
    )
    return response


def title_of(place: access.Place, stand: Any = None) -> str:
    """What the call is called: the firm's or the thing's name, else the other side's."""
    title = for_reader(place.call.title)
    if title or stand is None:
        return title or _("Call")
    people = [stand.other.user] if stand.other.user is not None else []
    return shown(stand.other, names_of(stand.conversation.edition_id, people)).name or _("Call")


def urls_of(edition: str, code: str, *names: str) -> dict[str, str]:
    """Addresses the page's script asks, by their short names."""
    return {name: reverse(f"visitor:calls.{name}", args=[edition, code]) for name in names}


def talk_of(request: HttpRequest, place: access.Place) -> Any:
    """The person's stand in the call's conversation; None for guests."""
    talk = place.call.conversation
    return conversations_access.find_stand(request.user, talk.code) if talk is not None else None


def _shared(request: HttpRequest, place: access.Place) -> dict[str, Any]:
    """What every page of a call shows: its name, the ways out of trouble."""
    stand = talk_of(request, place)
    return {
        "call": place.call, "place": place, "title": title_of(place, stand), "stand": stand, "doors_current": "mine",
    }  # fmt: skip


@login_required
@never_cache
@require_safe
def call_door(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Before the call: camera, microphone, speaker and line are tried, the way to take part is chosen; or one waits here."""
    place = place_of(request, edition, code)
    topic = facts.topic_of(place.call)
    name, firm, country = (
        (place.person.name, place.person.firm, place.person.country)
        if place.person is not None
        else entering.shown_as(request.user, place.call)
    )
    config = {
        "topic": topic,
        "position": live.position(topic),
        "me": place.person.code if place.person is not None else "",
        "state": place.person.state if place.person is not None else "",
        "call": place.call.state,
        "urls": urls_of(edition, code, "line_check", "call_door"),
        "words": words_of_room(),
    }
    context = {
        **_shared(request, place),
        "config": config, "name": name, "firm": firm, "country": country, "why": entering.why_not(place),
        "inside": [one for one in facts.people_of(place.call) if one.state == "in"],
    }  # fmt: skip
    return open_devices(render(request, "visitor/calls/call_door.html", context))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_guest(request: HttpRequest, edition: str, code: str, token: str) -> HttpResponse:
    """Who got a link asks to come in; somebody inside says yes or no."""
    found = edition_of(request, edition)
    place = access.get_place_by_link(request.user, found, code, token)
    if place.person is not None or place.is_party:
        return redirect("visitor:calls.call_door", edition=edition, code=code)
    error = entering.why_not(place)
    if request.method == "POST":
        try:
            entering.come(place, by=request.user, is_interpreter=bool(request.POST.get("interprets")))
        except Refused as refusal:
            error = str(refusal)
        else:
            return redirect("visitor:calls.call_door", edition=edition, code=code)
    name, firm, country = entering.shown_as(request.user, place.call)
    context = {
        "call": place.call, "title": title_of(place), "name": name, "firm": firm, "country": country, "error": error,
        "doors_current": "mine",
    }  # fmt: skip
    status = 422 if error and request.method == "POST" else 200
    return render(request, "visitor/calls/call_guest.html", context, status=status)


@login_required
@never_cache
@require_safe
def call_room(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The room, for who went in; everybody else stands before its door."""
    place = place_of(request, edition, code)
    if place.person is None or place.person.state != "in":
        return redirect("visitor:calls.call_door", edition=edition, code=code)
    return show_room(request, place)


def show_room(request: HttpRequest, place: access.Place, *, status: int = 200, **more: Any) -> HttpResponse:
    """The room as it stands now; `more` holds what was typed and refused."""
    call, edition = place.call, place.call.edition.slug
    topic = facts.topic_of(call)
    at = live.position(topic)
    people = facts.people_of(call)
    shared = _shared(request, place)
    stand = shared["stand"]
    documents = list(call.documents.order_by("pk"))
    config = {
        "topic": topic, "position": at, "me": place.person.code if place.person is not None else "",
        "host": place.may_host, "stage": call.is_stage, "call": facts.call_fact(call),
        "people": [facts.person_fact(one) for one in people],
        "notes": facts.notes_fact(call),
        "documents": [facts.document_fact(one) for one in documents],
        "urls": {
            **urls_of(
                edition, call.code, "call_seat", "call_leave", "call_over", "call_door", "call_failed",
                "message_say", "notes_save", "private_save", "document_show", "person_show",
            ),
            "person": reverse("visitor:calls.person_admit", args=[edition, call.code, "-"]),
            "document": reverse("visitor:calls.document_file", args=[edition, call.code, 0]),
        },
        "talk": {"topic": talk_topic(stand.conversation), "side": stand.own.side} if stand is not None else None,
        "words": words_of_room(),
    }  # fmt: skip
    said = threads.thread(stand)[-MESSAGES:] if stand is not None else []
    token = access.invitation(call) if place.may_host else ""
    context = {
        **shared,
        "config": config, "people": people, "documents": documents, "me": place.person, "said": said,
        "inside": [one for one in people if one.state == "in"],
        "waiting": [one for one in people if one.state == "waiting"],
        "invitation": request.build_absolute_uri(
            reverse("visitor:calls.call_guest", args=[edition, call.code, token])
        ) if token else "",
        "following": next_meeting(request, call.edition, call.ends_at, call.meeting_id),
        "agenda": call.agenda, "notes": call.shared_notes, "private": place.person.private_notes if place.person else "",
        **more,
    }  # fmt: skip
    return open_devices(render(request, "visitor/calls/call_room.html", context, status=status))


def next_meeting(request: HttpRequest, edition: Any, after: datetime | None, but: int | None) -> Any:
    """The person's next meeting from now, this one left out."""
    participant = meetings_access.find_participant(request.user, edition)
    if participant is None:
        return None
    begin = after or timezone.now()
    return next((one for one in meetings_of(participant) if one.starts_at >= begin), None)


@login_required
@never_cache
@require_safe
def call_over(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """After it: what was noted, the documents, where to go on; back in while it is open."""
    place = place_of(request, edition, code)
    person = place.person
    is_out = person is not None and person.state in ("removed", "refused")
    context = {
        **_shared(request, place),
        "is_out": is_out, "why": entering.why_not(place), "me": person,
        "documents": [] if is_out else list(place.call.documents.order_by("pk")),
    }  # fmt: skip
    return render(request, "visitor/calls/call_over.html", context)


@login_required
@require_safe
def document_file(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponseBase:
    """A document shown in the call."""
    return send_file(request, access.get_document_for(place_of(request, edition, code), pk))
