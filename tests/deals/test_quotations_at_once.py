"""One quotation of a negotiation is accepted, once, in the version that was read, from however many browsers, on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deals.quotation_race import accept_race

HERE = Path(__file__).resolve().parents[2]


def judge(found: dict[str, Any]) -> None:
    assert len(found["accepted"]) == 1, found
    assert found["version"] == 1  # what was on the page, never the new one
    assert found["answers"] == 1
    assert found["notes"] == 1
    winners = {one for one in found["said"] if one.startswith("accepted")}
    assert winners == {f"accepted {found['accepted'][0]}"}, found
    assert found["said"][-1] in ("sent", "not sent: IllegalChange", "not sent: Refused"), found


def test_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.deals.quotation_race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    judge(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_at_once_on_postgresql() -> None:
    for _turn in range(2):
        from everfair.conversations.models import Conversation
        from everfair.deals.models import Inquiry

        Inquiry.objects.all().delete()
        Conversation.objects.all().delete()
        judge(accept_race(12))
