"""Values of the search gateway: what goes into an index, what is asked, what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from everfair.engines.text import Needles, SynonymTable

FACETS = ("kind", "area", "sector", "country", "mode", "language")
"""Names a document has facet values under; any can be counted and filtered. "kind" is filled by itself."""

KINDS = ("exhibitor", "offer", "need", "session", "outcome")

Sort = Literal["relevance", "newest", "name"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "name")

Mode = Literal["everything", "all", "forgiving", "any"]
"""How a text was matched: no text at all; every word; every word with a typing error forgiven; some words."""


class SearchUnavailable(Exception):
    """The index cannot be read or written now. The message says why and what an operator does about it."""


@dataclass(frozen=True, slots=True)
class Document:
    """One findable thing. `key` is like "offer:123"; texts are by content language ("en", "zh", "ar" …).

    `names` are lower-weight texts it is also found by (its exhibitor's name, labels of its sectors).
    `published_at` is in whole seconds since 1970.
    """

    key: str
    kind: str
    edition: int
    titles: Mapping[str, str]
    bodies: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published_at: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """What to find in one edition.

    `filters`: within a facet any of the values, across facets all of them. `language` orders names and
    suggestions. `synonyms` come from the caller, who keeps them. What `without` finds, taken as `without_mode`, is
    left out: a second list has nothing of the first. `forgives` False: words count as they are spelt, for they were not typed.
    """

    edition: int
    text: str = ""
    kinds: tuple[str, ...] = KINDS
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    language: str = "en"
    offset: int = 0
    limit: int = 24
    facets: tuple[str, ...] = FACETS
    synonyms: SynonymTable = field(default_factory=dict)
    without: str = ""
    without_mode: Mode = "all"
    forgives: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, with its texts as indexed (long bodies cut)."""

    key: str
    kind: str
    score: float
    titles: Mapping[str, str]
    bodies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many documents a value would give, the other facets' filters being on."""

    value: str
    count: int
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The page asked for, the exact total, and exact counts for each facet, largest first."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    needles: Needles = field(default_factory=Needles)
    mode: Mode = "everything"
    was_shortened: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title that continues what is being typed."""

    text: str
    key: str
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the index answers, in words for the organiser's status page (English, for operators)."""

    is_ready: bool
    engine: str
    documents: int
    position: int
    detail: str = ""
