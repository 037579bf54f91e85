"""Confirmed once, published once, asked once, whoever presses at the same moment; on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.outcomes.race import confirm_race

HERE = Path(__file__).resolve().parents[2]


def judge(found: dict[str, Any], tabs: int) -> None:
    assert found["confirmed"] == 1, found
    assert found["by_party"] == 2
    assert found["published"] == ["published", *["published already"] * (tabs - 1)]
    assert found["versions"] == 1
    assert found["chain"] == [1]
    assert found["asked"] == 1


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.outcomes.race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    judge(json.loads(done.stdout.splitlines()[-1]), 6)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_at_once_on_postgresql() -> None:
    judge(confirm_race(8), 8)
