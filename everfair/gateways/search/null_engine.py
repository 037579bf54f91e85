"""No search at all: for tests and set-ups without it. Finds nothing, accepts everything."""

from collections.abc import Iterable, Sequence

from everfair.engines.text import read_query
from everfair.gateways.search.types import Document, FacetCount, Health, Query, Result, Suggestion


class NullEngine:
    """An engine whose every answer is empty; chosen filters are reported with zero."""

    name = "null"

    def __init__(self) -> None:
        self._position = 0

    def search(self, query: Query) -> Result:
        """Nothing found."""
        facets = {
            name: tuple(FacetCount(value, 0, True) for value in query.filters.get(name, ()))
            for name in query.facets
        }
        text = read_query(query.text)
        return Result(
            0, (), facets, mode="all" if text.words else "everything", was_shortened=text.was_shortened
        )

    def suggest(
        self, edition: int, text: str, language: str = "en", limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Nothing to suggest."""
        return ()

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str], position: int) -> None:
        """Only the position is kept."""
        self._position = position

    def position(self) -> int | None:
        """The last position given."""
        return self._position

    def rebuild(self, documents: Iterable[Document], position: int) -> int:
        """Nothing is read: there is nowhere to put it."""
        self._position = position
        return 0

    def count(self) -> int:
        """None kept."""
        return 0

    def health(self) -> Health:
        """Ready, and plain about finding nothing."""
        return Health(True, self.name, 0, self._position, "Search is switched off (SEARCH_ENGINE=null).")

    def close(self) -> None:
        """Nothing to let go of."""
