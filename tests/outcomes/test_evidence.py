"""Evidence taken off: it leaves the disk while nobody relied on it; what an outcome was verified with stays with its record."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from everfair.agreements.queries.chain import verify
from everfair.base.models import MediaFile
from everfair.base.refusals import Refused
from everfair.gateways.storage.errors import NotStored
from everfair.gateways.storage.store import get_store
from everfair.outcomes.actions.deciding import publish_outcome, send_back, verify_outcome
from everfair.outcomes.actions.preparing import add_files, add_link, remove_evidence
from everfair.outcomes.models import Evidence, Outcome
from everfair.outcomes.queries import lists
from tests.factories.outcomes import confirm_all, make_outcome, organiser_of, signer_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def outcome(settings: Any, tmp_path: Path) -> Outcome:
    """Prepared, with a picture of the signing."""
    settings.MEDIA_ROOT = tmp_path
    made = make_outcome()
    _add(made, "red")
    return made


def _by(outcome: Outcome) -> Any:
    return signer_of(outcome.parties.first().exhibitor)  # type: ignore[union-attr, arg-type]


def _add(outcome: Outcome, colour: str) -> Evidence:
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(picture, "PNG")
    picture.seek(0)
    add_files(outcome, [(f"{colour}.png", picture)], by=_by(outcome))
    return outcome.evidence.get(name=f"{colour}.png")


def _take_off(evidence: Evidence) -> None:
    remove_evidence(evidence, by=_by(evidence.outcome))


def test_what_nobody_relied_on_leaves_the_disk(outcome: Outcome) -> None:
    row = outcome.evidence.get()
    path = get_store().path(row.sha256)
    assert path.exists()
    _take_off(row)
    assert not outcome.evidence.exists()
    assert not MediaFile.objects.filter(digest=row.sha256).exists()
    assert not path.exists()


def test_a_link_goes_too(outcome: Outcome) -> None:
    _take_off(add_link(outcome, "News", "https://news.example/1", by=_by(outcome)))
    assert list(outcome.evidence.values_list("name", flat=True)) == ["red.png"]


def test_what_it_was_verified_with_stays_with_its_record(outcome: Outcome) -> None:
    by = organiser_of(outcome.edition)
    verify_outcome(confirm_all(outcome), by=by)
    send_back(outcome, "Another picture, please.", by=by)
    later = _add(outcome, "blue")
    row = outcome.evidence.get(name="red.png")
    _take_off(row)
    _take_off(later)  # added after it was verified: nobody relied on it
    kept = outcome.evidence.get()
    assert (kept.pk, kept.removed_at is None) == (row.pk, False)
    assert get_store().path(row.sha256).exists()
    with pytest.raises(NotStored):
        get_store().path(later.sha256)
    assert lists.evidence_counts([outcome]) == {}
    client = Client()
    client.force_login(_by(outcome))
    page = client.get(f"/en/my/outcomes/{outcome.edition.slug}/{outcome.code}/").content.decode()
    assert "Kept with its record" in page
    assert 'value="evidence_remove"' not in page
    with pytest.raises(Refused, match="meanwhile"):
        _take_off(kept)


def test_what_was_published_is_read_until_the_next_version(outcome: Outcome) -> None:
    by, row = organiser_of(outcome.edition), outcome.evidence.get()
    publish_outcome(verify_outcome(confirm_all(outcome), by=by), by=by)
    address = f"/en/{outcome.edition.slug}/outcomes/{outcome.code}/evidence/{row.pk}/"
    _take_off(row)
    assert Client().get(address).status_code == 200  # the public record still names it
    outcome.refresh_from_db()
    publish_outcome(verify_outcome(confirm_all(outcome), by=by), by=by)
    outcome.refresh_from_db()
    assert outcome.public is not None
    assert outcome.public.content["evidence"] == []
    assert Client().get(address).status_code == 404
    assert get_store().path(row.sha256).exists()
    assert verify().is_whole
