"""After a test that commits: rows are deleted where there are any; what `migrate` itself wrote stays.

Django's own way empties every table and writes the types of content and their permissions anew, for a handful of rows.
It is still taken where a test changed those two tables.
"""

from contextlib import ExitStack, nullcontext
from typing import Any

from django.db import connections, transaction
from django.test import TransactionTestCase

MADE_BY_MIGRATE = ("django_content_type", "auth_permission")

_before: dict[str, list[list[Any]]] = {}


def clear_quickly() -> None:
    """Let every test case that commits clear up this way from now on. Calling it twice changes nothing."""
    if getattr(TransactionTestCase, "clears_quickly", False):
        return
    plain_setup: Any = TransactionTestCase._fixture_setup.__func__  # type: ignore[attr-defined]
    plain_teardown: Any = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def setup(cls: Any) -> None:
        plain_setup(cls)
        for alias in cls._databases_names(include_mirrors=False):
            _before[alias] = _made_by_migrate(alias)

    def teardown(self: Any) -> None:
        from everfair.agreements.actions.guard import lifted  # app ready

        names = self._databases_names(include_mirrors=False)
        own_ways = self.available_apps is not None or self.serialized_rollback
        if own_ways or any(_made_by_migrate(alias) != _before.get(alias) for alias in names):
            with ExitStack() as stack:
                for alias in names:
                    stack.enter_context(lifted(connections[alias]))
                plain_teardown(self)
            return
        for alias in names:
            delete_rows(alias)

    TransactionTestCase._fixture_setup = classmethod(setup)  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
    TransactionTestCase.clears_quickly = True  # type: ignore[attr-defined]


def delete_rows(alias: str) -> None:
    """Empty every table of a model but those that `migrate` fills; references are looked at when all are gone."""
    from everfair.agreements.actions.guard import TABLES, lifted  # app ready

    guarded = set(TABLES)
    connection = connections[alias]
    quote = connection.ops.quote_name
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asked = [
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quote(name)})"
        for name in names
        if name not in MADE_BY_MIGRATE
    ]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        left = [name for (name,) in cursor.fetchall()]
        with lifted(connection) if guarded & set(left) else nullcontext():
            for name in left:
                cursor.execute(f"DELETE FROM {quote(name)}")


def _made_by_migrate(alias: str) -> list[list[Any]]:
    connection = connections[alias]
    found = []
    with connection.cursor() as cursor:
        for name in MADE_BY_MIGRATE:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)} ORDER BY id")
            found.append(cursor.fetchall())
    return found
