"""Whoever confirms twice counts once, numbers of the chain have no gap, a proof holds once: at the same moment, on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.agreements.race import answer_race, confirm_race, file_race, reopen_race, same_person_race

HERE = Path(__file__).resolve().parents[2]


def judge(found: dict[str, Any], agreements: int, browsers: int) -> None:
    refused = [one for one in found["answers"] if one.startswith("refused")]
    assert found["states"] == ["confirmed"] * agreements, found
    assert found["confirmed"] == 2 * agreements
    assert found["steps"] == agreements
    assert found["differences"] == []
    assert len(refused) == agreements * (browsers - 1), found["answers"]
    assert all("already" in one for one in refused)


def judge_answers(answers: list[str]) -> None:
    assert answers.count("passkey") == 1, answers
    assert all("used already" in one for one in answers if one != "passkey")


def judge_reopened(found: dict[str, Any]) -> None:
    """Whoever was first: what all confirmed is agreed."""
    count = len(found["answers"]) // 2
    assert found["agreements"] == ["confirmed"] * count, found
    assert found["negotiations"] == ["won"] * count, found


def judge_files(found: dict[str, Any]) -> None:
    count = len(found["answers"]) // 2
    assert sorted(found["answers"]) == ["1"] * count + ["removed"] * count, found
    assert found["kept"] == [True] * count, found


def judge_same_person(found: dict[str, Any]) -> None:
    refused = [one for one in found["answers"] if one.startswith("refused")]
    assert (len(refused), found["confirmed"]) == (found["times"], found["times"]), found
    assert all("somebody else" in one for one in refused), found


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.agreements.race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    judge(found["confirm"], 2, 3)
    assert found["confirm"]["numbers"] == [1, 2]
    judge_answers(found["answer"])
    judge_reopened(found["reopen"])
    judge_files(found["file"])
    judge_same_person(found["same"])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_at_once_on_postgresql(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    found = confirm_race(4, 4)
    judge(found, 4, 4)
    assert found["numbers"] == list(range(1, 9))  # each with its record
    judge_answers(answer_race(8))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_reopened_at_once_on_postgresql(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    judge_reopened(reopen_race(6))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_file_taken_off_and_added_at_once_on_postgresql(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    judge_files(file_race(6))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_person_for_both_at_once_on_postgresql(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    judge_same_person(same_person_race(6))
