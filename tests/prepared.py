"""Tables made once for a whole run and copied: for tests of what happens in a database, not of how it is made.

The real `everfair manage migrate` makes them, in an installation of its own. Where the tests are several processes, the
folder named by TEST_PREPARED is theirs together; whoever comes first makes what is there.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

NAME = "everfair.sqlite3"


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of this run, filled by `make(folder)` if nobody did so before; others wait meanwhile."""
    folder = Path(os.environ["TEST_PREPARED"])  # tests/conftest.py sees to it that there is one
    whole = folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            half = whole.with_name(f"{name}.{os.getpid()}.part")
            make(half)
            half.rename(whole)
    return whole


def tables_on_sqlite() -> Path:
    """An SQLite file with every table and no row of anybody's, to be copied."""
    from tests.config.installation import Installation

    def make(target: Path) -> None:
        Installation(target).do("manage", "migrate", "-v", "0")

    source = made_once("tables", make) / NAME
    assert not source.with_name(f"{NAME}-wal").exists(), "the prepared tables are still being written"
    return source


def put_tables(folder: Path) -> None:
    """The same where an installation in `folder` looks for it."""
    source = tables_on_sqlite()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, folder / NAME)


@contextmanager
def beginning_with_tables(folder: Path | None = None) -> Iterator[None]:
    """Django's test database begins as a copy of the prepared tables; its own `migrate` then finds nothing to do.

    SQLite's is in memory, on one connection for all threads, unless a `folder` is given for a file: whoever runs a
    server beside the tests needs one, as a served request has a connection of its own.
    """
    from django.db import connection

    from tests.config.databases import tables_on_postgres

    if connection.vendor != "sqlite":
        connection.settings_dict["TEST"]["TEMPLATE"] = tables_on_postgres()
        yield
    elif folder is None:
        name = connection.creation._get_test_db_name()  # in memory, for as long as somebody is connected
        with closing(sqlite3.connect(name, uri=True)) as held:
            prepared = (
                f"{tables_on_sqlite().as_uri()}?immutable=1"  # no file appears beside it while it is read
            )
            with closing(sqlite3.connect(prepared, uri=True)) as source:
                source.backup(held)
            yield
    else:
        creation = connection.creation
        connection.settings_dict["TEST"]["NAME"] = str(folder / NAME)
        create = creation._create_test_db

        def create_with_tables(*args: Any, **options: Any) -> str:
            name = create(*args, **options)  # removes an older file
            put_tables(folder)
            return str(name)

        creation._create_test_db = create_with_tables
        yield


def make_tables() -> None:
    """Every table in this process's own database, still empty: copied on SQLite, elsewhere made by `migrate`."""
    from django.conf import settings
    from django.core.management import call_command

    database = settings.DATABASES["default"]
    path = Path(str(database["NAME"]))
    is_file = str(database["ENGINE"]).endswith("sqlite3") and not path.exists()
    if is_file and "TEST_PREPARED" in os.environ:
        put_tables(path.parent)
        (path.parent / NAME).rename(path)
    else:
        call_command("migrate", verbosity=0)
