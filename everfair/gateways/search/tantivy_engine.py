"""The embedded engine: a tantivy index beside the database. One process writes, any number read."""

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import tantivy

from everfair.engines.text import QueryText, needles, read_query
from everfair.gateways.search.reading import (
    DEEPEST,
    chosen_filters,
    facet_counts,
    modes,
    nothing,
    suggestions_of,
)
from everfair.gateways.search.tantivy_best import Best
from everfair.gateways.search.tantivy_build import fields_of
from everfair.gateways.search.tantivy_fields import (
    NAME_LANGUAGES,
    SCHEMA_VERSION,
    SET_SEPARATOR,
    make_schema,
    register_tokenizer,
    to_fields,
    to_hit,
)
from everfair.gateways.search.tantivy_files import IndexFiles
from everfair.gateways.search.tantivy_query import MUST, Clause, QueryBuilder
from everfair.gateways.search.types import (
    FACETS,
    Document,
    FacetCount,
    Health,
    Hit,
    Mode,
    Query,
    Result,
    SearchUnavailable,
    Suggestion,
)

log = logging.getLogger(__name__)

WRITER_HEAP = 20_000_000  # bytes; tantivy asks for at least 15 million
REBUILD_HEAP = 96_000_000
MOST_VALUES = 20_000  # different sets of values of one facet counted at once


@dataclass
class _Open:
    """A generation opened for reading."""

    path: Path
    index: tantivy.Index
    schema: tantivy.Schema
    stamp: int
    editions: frozenset[str]


