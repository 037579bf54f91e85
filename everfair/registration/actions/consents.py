"""Consent by purpose: given in the words people read, withdrawn by a date, never deleted."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.base.refusals import Refused
from everfair.registration.models import Consent, Registration

TOPIC = "registration.consent"


def wording_of(purpose: str, language: str) -> str:
    """The sentence a person agrees to, in their language."""
    with translation.override(CONTENT_TO_INTERFACE.get(language, "en")):
        return str(Consent.Purpose(purpose).label)


def give_consent(
    registration: Registration, purpose: str, *, by: Any, now: datetime | None = None
) -> Consent:
    """A yes to one purpose, with its wording kept. Saying yes twice keeps the first."""
    _require_known(purpose)
    with transaction.atomic():
        consent, is_new = Consent.objects.get_or_create(
            registration=registration,
            purpose=purpose,
            withdrawn_at=None,
            defaults={
                "wording": wording_of(purpose, registration.language),
                "given_at": now or timezone.now(),
            },
        )
        if is_new:
            _note(registration, "given", consent, by)
    return consent


def withdraw_consent(
    registration: Registration, purpose: str, *, by: Any, now: datetime | None = None
) -> None:
    """A no from now on. Nothing happens where there was no yes."""
    _require_known(purpose)
    with transaction.atomic():
        standing = Consent.objects.select_for_update().filter(
            registration=registration, purpose=purpose, withdrawn_at=None
        )
        for consent in standing:
            consent.withdrawn_at = now or timezone.now()
            consent.save(update_fields=["withdrawn_at"])
            _note(registration, "withdrawn", consent, by)


def save_consents(
    registration: Registration, purposes: set[str], *, by: Any, now: datetime | None = None
) -> None:
    """The purposes the person now agrees to; every other one is withdrawn."""
    with transaction.atomic():
        for purpose in Consent.Purpose.values:
            deed = give_consent if purpose in purposes else withdraw_consent
            deed(registration, purpose, by=by, now=now)


def _require_known(purpose: str) -> None:
    if purpose not in Consent.Purpose.values:
        raise Refused(_("There is no such purpose to agree to."))


def _note(registration: Registration, what: str, consent: Consent, by: Any) -> None:
    audit.record(
        f"registration.consent.{what}", registration, by=by, edition_id=registration.edition_id,
        after={"purpose": consent.purpose, "wording": consent.wording},
    )  # fmt: skip
    note_change(TOPIC, registration.pk, registration.edition_id)
