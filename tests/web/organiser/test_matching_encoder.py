"""An encoder outside at the organiser's desk: how far it got, that it is away, and which versions rank with its vectors."""

from pathlib import Path
from typing import Any

import pytest

from everfair.matchmaking.bridge import embedding as bridge
from everfair.matchmaking.models import ModelVersion

pytestmark = pytest.mark.django_db
VECTORS = {"vectors": {"name": "bge-m3", "width": 8, "marks": [0.3, 0.9]}}


@pytest.fixture(autouse=True)
def _encoder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.EMBEDDING_URL = "http://127.0.0.1:9/"


def rules(desk: Any) -> str:
    return str(desk.get("matching/").content.decode())


def test_without_an_encoder_nothing_is_said_of_one(desk: Any, settings: Any) -> None:
    settings.EMBEDDING_URL = ""
    assert "ncoder" not in rules(desk)


def test_how_far_it_got_is_said(desk: Any) -> None:
    assert "has not been asked yet" in rules(desk)
    bridge.write_state(desk.edition.pk, bridge.VectorState("bge-m3", texts=1200, known=800))
    page = rules(desk)
    assert "bge-m3" in page
    assert "800 of 1,200 texts have vectors" in page
    assert "not answered" not in page


def test_an_encoder_that_is_away_is_said_to_be(desk: Any) -> None:
    state = bridge.VectorState(
        "bge-m3", texts=12, known=8, away_since="2026-09-01T08:00:00+00:00", problem="it <cannot> be reached"
    )
    bridge.write_state(desk.edition.pk, state)
    page = rules(desk)
    assert "has not answered as it should since" in page
    assert "8 of 12 texts" in page
    assert "it &lt;cannot&gt; be reached" in page


@pytest.mark.parametrize("content", ["", "[]", '{"texts": []', '{"name": "m", "unknown": 1}'])
def test_a_damaged_state_breaks_no_page(desk: Any, content: str) -> None:
    bridge.folder().mkdir()
    (bridge.folder() / f"{desk.edition.pk}-vectors.json").write_text(content)
    assert desk.get("matching/").status_code == 200


def test_versions_say_which_vectors_they_rank_with(desk: Any) -> None:
    ModelVersion.objects.create(edition=desk.edition, number=1, is_active=True)
    ModelVersion.objects.create(edition=desk.edition, number=2, options=VECTORS)
    page = rules(desk)
    assert "Version 2 + bge-m3" in page
    assert "version 2 + bge-m3" in page  # what the active one may be compared with
