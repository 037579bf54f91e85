"""Nobody and nothing is booked twice, and no quota is passed, when many act at the same moment; on both databases."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.meetings.race import (
    answers_race,
    forcing_race,
    interpreters_race,
    joining_race,
    quota_race,
    slots_race,
    starting_race,
    tables_race,
)

HERE = Path(__file__).resolve().parents[2]


def judge_slots(turn: dict[str, Any], people: int, wanted: int) -> None:
    assert Counter(turn["answers"]) == {"won": wanted, "alternatives 5": people - wanted}
    assert turn["meetings"] == wanted
    assert turn["bookings"] == 3 * wanted  # two people and a table each
    assert turn["slots"]


def judge_tables(turn: dict[str, Any], pairs: int, tables: int) -> None:
    assert Counter(turn["answers"]) == {"won": tables, "alternatives 1": pairs - tables}
    assert turn["tables"]


def judge_interpreters(answers: list[str]) -> None:
    assert answers.count("won") == 1, answers
    assert all("not free any more" in answer for answer in answers if answer != "won"), answers


def judge_quota(turn: dict[str, Any], most: int) -> None:
    assert turn["answers"].count("won") == turn["counted"] == turn["open"] == most, turn
    assert all("of one's own at a time" in answer for answer in turn["answers"] if answer != "won"), turn


def judge_answers(turn: dict[str, Any]) -> None:
    said = Counter(turn["answers"])
    assert said["yes"] + said["no"] == 1, turn
    assert said["late"] == len(turn["answers"]) - 1, turn
    assert Counter(turn["cancelled"]) == {"cancelled": 1, "late": 3}
    assert turn["bookings"] == 0
    assert turn["counted"] == [said["yes"], 0]  # a meeting still counts, what ended does not


def judge_joining(turn: dict[str, Any]) -> None:
    assert len(set(turn["answers"])) == 1, turn
    assert turn["rows"] == turn["resources"] == 1, turn


def judge_forcing(turn: dict[str, Any]) -> None:
    said = Counter(turn["answers"])
    assert said["forced"] <= 1, turn
    assert said["forced"] == turn["ours_there"], turn
    assert said["forced"] or turn["theirs"] == "cancelled", (
        turn
    )  # nobody forced: the other was called off before
    assert turn["as_booked"], turn
    assert turn["bookings"] == {"ours": 3, "theirs": 0 if turn["theirs"] == "cancelled" else 3}, turn
    assert said["cancelled"] == 1, turn


def judge_starting(turn: dict[str, Any], desks: int) -> None:
    assert Counter(turn["answers"]) == {"started": 1, "under way": desks - 1}, turn
    assert turn["numbers"] == [1], turn


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.meetings.race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    judge_slots(found["slots"], 200, 10)
    judge_tables(found["tables"], 12, 4)
    judge_interpreters(found["interpreters"])
    judge_quota(found["quota"], 3)
    judge_answers(found["answers"])
    judge_joining(found["joining"])
    judge_forcing(found["forcing"])
    judge_starting(found["starting"], 6)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_hundred_after_ten_slots_on_postgresql() -> None:
    judge_slots(slots_race(200, 10, 50), 200, 10)  # four waves: the server takes a hundred connections


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_last_tables_on_postgresql() -> None:
    for _turn in range(3):
        judge_tables(tables_race(24, 6), 24, 6)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_only_interpreter_on_postgresql() -> None:
    judge_interpreters(interpreters_race(8))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_quota_from_many_tabs_on_postgresql() -> None:
    judge_quota(quota_race(8, 3), 3)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_yes_and_no_at_once_on_postgresql() -> None:
    judge_answers(answers_race(8))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_person_joins_once_on_postgresql() -> None:
    judge_joining(joining_race(8))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_meeting_forced_from_several_desks_on_postgresql() -> None:
    for _turn in range(3):
        judge_forcing(forcing_race(6))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_run_is_started_once_from_several_desks_on_postgresql() -> None:
    judge_starting(starting_race(8), 8)
