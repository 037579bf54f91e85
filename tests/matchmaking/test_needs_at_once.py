"""What must be there once is there once when several tabs act at the same moment; on both databases."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.matchmaking.needs_race import RACES

HERE = Path(__file__).resolve().parents[2]


def judge_seekers(turn: dict[str, Any]) -> None:
    assert turn["rows"] == 2, turn
    assert [answer.split()[0] for answer in turn["answers"]] == ["firm", "person"], turn


def judge_answers(turn: dict[str, Any]) -> None:
    said = Counter(turn["answers"])
    assert said["sent"] == turn["rows"] == 1, turn
    assert sum(count for answer, count in said.items() if "answered already" in answer) == 4, turn


def judge_choosing(turn: dict[str, Any]) -> None:
    assert turn == {"answers": ["chosen", "saved"], "firms": 2, "sectors": 2}


def judge_lists(turn: dict[str, Any]) -> None:
    said = Counter(turn["answers"])
    assert said == {"2 new, 0 unchanged": 1, "0 new, 2 unchanged": 4}, turn
    assert turn["rows"] == 2


def judge_letters(turn: dict[str, Any]) -> None:
    assert sum(turn["answers"]) == turn["letters"] == 1, turn


def judge_questions(turn: dict[str, Any]) -> None:
    assert turn == {"answers": ["answered", "skipped"], "rows": 1, "kept": "Cranes"}


JUDGES = {
    "seekers": judge_seekers, "answers": judge_answers, "choosing": judge_choosing, "lists": judge_lists,
    "letters": judge_letters, "questions": judge_questions,
}  # fmt: skip


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.matchmaking.needs_race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name, turn in json.loads(done.stdout.splitlines()[-1]).items():
        JUDGES[name](turn)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", RACES)
def test_at_once_on_postgresql(name: str) -> None:
    JUDGES[name](RACES[name](5))
