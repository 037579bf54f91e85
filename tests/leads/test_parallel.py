"""Scans at the same moment: one lead for one visitor, one scan for one key, no note lost."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.leads.race import race


def judge(found: dict[str, Any]) -> None:
    assert len(found["leads"]) == 1, found
    assert found["answers"] == found["leads"] * 5, found
    assert found["notes"] == [1, 1, 1, 1], found
    assert found["scans"] == 4, found
    assert (found["refused"], found["kept"]) == (["forged"] * 3, 1), found


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_on_postgresql() -> None:
    judge(race())


def test_on_an_sqlite_file(tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "EVERFAIR_DATA_DIR": str(tmp_path),
        "EVERFAIR_DATABASE_URL": f"sqlite:///{tmp_path}/race.sqlite3",
        "DJANGO_SETTINGS_MODULE": "everfair.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.leads.race"],
        env=environ,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    judge(json.loads(done.stdout.splitlines()[-1]))
