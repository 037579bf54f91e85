"""The programme as a list with search and filters, on pages or whole for printing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from everfair.base.languages import pick
from everfair.gateways.search import SearchUnavailable
from everfair.programme.queries.board import Board, SessionLine, browse
from everfair.search.queries import search_edition
from everfair.web.limits import allow
from everfair.web.public.exhibition import counted_page, page_number
from everfair.web.public.frame import frame_of
from everfair.web.public.keeping import kept_for_everybody
from everfair.web.public.programme import parts, shown
from everfair.web.public.programme.pages import open_programme

PAGE_SIZE = 50
WHOLE = 5000  # sessions on the one page for printing
MOST_FOUND = 1000
LONGEST_WORDS = 200


@require_safe
@kept_for_everybody
def session_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Sessions by time, or by how well words fit them; `?whole=1` puts all of them on one page."""
    found, board, context = open_programme(request, edition)
    lang: str = request.content_language  # type: ignore[attr-defined]
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    if words and not allow(request, "search", most=120, seconds=60):
        return render(request, "public/search/too_many.html", context, status=429)
    only = found_ids(found, board, words, lang) if words else None
    chosen = shown.chosen_filters(request.GET)
    is_whole = request.GET.get("whole") == "1"
    size = WHOLE if is_whole else PAGE_SIZE
    number = 1 if is_whole else page_number(request)
    sort = request.GET.get("sort", "")
    order = _order(sort, bool(words), lang)
    listed = browse(board, chosen, only=only, order=order, offset=(number - 1) * size, limit=size)
    frame = frame_of(found)
    context |= {
        "tabs": shown.view_tabs(board, found.slug, "list"),
        "words": words,
        "query": words,
        "total": listed.total,
        "page": counted_page(listed.total, number, size),
        "groups": _groups(board, [board.by_pk[pk] for pk in listed.keys], order, found.slug, lang),
        "facets": shown.facets_context(board, listed.counts, chosen, frame, lang),
        "chips": shown.chips_context(chosen, board, frame, lang),
        "sort": sort if sort in ("time", "title") else ("found" if words else "time"),
        "sorts": [
            *([("found", _("Best fit"))] if words else []),
            ("time", _("Time")),
            ("title", _("Title")),
        ],
        "is_whole": is_whole,
    }
    return render(request, "public/programme/session_list.html", context)


def _order(sort: str, has_words: bool, lang: str) -> str:
    if sort == "title":
        return "title_zh" if lang == "zh" else "title_en"
    return "found" if has_words and sort != "time" else "time"


def _groups(
    board: Board, sessions: list[SessionLine], order: str, slug: str, lang: str
) -> list[tuple[Any, str]]:
    """(day, markup): by time one group for each day, else one without a heading."""
    now = timezone.now()
    if order != "time":
        return [(None, parts.lines(board, sessions, slug, lang, now, dated=True))] if sessions else []
    groups: dict[Any, list[SessionLine]] = {}
    for session in sessions:
        groups.setdefault(session.day, []).append(session)
    return [(day, parts.lines(board, group, slug, lang, now)) for day, group in groups.items()]


def found_ids(edition: Any, board: Board, words: str, lang: str) -> list[int]:
    """Ids of sessions for some words, best first: what the site's search finds, plus speakers and tracks by their names."""
    try:
        found = search_edition(
            edition, words, {}, page=1, lang=lang, kinds=("session",), page_size=MOST_FOUND
        )
        ids = [hit.pk for hit in found.hits if hit.kind == "session"]
    except SearchUnavailable:
        ids = []
    known = set(ids)
    return ids + [
        session.pk for session in board.sessions if session.pk not in known and _has(session, words, lang)
    ]


def _has(session: SessionLine, words: str, lang: str) -> bool:
    """Whether all words stand as they are in titles, speakers, host, track or stage."""
    texts = [*session.title.values(), *session.subtitle.values(), session.track, *session.host.values()]
    texts += [name for speaker, _role in session.speakers for name in speaker.name.values()]
    if session.stage is not None:
        texts.append(pick(session.stage.name, lang))
    whole = " ".join(texts).casefold()
    return all(word in whole for word in words.casefold().split())
