"""A session's stage as its pages show it: to the audience, to who speaks there, to its moderators."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from everfair.calls import access as calls_access
from everfair.calls.actions import stages
from everfair.calls.queries import facts
from everfair.gateways import live, video
from everfair.programme import access
from everfair.web.middleware import CONTENT_SECURITY_POLICY
from everfair.web.visitor.calls_words import words_of_stage


def stage_context(request: HttpRequest, session: Any) -> dict[str, Any] | None:
    """`stage` for public/programme/stage_audience.html; None where this server does not carry the session."""
    call = calls_access.find_stage(session)
    if call is None:
        return None
    topic = facts.audience_topic(call)
    position = live.position(topic)  # before the rows
    fact = facts.stage_fact(call)
    may = access.may_attend(request.user, session)
    return {
        "call": call,
        "fact": fact,
        "may_attend": may,
        "may_speak": access.may_speak(request.user, session),
        "config": _config(session, call, topic, position, fact) if may else None,
    }


def _config(session: Any, call: Any, topic: str, position: int, fact: dict[str, Any]) -> dict[str, Any]:
    """What the audience's script needs."""
    below = [session.edition.slug, session.code]
    return {
        "topic": topic,
        "position": position,
        "stage": fact,
        "speakers": [facts.speaker_fact(one) for one in facts.speakers_of(call)],
        "urls": {
            "listen": reverse("visitor:calls.stage_listen", args=below),
            "stop": reverse("visitor:calls.stage_stop", args=below),
        },
        "words": words_of_stage(),
    }


def open_stage(response: HttpResponse, stage: dict[str, Any] | None) -> HttpResponse:
    """The page may speak with the server for calls; camera and microphone stay closed to it."""
    if stage is not None and stage["config"] is not None:
        sources = " ".join(("connect-src 'self'", *video.connect_sources()))
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "connect-src 'self'", sources
        )
    return response


def desk_of_stage(request: HttpRequest, session: Any) -> dict[str, Any]:
    """`desk` for public/programme/stage_desk.html, the moderators' part: chosen, who is on it, begun, how many listen."""
    call = calls_access.find_stage(session)
    token = calls_access.invitation(call) if call is not None else ""
    slug = session.edition.slug
    return {
        "is_offered": stages.is_offered(),
        "call": call,
        "fact": facts.stage_fact(call) if call is not None else None,
        "inside": facts.speakers_of(call) if call is not None else [],
        "invitation": request.build_absolute_uri(
            reverse("visitor:calls.call_guest", args=[slug, call.code, token])
        ) if call is not None else "",
    }  # fmt: skip
