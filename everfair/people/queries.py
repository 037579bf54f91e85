"""Every read of the people room used twice or longer than a line. No writes."""

import hashlib
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from everfair.base.countries import country_name
from everfair.people.models import Invitation, Membership, Organisation, User

_ROLE_ORDER = list(Membership.Role.values)


def secret_digest(secret: str) -> str:
    """What of an invitation's secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def memberships_of(user: Any, words: str = "") -> QuerySet[Membership]:
    """The person's memberships with organisation and number of people; `words` narrows by name in any language."""
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
    found = Membership.objects.filter(organisation=organisation).select_related("user").order_by(rank, "since", "id")
    for word in words.split():
        found = found.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    return found


def owners_of(organisation: Organisation) -> QuerySet[User]:
    """The organisation's owners who can sign in."""
    return User.objects.filter(
        memberships__organisation=organisation, memberships__role=Membership.Role.OWNER, is_active=True
    )


def sent_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations neither accepted nor withdrawn, newest first; expired ones too, so that they can be sent again."""
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
        Invitation.objects.filter(mine, accepted_at=None, withdrawn_at=None, ends_at__gt=now or timezone.now())
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


def member_rows(organisation: Organisation, language: str) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the members' export: name, address, role, since (ISO), language, time zone."""
    rows = [
        [
            member.user.name,
            member.user.email,
            str(member.get_role_display()),
            member.since.date().isoformat(),
            member.user.language,
            member.user.time_zone,
        ]
        for member in members_of(organisation)
    ]
    return ["name", "email", "role", "since", "language", "time_zone"], rows


def find_user(email: str) -> User | None:
    """The active person with this address, whatever its case."""
    return User.objects.filter(email__iexact=email.strip(), is_active=True).first()


def place_of(organisation: Organisation, language: str) -> str:
    """The organisation's country in words; "" when it has none."""
    return country_name(organisation.country, language) if organisation.country else ""
