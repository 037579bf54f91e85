"""What the organiser does: verify, send back with words, publish, withdraw with a reason that stands at the address."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.charts import IllegalChange
from everfair.base.languages import clean_words
from everfair.base.refusals import Refused
from everfair.base.texts import clean_text
from everfair.outcomes import notices
from everfair.outcomes.actions.guards import announce, lock_outcome, record, require_version, take_step
from everfair.outcomes.actions.publishing import note_withdrawn, put_out, take_parties
from everfair.outcomes.models import Outcome
from everfair.outcomes.queries.content import public_content

State = Outcome.State
REASON_LIMIT = 1000


def verify_outcome(
    outcome: Outcome, *, by: Any, version: int | None = None, now: datetime | None = None
) -> Outcome:
    """The organiser looked at it and its evidence. `version`: what was looked at; EditedMeanwhile where it changed since."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_outcome(outcome)
        require_version(row, version)
        before = take_step(row, State.VERIFIED, by=by)
        row.verified_at = row.changed_at = now
        row.save()
        row.evidence.filter(removed_at=None, verified_at=None).update(verified_at=now)
        record("verified", row, by, {"state": before}, {"state": row.state})
    outcome.refresh_from_db()
    return outcome


def send_back(outcome: Outcome, why: str, *, by: Any, now: datetime | None = None) -> Outcome:
    """Back to its parties with words; they mend it, or confirm it again as it is."""
    now = now or timezone.now()
    why = clean_text(why)[:REASON_LIMIT]
    if not why:
        raise Refused(_("Say in a sentence what is missing, so that it can be mended."), field="why")
    with transaction.atomic():
        row = lock_outcome(outcome)
        before = take_step(row, State.PREPARED, by=by)
        row.sent_back, row.changed_at = why, now
        row.confirmed_at = row.verified_at = None
        row.save()
        row.parties.update(confirmed_at=None, confirmed_version=0, confirmed_by=None)
        record("sent_back", row, by, {"state": before}, {"state": row.state}, why)
        announce(row)
    notices.tell_sent_back(row)
    outcome.refresh_from_db()
    return outcome


def publish_outcome(
    outcome: Outcome,
    *,
    by: Any,
    why: Mapping[str, str] | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Outcome:
    """Everybody reads what every party agreed to show, from now on, at an address that is never used again.

    `version`: what was looked at; EditedMeanwhile where it changed since.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_outcome(outcome)
        require_version(row, version)
        if not row.edition.is_public:
            raise Refused(_("The edition is not announced yet; nothing of it is public."))
        before = take_step(row, State.PUBLISHED, by=by)
        put_out(row, public_content(row), by=by, now=now, why=clean_words(why))
        take_parties(row)
        row.published_at = row.published_at or now
        row.changed_at = now
        row.save()
        record("published", row, by, {"state": before}, {"state": row.state, "version": row.version})
        announce(row)
    notices.tell_published(row)
    outcome.refresh_from_db()
    return outcome


def publish_many(
    outcomes: Iterable[Outcome],
    *,
    by: Any,
    versions: Mapping[str, int] | None = None,
    now: datetime | None = None,
) -> tuple[int, list[str]]:
    """Each in a transaction of its own: how many, and codes of those that could not be.

    `versions`: code → the version that was looked at; what changed since, or has none there, is left.
    """
    done, left = 0, []
    for outcome in outcomes:
        try:
            version = None if versions is None else versions.get(outcome.code, 0)
            publish_outcome(outcome, by=by, version=version, now=now)
            done += 1
        except (Refused, IllegalChange):
            left.append(outcome.code)
    return done, left


def withdraw_outcome(
    outcome: Outcome, why: Mapping[str, str], *, by: Any, now: datetime | None = None
) -> Outcome:
    """It counts no more and is shown no more; its address stays and says why."""
    now = now or timezone.now()
    reason = {code: clean_text(text)[:REASON_LIMIT] for code, text in clean_words(why).items()}
    if not reason:
        raise Refused(_("Say why, in one language at least: it stands at the address."), field="why")
    with transaction.atomic():
        row = lock_outcome(outcome)
        before = take_step(row, State.WITHDRAWN, by=by)
        row.withdrawn_at = row.changed_at = now
        row.withdrawn_why = reason
        row.save()
        note_withdrawn(row, now=now)
        record("withdrawn", row, by, {"state": before}, {"state": row.state}, " / ".join(reason.values()))
        announce(row)
    notices.tell_withdrawn(row)
    outcome.refresh_from_db()
    return outcome
