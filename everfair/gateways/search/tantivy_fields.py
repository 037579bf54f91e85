"""The tantivy index's fields, and how a document fills them. No searching here."""

import json
import zlib
from functools import lru_cache
from typing import Any

import tantivy

from everfair.engines.text import ANALYSIS_VERSION, JoinedTerms, joined_terms, typed
from everfair.gateways.search.naming import SLOTS, slot_of, sort_name
from everfair.gateways.search.types import FACETS, Document, Hit

SCHEMA_VERSION = f"4.{ANALYSIS_VERSION}"
"""An index with another version is unreadable to this code and has to be rebuilt."""

SET_SEPARATOR = "\x1f"
NAME_LANGUAGES = ("en", "zh")
LONGEST_BODY = 20_000
LONGEST_KEPT = 4_000  # characters of a body kept for the extract under a hit
LONGEST_RUNNING = 2_500  # characters of a field's terms kept for ordering the best matches again
SCORED_FIELDS = (*(f"{kind}_{slot}" for kind in ("title", "body") for slot in SLOTS), "names")
"""Fields with terms in running order; a stored `running` has them in this order, one to a line."""


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
    builder.add_bytes_field("running", stored=True)
    return builder.build()


def register_tokenizer(index: tantivy.Index) -> None:
    """Texts arrive cut into terms by our own analysis; tantivy only splits at spaces."""
    analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("words", analyser)


Fields = dict[str, Any]


def to_fields(document: Document) -> Fields:
    """A document as values of the index's fields: plain ones, so that another process may work them out."""
    texts: dict[str, str] = {}
    apart: list[str] = []
    spellings: list[str] = []
    for kind, words in (("title", document.titles), ("body", document.bodies)):
        for language, text in words.items():
            _add(
                texts,
                f"{kind}_{slot_of(language)}",
                joined_terms(text[:LONGEST_BODY], language),
                apart,
                spellings,
            )
    for name in document.names:
        _add(texts, "names", _name_terms(name), apart, spellings)
    fields: Fields = {
        "key": document.key,
        "edition": str(document.edition),
        "published_at": document.published_at,
        "number": zlib.crc32(document.key.encode()),  # names a match cheaply; keys that share one do no harm
        "source": _source(document),
        "running": "\n".join([texts.get(field, "")[:LONGEST_RUNNING] for field in SCORED_FIELDS]).encode(),
        "typed": " ".join([term for title in document.titles.values() for term in typed(title)]),
        "anywhere": " ".join([*texts.values(), *apart]),
        "spellings": " ".join(spellings),
        **texts,
    }
    for facet in FACETS:
        values = [document.kind] if facet == "kind" else sorted(set(document.facets.get(facet, ())))
        fields[f"facet_{facet}"] = values
        fields[f"set_{facet}"] = SET_SEPARATOR.join(values)
    for language in NAME_LANGUAGES:
        fields[f"name_{language}"] = sort_name(document.titles, language)
    return fields


def _add(
    texts: dict[str, str], field: str, found: JoinedTerms, apart: list[str], spellings: list[str]
) -> None:
    texts[field] = f"{texts[field]} {found.words}" if field in texts else found.words
    if found.parts:
        apart.append(found.parts)
    if found.spellings:
        spellings.append(found.spellings)


@lru_cache(maxsize=20_000)
def _name_terms(name: str) -> JoinedTerms:
    """Names repeat: every offer carries its exhibitor's and its sector's."""
    return joined_terms(name, "en")


def _source(document: Document) -> bytes:
    bodies = {language: text[:LONGEST_KEPT] for language, text in document.bodies.items()}
    source = {"k": document.kind, "t": dict(document.titles), "b": bodies}
    return json.dumps(source, ensure_ascii=False, separators=(",", ":")).encode()


def to_running(stored: tantivy.Document) -> dict[str, str]:
    """A stored document's terms in running order, by field."""
    return dict(zip(SCORED_FIELDS, bytes(stored["running"][0]).decode().split("\n"), strict=False))


def to_hit(stored: tantivy.Document, score: float) -> Hit:
    """A stored document as a hit."""
    source = json.loads(bytes(stored["source"][0]))
    return Hit(stored["key"][0], source["k"], score, source["t"], source["b"])
