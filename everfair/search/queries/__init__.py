"""Reads of the search room: results, suggestions, synonyms."""

from everfair.search.queries.results import Found, FoundHit, Marked, Suggested, search_edition, suggestions
from everfair.search.queries.synonyms import SynonymEntry, default_synonyms, synonym_entries, synonyms_of

__all__ = [
    "Found",
    "FoundHit",
    "Marked",
    "Suggested",
    "SynonymEntry",
    "default_synonyms",
    "search_edition",
    "suggestions",
    "synonym_entries",
    "synonyms_of",
]
