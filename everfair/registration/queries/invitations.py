"""Reads about invitations to register. Writes nothing."""

from datetime import datetime

from django.db.models import Q, QuerySet

from everfair.fair.models import Edition
from everfair.registration.models import RegistrationInvitation

STATES = ("open", "used", "expired", "withdrawn")


def invitations_of(
    edition: Edition, state: str, words: str, now: datetime
) -> QuerySet[RegistrationInvitation]:
    """Invitations of an edition, newest first; `state` one of STATES or "", `words` narrows by name or address."""
    found = RegistrationInvitation.objects.filter(edition=edition).select_related(
        "kind", "delegation", "organisation", "registration", "by"
    )
    unused = Q(registration=None, withdrawn_at=None)
    chosen = {
        "open": unused & Q(expires_at__gt=now),
        "expired": unused & Q(expires_at__lte=now),
        "withdrawn": Q(registration=None, withdrawn_at__isnull=False),
        "used": Q(registration__isnull=False),
    }
    if state in chosen:
        found = found.filter(chosen[state])
    for word in words.split():
        found = found.filter(Q(email__icontains=word) | Q(name__icontains=word))
    return found.order_by("-sent_at", "-id")


def state_of(invitation: RegistrationInvitation, now: datetime) -> str:
    """One of STATES."""
    if invitation.registration_id is not None:
        return "used"
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    return "open" if invitation.expires_at > now else "expired"
