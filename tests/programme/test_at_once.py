"""What must never be false stays true when many act at the same moment: seats, stages, a host's proposals."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.programme.seat_race import proposal_race, seats_race, stage_race

HERE = Path(__file__).resolve().parents[2]


def judge_seats(turn: dict[str, Any], people: int, seats: int) -> None:
    assert sorted(turn["answers"]) == ["held"] * seats + ["waiting"] * (people - seats), turn
    assert turn["after_taking"] == seats
    assert turn["given"] == ["True"] * seats, turn
    moved_up = min(seats, people - seats)
    assert turn["held"] == turn["seats_taken"] == moved_up, turn
    assert turn["waiting"] == people - seats - moved_up


def judge_won(answers: list[str], most: int, sentence: str) -> None:
    assert answers.count("won") == most, answers
    assert all(sentence in answer for answer in answers if answer != "won"), answers


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.programme.seat_race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    judge_seats(found["seats"], 8, 3)
    judge_won(found["stage"], 1, "is taken")
    judge_won(found["proposals"], 2, "may propose 2 sessions")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_seats_at_once_on_postgresql() -> None:
    for _turn in range(3):
        judge_seats(seats_race(16, 5), 16, 5)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_stage_at_once_on_postgresql() -> None:
    for _turn in range(3):
        judge_won(stage_race(6), 1, "is taken")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_proposals_at_once_on_postgresql() -> None:
    judge_won(proposal_race(6, 2), 2, "may propose 2 sessions")
