"""The programme by day, now and next, stages with their door screens, speakers."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from everfair.base.codes import code_of
from everfair.base.languages import pick
from everfair.meetings.queries.own import askable_speaker
from everfair.programme.queries.board import Board, board_of
from everfair.programme.queries.session_page import about_speaker
from everfair.web.public.frame import edition_for, frame_of
from everfair.web.public.keeping import kept_for_everybody
from everfair.web.public.programme import parts, shown
from everfair.web.public.programme.event_data import person_data, programme_data
from everfair.web.public.programme.grid import Grid, grid_of
from everfair.web.public.shown import doors

SPEAKERS_A_PAGE = 60
SCREEN_SECONDS = 30  # how often a door screen asks again
FRONT_STAGES = 5  # of the front page
COMING = 4  # sessions a screen announces


def open_programme(request: HttpRequest, edition: str) -> tuple[Any, Board, dict[str, Any]]:
    """The edition, its board, and what every page of the programme shows."""
    found = edition_for(request.user, edition)
    request.edition = found  # type: ignore[attr-defined]
    board = board_of(found)
    context = {
        "board": board,
        "zone": board.zone.key,
        "below": reverse("public:fair.front", args=[found.slug]),
        "doors": doors(found),
        "doors_current": "discuss",
        "canonical_url": settings.BASE_URL + request.path,
    }
    return found, board, context


@require_safe
@kept_for_everybody
def day(request: HttpRequest, edition: str) -> HttpResponse:
    """One day as a grid of stages; on a phone the same as a list of stages."""
    found, board, context = open_programme(request, edition)
    now = timezone.now()
    chosen = _day_in(request.GET.get("day", ""), board) or board.day_for(now)
    grid = grid_of(board, chosen) if chosen else None
    if grid is not None:
        context["grid_markup"] = grid_markup(request, found, board, grid)
    context |= {
        "tabs": shown.view_tabs(board, found.slug, "day"),
        "days": shown.day_tabs(board, chosen),
        "chosen": chosen,
        "untimed": len(board.sessions) - sum(len(sessions) for sessions in board.by_day.values()),
        "json_ld": programme_data(found, request.content_language, settings.BASE_URL),  # type: ignore[attr-defined]
    }
    return render(request, "public/programme/day.html", context)


def grid_markup(request: HttpRequest, edition: Any, board: Board, grid: Grid, *, most: int = 0) -> str:
    """The day's grid; `most` keeps the stages with most sessions only."""
    now, lang = timezone.now(), request.content_language  # type: ignore[attr-defined]
    own_zone, column = shown.viewer_zone(board), grid.column(now)

    def make() -> str:
        lanes = grid.lanes
        if most and len(lanes) > most:
            fullest = sorted(lanes, key=lambda lane: -len(lane.cells))[:most]
            lanes = tuple(lane for lane in lanes if lane in fullest)
        context = {
            "grid": grid,
            "zone": board.zone.key,
            "lanes": [(lane, parts.slots(board, lane.cells, edition.slug, lang, now)) for lane in lanes],
            "hours": shown.rulers(grid, board),
            "own_zone": own_zone,
            "now_column": column,
            "now": now,
            "is_today": grid.day == now.astimezone(board.zone).date(),
            "below": reverse("public:fair.front", args=[edition.slug]),
            "lang": lang,
        }
        return render_to_string("public/programme/grid.html", context)

    key = ("grid", edition.slug, grid.day, column, own_zone.key if own_zone else "", most)
    return parts.kept_whole(board, now, key, make)


def today_at_fair(request: HttpRequest, edition: Any) -> dict[str, Any] | None:
    """The front page's part of the programme: today, or the next day with sessions; None without any or once it is over."""
    board = board_of(edition)
    now = timezone.now()
    day, today = board.day_for(now), now.astimezone(board.zone).date()
    if day is None or day < today:
        return None
    grid = grid_of(board, day)
    return {
        "day": day,
        "is_today": day == today,
        "count": len(board.by_day[day]),
        "markup": grid_markup(request, edition, board, grid, most=FRONT_STAGES),
    }


def _day_in(text: str, board: Board) -> date | None:
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        return None
    return wanted if wanted in board.by_day else None


