"""`everfair outcomes verify` finds every public record that is not what was published."""

from typing import Any
from uuid import uuid4

import pytest

from everfair.agreements.queries.chain import verify
from everfair.base.models import MediaFile
from everfair.gateways.storage.store import get_store
from everfair.outcomes.actions.deciding import publish_outcome, verify_outcome, withdraw_outcome
from everfair.outcomes.models import Evidence, Outcome, OutcomeVersion
from tests.factories.outcomes import confirm_all, make_outcome, make_published, organiser_of

pytestmark = pytest.mark.django_db


def _said() -> str:
    return " ".join(f"{one.where}: {one.what}" for one in verify().differences)


def test_a_registry_that_nobody_touched_is_whole() -> None:
    shown = make_published()
    gone = make_published(shown.edition)
    withdraw_outcome(gone, {"en": "Void."}, by=organiser_of(gone.edition))
    verdict = verify()
    assert verdict.is_whole, _said()
    assert verdict.others == 2


def _change_content(outcome: Outcome) -> None:
    content = {**outcome.public.content, "title": {"en": "Another"}}  # type: ignore[union-attr]
    OutcomeVersion.objects.filter(outcome=outcome).update(content=content)


def _change_both(outcome: Outcome) -> None:
    from everfair.outcomes.queries.content import digest_of

    content = {**outcome.public.content, "title": {"en": "Another"}}  # type: ignore[union-attr]
    OutcomeVersion.objects.filter(outcome=outcome).update(content=content, digest=digest_of(content))


def _withdraw(outcome: Outcome) -> None:
    from django.utils import timezone

    Outcome.objects.filter(pk=outcome.pk).update(state="withdrawn", withdrawn_at=timezone.now())


def _exchange(outcome: Outcome) -> None:
    other = make_published(outcome.edition)
    Outcome.objects.filter(pk=other.pk).update(state="prepared", public=None)
    Outcome.objects.filter(pk=outcome.pk).update(public=other.versions.get())


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (_change_content, "its digest is another"),
        (_change_both, "is not what the chain holds"),
        (_withdraw, "withdrawn here and not in the chain"),
        (_exchange, "record of another outcome"),
    ],
)
def test_a_row_changed_in_the_database_is_found(deed: Any, said: str) -> None:
    outcome = make_published()
    deed(outcome)
    assert said in _said()
    assert outcome.code in _said()


def test_evidence_changed_on_disk_is_found(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    outcome = make_outcome()
    stored = get_store().save(f"%PDF-1.4 {uuid4()}".encode(), ".pdf")
    file = MediaFile.objects.create(
        kind="document", name="a.pdf", content_type="application/pdf", digest=stored.digest, size=stored.size
    )
    Evidence.objects.create(outcome=outcome, name="Paper", file=file, sha256=stored.digest)
    by = organiser_of(outcome.edition)
    publish_outcome(verify_outcome(confirm_all(outcome), by=by), by=by)
    assert verify().is_whole
    row = Evidence.objects.get(outcome=outcome)
    Evidence.objects.filter(pk=row.pk).delete()
    assert f"evidence {row.pk} was published and is missing" in _said()
    row.save(force_insert=True)
    assert verify().is_whole
    path = get_store().path(stored.digest)  # type: ignore[attr-defined]
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.4 another paper")
    said = _said()
    path.unlink()
    assert "changed on disk" in said
