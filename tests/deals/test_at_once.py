"""An inquiry sent many times over goes out once; of colleagues who move one card one wins; who begin at once begin one. Both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deals.race import begin_race, move_race, note_race, send_race

HERE = Path(__file__).resolve().parents[2]


def judge_sent(found: dict[str, Any]) -> None:
    assert set(found["said"]) == {"3"}, found
    assert (found["negotiations"], found["messages"], found["chosen"]) == (3, 3, 0), found
    assert found["stages"] == 5, found


def judge_moved(found: dict[str, Any]) -> None:
    own, shared = (found["people"] + 1) // 2, found["people"] // 2
    assert sorted(found["said"]) == ["moved"] * (own + 1) + ["stale"] * (shared - 1), found
    assert found["places"] == list(range(1, own + 2)), found


def judge_begun(found: dict[str, Any]) -> None:
    assert sorted(one.split()[0] for one in found["said"]) == ["held"] * (len(found["said"]) - 1) + ["new"], (
        found
    )
    assert len({one.split()[1] for one in found["said"]}) == 1, found
    assert tuple(found["once"]) == (1, 1, 1), found
    more = found["most"] - 1  # the first one counts
    assert sorted(found["many"]) == ["new"] * more + ["refused"] * (len(found["many"]) - more), found
    assert (found["count"], found["messages"]) == (found["most"], found["most"]), found


def judge_noted(found: dict[str, Any]) -> None:
    saved = [one for one in found["said"] if one != "stale"]
    assert saved == [found["text"]], found
    assert found["version"] == 2, found


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.deals.race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    judge_sent(found["send"])
    judge_moved(found["move"])
    judge_begun(found["begin"])
    judge_noted(found["note"])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sent_at_once_on_postgresql() -> None:
    judge_sent(send_race(10))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_moved_at_once_on_postgresql() -> None:
    judge_moved(move_race(8))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_begun_at_once_on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("everfair.deals.queries.begin.MOST_A_DAY", 20)  # put back afterwards
    judge_begun(begin_race(8, 4))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_noted_at_once_on_postgresql() -> None:
    judge_noted(note_race(8))
