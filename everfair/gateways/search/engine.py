"""The door every search engine fits: one interface for the embedded index, PostgreSQL and none at all."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from everfair.gateways.search.types import Document, Health, Query, Result, Suggestion


class SearchEngine(Protocol):
    """An index of documents that follows a change table.

    It is a copy: whatever happens to it, `rebuild` makes it anew from the rows. Every method raises
    `SearchUnavailable` when the index cannot be read or written.
    """

    name: str

    def search(self, query: Query) -> Result:
        """The page of documents that match, with exact total and facet counts."""
        ...

    def suggest(
        self, edition: int, text: str, language: str = "en", limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Titles that contain the typed words, the last of them perhaps unfinished."""
        ...

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str], position: int) -> None:
        """Put documents in (replacing those with the same key), take keys out, remember the position."""
        ...

    def position(self) -> int | None:
        """The last change the index holds, or None when there is no usable index and it must be rebuilt."""
        ...

    def rebuild(self, documents: Iterable[Document], position: int) -> int:
        """Make a new index from all documents while the old one serves, then swap; gives their number."""
        ...

    def count(self) -> int:
        """Documents in the index, of all editions."""
        ...

    def health(self) -> Health:
        """Whether it answers; never raises."""
        ...

    def close(self) -> None:
        """Let go of files and locks; the engine can be used again afterwards."""
        ...
