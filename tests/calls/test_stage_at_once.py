"""One session has one stage, and one person one place in its audience, however many ask at once, on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.calls.stage_race import race

HERE = Path(__file__).resolve().parents[2]


def judge(found: dict[str, Any], tabs: int) -> None:
    assert (found["calls"], found["listeners"], found["told"]) == (1, 1, 1), found
    assert (len(found["chosen"]), len(set(found["chosen"]))) == (tabs, 1), found
    assert (len(found["heard"]), len(set(found["heard"]))) == (tabs, 1), found


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.calls.stage_race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    judge(json.loads(done.stdout.splitlines()[-1]), 8)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_at_once_on_postgresql(settings: Any) -> None:
    settings.JANUS_URL = ""  # set by the race, put back afterwards
    judge(race(12), 12)
