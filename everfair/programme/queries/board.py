"""The public programme of an edition kept in memory until the change table says otherwise. One session's full text is not here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

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
from everfair.programme.queries.board_read import FACETS, read_again, read_board, read_session

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
    "read_session",
]
WHOLE = frozenset({"programme.stage", "programme.speaker", "programme.schedule"})
MOST_ONE_BY_ONE = 200  # changed sessions; more are quicker read with all others


@dataclass
class _Stale:
    """What changed since a board was read: some sessions, or more than that."""

    sessions: set[int] = field(default_factory=set)
    is_whole: bool = False


class _Shelf:
    """Boards by edition. A stale one is read anew by the next reader; the change table is looked at twice a second at most."""

    def __init__(self) -> None:
        self.kept: dict[int, Board] = {}
        self.stale: dict[int, _Stale] = {}
        self.reading = Lock()

    def note(self, changes: Sequence[Change]) -> None:
        for change in changes:
            edition = change.edition_id
            if edition is None:
                continue
            if change.topic == "programme.session":
                self.stale.setdefault(edition, _Stale()).sessions.add(change.key)
            elif change.topic in WHOLE or change.topic.startswith("fair.") or self._is_host(edition, change):
                self.stale.setdefault(edition, _Stale()).is_whole = True

    def _is_host(self, edition: int, change: Change) -> bool:
        """Whether a firm changed that hosts a session: its name is shown."""
        kept = self.kept.get(edition)
        return change.topic == "exhibition.exhibitor" and kept is not None and change.key in kept.hosts

    def get(self, edition: Edition) -> Board:
        board = self.kept.get(edition.pk)
        if board is None or edition.pk in self.stale:
            with self.reading:  # the others wait a moment, so that nobody keeps a page made of the old one
                board = self.kept.get(edition.pk)
                if board is None or edition.pk in self.stale:
                    board = self._read(edition)
        return board

    def _read(self, edition: Edition) -> Board:
        old = self.kept.get(edition.pk)
        stale = self.stale.pop(edition.pk, _Stale())  # first: what changes meanwhile makes it stale again
        try:
            if old is None or stale.is_whole or len(stale.sessions) > MOST_ONE_BY_ONE:
                board = read_board(edition)
            else:
                board = read_again(edition, old, stale.sessions)
        except Exception:  # the database is away: the next reader tries again
            self.stale.setdefault(edition.pk, _Stale()).is_whole = True
            raise
        self.kept[edition.pk] = board
        return board

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
