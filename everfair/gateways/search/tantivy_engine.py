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
from everfair.gateways.search.tantivy_query import MUST, Clause, QueryBuilder, unscored
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
REORDERED = 96  # best matches ordered a second time: four pages
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
            for mode in modes(text):
                matching = _matching(builder, text, mode)
                total, hits = self._page(searcher, builder, asked, matching, mode)
                if total or (chosen and _has_any(searcher, builder, asked, matching)):
                    break
            facets = self._facets(searcher, builder, asked, matching)
        marks = needles(text, forgive=mode in ("forgiving", "any"))
        return Result(total, hits, facets, marks, mode, text.was_shortened)

    def _page(
        self,
        searcher: tantivy.Searcher,
        builder: QueryBuilder,
        asked: "_Asked",
        matching: tantivy.Query | None,
        mode: Mode,
    ) -> tuple[int, tuple[Hit, ...]]:
        query = asked.query
        filters = builder.filters(asked.scope, asked.chosen)
        limit, offset = max(query.limit, 1), min(max(query.offset, 0), DEEPEST)
        options: dict[str, Any] = {"limit": limit, "offset": offset}
        if query.sort == "name":
            language = query.language if query.language in NAME_LANGUAGES else NAME_LANGUAGES[0]
            options |= {"order_by_field": f"name_{language}", "order": tantivy.Order.Asc}
        elif query.sort == "newest" or matching is None:
            options |= {"order_by_field": "published_at", "order": tantivy.Order.Desc}
        else:
            return self._best(searcher, builder, asked, _scored(builder, asked, matching, mode, filters))
        found = searcher.search(_narrowed(matching, filters), count=True, **options)
        return _count(found), _hits(searcher, found.hits, query.limit, is_scored=False)

    def _best(
        self, searcher: tantivy.Searcher, builder: QueryBuilder, asked: "_Asked", scored: "_Scored"
    ) -> tuple[int, tuple[Hit, ...]]:
        """The best matches. The first `REORDERED` are ordered again by how the words stand together."""
        limit, offset = max(asked.query.limit, 1), min(max(asked.query.offset, 0), DEEPEST)
        order = builder.order_scores(asked.text, scored.loosely) if offset + limit <= REORDERED else []
        if not order:
            found = searcher.search(scored.query, limit, count=True, offset=offset)
            return _count(found), _hits(searcher, found.hits, asked.query.limit)
        found = searcher.search(scored.query, REORDERED, count=True)
        if not found.hits:
            return 0, ()
        numbers = searcher.fast_field_values("number", [address for _, address in found.hits])
        among = builder.only([int(number) for number in numbers if number is not None])
        again = tantivy.Query.boolean_query([among, (MUST, scored.query), *order])
        best = searcher.search(again, limit, count=False, offset=offset)
        return _count(found), _hits(searcher, best.hits, asked.query.limit)

    def _facets(
        self,
        searcher: tantivy.Searcher,
        builder: QueryBuilder,
        asked: "_Asked",
        matching: tantivy.Query | None,
    ) -> dict[str, tuple[FacetCount, ...]]:
        """Counts for each facet with the filters of the other facets on."""
        names = [name for name in asked.query.facets if name in FACETS]
        free = [name for name in names if name not in asked.chosen]
        counts: dict[str, tuple[FacetCount, ...]] = {}
        for group in [free, *([name] for name in names if name in asked.chosen)]:
            others = {name: values for name, values in asked.chosen.items() if name not in group}
            query = _narrowed(matching, builder.filters(asked.scope, others))
            for name, found in _count_values(searcher, query, group).items():
                counts[name] = facet_counts(found, asked.chosen.get(name, ()))
        return {name: counts[name] for name in names}

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
                        writer.add_document(to_fields(document))
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
            for document in documents:
                writer.add_document(to_fields(document))
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


@dataclass(frozen=True)
class _Scored:
    """A query with its scores, and whether words count loosely in it."""

    query: tantivy.Query
    loosely: bool


def _scored(
    builder: QueryBuilder, asked: _Asked, matching: tantivy.Query, mode: Mode, filters: list[Clause]
) -> _Scored:
    scores = builder.scores(asked.text, loosely=mode == "any", forgive=mode != "all")
    return _Scored(_narrowed(matching, [*filters, *scores], is_scored=True), mode == "any")


def _count(found: tantivy.SearchResult) -> int:
    return int(getattr(found, "count", 0) or 0)


def _hits(
    searcher: tantivy.Searcher, found: Sequence[tuple[Any, Any]], limit: int, is_scored: bool = True
) -> tuple[Hit, ...]:
    return tuple(
        to_hit(searcher.doc(address), float(score) if is_scored else 0.0)
        for score, address in (found if limit > 0 else ())
    )


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


def _narrowed(
    matching: tantivy.Query | None, clauses: Sequence[Clause], is_scored: bool = False
) -> tantivy.Query:
    if matching is None:
        return tantivy.Query.boolean_query(list(clauses)) if clauses else tantivy.Query.all_query()
    if not clauses:
        return matching
    return tantivy.Query.boolean_query([(MUST, unscored(matching) if is_scored else matching), *clauses])


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
