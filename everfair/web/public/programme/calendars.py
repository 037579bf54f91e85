"""Calendar feeds: the whole programme, a stage, a kind, a session, and a person's own by a secret address."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from everfair.base.codes import code_of
from everfair.base.languages import other, pick
from everfair.fair import access as fair_access
from everfair.gateways.calendars import CONTENT_TYPE, CalendarEvent, write_calendar
from everfair.programme.queries.board import Board, SessionLine, board_of
from everfair.programme.queries.own import OwnSession, calendar_of, own_programme
from everfair.web.limits import allow
from everfair.web.public.frame import edition_for
from everfair.web.public.keeping import kept_for_everybody

REFRESH, OWN_REFRESH = timedelta(hours=1), timedelta(minutes=15)


def event_of(line: SessionLine, edition: Any, lang: str, note: str = "") -> CalendarEvent | None:
    """A session as a calendar's event; None while it has no time."""
    if line.starts_at is None or line.ends_at is None:
        return None
    second = other(line.title, lang)
    names = ", ".join(pick(speaker.name, lang) for speaker, _role in line.speakers)
    address = settings.BASE_URL + reverse("public:programme.session", args=[edition.slug, line.address])
    texts = [note, second[1] if second else "", names, pick(line.summary, lang), address]
    title = pick(line.title, lang)
    is_cancelled = line.state == "cancelled"
    return CalendarEvent(
        uid=f"session-{line.code}@{settings.BASE_URL.partition('://')[2] or 'everfair'}",
        title=_("Cancelled: %(title)s") % {"title": title} if is_cancelled else title,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        changed_at=line.changed_at,
        sequence=line.version - 1,
        description="\n".join(text for text in texts if text),
        location=_location(line, edition, lang),
        url=address,
        categories=(pick(line.kind.name, lang),) if line.kind else (),
        status="CANCELLED" if is_cancelled else "CONFIRMED",
    )


def _location(line: SessionLine, edition: Any, lang: str) -> str:
    if line.stage is None:
        return ""
    venue = pick(edition.venue, lang) if line.stage.kind == "room" else ""
    return ", ".join(text for text in (pick(line.stage.name, lang), venue) if text)


def _answer(
    events: Iterable[CalendarEvent | None],
    name: str,
    file_name: str,
    edition: Any,
    *,
    refresh: timedelta = REFRESH,
) -> HttpResponse:
    there = [event for event in events if event is not None]
    body = write_calendar(there, name=name, time_zone=edition.time_zone, refresh=refresh)
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}.ics"'
    return response


def _open(request: HttpRequest, edition: str) -> tuple[Any, Board, str]:
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    return found, board_of(found), request.content_language  # type: ignore[attr-defined]


@require_safe
@kept_for_everybody
def programme_calendar(request: HttpRequest, edition: str) -> HttpResponse:
    """Every public session."""
    found, board, lang = _open(request, edition)
    events = (event_of(line, found, lang) for line in board.sessions)
    return _answer(events, pick(found.name, lang), found.slug, found)


@require_safe
@kept_for_everybody
def stage_calendar(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The sessions of one stage."""
    found, board, lang = _open(request, edition)
    stage = board.stage_by_code.get(code)
    if stage is None:
        raise Http404
    events = (event_of(line, found, lang) for line in board.by_stage.get(code, ()))
    name = f"{pick(found.name, lang)} · {pick(stage.name, lang)}"
    return _answer(events, name, f"{found.slug}-{code}", found)


@require_safe
@kept_for_everybody
def kind_calendar(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """The sessions of one kind of activity."""
    found, board, lang = _open(request, edition)
    kind = next((one for one in board.kinds if one.code == code), None)
    if kind is None:
        raise Http404
    events = (event_of(line, found, lang) for line in board.sessions if line.kind is kind)
    name = f"{pick(found.name, lang)} · {pick(kind.name, lang)}"
    return _answer(events, name, f"{found.slug}-{code}", found)


@require_safe
@kept_for_everybody
def session_calendar(request: HttpRequest, edition: str, address: str) -> HttpResponse:
    """One session, to be put into any calendar."""
    found, board, lang = _open(request, edition)
    line = board.by_code.get(code_of(address))
    event = event_of(line, found, lang) if line is not None else None
    if line is None or event is None:
        raise Http404
    return _answer([event], pick(line.title, lang), f"{found.slug}-{line.code}", found)


@require_safe
def own_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """A person's own programme: the address is the key, so that calendar programs need no signing in."""
    if not allow(request, "calendar", most=120, seconds=60):
        return HttpResponse(
            _("Too many requests. Wait a minute."), status=429, content_type="text/plain; charset=utf-8"
        )
    key = calendar_of(secret)
    if key is None:
        raise Http404
    found = fair_access.get_edition_for(key.user, key.edition.slug)
    lang: str = request.content_language  # type: ignore[attr-defined]
    events = [
        event_of(one.line, found, lang, _seat_note(one))
        for one in own_programme(board_of(found), found, key.user)
    ]
    name = _("My programme, %(fair)s") % {"fair": pick(found.name, lang)}
    response = _answer(events, name, f"my-{found.slug}", found, refresh=OWN_REFRESH)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _seat_note(one: OwnSession) -> str:
    if one.seat == "held":
        return _("You have a seat.")
    if one.seat == "waiting":
        return _("You are on the waiting list, place %(place)d.") % {"place": one.place}
    return ""
