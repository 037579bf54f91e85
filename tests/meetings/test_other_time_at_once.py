"""Another time proposed and answered by many at the same moment: one open proposal, one outcome, no double booking; on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.meetings.other_time_race import answering_race, proposing_race

HERE = Path(__file__).resolve().parents[2]


def judge_proposing(turn: dict[str, Any], tabs: int) -> None:
    assert set(turn["answers"]) == {"proposed"}, turn
    assert (turn["open"], turn["ended"]) == (1, tabs - 1), turn


def judge_answering(turn: dict[str, Any]) -> None:
    said = turn["answers"]
    assert not [one for one in said if one.endswith(")")], turn  # no error but refusals and late ones
    assert sum(said.count(one) for one in ("moved", "declined", "withdrawn")) <= 1, turn
    assert turn["moved"] == said.count("moved"), turn
    assert said.count("cancelled") == 1, turn
    assert (turn["state"], turn["bookings"]) == ("cancelled", 0), turn
    assert turn["at"] == (1 if "moved" in said else 0), turn
    assert turn["table"] == said.count("rival") <= 1, turn


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.meetings.other_time_race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    judge_proposing(found["proposing"], 6)
    judge_answering(found["answering"])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_at_once_on_postgresql() -> None:
    judge_proposing(proposing_race(6), 6)
    judge_answering(answering_race(10))
