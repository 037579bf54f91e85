"""Documents and queries as PostgreSQL's tsvector and tsquery, written out by us, never parsed by it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from everfair.engines.text import ANALYSIS_VERSION, Phrase, QueryWord, one_edit_variants, terms, typed
from everfair.gateways.search.naming import slot_of, sort_name
from everfair.gateways.search.types import FACETS, Document

SCHEMA_VERSION = f"2.{ANALYSIS_VERSION}"
COLUMNS = (
    "key", "kind", "edition", "published_at", "name_en", "name_zh", "words", "typed", "source",
    *(f"facet_{name}" for name in FACETS),
)  # fmt: skip
LAST_POSITION = 16_000  # tsvector's positions end at 16,383
LONGEST_BODY = 20_000
LONGEST_KEPT = 4_000
FOREIGN = "~"  # before stems of texts that are neither English nor Chinese


def to_row(document: Document) -> list[Any]:
    """A document's columns, in the order of `COLUMNS`."""
    source = {
        "t": dict(document.titles),
        "b": {language: text[:LONGEST_KEPT] for language, text in document.bodies.items()},
    }
    facets = [
        [document.kind] if name == "kind" else sorted(set(document.facets.get(name, ()))) for name in FACETS
    ]
    return [
        document.key, document.kind, document.edition, document.published_at,
        sort_name(document.titles, "en"), sort_name(document.titles, "zh"),
        _vector(_weighted(document)),
        _vector((term, at, "A") for at, term in enumerate(_typed_terms(document), 1)),
        json.dumps(source, ensure_ascii=False).replace("\\u0000", ""),
        *facets,
    ]  # fmt: skip


def _typed_terms(document: Document) -> list[str]:
    return [term for title in document.titles.values() for term in [*typed(title), ""]]


def _weighted(document: Document) -> Iterable[tuple[str, int, str]]:
    """(term, position, weight) of all texts, with a gap between texts so that no phrase spans two."""
    at = 1
    texts = [(text, language, "A") for language, text in document.titles.items()]
    texts += [(name, "en", "B") for name in document.names]
    texts += [(text[:LONGEST_BODY], language, "C") for language, text in document.bodies.items()]
    for text, language, weight in texts:
        found = terms(text, language)
        is_foreign = slot_of(language) == "xx"
        for term in found.words:
            yield term, at, weight
            if is_foreign:
                yield FOREIGN + term, at, weight
            at += 1
        for part in found.parts:
            yield part, LAST_POSITION, "D"
        at += 5


def _vector(found: Iterable[tuple[str, int, str]]) -> str:
    places: dict[str, list[str]] = {}
    for term, at, weight in found:
        held = places.setdefault(term, [])
        if term and len(held) < 250:
            held.append(f"{min(at, LAST_POSITION)}{weight if weight != 'D' else ''}")
    return " ".join(f"{_quoted(term)}:{','.join(held)}" for term, held in places.items() if held)


def _quoted(term: str) -> str:
    clean = term.replace("\x00", "").replace("\\", "\\\\").replace("'", "''")
    return f"'{clean}'"


def to_vocabulary(document: Document) -> set[tuple[str, str]]:
    """(word as spelt, the term it is indexed by) of words long enough to be mistyped."""
    found: set[tuple[str, str]] = set()
    texts = [*document.titles.items(), *document.bodies.items(), *(("en", name) for name in document.names)]
    for language, text in texts:
        analysed = terms(text[:LONGEST_BODY], language)
        latin = [term for term in analysed.words if term and not _is_han(term) and not term[0].isdigit()]
        if len(latin) == len(analysed.spellings):
            pairs = zip(analysed.spellings, latin, strict=True)
            found.update((word, term) for word, term in pairs if 3 < len(word) < 40)
    return found


def _is_han(term: str) -> bool:
    return "\u3400" <= term[0] <= "\u9fff"


def near_variants(spelling: str) -> list[str]:
    """Every word within one edit."""
    return list(dict.fromkeys(one_edit_variants(spelling)))


def words_query(word: QueryWord, near: Sequence[str], loosely: bool) -> str:
    """The forms of one word as a tsquery in brackets."""
    forms = [_phrase(phrase) for phrase in word.phrases]
    if loosely:
        forms += [_quoted(term) for phrase in word.phrases for term in phrase]
    forms += [_quoted(part) for part in word.parts]
    forms += [_quoted(FOREIGN + stem) for stem in word.foreign]
    if word.pairs:
        forms.append("(" + " & ".join(_quoted(pair) for pair in word.pairs) + ")")
    forms += [_phrase(phrase) for phrase in word.synonyms]
    forms += [_quoted(term) for term in near]
    return "(" + " | ".join(dict.fromkeys(forms)) + ")"


def _phrase(phrase: Phrase) -> str:
    return _quoted(phrase[0]) if len(phrase) == 1 else "(" + " <-> ".join(map(_quoted, phrase)) + ")"


def typed_query(text: str) -> str:
    """Words typed so far: all of them, the last as a beginning, Chinese characters side by side."""
    groups: list[list[str]] = []
    was_character = False
    for word in typed(text):
        is_character = len(word) == 1 and not word.isascii()
        if is_character and was_character:
            groups[-1].append(word)
        else:
            groups.append([word])
        was_character = is_character
    if not groups:
        return ""
    parts = [_phrase(tuple(group)) for group in groups]
    if not was_character:
        parts[-1] += ":*"
    return " & ".join(parts)
