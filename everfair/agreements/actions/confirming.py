"""A party confirms with a fresh proof; the last one makes the record. Whatever comes twice is refused in words and changes nothing."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.agreements import notices
from everfair.agreements.actions import records
from everfair.agreements.actions.acts import lock_agreement, record, take_step
from everfair.agreements.actions.chain import append
from everfair.agreements.actions.proving import Proof
from everfair.agreements.actions.together import require_another_person, require_together
from everfair.agreements.models import Agreement, AgreementParty, ChainEntry
from everfair.agreements.queries.agreements import parties_of
from everfair.agreements.queries.statements import confirmation_of, is_as_stated, is_kept_whole
from everfair.agreements.signals import agreement_confirmed
from everfair.base.refusals import Refused
from everfair.conversations.queries.names import names_of
from everfair.deals.actions.negotiations import win_by_agreement

CONFIRMED = "agreement.confirmed"
State = Agreement.State


def require_confirmable(agreement: Agreement, party: AgreementParty, digest: str) -> None:
    """Refused in words where the party cannot confirm the text of this digest now: asked before a proof is used up, and again after."""
    if agreement.state == State.DRAFT:
        raise Refused(_("This is a draft. It is confirmed once it is put to the parties."))
    if party.confirmed_at is not None:
        raise Refused(_("%(party)s has confirmed this already; it counts once.") % {"party": party})
    if agreement.state != State.OFFERED:
        raise Refused(
            _("This no longer waits for anybody: it is %(state)s.") % {"state": agreement.get_state_display()}
        )
    if digest != agreement.digest:
        raise Refused(
            _("You were shown another text than the one that stands here now. Read it again first.")
        )


def confirm(
    agreement: Agreement,
    party: AgreementParty,
    proof: Proof,
    *,
    by: Any,
    function: str = "",
    now: datetime | None = None,
) -> Agreement:
    """Confirm for a party. When it was the last, the agreement enters the chain, all are told, the negotiation is won."""
    now = now or timezone.now()
    if (proof.user_id, proof.party_id) != (by.pk, party.pk):
        raise Refused(_("This proof was given for another agreement or party. Press “confirm” again."))
    with transaction.atomic():
        row = lock_agreement(agreement)
        parties = parties_of(row)
        own = next(one for one in parties if one.pk == party.pk)
        require_confirmable(row, own, proof.digest)
        require_together(row, parties)
        require_another_person(parties, own, by)
        _require_unchanged(row, parties)
        own.confirmed_at, own.confirmed_by = now, by
        own.confirmed_name = names_of(row.edition_id, [by])[by.pk][0][:200]
        own.confirmed_as = function[:200]
        own.proof, own.proof_of, own.evidence = proof.kind, proof.digest, proof.evidence
        own.save()
        after = {"party": own.position + 1, "proof": proof.kind}
        record("party_confirmed", row, by=by, now=now, after=after)
        if all(one.confirmed_at is not None for one in parties):
            _complete(row, parties, now)
        return row


def _require_unchanged(row: Agreement, parties: list[AgreementParty]) -> None:
    files = list(row.files.order_by("position", "pk"))
    if not is_as_stated(row, parties, files):
        raise Refused(
            _("What stands here is no longer what was put to the parties. Nobody can confirm it: take it back and tell who runs this server.")
        )  # fmt: skip
    for file in files:
        if not is_kept_whole(file.sha256):
            raise Refused(
                _("The document “%(name)s” is no longer the one whose SHA-256 was put to the parties. Take this back and make it anew.")
                % {"name": file.name}
            )  # fmt: skip


def _complete(row: Agreement, parties: list[AgreementParty], now: datetime) -> ChainEntry:
    """The last party confirmed: everything that follows is one transaction, but the PDF, which can be set later."""
    take_step(row, State.CONFIRMED, by=None, now=now)
    row.confirmed_at = now
    row.save(update_fields=["state", "version", "confirmed_at"])
    if row.negotiation is not None:
        win_by_agreement(row.negotiation, now)
    entry = append(CONFIRMED, row.code, confirmation_of(row, parties, now), now=now)
    notices.tell_confirmed(row, parties, entry.number)
    transaction.on_commit(lambda: _announce(row.pk))
    return entry


def _announce(pk: int) -> None:
    agreement_confirmed.send(sender=Agreement, agreement_id=pk)
    records.set_record_later.enqueue(pk)
