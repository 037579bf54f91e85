"""`everfair outcomes verify` finds every public record that is not what was published."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from everfair.agreements.actions.chain import append
from everfair.agreements.queries.chain import verify
from everfair.base.models import MediaFile
from everfair.gateways.storage.store import get_store
from everfair.outcomes.actions.deciding import publish_outcome, verify_outcome, withdraw_outcome
from everfair.outcomes.actions.following import answer_follow_up
from everfair.outcomes.models import Evidence, FollowUp, FollowUpAnswer, Outcome, OutcomeVersion
from everfair.outcomes.queries.content import digest_of, public_content
from tests.factories.fair import make_edition
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
    content = {**outcome.public.content, "title": {"en": "Another"}}  # type: ignore[union-attr]
    OutcomeVersion.objects.filter(outcome=outcome).update(content=content, digest=digest_of(content))


def _withdraw(outcome: Outcome) -> None:
    from django.utils import timezone

    Outcome.objects.filter(pk=outcome.pk).update(state="withdrawn", withdrawn_at=timezone.now())


def _withdrawn(outcome: Outcome) -> Any:
    withdraw_outcome(outcome, {"en": "Void."}, by=organiser_of(outcome.edition))
    assert verify().is_whole, _said()
    return Outcome.objects.filter(pk=outcome.pk)


def _change_reason(outcome: Outcome) -> None:
    _withdrawn(outcome).update(withdrawn_why={"en": "As they wished."})


def _date_withdrawal(outcome: Outcome) -> None:
    _withdrawn(outcome).update(withdrawn_at=datetime(2020, 1, 1, tzinfo=UTC))


def _change_version_reason(outcome: Outcome) -> None:
    OutcomeVersion.objects.filter(outcome=outcome).update(why={"en": "Corrected."})


def _exchange(outcome: Outcome) -> None:
    other = make_published(outcome.edition)
    Outcome.objects.filter(pk=other.pk).update(state="prepared", public=None)
    Outcome.objects.filter(pk=outcome.pk).update(public=other.versions.get())


def _publish_earlier(outcome: Outcome) -> None:
    Outcome.objects.filter(pk=outcome.pk).update(published_at=datetime(2020, 1, 1, tzinfo=UTC))


def _date_version(outcome: Outcome) -> None:
    OutcomeVersion.objects.filter(outcome=outcome).update(at=datetime(2020, 1, 1, tzinfo=UTC))


def _move(outcome: Outcome) -> None:
    Outcome.objects.filter(pk=outcome.pk).update(edition=make_edition())


def _answered(outcome: Outcome) -> FollowUpAnswer:
    asked = FollowUp.objects.create(outcome=outcome, months=6, due_on=date(2027, 3, 5))
    party = outcome.parties.first()
    assert party is not None
    answer_follow_up(asked, party, "in_force", "As agreed.", by=None)
    made = answer_follow_up(asked, party, "ended", "It is over.", by=None)  # the later one stands
    assert verify().is_whole, _said()
    return made


def _change_answer(outcome: Outcome) -> None:
    FollowUpAnswer.objects.filter(pk=_answered(outcome).pk).update(said="fulfilled")


def _drop_answer(outcome: Outcome) -> None:
    _answered(outcome).delete()


def _forge_answer(outcome: Outcome) -> None:
    given = _answered(outcome)
    other = outcome.parties.last()
    assert other is not None
    FollowUpAnswer.objects.create(follow_up=given.follow_up, party=other, said="fulfilled", salt="0" * 32)


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (_publish_earlier, "for the first time at another time"),
        (_date_version, "version 1 was published at another time"),
        (_move, "is of the edition"),
        (_change_answer, "was changed"),
        (_drop_answer, "is missing"),
        (_forge_answer, "is not in the chain"),
        (_change_content, "its digest is another"),
        (_change_both, "is not what the chain holds"),
        (_change_reason, "another reason for its withdrawal"),
        (_date_withdrawal, "was withdrawn at another time"),
        (_change_version_reason, "version 1 gives another reason"),
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


def test_what_was_written_before_there_were_salts_and_times_verifies_as_it_is() -> None:
    outcome, at = make_outcome(), timezone.now()
    content = public_content(outcome)
    version = OutcomeVersion.objects.create(
        outcome=outcome, number=1, at=at, content=content, digest=digest_of(content)
    )
    told = {"edition": outcome.edition.slug, "version": 1, "digest": version.digest}
    append("outcome.published", outcome.code, told, now=at)
    Outcome.objects.filter(pk=outcome.pk).update(state="published", public=version, published_at=at)
    outcome.parties.update(in_record=True)
    asked = FollowUp.objects.create(outcome=outcome, months=6, due_on=date(2027, 3, 5))
    FollowUpAnswer.objects.create(follow_up=asked, party=outcome.parties.first(), said="ended")
    assert verify().is_whole, _said()
