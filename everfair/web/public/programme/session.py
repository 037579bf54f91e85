"""One session's page."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from everfair.base.codes import code_of
from everfair.calls import access as calls_access
from everfair.programme import access
from everfair.programme.queries.board import Board, SessionLine, read_session
from everfair.programme.queries.session_page import mine_of, session_page
from everfair.web.match_keep import keep_of
from everfair.web.middleware import CONTENT_SECURITY_POLICY
from everfair.web.public.keeping import kept_for_everybody
from everfair.web.public.programme import parts, shown
from everfair.web.public.programme.event_data import session_data
from everfair.web.public.programme.pages import open_programme
from everfair.web.public.programme.room_shown import room_context

MOST_BESIDE = 4


@require_safe
@kept_for_everybody
def session(request: HttpRequest, edition: str, address: str) -> HttpResponse:
    """A session: what, when in both zones, where, who, what one can do about it."""
    found, board, context = open_programme(request, edition)
    line = board.by_code.get(code_of(address)) or _preview(request.user, found, address)
    if line.address != address:
        return HttpResponsePermanentRedirect(
            reverse("public:programme.session", args=[found.slug, line.address])
        )
    now, lang = timezone.now(), request.content_language  # type: ignore[attr-defined]
    page = session_page(line.pk)
    standing = line.standing(now)
    context |= {
        "line": line,
        "page": page,
        "session": page.session,
        "is_preview": line.pk not in board.by_pk,
        "standing": standing,
        "mine": mine_of(page.session, request.user),
        "keep": keep_of(request, found, "session", page.session, saves=False),
        "own_zone": shown.viewer_zone(board),
        "live": _watched(page.session.live_url) if standing in ("now", "ahead") else None,
        "replay": _watched(page.session.replay_url) if standing == "ended" else None,
        "has_stage": standing in ("now", "ahead") and calls_access.has_stage(page.session),
        "room_url": _room_url(found.slug, line),
        "room": room_context(request.user, page.session) if _is_in_the_room(page.session, standing) else None,
        "beside": parts.lines(board, _beside(board, line), found.slug, lang, now),
        "json_ld": session_data(line, found, lang, settings.BASE_URL, board.zone),
    }
    response = render(request, "public/programme/session.html", context)
    hosts = {one["host"] for one in (context["live"], context["replay"]) if one and one["is_video"]}
    if hosts:  # the browser may play from there once the reader starts it; nothing else may be fetched
        policy = CONTENT_SECURITY_POLICY.replace(
            "media-src 'self'", f"media-src 'self' {' '.join(sorted(hosts))}"
        )
        response.headers["Content-Security-Policy"] = policy
    return response


def _is_in_the_room(session: Any, standing: str) -> bool:
    """While it is on, questions and polls stand on the session's own page; before and after on theirs."""
    return bool(session.state == "live" or (session.state == "published" and standing == "now"))


def _preview(user: Any, edition: Any, address: str) -> SessionLine:
    """A session that is not announced yet, for its host and the organiser's team; Http404 for everybody else."""
    line = read_session(edition, access.get_session_for(user, edition, address).pk)
    if line is None:
        raise Http404
    return line


def _watched(url: str) -> dict[str, Any] | None:
    """Where to watch: an HLS address that some browsers play themselves, or a provider's page; both opened on a click."""
    if not url:
        return None
    parts_of = urlsplit(url)
    is_video = parts_of.scheme == "https" and parts_of.path.lower().endswith((".m3u8", ".mp4", ".webm"))
    return {
        "url": url,
        "host": f"{parts_of.scheme}://{parts_of.netloc}",
        "name": parts_of.hostname or "",
        "is_video": is_video and _is_plain(parts_of.netloc),
        "type": "application/vnd.apple.mpegurl" if parts_of.path.lower().endswith(".m3u8") else "",
    }


def _is_plain(host: str) -> bool:
    """Nothing that could end the header's rule: letters, digits, dots, hyphens and a port."""
    return bool(host) and all(sign.isascii() and (sign.isalnum() or sign in ".-:") for sign in host)


def _room_url(slug: str, line: SessionLine) -> str:
    """The page with questions and polls."""
    try:
        return reverse("public:programme.room", args=[slug, line.address])
    except NoReverseMatch:
        return ""


def _beside(board: Board, line: SessionLine) -> list[SessionLine]:
    """What follows on the same stage that day."""
    if line.stage is None or line.starts_at is None:
        return []
    rest = [
        one
        for one in board.by_stage.get(line.stage.code, ())
        if one.day == line.day and one.starts_at and one.starts_at > line.starts_at
    ]
    return rest[:MOST_BESIDE]
