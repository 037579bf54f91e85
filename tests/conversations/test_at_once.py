"""The same two begin one conversation, numbers have no gap and no twin, and what is sent twice is kept once, on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conversations.race import begin_race

HERE = Path(__file__).resolve().parents[2]


def judge(found: dict[str, Any], tabs: int) -> None:
    kept = tabs // 2 + 1  # the tabs with numbers of their own, and one of those that sent the same
    assert found["conversations"] == 1, found
    assert found["parties"] == 2
    assert found["numbers"] == list(range(1, kept + 1)), found
    assert found["last"] == kept
    assert len(set(found["said"])) == kept


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.conversations.race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    judge(json.loads(done.stdout.splitlines()[-1]), 8)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_at_once_on_postgresql() -> None:
    for turn in range(2):
        if turn:
            from everfair.conversations.models import Conversation

            Conversation.objects.all().delete()
        judge(begin_race(12), 12)
