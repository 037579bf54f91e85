"""What a party does: confirm with what may be shown, refuse, change its mind about what is shown, take the outcome back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.base.texts import clean_text
from everfair.outcomes import access, notices
from everfair.outcomes.actions.guards import announce, lock_outcome, record, require_version, take_step
from everfair.outcomes.actions.publishing import note_withdrawn, put_out
from everfair.outcomes.models import FIELDS, Outcome, OutcomeParty
from everfair.outcomes.queries.content import narrowed, public_content, shown_fields

State = Outcome.State
REASON_LIMIT = 1000


def confirm_outcome(
    party: OutcomeParty, consent: Iterable[str], *, by: Any, version: int | None = None, now: datetime | None = None
) -> bool:  # fmt: skip
    """The party says: so it is, and this may be shown. True when it was the last one. Safe to repeat.

    What it lets be shown no more leaves the record that is public now at once; more is shown when the text is published.

    `version`: what was read; EditedMeanwhile where it changed since. `by` None: the sample, which has no people for it.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row, held = _locked(party, by)
        require_version(row, version)
        if held.confirmed_version == row.version:
            return row.state != State.PREPARED
        if row.state != State.PREPARED:
            raise IllegalChange(_("There is nothing to confirm now."))
        held.consent = _consent(consent)
        held.confirmed_at, held.confirmed_by, held.confirmed_version = now, by, row.version
        held.refused_at, held.refused_why = None, ""
        held.save()
        record("confirmed_by_party", row, by, {}, {"version": row.version, "shown": held.consent})
        if row.is_public and _is_wider_than_agreed(row):
            _show_as_agreed(row, by=by, now=now)
            announce(row)
        is_last = not row.parties.exclude(confirmed_version=row.version).exists()
        if is_last:
            before = take_step(row, State.CONFIRMED, by=None)
            row.confirmed_at, row.sent_back = now, ""
            record("confirmed", row, None, {"state": before}, {"state": row.state})
        row.changed_at = now
        row.save()
    if is_last:
        notices.tell_team(row)
    return is_last


def refuse_outcome(party: OutcomeParty, why: str, *, by: Any, now: datetime | None = None) -> None:
    """The party says that it is not so; the others read why. It may confirm a changed text later."""
    now = now or timezone.now()
    why = clean_text(why)[:REASON_LIMIT]
    if not why:
        raise Refused(_("Say in a sentence what is wrong, so that it can be mended."), field="why")
    with transaction.atomic():
        row, held = _locked(party, by)
        if row.state != State.PREPARED:
            raise IllegalChange(_("There is nothing to confirm now."))
        held.refused_at, held.refused_why = now, why
        held.confirmed_at, held.confirmed_version = None, 0
        held.save()
        row.changed_at = now
        row.save(update_fields=["changed_at"])
        record("refused_by_party", row, by, {}, {}, why)
    notices.tell_refused(held)


def change_consent(
    party: OutcomeParty, consent: Iterable[str], *, by: Any, now: datetime | None = None
) -> None:
    """Show less or more of what the party has a say in. What is shown no more leaves every public page at once.

    Also for a party that was taken off a draft, while the public record is one of its.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row, held = _locked(party, by, of_record=True)
        before, held.consent = held.consent, _consent(consent)
        if before == held.consent and not _is_wider_than_agreed(row):
            return
        held.save(update_fields=["consent"])
        record("consent_changed", row, by, {"shown": before}, {"shown": held.consent})
        if row.is_public:
            _show_as_agreed(row, by=by, now=now)
        row.changed_at = now
        row.save(update_fields=["changed_at", "public"])
        announce(row)


def take_back(outcome: Outcome, why: str, *, by: Any, now: datetime | None = None) -> None:
    """A party gives an outcome up before it was ever public. What was public is withdrawn by the organiser, with reason."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_outcome(outcome)
        if row.public is not None:
            raise Refused(_("It was public. Ask the organiser to withdraw it: its address then says why."))
        before = take_step(row, State.WITHDRAWN, by=by)
        row.withdrawn_at = row.changed_at = now
        row.save()
        record("withdrawn", row, by, {"state": before}, {"state": row.state}, clean_text(why)[:REASON_LIMIT])
        note_withdrawn(row, now=now)
        announce(row)
    outcome.refresh_from_db()


def _locked(party: OutcomeParty, by: Any, *, of_record: bool = False) -> tuple[Outcome, OutcomeParty]:
    row = lock_outcome(party.outcome)
    held = OutcomeParty.ever.filter(outcome=row, pk=party.pk).first()
    if held is None or (held.removed_at is not None and not (of_record and held.in_record)):
        raise Refused(_("This party was taken off the outcome meanwhile."))
    held.outcome = row
    if by is not None and not access.speaks_for(by, held):
        raise IllegalChange(_("This step is not yours to take."))
    if row.state == State.WITHDRAWN:
        raise Refused(_("It was withdrawn. Prepare a new outcome."))
    return row, held


def _agreed(row: Outcome) -> list[str]:
    """Fields that every party of the public record agrees to show now."""
    return shown_fields(OutcomeParty.ever.filter(outcome=row, in_record=True))


def _is_wider_than_agreed(row: Outcome) -> bool:
    """Whether everybody reads what a party of the public record does not let be shown any more."""
    if not row.is_public or row.public is None:
        return False
    return any(name in row.public.content for name in set(FIELDS) - set(_agreed(row)))


def _show_as_agreed(row: Outcome, *, by: Any, now: datetime) -> None:
    """While a change is prepared, less is shown at once and nothing is added."""
    if row.public is None:
        return
    is_settled = row.state == State.PUBLISHED
    content = public_content(row) if is_settled else narrowed(row.public.content, _agreed(row))
    put_out(row, content, by=by, now=now)


def _consent(names: Iterable[str]) -> list[str]:
    given = set(names)
    return [name for name in FIELDS if name in given]
