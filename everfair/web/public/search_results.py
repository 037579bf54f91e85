"""Search results as the page and the command show them: hits with titles, addresses and marked words. No searching of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KINDS = ("exhibitor", "offer")
SORTS = ("relevance", "newest", "name")


@dataclass(frozen=True)
class Listed:
    """One page of results."""

    text: str = ""
    total: int = 0
    hits: Sequence[Mapping[str, Any]] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    kind_counts: dict[str, int] = field(default_factory=dict)
    was_shortened: bool = False
    is_unavailable: bool = False
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"total": self.total, "facets": self.facets, "hits": list(self.hits)}


def results_for(edition: Any, text: str, filters: Mapping[str, Sequence[str]], *, sort: str, page: int, lang: str, kind: str = "") -> Listed:
    return Listed(text=text, is_unavailable=True)


def suggestions_for(edition: Any, text: str, lang: str) -> list[dict[str, str]]:
    return []
