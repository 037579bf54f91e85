"""The public programme of an edition kept in memory until the change table says otherwise. One session's full text is not here."""

from collections.abc import Mapping, Sequence
from threading import Lock
from time import monotonic

from everfair.base.changes import Change, followers
from everfair.engines.facets import Browse, Catalogue
from everfair.engines.facets import browse as browse_facets
from everfair.fair.models import Edition
from everfair.programme.queries.board_lines import (
    Board,
    KindLine,
    SessionLine,
    SpeakerLine,
    StageLine,
    Standing,
)
from everfair.programme.queries.board_read import FACETS, read_board

__all__ = [
    "FACETS",
    "Board",
    "KindLine",
    "SessionLine",
    "SpeakerLine",
    "StageLine",
    "Standing",
    "board_of",
    "browse",
    "forget_boards",
    "read_board",
]
TOPICS = frozenset({"programme.session", "programme.stage", "programme.speaker", "programme.schedule"})


class _Shelf:
    """Boards by edition. A stale one is read anew by the next reader, but not more often than reading allows."""

    def __init__(self) -> None:
        self.kept: dict[int, tuple[Board, float, float]] = {}  # board, read at, took
        self.stale: set[int] = set()
        self.reading = Lock()

    def note(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.edition_id is not None and self._shows(change, change.edition_id):
                self.stale.add(change.edition_id)

    def _shows(self, change: Change, edition_id: int) -> bool:
        """Whether the board shows what changed: sessions, the fair's layout, the name of a firm that hosts a session."""
        if change.topic == "exhibition.exhibitor":
            return edition_id in self.kept and change.key in self.kept[edition_id][0].hosts
        return change.topic in TOPICS or change.topic.startswith("fair.")

    def get(self, edition: Edition) -> Board:
        kept = self.kept.get(edition.pk)
        if kept is None:
            with self.reading:
                kept = self.kept.get(edition.pk) or self._read(edition)
        elif edition.pk in self.stale and monotonic() - kept[1] > 4 * kept[2] and self.reading.acquire(False):
            try:  # one reader reads anew, the others go on with the old one
                kept = self._read(edition)
            finally:
                self.reading.release()
        return kept[0]

    def _read(self, edition: Edition) -> tuple[Board, float, float]:
        self.stale.discard(edition.pk)  # before reading: what changes meanwhile makes it stale again
        started = monotonic()
        board = read_board(edition)
        kept = (board, monotonic(), monotonic() - started)
        self.kept[edition.pk] = kept
        return kept

    def clear(self) -> None:
        self.kept.clear()
        self.stale.clear()


_shelf = _Shelf()
followers.follow(_shelf.note)


def board_of(edition: Edition) -> Board:
    """The edition's public programme as it stands now, without a query once it is in memory."""
    return _shelf.get(edition)


def forget_boards() -> None:
    """Drop everything kept in memory; the next reader reads anew."""
    _shelf.clear()


def browse(
    board: Board,
    filters: Mapping[str, Sequence[str]],
    *,
    only: Sequence[int] | None = None,
    order: str = "time",
    offset: int = 0,
    limit: int = 60,
) -> Browse:
    """Session ids of one page, exact total and facet counts. `only`: ids that words were found in, best first.

    Filters: kind, day (ISO), stage, sector, language, format. Orders: time, title_en, title_zh, found.
    """
    catalogue = board.catalogue if only is None else _only(board.catalogue, only)
    known = order if order in catalogue.orders else "time"
    return browse_facets(catalogue, filters, order=known, offset=offset, limit=limit)


def _only(catalogue: Catalogue, keys: Sequence[int]) -> Catalogue:
    """The part of the catalogue with these keys, and the order they came in as "found"."""
    numbers = {key: number for number, key in enumerate(catalogue.keys)}
    found = tuple(dict.fromkeys(numbers[key] for key in keys if key in numbers))
    bits = 0
    for number in found:
        bits |= 1 << number
    facets = {
        name: {value: left for value, have in column.items() if (left := have & bits)}
        for name, column in catalogue.facets.items()
    }
    keep = set(found)
    orders = {
        name: tuple(number for number in order if number in keep) for name, order in catalogue.orders.items()
    }
    return Catalogue(catalogue.keys, bits, facets, {**orders, "found": found})
