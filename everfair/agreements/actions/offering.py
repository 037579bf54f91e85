"""A draft is put to its parties and freezes; it is taken back, refused, or made anew in place of another."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.agreements import notices
from everfair.agreements.actions.acts import lock_agreement, record, require_draft, require_version, take_step
from everfair.agreements.actions.drafting import require_named_buyer
from everfair.agreements.actions.together import require_together
from everfair.agreements.models import Agreement, AgreementFile, AgreementParty
from everfair.agreements.queries.agreements import parties_of
from everfair.agreements.queries.statements import statement_of
from everfair.base.canonical import sha256
from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor

SALT_BYTES = 16
MOST_A_DAY = 30  # agreements one party puts to others within a day: beyond, it is advertising
State = Agreement.State


def offer(
    agreement: Agreement, *, by: Any, version: int | None = None, now: datetime | None = None
) -> Agreement:
    """Freeze the text as canonical JSON with its digest and ask every party to confirm it; all of them are told."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_agreement(agreement)
        require_draft(row)
        require_version(row, version)
        parties = parties_of(row)
        _require_ready(row, parties, now)
        for party in parties:  # the names as they are on this day
            if party.exhibitor is not None:
                party.name = party.exhibitor.organisation.name
                party.country = party.exhibitor.organisation.country
                party.save(update_fields=["name", "country"])
        files = list(row.files.order_by("position", "pk"))
        row.statement = statement_of(row, parties, files, salt=secrets.token_hex(SALT_BYTES))
        row.digest = sha256(row.statement)
        row.offered_at = now
        take_step(row, State.OFFERED, by=by, now=now)
        row.save()
        notices.tell_offered(row, parties, by=by)
        return row


def _require_ready(row: Agreement, parties: list[AgreementParty], now: datetime) -> None:
    if len(parties) < 2:
        raise Refused(_("An agreement has two parties or more. Choose the others first."))
    if row.negotiation is not None:
        require_named_buyer(row.negotiation)
    for party in parties:
        if not party.name:
            raise Refused(_("Name the organisation the buyer signs for."))
        firm = party.exhibitor
        if firm is not None and firm.state not in (Exhibitor.State.PUBLISHED, Exhibitor.State.ACCEPTED):
            raise Refused(_("%(firm)s no longer takes part in the fair.") % {"firm": party})
    require_together(row, parties)
    lately = Agreement.objects.filter(
        edition=row.edition, offered_at__gt=now - timedelta(days=1),
        parties__key__in=[party.key for party in parties if party.is_drafting],
    )  # fmt: skip
    if lately.distinct().count() >= MOST_A_DAY:
        raise Refused(_("At most %(count)d agreements a day are put to others.") % {"count": MOST_A_DAY})


def withdraw(agreement: Agreement, reason: str, *, by: Any, now: datetime | None = None) -> Agreement:
    """Those who drafted it take it back, before the last party confirmed. Of a draft nobody else is told."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_agreement(agreement)
        was_offered = row.state == State.OFFERED
        take_step(row, State.WITHDRAWN, by=by, now=now)
        row.ended_at, row.end_reason = now, reason[:1000]
        row.save()
        if was_offered:
            notices.tell_ended(row, parties_of(row), by=by)
        return row


def refuse(
    agreement: Agreement, party: AgreementParty, reason: str, *, by: Any, now: datetime | None = None
) -> Agreement:
    """One party says no: the agreement ends, whoever confirmed before. All parties read why."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_agreement(agreement)
        own = row.parties.get(pk=party.pk)
        if own.confirmed_at is not None:
            raise Refused(
                _("Your organisation has confirmed this. What was confirmed is not refused afterwards.")
            )
        take_step(row, State.REFUSED, by=by, now=now)
        own.refused_at, own.refused_why = now, reason[:1000]
        own.save(update_fields=["refused_at", "refused_why"])
        row.ended_at, row.end_reason = now, reason[:1000]
        row.save()
        notices.tell_ended(row, parties_of(row), by=by)
        return row


def make_anew(agreement: Agreement, *, by: Any, now: datetime | None = None) -> Agreement:
    """A draft with the same text, parties and documents that names the one it replaces. One that waits is taken back by it."""
    now = now or timezone.now()
    with transaction.atomic():
        old = lock_agreement(agreement)
        if old.state == State.DRAFT:
            raise Refused(_("This is a draft: change it as it is."))
        if old.state == State.OFFERED:
            old = withdraw(old, str(_("Made anew with another text.")), by=by, now=now)
        row = Agreement.objects.get(pk=old.pk)
        row.pk, row.code = None, Agreement._meta.get_field("code").get_default()
        row._state.adding = True
        row.state, row.statement, row.digest, row.record = State.DRAFT, "", "", None
        row.offered_at = row.confirmed_at = row.ended_at = None
        row.end_reason, row.version, row.replaces = "", 1, old
        row.made_by, row.made_at = by, now
        row.save(force_insert=True)
        for party in parties_of(old):
            if party.exhibitor is None and party.user is None:
                raise Refused(_("One of the parties has left the fair: nobody could confirm for them."))
            AgreementParty.objects.create(
                agreement=row, position=party.position, key=party.key, user=party.user, exhibitor=party.exhibitor,
                name=party.name, country=party.country, is_drafting=party.is_drafting,
            )  # fmt: skip
        for file in old.files.order_by("position", "pk"):
            AgreementFile.objects.create(
                agreement=row, file=file.file, name=file.name, sha256=file.sha256, position=file.position
            )
        record("made", row, by=by, now=now, after={"replaces": old.code})
        return row
