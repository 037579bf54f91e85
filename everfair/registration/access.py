"""Who may see and change registrations, lists and invitations. Every face asks here first; strangers get "not found"."""

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.http import Http404

from everfair.fair import access as fair_access
from everfair.fair.models import Delegation, Edition
from everfair.people.models import Organisation
from everfair.registration.models import (
    DuplicatePair,
    Registration,
    RegistrationInvitation,
    RegistrationList,
)

RELATED = ("kind", "edition__fair", "delegation", "organisation", "user")


def secret_of(registration: Registration) -> str:
    """What stands in the mailed link. It follows from the code and the installation's key, so any letter can hold it."""
    key = hashlib.sha256(b"everfair.registration:" + settings.SECRET_KEY.encode()).digest()
    return f"{registration.code}-{hmac.new(key, registration.code.encode(), hashlib.sha256).hexdigest()[:32]}"


def digest_of(secret: str) -> str:
    """What of a link's secret is kept in the table."""
    return hashlib.sha256(secret.encode()).hexdigest()


def get_registration_by_secret(edition: Edition, secret: str) -> Registration:
    """The registration a mailed link belongs to: whoever holds the link is the person. A joined one leads to the one kept."""
    found = (
        Registration.objects.select_related(*RELATED)
        .filter(edition=edition, secret_digest=digest_of(secret[:200]))
        .first()
    )
    if found is None:
        raise Http404
    if found.merged_into_id is not None:
        return Registration.objects.select_related(*RELATED).get(pk=found.merged_into_id)
    return found


def registrations_of(user: Any) -> QuerySet[Registration]:
    """The person's registrations in every edition, newest first: their account's, and those of their verified addresses."""
    if not getattr(user, "is_authenticated", False):
        return Registration.objects.none()
    from allauth.account.models import EmailAddress  # app ready: a model of another app

    proven = EmailAddress.objects.filter(user=user, verified=True).values(address=Lower("email"))
    return (
        Registration.objects.filter(Q(user=user) | Q(email__in=proven), merged_into=None)
        .select_related(*RELATED)
        .order_by("-registered_at", "-id")
    )


def get_own_registration(user: Any, code: str) -> Registration:
    """A registration of the person who is signed in, by account or by verified address."""
    found = registrations_of(user).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def registrations_at_desk(user: Any, edition: Edition) -> QuerySet[Registration]:
    """Every registration of the edition, joined ones left out; Http404 unless the person reads at the desk."""
    fair_access.require(user, "read", edition)
    return Registration.objects.filter(edition=edition, merged_into=None)


def get_registration_at_desk(user: Any, edition: Edition, code: str, right: str = "read") -> Registration:
    """One of them, for `right`: "read" or "registration". Joined ones can still be read."""
    fair_access.require(user, right, edition)
    found = Registration.objects.select_related(*RELATED).filter(edition=edition, code=code).first()
    if found is None:
        raise Http404
    return found


def get_registration_of_delegation(delegation: Delegation, code: str) -> Registration:
    """One that the delegation brought; who may act for the delegation was asked with it."""
    return _one(Registration.objects.filter(delegation=delegation, merged_into=None), code)


def get_registration_of_firm(edition: Edition, organisation: Organisation, code: str) -> Registration:
    """One of a firm's people; who may act for the firm was asked with it."""
    return _one(
        Registration.objects.filter(edition=edition, organisation=organisation, merged_into=None), code
    )


def _one(rows: QuerySet[Registration], code: str) -> Registration:
    found = rows.select_related(*RELATED).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def get_kind_at_desk(user: Any, edition: Edition, code: str) -> Any:
    """A kind of badge whose rules the person may change."""
    fair_access.require(user, "registration", edition)
    kind = edition.badge_kinds.filter(code=code).select_related("edition").first()
    if kind is None:
        raise Http404
    return kind


def get_invitation_by_secret(edition: Edition, secret: str) -> RegistrationInvitation | None:
    """The invitation a mailed link belongs to, open or not; None when the secret is unknown."""
    return (
        RegistrationInvitation.objects.select_related("kind", "delegation", "organisation", "registration")
        .filter(edition=edition, secret_digest=digest_of(secret[:200]))
        .first()
    )


def get_invitation_at_desk(user: Any, edition: Edition, pk: int) -> RegistrationInvitation:
    """A sent invitation, for the team."""
    fair_access.require(user, "registration", edition)
    found = RegistrationInvitation.objects.filter(edition=edition, pk=pk).select_related("kind", "edition")
    row = found.first()
    if row is None:
        raise Http404
    return row


def get_list_at_desk(user: Any, edition: Edition, pk: int) -> RegistrationList:
    """A list that came in, for the team."""
    fair_access.require(user, "registration", edition)
    found = RegistrationList.objects.filter(edition=edition, pk=pk).select_related("edition", "by", "kind")
    row = found.first()
    if row is None:
        raise Http404
    return row


def get_pair_at_desk(user: Any, edition: Edition, pk: int) -> DuplicatePair:
    """Two registrations that look like one person, for the team."""
    fair_access.require(user, "registration", edition)
    found = DuplicatePair.objects.filter(edition=edition, pk=pk).select_related(
        "edition", "first__kind", "second__kind"
    )
    row = found.first()
    if row is None:
        raise Http404
    return row
