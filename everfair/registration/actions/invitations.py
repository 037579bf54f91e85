"""Invitations to register: sent, sent again, withdrawn. The link's secret stands in the letter only."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line
from everfair.fair.models import BadgeKind, Edition
from everfair.registration import notices
from everfair.registration.access import digest_of
from everfair.registration.actions.places import lock_kind
from everfair.registration.actions.registering import already_there, clean_email
from everfair.registration.forms.invitations import Line
from everfair.registration.models import RegistrationInvitation
from everfair.registration.queries.registrations import standing_twin

EVENT = "registration.invitation."
DAYS = 30


@dataclass
class InviteResult:
    """What came of a pasted list: how many letters, and (line number, its text, sentence) of the refused."""

    sent: list[RegistrationInvitation] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)


def invite(
    edition: Edition,
    kind: BadgeKind,
    email: str,
    *,
    by: Any,
    name: str = "",
    language: str = "en",
    delegation: Any = None,
    organisation: Any = None,
    days: int = DAYS,
    now: datetime | None = None,
) -> RegistrationInvitation:
    """Write to one person. Refused where they are registered under the kind, or hold an open invitation to it."""
    now = now or timezone.now()
    email = clean_email(email)
    if not email:
        raise Refused(_("There is no e-mail address in this line."), field="email")
    with transaction.atomic():
        locked = lock_kind(kind.pk)
        if standing_twin(locked, email) is not None:
            raise Refused(already_there(email, locked), field="email")
        open_one = RegistrationInvitation.objects.filter(
            kind=locked, email=email, withdrawn_at=None, registration=None, expires_at__gt=now
        )
        if open_one.exists():
            raise Refused(
                _("%(email)s is invited already. Send that invitation again instead.") % {"email": email},
                field="email",
            )
        secret = secrets.token_urlsafe(24)
        invitation = RegistrationInvitation.objects.create(
            edition=edition, kind=locked, email=email, name=clean_line(name)[:120],
            language=language if language in CONTENT_TO_INTERFACE else "en", delegation=delegation,
            organisation=organisation, secret_digest=digest_of(secret), by=by if getattr(by, "pk", None) else None,
            sent_at=now, expires_at=now + timedelta(days=days),
        )  # fmt: skip
        _record("sent", invitation, by, now)
        notices.invited(invitation, secret)
    return invitation


def invite_many(
    edition: Edition, kind: BadgeKind, lines: Iterable[Line], *, by: Any, **ways: Any
) -> InviteResult:
    """Each line on its own: one that is refused does not hold up the others. The same address twice gets one letter."""
    result, seen = InviteResult(), {}  # type: ignore[var-annotated]
    for line in lines:
        if line.email and line.email in seen:
            sentence = _("The same address stands in line %(line)d.") % {"line": seen[line.email]}
            result.refused.append((line.number, line.text, sentence))
            continue
        seen[line.email] = line.number
        try:
            result.sent.append(invite(edition, kind, line.email, name=line.name, by=by, **ways))
        except Refused as error:
            result.refused.append((line.number, line.text, str(error)))
    return result


def resend_invitation(
    invitation: RegistrationInvitation, *, by: Any, now: datetime | None = None
) -> RegistrationInvitation:
    """A new link, which holds as long as the first one did; the old link is dead."""
    now = now or timezone.now()
    with transaction.atomic():
        row = _locked(invitation)
        if row.registration_id is not None:
            raise Refused(_("%(email)s has registered already.") % {"email": row.email})
        secret = secrets.token_urlsafe(24)
        row.secret_digest, row.withdrawn_at = digest_of(secret), None
        row.expires_at = now + max(row.expires_at - row.sent_at, timedelta(days=1))
        row.sent_at = now
        row.save()
        _record("sent_again", row, by, now)
        notices.invited(row, secret)
    return row


def withdraw_invitation(
    invitation: RegistrationInvitation, *, by: Any, now: datetime | None = None
) -> RegistrationInvitation:
    """The link leads nowhere any more."""
    now = now or timezone.now()
    with transaction.atomic():
        row = _locked(invitation)
        if row.registration_id is not None:
            raise Refused(
                _("%(email)s has registered already. Cancel the registration instead.") % {"email": row.email}
            )
        if row.withdrawn_at is None:
            row.withdrawn_at = now
            row.save(update_fields=["withdrawn_at"])
            _record("withdrawn", row, by, now)
    return row


def _locked(invitation: RegistrationInvitation) -> RegistrationInvitation:
    return (
        RegistrationInvitation.objects.select_for_update(of=("self",))
        .select_related("kind", "edition__fair", "delegation", "organisation")
        .get(pk=invitation.pk)
    )


def _record(what: str, row: RegistrationInvitation, by: Any, now: datetime) -> None:
    audit.record(
        EVENT + what, row, by=by, edition_id=row.edition_id, after={"email": row.email, "kind": row.kind.code}, now=now
    )  # fmt: skip
