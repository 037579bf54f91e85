"""Text analysis for search: one function for documents and queries in every script, and marking with it."""

from everfair.engines.text.analyse import (
    ANALYSIS_VERSION,
    SHORTEST_FORGIVEN,
    joined_terms,
    terms,
    tokens,
    typed,
)
from everfair.engines.text.fold import fold_width, fold_word, simplify
from everfair.engines.text.highlight import highlight, snippet
from everfair.engines.text.query import (
    LONGEST_QUERY,
    SynonymTable,
    needles,
    phrase_of,
    read_query,
    synonym_table,
)
from everfair.engines.text.types import (
    JoinedTerms,
    Needles,
    Phrase,
    QueryText,
    QueryWord,
    Snippet,
    Span,
    Terms,
    Token,
)
from everfair.engines.text.typos import is_within_one_edit, one_edit_variants

__all__ = [
    "ANALYSIS_VERSION",
    "LONGEST_QUERY",
    "SHORTEST_FORGIVEN",
    "JoinedTerms",
    "Needles",
    "Phrase",
    "QueryText",
    "QueryWord",
    "Snippet",
    "Span",
    "SynonymTable",
    "Terms",
    "Token",
    "fold_width",
    "fold_word",
    "highlight",
    "is_within_one_edit",
    "joined_terms",
    "needles",
    "one_edit_variants",
    "phrase_of",
    "read_query",
    "simplify",
    "snippet",
    "synonym_table",
    "terms",
    "tokens",
    "typed",
]
