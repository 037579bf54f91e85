"""The last place is given once, a firm keeps to its number, an address stands once, an invitation is used once: at once too."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.registration.race import PER_FIRM, PLACES, RIVALS, last_places, one_address

HERE = Path(__file__).resolve().parents[2]


def judge_places(told: dict[str, Any]) -> None:
    assert set(told["answers"]) == {"done"}, told
    for kind in told["kinds"]:
        assert kind["expected"] == kind["approved"] == kind["badges"] == PLACES, told
    assert [kind["waiting"] for kind in told["kinds"]] == [RIVALS - PLACES, RIVALS - PLACES], told


def judge_once(told: dict[str, Any]) -> None:
    assert (told["same"], told["firm"], told["guests"]) == (1, PER_FIRM, 1), told
    refused = [answer for answer in told["answers"] if answer != "done"]
    assert all(answer.startswith("refused: ") for answer in refused), told
    assert len(refused) == 3 + (RIVALS - PER_FIRM) + 2, told


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path / "race"), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.registration.race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    judge_places(told["places"])
    judge_once(told["once"])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_last_places_on_postgresql() -> None:
    for _turn in range(3):
        judge_places(last_places())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_once_on_postgresql() -> None:
    judge_once(one_address())
