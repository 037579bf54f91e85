"""Of many who greet at the same moment one does, the others read why not, on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.presence.greet_race import greet_race

HERE = Path(__file__).resolve().parents[2]


def judge(found: dict[str, Any], colleagues: int) -> None:
    refused = [one for one in found["said"] if one.startswith("refused: Your booth has greeted")]
    assert (found["greetings"], found["conversations"], found["messages"]) == (1, 1, 1), found
    assert found["said"].count("1") == 1, found
    assert len(refused) == colleagues - 1, found


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.presence.greet_race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    judge(json.loads(done.stdout.splitlines()[-1]), 8)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_at_once_on_postgresql() -> None:
    judge(greet_race(12), 12)
