"""The tantivy index's fields, and how a document fills them. No searching here."""

import json
import zlib
from functools import lru_cache
from typing import Any

import tantivy

from everfair.engines.text import ANALYSIS_VERSION, Terms, terms, typed
from everfair.gateways.search.naming import SLOTS, slot_of, sort_name
from everfair.gateways.search.types import FACETS, Document, Hit

SCHEMA_VERSION = f"2.{ANALYSIS_VERSION}"
"""An index with another version is unreadable to this code and has to be rebuilt."""

SET_SEPARATOR = "\x1f"
NAME_LANGUAGES = ("en", "zh")
LONGEST_BODY = 20_000
LONGEST_KEPT = 4_000  # characters of a body kept for the extract under a hit


def make_schema() -> tantivy.Schema:
    """Title and body fields per slot, with positions; facets as columns; the original texts kept."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("edition", tokenizer_name="raw", index_option="basic")
    for slot in SLOTS:
        builder.add_text_field(f"title_{slot}", tokenizer_name="words")
        builder.add_text_field(f"body_{slot}", tokenizer_name="words")
    builder.add_text_field("names", tokenizer_name="words")
    builder.add_text_field("typed", tokenizer_name="words")
    # every term of a document in one list: what decides whether it matches, quickly, whichever field it is in
    builder.add_text_field("anywhere", tokenizer_name="words", index_option="basic")
    builder.add_text_field("spellings", tokenizer_name="words", index_option="basic")
    for facet in FACETS:
        builder.add_text_field(f"facet_{facet}", tokenizer_name="raw", index_option="basic", fast=True)
        # a document's values as one value: a column of single values is counted ten times as fast
        builder.add_text_field(f"set_{facet}", tokenizer_name="raw", index_option="basic", fast=True)
    for language in NAME_LANGUAGES:
        builder.add_text_field(f"name_{language}", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field("published_at", fast=True)
    builder.add_integer_field("number", indexed=True, fast=True)
    builder.add_bytes_field("source", stored=True)
    return builder.build()


def register_tokenizer(index: tantivy.Index) -> None:
    """Texts arrive cut into terms by our own analysis; tantivy only splits at spaces."""
    analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("words", analyser)


def to_fields(document: Document) -> tantivy.Document:
    """A document as tantivy stores it."""
    fields: dict[str, Any] = {
        "key": document.key,
        "edition": str(document.edition),
        "published_at": document.published_at,
        "number": zlib.crc32(document.key.encode()),  # names a match cheaply; keys that share one do no harm
        "source": _source(document),
    }
    texts: dict[str, list[str]] = {}
    parts: list[str] = []
    spellings: set[str] = set()
    for kind, words in (("title", document.titles), ("body", document.bodies)):
        for language, text in words.items():
            found = terms(text[:LONGEST_BODY], language)
            texts.setdefault(f"{kind}_{slot_of(language)}", []).extend(found.words)
            parts += found.parts
            spellings.update(found.spellings)
    for name in document.names:
        found = _name_terms(name)
        texts.setdefault("names", []).extend(found.words)
        parts += found.parts
        spellings.update(found.spellings)
    for field, found_words in texts.items():
        fields[field] = " ".join(found_words)
    fields["typed"] = " ".join(term for title in document.titles.values() for term in typed(title))
    anywhere = {word for found_words in texts.values() for word in found_words}
    anywhere.update(parts)
    fields["anywhere"] = " ".join(anywhere)
    fields["spellings"] = " ".join(word for word in spellings if len(word) > 3)
    for facet in FACETS:
        values = [document.kind] if facet == "kind" else sorted(set(document.facets.get(facet, ())))
        fields[f"facet_{facet}"] = values
        fields[f"set_{facet}"] = SET_SEPARATOR.join(values)
    for language in NAME_LANGUAGES:
        fields[f"name_{language}"] = sort_name(document.titles, language)
    return tantivy.Document(**fields)


@lru_cache(maxsize=20_000)
def _name_terms(name: str) -> Terms:
    """Names repeat: every offer carries its exhibitor's and its sector's."""
    return terms(name, "en")


def _source(document: Document) -> bytes:
    bodies = {language: text[:LONGEST_KEPT] for language, text in document.bodies.items()}
    source = {"k": document.kind, "t": dict(document.titles), "b": bodies}
    return json.dumps(source, ensure_ascii=False, separators=(",", ":")).encode()


def to_hit(stored: tantivy.Document, score: float) -> Hit:
    """A stored document as a hit."""
    source = json.loads(bytes(stored["source"][0]))
    return Hit(stored["key"][0], source["k"], score, source["t"], source["b"])
