"""The engine for several machines: a table in the application's PostgreSQL, terms cut by our own analysis.

Tables are made when first needed: `search_state` says which numbered document table serves.
"""

import json
import logging
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction

from everfair.engines.text import QueryText, needles, read_query
from everfair.gateways.search.postgres_terms import (
    COLUMNS,
    SCHEMA_VERSION,
    near_variants,
    to_row,
    to_vocabulary,
    typed_query,
    words_query,
)
from everfair.gateways.search.reading import (
    DEEPEST,
    chosen_filters,
    facet_counts,
    modes,
    nothing,
    suggestions_of,
)
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

BATCH = 1000
MOST_COUNTED = 20_000  # where a word stops getting more frequent
FIELDS = "SELECT key, kind, source, 0"
MOST_RANKED = 5_000  # matches that are scored; of more, the newest
WEIGHTS = "{0.1, 0.4, 0.3, 1.0}"  # parts, bodies, names, titles
REBUILD_LOCK = 7_415_001


class PostgresEngine:
    """See `engine.SearchEngine`. Writes are serialised by a row lock, so every machine may follow."""

    name = "postgres"

    # -- reading ---------------------------------------------------------------------------------------

    def search(self, query: Query) -> Result:
        """The page of documents that match, with exact total and facet counts."""
        text = read_query(query.text, query.synonyms)
        if query.text.strip() and not text.words:
            return nothing(query, text)
        with _explained():
            table = self._table()
            chosen = chosen_filters(query)
            for mode in modes(text, query.forgives):
                found = self._matching(table, text, mode)
                matching = self._without(table, found, query)
                where, values = _where(query.edition, matching, chosen)
                total = _one(f"SELECT count(*) FROM {table} WHERE {where}", values)
                if total or ((chosen or query.without) and self._has_any(table, query.edition, found)):
                    break
            hits = self._page(table, query, text, matching, chosen, mode)
            names = [name for name in query.facets if name in FACETS]
            facets = self._facets(table, query.edition, matching, chosen, names)
        marks = needles(text, forgive=mode in ("forgiving", "any"))
        return Result(int(total), hits, facets, marks, mode, text.was_shortened)

    def _matching(self, table: str, text: QueryText, mode: Mode) -> str:
        """The tsquery of a reading; "" matches everything."""
        if mode == "everything":
            return ""
        forgive = mode == "forgiving" or (mode == "any" and not text.is_sentence)
        near = self._near(table, text) if forgive else {}
        glue = " | " if mode == "any" else " & "
        return glue.join(
            words_query(word, near.get(word.spelling, ()), loosely=mode == "any") for word in text.words
        )

    def _without(self, table: str, found: str, query: Query) -> str:
        """The tsquery of what was found, less what `query.without` finds."""
        text = read_query(query.without, query.synonyms)
        left_out = self._matching(table, text, query.without_mode) if text.words else ""
        return " & ".join([*([f"({found})"] if found else []), f"!({left_out})"]) if left_out else found

    def _near(self, table: str, text: QueryText) -> dict[str, tuple[str, ...]]:
        """Terms of indexed words within one edit of each word that may be mistyped."""
        found: dict[str, tuple[str, ...]] = {}
        for spelling in {word.spelling for word in text.words if word.spelling}:
            rows = _rows(
                f"SELECT DISTINCT term FROM {table}_words WHERE word = ANY(%s) LIMIT 50",
                [near_variants(spelling)],
            )
            found[spelling] = tuple(row[0] for row in rows)
        return found

    def _has_any(self, table: str, edition: int, matching: str) -> bool:
        where, values = _where(edition, matching, {})
        return bool(_one(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {where})", values))

    def _page(
        self,
        table: str,
        query: Query,
        text: QueryText,
        matching: str,
        chosen: Mapping[str, Sequence[str]],
        mode: Mode,
    ) -> tuple[Hit, ...]:
        if query.limit <= 0:
            return ()
        where, values = _where(query.edition, matching, chosen)
        limits = [query.limit, min(max(query.offset, 0), DEEPEST)]
        if query.sort == "name":
            order = "name_zh" if query.language == "zh" else "name_en"
            sql = f"{FIELDS} FROM {table} WHERE {where} ORDER BY {order}, key LIMIT %s OFFSET %s"
            return _hits(_rows(sql, [*values, *limits]))
        newest = f"FROM {table} WHERE {where} ORDER BY published_at DESC, key"
        if query.sort == "newest" or not matching:
            return _hits(
                _rows(f"SELECT key, kind, source, 0 {newest} LIMIT %s OFFSET %s", [*values, *limits])
            )
        score, score_values = self._score(table, text, matching, mode)
        sql = (
            f"SELECT key, kind, source, {score} AS score "
            f"FROM (SELECT key, kind, source, words, published_at {newest} LIMIT {MOST_RANKED}) AS found "
            "ORDER BY score DESC, published_at DESC, key LIMIT %s OFFSET %s"
        )
        return _hits(_rows(sql, [*score_values, *values, *limits]))

    def _score(self, table: str, text: QueryText, matching: str, mode: Mode) -> tuple[str, list[Any]]:
        """Each word's rank times its rarity, added up; ts_rank alone knows no rarity."""
        if len(text.words) == 1:
            return "ts_rank(%s, words, %s::tsquery, 1)", [WEIGHTS, matching]
        total = max(
            1, int(_one(f"SELECT reltuples::bigint FROM pg_class WHERE oid = '{table}'::regclass", []))
        )
        parts: list[str] = []
        values: list[Any] = []
        for word in text.words:
            one = words_query(word, (), loosely=mode == "any")
            count = int(
                _one(
                    f"SELECT count(*) FROM "
                    f"(SELECT 1 FROM {table} WHERE words @@ %s::tsquery LIMIT {MOST_COUNTED}) AS n",
                    [one],
                )
            )
            rarity = math.log(1 + (max(total, count) - count + 0.5) / (count + 0.5))
            parts.append("%s * ts_rank(%s, words, %s::tsquery, 1)")
            values += [rarity, WEIGHTS, one]
        return " + ".join(parts), values

    def _facets(
        self,
        table: str,
        edition: int,
        matching: str,
        chosen: Mapping[str, Sequence[str]],
        names: Sequence[str],
    ) -> dict[str, tuple[FacetCount, ...]]:
        """Counts of each facet. Those without a filter of their own count the same rows, which are read once."""
        counted: dict[str, dict[str, int]] = {name: {} for name in names if name not in chosen}
        if counted:
            where, values = _where(edition, matching, chosen)
            columns = ", ".join(f"facet_{name}" for name in counted)
            counts = " UNION ALL ".join(
                f"SELECT '{name}', value, count(*) FROM found, unnest(facet_{name}) AS value GROUP BY value"
                for name in counted
            )
            sql = f"WITH found AS MATERIALIZED (SELECT {columns} FROM {table} WHERE {where}) {counts}"
            for name, value, count in _rows(sql, values):
                counted[name][str(value)] = int(count)
        return {
            name: facet_counts(counted[name], ())
            if name in counted
            else self._facet(table, edition, matching, chosen, name)
            for name in names
        }

    def _facet(
        self, table: str, edition: int, matching: str, chosen: Mapping[str, Sequence[str]], name: str
    ) -> tuple[FacetCount, ...]:
        """Counts of one facet with the filters of the others on."""
        others = {other: values for other, values in chosen.items() if other != name}
        where, values = _where(edition, matching, others)
        rows = _rows(
            f"SELECT value, count(*) FROM {table}, unnest(facet_{name}) AS value "
            f"WHERE {where} GROUP BY value",
            values,
        )
        return facet_counts({str(value): int(count) for value, count in rows}, chosen.get(name, ()))

    def suggest(
        self, edition: int, text: str, language: str = "en", limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Titles that contain the typed words, the last of them perhaps unfinished."""
        with _explained():
            table = self._table()
            matching = typed_query(text[:100])
            if not matching:
                return ()
            sql = (
                f"SELECT key, kind, source, 0 FROM {table} WHERE edition = %s AND typed @@ %s::tsquery "
                "ORDER BY kind, published_at DESC LIMIT %s"
            )
            found = _rows(sql, [edition, matching, limit * 3])
            if not found:
                near = self._near(table, read_query(text[:100]))
                matching = " | ".join(
                    f"'{term}'" for terms in near.values() for term in terms if "'" not in term
                )
                where, values = _where(edition, matching, {})
                sql = f"SELECT key, kind, source, 0 FROM {table} WHERE {where} ORDER BY kind LIMIT %s"
                found = _rows(sql, [*values, limit * 3]) if matching else []
            return tuple(suggestions_of(_hits(found), text, language))[:limit]

    def count(self) -> int:
        """Documents in the index, of all editions."""
        with _explained():
            return int(_one(f"SELECT count(*) FROM {self._table()}", []))

    def position(self) -> int | None:
        """The last change the index holds, or None when it must be rebuilt."""
        with _explained():
            state = _state()
        return state[1] if state and state[2] == SCHEMA_VERSION else None

    def health(self) -> Health:
        """Whether it answers; never raises."""
        try:
            return Health(True, self.name, self.count(), self.position() or 0)
        except SearchUnavailable as error:
            return Health(False, self.name, 0, 0, str(error))

    def _table(self) -> str:
        state = _state()
        if state is None:
            raise SearchUnavailable("There is no search index yet. Run `everfair reindex`.")
        if state[2] != SCHEMA_VERSION:
            raise SearchUnavailable(
                "The search index was made by another version of everfair. Run `everfair reindex`."
            )
        return f"search_document_{state[0]}"

    # -- writing ---------------------------------------------------------------------------------------

    def apply(self, upserts: Sequence[Document], deletes: Sequence[str], position: int) -> None:
        """Put documents in, take keys out, remember the position. What another machine applied is skipped."""
        with _explained(), transaction.atomic():
            table = self._table()
            _run("SELECT position FROM search_state WHERE id = 1 FOR UPDATE", [])
            if (_state() or (0, position, ""))[1] > position:
                return
            latest = {document.key: document for document in upserts}
            keys = [*latest, *deletes]
            if keys:
                _run(f"DELETE FROM {table} WHERE key = ANY(%s)", [keys])
            _insert(table, latest.values())
            _run("UPDATE search_state SET position = %s WHERE id = 1", [position])

    def rebuild(self, documents: Iterable[Document], position: int) -> int:
        """Make a new table from all documents while the old one serves, then swap; gives their number."""
        with _explained():
            if not _one("SELECT pg_try_advisory_lock(%s)", [REBUILD_LOCK]):
                raise SearchUnavailable("Another process rebuilds the search index. Wait for it to finish.")
            try:
                return self._rebuild(documents, position)
            finally:
                with suppress(DatabaseError):  # a connection that failed lets go of the lock by itself
                    _run("SELECT pg_advisory_unlock(%s)", [REBUILD_LOCK])

    def _rebuild(self, documents: Iterable[Document], position: int) -> int:
        _run(
            "CREATE TABLE IF NOT EXISTS search_state "
            "(id int PRIMARY KEY, generation int, position bigint, schema text)",
            [],
        )
        state = _state()
        generation = (state[0] if state else 0) + 1
        table = f"search_document_{generation}"
        _create(table)
        number = 0
        source = iter(documents)
        while batch := list(islice(source, BATCH)):
            number += _insert(table, batch)
        _finish(table)
        with transaction.atomic():
            _run("DELETE FROM search_state", [])
            _run("INSERT INTO search_state VALUES (1, %s, %s, %s)", [generation, position, SCHEMA_VERSION])
        if state:  # readers of a moment ago are done with the one before the last
            _run(
                f"DROP TABLE IF EXISTS search_document_{generation - 2}, "
                f"search_document_{generation - 2}_words",
                [],
            )
        return number

    def close(self) -> None:
        """Nothing is kept open but Django's connection."""


def _create(table: str) -> None:
    columns = ", ".join(f"facet_{name} text[] NOT NULL" for name in FACETS)
    _run(f"DROP TABLE IF EXISTS {table}, {table}_words", [])
    _run(
        f"CREATE TABLE {table} (key text PRIMARY KEY, kind text, edition bigint, published_at bigint, "
        'name_en text COLLATE "C", name_zh text COLLATE "C", words tsvector, typed tsvector, source text, '
        f"{columns})",
        [],
    )
    _run(f"CREATE TABLE {table}_words (word text, term text, PRIMARY KEY (word, term))", [])


def _finish(table: str) -> None:
    """Indexes after the rows: several times as quick."""
    for column in ("words", "typed"):
        _run(f"CREATE INDEX {table}_by_{column} ON {table} USING gin ({column}) WITH (fastupdate = off)", [])
    _run(f"CREATE INDEX {table}_edition ON {table} (edition, published_at)", [])
    _run(f"ANALYZE {table}", [])


def _insert(table: str, documents: Iterable[Document]) -> int:
    rows = []
    vocabulary: set[tuple[str, str]] = set()
    for document in documents:
        rows.append(to_row(document))
        vocabulary |= to_vocabulary(document)
    if rows:
        places = ", ".join(["%s"] * len(COLUMNS))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({', '.join(COLUMNS)}) VALUES ({places})", rows)
        words, terms = [word for word, _ in vocabulary], [term for _, term in vocabulary]
        _run(
            f"INSERT INTO {table}_words SELECT * FROM unnest(%s::text[], %s::text[]) ON CONFLICT DO NOTHING",
            [words, terms],
        )
    return len(rows)


def _where(edition: int, matching: str, chosen: Mapping[str, Sequence[str]]) -> tuple[str, list[Any]]:
    parts, values = ["edition = %s"], [edition]  # type: tuple[list[str], list[Any]]
    if matching:
        parts.append("words @@ %s::tsquery")
        values.append(matching)
    for name, wanted in chosen.items():
        parts.append(f"facet_{name} && %s::text[]")
        values.append(list(wanted))
    return " AND ".join(parts), values


def _hits(rows: Iterable[Sequence[Any]]) -> tuple[Hit, ...]:
    found = []
    for key, kind, source, score in rows:
        texts = json.loads(source)
        found.append(Hit(key, kind, float(score), texts["t"], texts["b"]))
    return tuple(found)


def _state() -> tuple[int, int, str] | None:
    if not _one("SELECT to_regclass('search_state') IS NOT NULL", []):
        return None
    rows = _rows("SELECT generation, position, schema FROM search_state WHERE id = 1", [])
    return (int(rows[0][0]), int(rows[0][1]), str(rows[0][2])) if rows else None


def _run(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _one(sql: str, values: Sequence[Any]) -> Any:
    return _rows(sql, values)[0][0]


@contextmanager
def _explained() -> Iterator[None]:
    """What the database says becomes `SearchUnavailable` with what to do."""
    if connection.vendor != "postgresql":
        raise SearchUnavailable(
            'SEARCH_ENGINE is "postgres", but the database is not PostgreSQL. Use "tantivy".'
        )
    try:
        yield
    except DatabaseError as error:
        log.error("search index in PostgreSQL: %s", error)
        raise SearchUnavailable(
            f"The search index in PostgreSQL cannot be used ({type(error).__name__}). The data is safe. "
            "See the database's log, or run `everfair reindex`."
        ) from error
