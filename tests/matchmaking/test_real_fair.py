"""Real tenders in a fair made of a real exhibitor list: each gets firms with reasons, and firms are led to tenders."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from everfair.exhibition.models import Exhibitor
from everfair.fair.actions.sectors import lay_out_default_sectors
from everfair.matchmaking.actions.importing import import_needs
from everfair.matchmaking.bridge.ranking import explained, ranked
from everfair.matchmaking.models import Need, Seeker
from tests.exhibition.importing.conftest import applied
from tests.factories.fair import make_area, make_edition
from tests.factories.people import make_user

pytestmark = [pytest.mark.realdata, pytest.mark.django_db]
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def test_tenders_get_firms_and_firms_get_tenders(shared_data: Path, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"
    edition = make_edition()
    make_area(edition, code="1")
    lay_out_default_sectors(edition, by=None)
    firms = shared_data / "exhibitors" / "ai-native-en-zh.jsonl"
    applied(edition, firms, options={"area": "1", "sector": "1.B"}, publish=True)
    import_needs(edition, shared_data / "needs" / "ted-it-business-en.jsonl", by=None)
    tenders = list(Need.objects.filter(edition=edition).select_related("sector"))
    assert (Exhibitor.objects.filter(state="published").count(), len(tenders)) == (421, 69)

    buyers = [_buyer(edition, tender) for tender in tenders]
    found = ranked(edition, buyers, "exhibitor", NOW, wait=True) or []
    assert [len(one.rows) for one in found] == [20] * 69
    told = [
        explained(edition, buyer, "exhibitor", [one.rows[0][0]], NOW, one.profile)[one.rows[0][0]]
        for buyer, one in zip(buyers, found, strict=True)
    ]
    assert sum(bool(messages) for messages in told) >= 60
    assert not any(message.code.startswith("interest") for messages in told for message in messages)

    sellers = [Seeker.objects.create(edition=edition, exhibitor=firm) for firm in Exhibitor.objects.all()]
    led = ranked(edition, sellers, "need", NOW, wait=True) or []
    assert all(len(one.rows) == 20 for one in led)
    assert len({row[0] for one in led for row in one.rows}) >= 30, (
        "firms of one trade, but not all the same tenders"
    )


def _buyer(edition: Any, tender: Need) -> Seeker:
    """Somebody who looks for just what the tender says."""
    answers = {"looks_for": tender.title["en"], "sectors": [], "languages": []}
    return Seeker.objects.create(edition=edition, user=make_user(), answers=answers)
