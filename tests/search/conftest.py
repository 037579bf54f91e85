"""Every test of the room runs on each engine, with an index of its own: in files, and in PostgreSQL where that is the database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from everfair.gateways.search import close_engine
from everfair.search.queries.synonyms import forget_synonyms

INDEX_TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^search_(state$|document_)'"
)


@pytest.fixture(autouse=True, params=["tantivy", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine_name(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Iterator[str]:
    """The engine the test runs on."""
    settings.SEARCH_ENGINE = request.param
    settings.SEARCH_DIR = tmp_path / "search"
    if request.param == "postgres":
        request.getfixturevalue("django_db_setup")
        with request.getfixturevalue("django_db_blocker").unblock():
            _forget_the_index_of_the_test_before()
    forget_synonyms()
    yield request.param
    close_engine()
    forget_synonyms()


def _forget_the_index_of_the_test_before() -> None:
    """Its tables are none of Django's, so no test's end empties them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(INDEX_TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f'DROP TABLE "{table}"')
