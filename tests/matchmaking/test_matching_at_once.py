"""Letters, rules, versions, interests, dismissals, lists and refreshes at the same moment; on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.matchmaking.matching_race import RACES

HERE = Path(__file__).resolve().parents[2]


def judge_letters(turn: dict[str, Any]) -> None:
    assert turn["letters"] == turn["wanted"], turn  # one for each, and not one more
    assert sum(int(answer) for answer in turn["answers"]) == turn["shown"] == 3, turn
    assert (turn["switched"], turn["want"]) == (["False", "False"], 2), turn


def judge_rules(turn: dict[str, Any]) -> None:
    saved = [answer for answer in turn["answers"] if answer.startswith("saved")]
    assert saved == [f"saved {turn['exposure']}"], turn
    others = [answer for answer in turn["answers"] if answer not in saved]
    assert all("Somebody else changed the rules meanwhile" in answer for answer in others), turn
    assert (len(others), turn["version"], turn["changes"]) == (3, 2, 1), turn


def judge_versions(turn: dict[str, Any]) -> None:
    said = {"active 2", "active 3", "compared", *(f"learned {number}" for number in turn["numbers"])}
    refused = [answer for answer in turn["answers"] if answer not in said]
    assert all(answer.startswith("refused: This ") for answer in refused), turn
    assert turn["numbers"] == list(range(1, 8)), turn  # each learning has a number of its own
    assert len(turn["active"]) == 1, turn
    assert turn["compares"] in {None, 2} - set(turn["active"]), turn


def judge_comparing(turn: dict[str, Any]) -> None:
    assert turn == {"answers": ["compared"] * 4, "compares": 2, "version": 2, "changes": 1}


def judge_interests(turn: dict[str, Any]) -> None:
    assert turn["answers"] == ["saved"] * 9 + ["off"], turn
    assert (turn["saved"], turn["acts"]) == (4, [1, 1, 1, 1]), turn
    assert turn["weight"] == 12.0, turn  # none of four times 3 is lost
    assert (turn["left"], turn["kept"]) == (0, 4), turn  # switched off, nothing is learned any more


def judge_dismissals(turn: dict[str, Any]) -> None:
    assert (len(turn["answers"]), turn["rows"], turn["left"]) == (1, 1, 0), turn
    assert turn["answers"][0].startswith("aside "), turn
    assert turn["back"] == ["back"] * 4, turn


def judge_lists(turn: dict[str, Any]) -> None:
    assert (len(turn["answers"]), turn["kept"], turn["shown"]) == (1, 1, [1, 2, 3]), turn
    assert len(turn["answers"][0].split()) == 3, turn


def judge_refreshes(turn: dict[str, Any]) -> None:
    assert (turn["answers"].count("started"), turn["rows"]) == (1, 1), turn
    assert sum("on its way already" in answer for answer in turn["answers"]) == 3, turn


JUDGES = {
    "letters": judge_letters, "rules": judge_rules, "versions": judge_versions, "comparing": judge_comparing,
    "interests": judge_interests, "dismissals": judge_dismissals, "lists": judge_lists,
    "refreshes": judge_refreshes,
}  # fmt: skip


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.matchmaking.matching_race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name, turn in json.loads(done.stdout.splitlines()[-1]).items():
        JUDGES[name](turn)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", RACES)
def test_at_once_on_postgresql(name: str, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    JUDGES[name](RACES[name](4))
