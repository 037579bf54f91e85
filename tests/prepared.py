"""Tables made once for a whole run and copied: for tests of what happens in a database, not of how it is made.

The real `everfair manage migrate` makes them, in an installation of its own. Where the tests are several processes, the
folder named by TEST_PREPARED is theirs together; whoever comes first makes what is there.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

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


def put_tables(folder: Path) -> None:
    """An SQLite file with every table and no row of anybody's where an installation in `folder` looks for it."""
    from tests.config.installation import Installation

    def make(target: Path) -> None:
        Installation(target).do("manage", "migrate", "-v", "0")

    source = made_once("tables", make) / NAME
    assert not source.with_name(f"{NAME}-wal").exists(), "the prepared tables are still being written"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, folder / NAME)


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
