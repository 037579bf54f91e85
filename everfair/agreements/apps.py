"""Registers the agreements room."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AgreementsConfig(AppConfig):
    name = "everfair.agreements"
    label = "agreements"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from everfair.agreements import receivers  # noqa: F401  # app ready

        post_migrate.connect(_guard_chain, sender=self, dispatch_uid="agreements.guard_chain")


def _guard_chain(using: str, **kwargs: Any) -> None:
    """After every migration, not in one: SQLite makes a table anew to change it, and its triggers are gone with the old one."""
    from everfair.agreements.actions.guard import TABLES, has_guard, put_guard  # app ready

    connection = connections[using]
    if set(TABLES) <= set(connection.introspection.table_names()) and not has_guard(connection):
        put_guard(connection)
