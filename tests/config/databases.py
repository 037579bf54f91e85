"""Databases of a test's own on the test run's PostgreSQL: empty, or copies of one that was made before."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.config.installation import Installation
from tests.prepared import made_once
from tools.services import find_program


def _server() -> dict[str, str]:
    """Where the test run's PostgreSQL is, as psycopg wants it told."""
    from django.db import connection

    told = connection.settings_dict
    words = {"user": told["USER"], "password": told["PASSWORD"], "host": told["HOST"], "port": told["PORT"]}
    return {name: str(value) for name, value in words.items() if value}


def a_database(name: str, like: str = "") -> str:
    """A new database, empty or a copy of `like`, which nobody may be connected to; its address."""
    import psycopg

    server = _server()
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as session:  # type: ignore[arg-type]
        session.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        template = f' TEMPLATE "{like}"' if like else ""
        session.execute(f'CREATE DATABASE "{name}"{template}')
    host = f"{server.get('user', '')}:{server.get('password', '')}@{server['host']}:{server.get('port', '')}"
    return f"postgresql://{host}/{name}"


def made_once_on_postgres(
    database: str, fill: Callable[[Installation], object], like: Callable[[], str] = str
) -> Path:
    """The folder of an installation on `database`, filled by the first who asks; the database is there to be copied."""

    def make(folder: Path) -> None:
        folder.mkdir()
        fill(Installation(folder, {"EVERFAIR_DATABASE_URL": a_database(database, like())}))

    return made_once(f"{database}-{_server().get('port', '')}", make)


def tables_on_postgres() -> str:
    """The name of a database with every table and no rows, to make others like it."""
    name = "everfair_tables"
    made_once_on_postgres(name, lambda made: fill_with_tables(made.settings["EVERFAIR_DATABASE_URL"]))
    return name


def fill_with_tables(address: str) -> None:
    """Every table and no rows in an empty database of any PostgreSQL: `migrate` makes them once in a run, then they are copied."""
    is_made_here = False

    def make(dump: Path) -> None:
        nonlocal is_made_here
        with TemporaryDirectory() as folder:
            Installation(Path(folder), {"EVERFAIR_DATABASE_URL": address}).do("manage", "migrate", "-v", "0")
        _client("pg_dump", "-d", address, "--no-owner", "-f", str(dump))
        is_made_here = True

    dump = made_once("tables.sql", make)
    if not is_made_here:
        _client("psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", address, "-f", str(dump))


def _client(program: str, *words: str) -> None:
    subprocess.run([str(find_program(program)), *words], check=True, stdout=subprocess.DEVNULL)
