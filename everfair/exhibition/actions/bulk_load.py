"""Puts very many rows in at once (COPY on PostgreSQL), for catalogues of measuring size. People's deeds never come this way."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Model

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.exhibition.models import CatalogueEntry, Exhibitor, Offer
from everfair.fair.models import Edition
from everfair.people.models import Organisation

BATCH = 5000


def next_id(table: type[Model]) -> int:
    """The first number above every row's."""
    return (table._default_manager.aggregate(highest=Max("pk"))["highest"] or 0) + 1


def load_firms(
    edition: Edition,
    organisations: Iterable[Sequence[Any]],
    exhibitors: Iterable[Sequence[Any]],
    entries: Iterable[Sequence[Any]],
    *,
    columns: tuple[Sequence[str], Sequence[str], Sequence[str]],
) -> None:
    """Organisations, exhibitors and catalogue entries with ids given by the caller. One transaction."""
    with transaction.atomic():
        for table, rows, names in zip(
            (Organisation, Exhibitor, CatalogueEntry),
            (organisations, exhibitors, entries),
            columns,
            strict=True,
        ):
            for _count in write_rows(table, names, rows):
                pass
        _set_sequences(Organisation, Exhibitor)
        audit.record("exhibition.bulk.loaded", edition, by=None, edition_id=edition.pk)
        note_change("exhibition.catalogue", edition.pk, edition.pk)


def load_offers(
    edition: Edition, rows: Iterable[Sequence[Any]], columns: Sequence[str], progress: Callable[[int], None]
) -> int:
    """Offers, in transactions of 50,000 so that an interrupted load keeps what it had. How many were written."""
    written, source = 0, iter(rows)
    while True:
        with transaction.atomic():
            part = 0
            for count in write_rows(Offer, columns, islice(source, 50_000)):
                part += count
                progress(written + part)
            _set_sequences(Offer)
        if part == 0:
            break
        written += part
    note_change("exhibition.catalogue", edition.pk, edition.pk)
    return written


def write_rows(table: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[int]:
    """Write rows (dicts and lists become JSON), columns not named with their defaults; yields how many after each batch."""
    source, others = iter(rows), _defaults(table, columns)
    names = [*columns, *others]
    while batch := list(islice(source, BATCH)):
        clean = [[*(_plain(value) for value in row), *others.values()] for row in batch]
        (_copy if connection.vendor == "postgresql" else _insert)(table._meta.db_table, names, clean)
        yield len(batch)


def _defaults(table: type[Model], columns: Sequence[str]) -> dict[str, Any]:
    """Column → default, for those a row must have and the caller leaves out."""
    return {
        str(field.column): _plain(field.get_default())
        for field in table._meta.concrete_fields
        if field.column not in columns and not field.null and not field.primary_key
    }


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _copy(table: str, columns: Sequence[str], rows: list[list[Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _insert(table: str, columns: Sequence[str], rows: list[list[Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


def _set_sequences(*tables: type[Model]) -> None:
    """Ids were given by hand, so the counters must be told."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in tables:
            name = table._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), (SELECT max(id) FROM \"{name}\"))"
            )
