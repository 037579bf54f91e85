"""One room is not given twice, nobody is on duty twice, and no meeting slips past a duty, on both databases."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.meetings.room_race import booked_on_duty_race, duties_race, rooms_race

HERE = Path(__file__).resolve().parents[2]


def judge_rooms(turn: dict[str, Any], desks: int) -> None:
    assert Counter(turn["seated"]) == {"won": 1, "refused": desks - 1}, turn
    assert Counter(turn["booked"]) == {"room": 1, "table": desks - 1}, turn
    assert turn["in_the_room"] == [1, 1]
    assert turn["placed"] == [desks, desks], "who did not get the room keeps a place"


def judge_duties(turn: dict[str, Any], tabs: int) -> None:
    assert Counter(turn["answers"]) == {"won": 1, "refused": tabs - 1}, turn
    assert turn["duties"] == 1


def judge_both(turns: list[list[int]]) -> None:
    """A meeting that was booked is one the duty names; one that was refused is not."""
    assert all(is_booked == seen for is_booked, seen in turns), turns


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.meetings.room_race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    judge_rooms(found["rooms"], 6)
    judge_duties(found["duties"], 6)
    judge_both(found["both"])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_only_room_on_postgresql() -> None:
    for _turn in range(2):
        judge_rooms(rooms_race(10), 10)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_duty_from_many_tabs_on_postgresql() -> None:
    judge_duties(duties_race(10), 10)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_duty_and_a_booking_on_postgresql() -> None:
    judge_both(booked_on_duty_race(5))