@require_safe
@kept_for_everybody
def now_and_next(request: HttpRequest, edition: str) -> HttpResponse:
    """What is on now and what follows, by stage; outside the days, what comes first."""
    found, board, context = open_programme(request, edition)
    lang: str = request.content_language  # type: ignore[attr-defined]
    now = timezone.now()
    soon = now + timedelta(hours=12)
    rows, next_ones = [], []
    for stage in board.stages:
        on_now, coming = board.on_stage(stage.code, now)
        near = [line for line in coming[:1] if line.starts_at and line.starts_at <= soon]
        if on_now or near:
            markup = parts.lines(board, [*on_now[:3], *near], found.slug, lang, now)
            rows.append((stage, markup))
        next_ones += coming[:2]
    next_ones.sort(key=lambda line: line.starts_at.timestamp() if line.starts_at else 0)
    context |= {
        "tabs": shown.view_tabs(board, found.slug, "now"),
        "rows": rows,
        "next_day": next_ones[0].day if next_ones and not rows else None,
        "first_ones": parts.lines(board, next_ones[:10], found.slug, lang, now, dated=True)
        if not rows
        else "",
        "now": now,
    }
    return render(request, "public/programme/now.html", context)


@require_safe
@kept_for_everybody
def stage(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One stage: where it is, and its sessions by day."""
    found, board, context = open_programme(request, edition)
    line = board.stage_by_code.get(code)
    if line is None:
        raise Http404
    lang: str = request.content_language  # type: ignore[attr-defined]
    now = timezone.now()
    on_now, coming = board.on_stage(code, now)
    days = [
        (
            one,
            parts.lines(
                board, [s for s in sessions if s.stage and s.stage.pk == line.pk], found.slug, lang, now
            ),
        )
        for one, sessions in board.by_day.items()
        if any(s.stage and s.stage.pk == line.pk for s in sessions)
    ]
    context |= {
        "stage": line,
        "days": days,
        "now_markup": parts.lines(board, [*on_now, *coming[:1]], found.slug, lang, now) if on_now else "",
    }
    return render(request, "public/programme/stage.html", context)


@require_safe
def stage_screen(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """For a screen at the stage's door: big, in both languages, asks again by itself without a script."""
    _found, board, context = open_programme(request, edition)
    line = board.stage_by_code.get(code)
    if line is None:
        raise Http404
    now = timezone.now()
    on_now, coming = board.on_stage(code, now)
    today = now.astimezone(board.zone).date()
    edge = board.next_edge(now)
    left = int((edge - now).total_seconds()) + 1 if edge else SCREEN_SECONDS
    context |= {
        "stage": line,
        "on_now": on_now,
        "coming": [s for s in coming if s.day == today][: COMING - bool(on_now)] or coming[:1],
        "today": today,
        "now": now,
        "seconds": max(5, min(SCREEN_SECONDS, left)),
    }
    response = render(request, "public/programme/screen.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@kept_for_everybody
def speaker_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Everybody who speaks in a public session, by name."""
    found, board, context = open_programme(request, edition)
    words = request.GET.get("q", "").strip()[:100]
    speakers = [one for one in board.speakers if _has(one, words.casefold())] if words else board.speakers
    context |= {
        "tabs": shown.view_tabs(board, found.slug, "speakers"),
        "page": Paginator(speakers, SPEAKERS_A_PAGE).get_page(request.GET.get("page")),
        "words": words,
    }
    return render(request, "public/programme/speaker_list.html", context)


def _has(speaker: Any, words: str) -> bool:
    texts = [*speaker.name.values(), *speaker.organisation.values(), *speaker.title.values()]
    return any(words in text.casefold() for text in texts)


@require_safe
@kept_for_everybody
def speaker(request: HttpRequest, edition: str, address: str) -> HttpResponse:
    """A speaker with their sessions."""
    found, board, context = open_programme(request, edition)
    line = board.speaker_by_code.get(code_of(address))
    if line is None:
        raise Http404
    if line.address != address:
        return HttpResponsePermanentRedirect(
            reverse("public:programme.speaker", args=[found.slug, line.address])
        )
    lang: str = request.content_language  # type: ignore[attr-defined]
    sessions = board.by_speaker.get(line.code, ())
    context |= {
        "speaker": line,
        "about": about_speaker(line.pk),
        "initial": pick(line.name, lang)[:1],
        "motif": sessions[0].motif if sessions else 1,
        "sessions": parts.lines(board, sessions, found.slug, lang, timezone.now(), dated=True),
        "json_ld": person_data(line, found, lang, settings.BASE_URL),
        "meets": frame_of(found).meets and askable_speaker(found, line.code) is not None,
    }
    return render(request, "public/programme/speaker.html", context)