class TantivyEngine:
    """See `engine.SearchEngine`. Safe to use from several threads."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self._files = IndexFiles(folder)
        self._guard = threading.RLock()
        self._open: _Open | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._writer_at: Path | None = None
        self._writer_lock: IO[str] | None = None

    # -- reading ---------------------------------------------------------------------------------------

    def search(self, query: Query) -> Result:
        """The page of documents that match, with exact total and facet counts."""
        text = read_query(query.text, query.synonyms)
        chosen = chosen_filters(query)
        if query.text.strip() and not text.words:
            return nothing(query, text)
        with self._explained("read"):
            opened = self._reader()
            searcher = opened.index.searcher()
            builder = QueryBuilder(opened.schema, searcher)
            asked = _Asked(query, text, chosen, _scope(opened, query))
            for mode in modes(text, query.forgives):
                found = _matching(builder, text, mode)
                matching = _without(builder, found, query)
                total, facets = self._counts(searcher, builder, asked, matching)
                if total or ((chosen or query.without) and _has_any(searcher, builder, asked, found)):
                    break
            hits = self._page(searcher, builder, asked, matching, mode, total)
        marks = needles(text, forgive=mode in ("forgiving", "any"))
        return Result(total, hits, facets, marks, mode, text.was_shortened)

    def _counts(
        self,
        searcher: tantivy.Searcher,
        builder: QueryBuilder,
        asked: "_Asked",
        matching: tantivy.Query | None,
    ) -> tuple[int, dict[str, tuple[FacetCount, ...]]]:
        """The total, and counts for each facet with the filters of the other facets on.

        Every document is of one kind, so the counts of kinds add up to the total: no search of its own.
        """
        names = [name for name in asked.query.facets if name in FACETS]
        narrowed = _narrowed(matching, builder.filters(asked.scope, asked.chosen))
        counts: dict[str, dict[str, int]] = {}
        if not names:
            return _count(searcher.search(narrowed, 1, count=True)), {}
        free = [name for name in names if name not in asked.chosen]
        counts |= _count_values(searcher, narrowed, list(dict.fromkeys([*free, "kind"])))
        total = sum(counts["kind"].values())
        for name in names:
            if name in asked.chosen:
                others = {other: values for other, values in asked.chosen.items() if other != name}
                query = _narrowed(matching, builder.filters(asked.scope, others))
                counts |= _count_values(searcher, query, [name])
        return total, {name: facet_counts(counts[name], asked.chosen.get(name, ())) for name in names}

    def _page(
        self,
        searcher: tantivy.Searcher,
        builder: QueryBuilder,
        asked: "_Asked",
        matching: tantivy.Query | None,
        mode: Mode,
        total: int,
    ) -> tuple[Hit, ...]:
        query = asked.query
        limit, offset = query.limit, min(max(query.offset, 0), DEEPEST)
        if limit <= 0 or offset >= total:
            return ()
        narrowed = _narrowed(matching, builder.filters(asked.scope, asked.chosen))
        if query.sort == "name":
            language = query.language if query.language in NAME_LANGUAGES else NAME_LANGUAGES[0]
            field, order = f"name_{language}", tantivy.Order.Asc
        elif query.sort == "newest" or matching is None:
            field, order = "published_at", tantivy.Order.Desc
        else:
            is_forgiving = mode == "forgiving" or (mode == "any" and not asked.text.is_sentence)
            scores = builder.scores(asked.text, loosely=mode == "any", forgive=is_forgiving)
            return Best(searcher, builder, narrowed, scores, total, builder.most(asked.text)).page(
                limit, offset, builder.wanted_order(asked.text)
            )
        found = searcher.search(narrowed, limit, False, field, offset, order)
        return tuple(to_hit(searcher.doc(address), 0.0) for _, address in found.hits)

    def suggest(
        self, edition: int, text: str, language: str = "en", limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Titles that contain the typed words, the last of them perhaps unfinished."""
        with self._explained("read"):
            opened = self._reader()
            searcher = opened.index.searcher()
            builder = QueryBuilder(opened.schema, searcher)
            for forgive in (False, True):
                query = builder.unfinished(text[:100], forgive)
                if query is None:
                    return ()
                narrowed = _narrowed(query, builder.filters([("edition", str(edition))], {}))
                found = searcher.search(narrowed, limit * 3, count=False).hits
                if found:
                    hits = [to_hit(searcher.doc(address), score) for score, address in found]
                    return tuple(suggestions_of(hits, text, language))[:limit]
        return ()

    def count(self) -> int:
        """Documents in the index, of all editions."""
        with self._explained("read"):
            return int(self._reader().index.searcher().num_docs)

    def position(self) -> int | None:
        """The last change the index holds, or None when it must be rebuilt."""
        generation = self._files.current()
        state = self._files.read_state(generation) if generation else None
        return state[1] if state and state[0] == SCHEMA_VERSION else None

    def health(self) -> Health:
        """Whether it answers; never raises."""
        try:
            return Health(True, self.name, self.count(), self.position() or 0)
        except SearchUnavailable as error:
            return Health(False, self.name, 0, 0, str(error))

    def _reader(self) -> _Open:
        """The serving generation, opened once and read anew after a commit."""
        generation = self._files.current()
        if generation is None:
            raise SearchUnavailable("There is no search index yet. Run `everfair reindex`.")
        stamp = (generation / "state.json").stat().st_mtime_ns
        opened = self._open
        if opened and opened.path == generation and opened.stamp == stamp:
            return opened
        with self._guard:
            state = self._files.read_state(generation)
            if state is None or state[0] != SCHEMA_VERSION:
                raise SearchUnavailable(
                    "The search index was made by another version of everfair. Run `everfair reindex`."
                )
            if self._open is None or self._open.path != generation:
                index = tantivy.Index.open(str(generation))
                register_tokenizer(index)
                index.config_reader("manual", 0)
            else:
                index = self._open.index
            index.reload()
            editions = frozenset(term for term, _ in index.searcher().terms_with_prefix("edition", ""))
            self._open = _Open(generation, index, index.schema, stamp, editions)
            return self._open

    # -- writing ---------------------------------------------------------------------------------------

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str], position: int) -> None:
        """Put documents in, take keys out, remember the position. Safe to repeat."""
        with self._guard, self._explained("written"):
            generation = self._files.current()
            if generation is None or self.position() is None:
                raise SearchUnavailable("There is no usable search index yet. Run `everfair reindex`.")
            if upserts or deletes:
                try:
                    writer = self._writing(generation)
                    latest = {document.key: document for document in upserts}
                    for key in (*latest, *deletes):
                        writer.delete_documents_by_term("key", key)
                    for document in latest.values():
                        writer.add_document(tantivy.Document(**to_fields(document)))
                    writer.commit()
                except BaseException:
                    self._stop_writing()
                    raise
            self._files.write_state(generation, SCHEMA_VERSION, position)

    def _writing(self, generation: Path) -> tantivy.IndexWriter:
        if self._writer_lock is None:
            self._writer_lock = self._files.lock("writer")
        if self._writer is None or self._writer_at != generation:
            self._writer = None
            index = tantivy.Index.open(str(generation))
            register_tokenizer(index)
            self._writer = index.writer(WRITER_HEAP, 1)
            self._writer_at = generation
        return self._writer

    def rebuild(self, documents: Iterable[Document], position: int) -> int:
        """Make a new index from all documents while the old one serves, then swap; gives their number."""
        with self._files.rebuild_lock(), self._explained("written"):
            generation = self._files.new_generation()
            index = tantivy.Index(make_schema(), str(generation))
            register_tokenizer(index)
            writer = index.writer(REBUILD_HEAP, 1)
            number = 0
            for fields in fields_of(documents):
                writer.add_document(tantivy.Document(**fields))
                number += 1
            writer.commit()
            writer.wait_merging_threads()
            self._files.write_state(generation, SCHEMA_VERSION, position)
            self._files.swap_to(generation)
        return number

    def close(self) -> None:
        """Let go of files and locks."""
        with self._guard:
            self._stop_writing()
            self._open = None

    def _stop_writing(self) -> None:
        self._writer = None
        self._writer_at = None
        if self._writer_lock is not None:
            self._writer_lock.close()
            self._writer_lock = None

    @contextmanager
    def _explained(self, verb: str) -> Iterator[None]:
        """Whatever tantivy says becomes `SearchUnavailable` with what to do; details go to the log."""
        try:
            yield
        except SearchUnavailable:
            raise
        except (ValueError, OSError, RuntimeError) as error:
            self._fail(verb, error)
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # Rust's panic, not an Exception in Python
                raise
            self._fail(verb, error)

    def _fail(self, verb: str, error: BaseException) -> None:
        log.error("search index %s: %s", self._files.folder, error)
        self._open = None
        raise SearchUnavailable(
            f"The search index cannot be {verb} ({type(error).__name__}). "
            "The data is safe. Run `everfair reindex` to make a new index."
        ) from error


