"""Triggers that refuse to change, delete or empty the chain's tables, on SQLite and PostgreSQL; and the one way round them.

Code has none but `lifted`: only a restored backup and cleared test tables go through it. Whoever owns the database can still
drop a trigger: the digests and the published heads show what was done then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TABLES = ("agreements_chainentry", "agreements_chainhead")
SENTENCE = "The chain of records is append-only: its rows are never changed or deleted."
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION everfair_chain_refuses() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '{SENTENCE}'; END;
$$ LANGUAGE plpgsql
"""


def put_guard(connection: Any) -> None:
    """Make the triggers, in place of those that are there."""
    lift_guard(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table in TABLES:
            for statement in _triggers(connection.vendor, table):
                cursor.execute(statement)


def lift_guard(connection: Any) -> None:
    """Drop the triggers."""
    with connection.cursor() as cursor:
        for table in TABLES:
            for name in ("rows", "whole") if connection.vendor == "postgresql" else ("update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")


@contextmanager
def lifted(connection: Any) -> Iterator[None]:
    """Without the triggers for a while, where they were there. Goes inside a transaction: a failure leaves them in place."""
    was = has_guard(connection)
    if was:
        lift_guard(connection)
    yield
    if was:
        put_guard(connection)


def has_guard(connection: Any) -> bool:
    """Whether every trigger is there."""
    names = {trigger.split()[2] for table in TABLES for trigger in _triggers(connection.vendor, table)}
    source = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(source)
        return names <= {name for (name,) in cursor.fetchall()}


def _triggers(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        call = "EXECUTE FUNCTION everfair_chain_refuses()"
        return [
            f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}",
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
        ]
    return [
        f"CREATE TRIGGER {table}_{deed} BEFORE {deed.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        for deed in ("update", "delete")
    ]
