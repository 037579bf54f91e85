"""The search gateway: one interface over the embedded index, PostgreSQL, or none; chosen by settings."""

from everfair.gateways.search.choice import close_engine, get_engine
from everfair.gateways.search.engine import SearchEngine
from everfair.gateways.search.types import (
    FACETS,
    KINDS,
    SORTS,
    Document,
    FacetCount,
    Health,
    Hit,
    Mode,
    Query,
    Result,
    SearchUnavailable,
    Sort,
    Suggestion,
)

__all__ = [
    "FACETS",
    "KINDS",
    "SORTS",
    "Document",
    "FacetCount",
    "Health",
    "Hit",
    "Mode",
    "Query",
    "Result",
    "SearchEngine",
    "SearchUnavailable",
    "Sort",
    "Suggestion",
    "close_engine",
    "get_engine",
]