@dataclass(frozen=True)
class _Asked:
    """One search: what was asked, analysed, and what narrows it."""

    query: Query
    text: QueryText
    chosen: Mapping[str, Sequence[str]]
    scope: list[tuple[str, str]]


def _count(found: tantivy.SearchResult) -> int:
    return int(getattr(found, "count", 0) or 0)


def _scope(opened: _Open, query: Query) -> list[tuple[str, str]]:
    """The edition a document must be of; nothing where the index holds no other, for that saves time."""
    edition = str(query.edition)
    return [] if opened.editions == {edition} else [("edition", edition)]


def _matching(builder: QueryBuilder, text: QueryText, mode: Mode) -> tantivy.Query | None:
    if mode == "everything":
        return None
    if mode == "any":
        return builder.any_word(text, forgive=not text.is_sentence)
    return builder.all_words(text, forgive=mode == "forgiving")


def _without(builder: QueryBuilder, found: tantivy.Query | None, query: Query) -> tantivy.Query | None:
    """What was found, less what `query.without` finds."""
    text = read_query(query.without, query.synonyms)
    left_out = _matching(builder, text, query.without_mode) if text.words else None
    if left_out is None:
        return found
    return tantivy.Query.boolean_query(
        [(MUST, found or tantivy.Query.all_query()), (tantivy.Occur.MustNot, left_out)]
    )


def _narrowed(matching: tantivy.Query | None, filters: Sequence[Clause]) -> tantivy.Query:
    if matching is None:
        return tantivy.Query.boolean_query(list(filters)) if filters else tantivy.Query.all_query()
    return tantivy.Query.boolean_query([(MUST, matching), *filters]) if filters else matching


def _has_any(
    searcher: tantivy.Searcher, builder: QueryBuilder, asked: _Asked, matching: tantivy.Query | None
) -> bool:
    query = _narrowed(matching, builder.filters(asked.scope, {}))
    return bool(searcher.search(query, 1, count=False).hits)


def _count_values(
    searcher: tantivy.Searcher, query: tantivy.Query, names: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Documents of each facet value: sets of values are counted, then taken apart."""
    if not names:
        return {}
    answer = searcher.aggregate(query, {name: _terms_of(f"set_{name}") for name in names})
    counts: dict[str, dict[str, int]] = {}
    for name in names:
        if answer[name]["sum_other_doc_count"]:  # more different sets than are counted: one by one, slower
            again = searcher.aggregate(query, {name: _terms_of(f"facet_{name}")})
            counts[name] = {str(b["key"]): int(b["doc_count"]) for b in again[name]["buckets"]}
            continue
        found = counts[name] = {}
        for bucket in answer[name]["buckets"]:
            number = int(bucket["doc_count"])
            for value in filter(None, bucket["key"].split(SET_SEPARATOR)):
                found[value] = found.get(value, 0) + number
    return counts


def _terms_of(column: str) -> dict[str, Any]:
    return {"terms": {"field": column, "size": MOST_VALUES, "segment_size": MOST_VALUES}}
