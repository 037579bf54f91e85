"""Sessions as markup for grids and lists, kept until what they show changes: the same for every reader of a language."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any

from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from everfair.programme.queries.board import Board, SessionLine
from everfair.web.public.programme.grid import Cell

MOST = 12_000  # single sessions, about 8 MB
MOST_JOINED = 8_000_000  # characters of whole lists and days
_kept: dict[Hashable, str] = {}
_joined: OrderedDict[Hashable, SafeString] = OrderedDict()
_size = 0
_lock = Lock()


def kept_whole(board: Board, now: datetime, key: tuple[Hashable, ...], make: Callable[[], str]) -> SafeString:
    """Markup of a whole list or day, kept while its board is and nothing in it begins or ends."""
    global _size
    full = (board.number, board.stretch(now), get_language(), *key)
    found = _joined.get(full)
    if found is None:
        found = SafeString(make())  # made of rendered parts
        with _lock:
            _size += len(found) - len(_joined.pop(full, ""))
            _joined[full] = found
            while _size > MOST_JOINED and len(_joined) > 1:
                _size -= len(_joined.popitem(last=False)[1])
    return found


def _part(template: str, key: tuple[Hashable, ...], context: Callable[[], dict[str, Any]]) -> str:
    full = (template, get_language(), *key)
    found = _kept.get(full)
    if found is None:
        found = get_template(template).render(context()).strip()
        with _lock:
            if len(_kept) >= MOST:  # forget the older half; dicts keep their order
                for old in list(_kept)[: MOST // 2]:
                    del _kept[old]
            _kept[full] = found
    return found


def forget_parts() -> None:
    """Drop every kept part."""
    global _size
    with _lock:
        _kept.clear()
        _joined.clear()
        _size = 0


def slots(board: Board, cells: Iterable[Cell], slug: str, lang: str, now: datetime) -> SafeString:
    """A lane's sessions as list items with their places in the grid."""
    below = reverse("public:fair.front", args=[slug])
    found = []
    for cell in cells:
        session, standing = cell.session, cell.session.standing(now)
        key = (slug, session.mark, standing, cell.start, cell.span, cell.row)
        context = partial(_context, session, standing, below, lang, board, cell=cell)
        found.append(_part("public/programme/slot.html", key, context))
    return mark_safe("\n".join(found))  # parts rendered by templates


def lines(
    board: Board, sessions: Sequence[SessionLine], slug: str, lang: str, now: datetime, *, dated: bool = False
) -> SafeString:
    """Sessions as items of a list, with time, stage and speakers; `dated` where the list has no headings of days."""

    def make() -> str:
        below = reverse("public:fair.front", args=[slug])
        found = []
        for session in sessions:
            standing = session.standing(now)
            context = partial(_context, session, standing, below, lang, board, dated=dated)
            found.append(_part("public/programme/line.html", (slug, session.mark, standing, dated), context))
        return "\n".join(found)

    return kept_whole(board, now, ("lines", slug, dated, *(session.pk for session in sessions)), make)


def _context(
    session: SessionLine, standing: str, below: str, lang: str, board: Board, **more: Any
) -> dict[str, Any]:
    return {
        "session": session,
        "standing": standing,
        "url": f"{below}sessions/{session.address}/",
        "below": below,
        "zone": board.zone.key,
        "lang": lang,
        **more,
    }
