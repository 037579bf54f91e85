"""Every read of the people room used twice or longer than a line. No writes."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from everfair.people.models import Invitation, Membership, Organisation, User

StrOrPromise = str | Promise
FACTS = ("name", "description", "country", "website", "email", "size_class", "source", "external_id")
_ROLE_ORDER = list(Membership.Role.values)


def secret_digest(secret: str) -> str:
    """What of an invitation's secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def memberships_of(user: Any, words: str = "") -> QuerySet[Membership]:
    """The person's memberships with organisation and number of people; `words` narrows by any name."""
    found = (
        Membership.objects.filter(user=user)
        .select_related("organisation", "organisation__logo")
        .annotate(people=Count("organisation__memberships", distinct=True))
        .order_by("-since", "id")
    )
    for word in words.split():
        found = found.filter(organisation__name__icontains=word)
    return found


def members_of(organisation: Organisation, words: str = "") -> QuerySet[Membership]:
    """People of the organisation, owners first; `words` narrows by name or address."""
    rank = Case(
        *(When(role=role, then=Value(place)) for place, role in enumerate(_ROLE_ORDER)),
        default=Value(len(_ROLE_ORDER)),
        output_field=IntegerField(),
    )
    found = (
        Membership.objects.filter(organisation=organisation)
        .select_related("user")
        .order_by(rank, "since", "id")
    )
    for word in words.split():
        found = found.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    return found


def owners_of(organisation: Organisation) -> QuerySet[User]:
    """The organisation's owners who can sign in."""
    return User.objects.filter(
        memberships__organisation=organisation, memberships__role=Membership.Role.OWNER, is_active=True
    )


def sent_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations neither accepted nor withdrawn, newest first; expired ones too, to be sent again."""
    return (
        Invitation.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None)
        .select_related("invited_by")
        .order_by("-sent_at", "-id")
    )


def pending_invitations(user: Any, now: datetime | None = None) -> QuerySet[Invitation]:
    """Open invitations sent to one of the person's verified addresses."""
    from allauth.account.models import EmailAddress  # app ready: a model of another app

    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    mine = Q(pk__in=[])
    for address in addresses:
        mine |= Q(email__iexact=address)
    return (
        Invitation.objects.filter(
            mine, accepted_at=None, withdrawn_at=None, ends_at__gt=now or timezone.now()
        )
        .select_related("organisation", "invited_by")
        .order_by("ends_at", "id")
    )


def invitation_by_secret(secret: str) -> Invitation | None:
    """The invitation a mailed link belongs to, open or not; None when the secret is unknown."""
    return (
        Invitation.objects.select_related("organisation", "invited_by")
        .filter(secret_digest=secret_digest(secret))
        .first()
    )


MEMBER_COLUMNS: dict[str, StrOrPromise] = {
    "name": _("Person"),
    "email": _("E-mail address"),
    "role": _("Role"),
    "since": _("Since"),
    "language": _("Language"),
    "time_zone": _("Time zone"),
}


def member_rows(organisation: Organisation) -> Iterator[dict[str, object]]:
    """Rows of the members' list for export, keyed as MEMBER_COLUMNS."""
    for member in members_of(organisation):
        yield {
            "name": member.user.name,
            "email": member.user.email,
            "role": str(member.get_role_display()),
            "since": member.since.date(),
            "language": member.user.language,
            "time_zone": member.user.time_zone,
        }


def organisation_facts(organisation: Organisation) -> dict[str, Any]:
    """What people edit of an organisation, as plain values."""
    facts: dict[str, Any] = {field: getattr(organisation, field) for field in FACTS}
    return {**facts, "logo": organisation.logo_id}


def stamp_of(organisation: Organisation) -> str:
    """A short digest of what a form shows: unchanged as long as nobody saved."""
    facts = json.dumps(organisation_facts(organisation), sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def find_user(email: str) -> User | None:
    """The active person with this address, whatever its case."""
    return User.objects.filter(email__iexact=email.strip(), is_active=True).first()


def size_names() -> dict[str, str]:
    """Size class → its name in the reader's language."""
    return {str(size): str(label) for size, label in Organisation.Size.choices}
