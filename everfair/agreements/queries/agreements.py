"""Reads of agreements that rooms above and pages need. Rights are asked in access, before."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from everfair.agreements.models import Agreement, AgreementParty
from everfair.exhibition.access import EDITING_ROLES
from everfair.fair.models import Edition
from everfair.people.models import Membership


def parties_of(agreement: Agreement) -> list[AgreementParty]:
    """In the order of the record, with the booths of those that are firms of the edition."""
    return list(agreement.parties.select_related("user", "exhibitor__organisation").order_by("position"))


def confirmed_of(user: Any, edition: Edition) -> QuerySet[Agreement]:
    """Confirmed agreements of the person, and of the firms they may bind (owners, editors), newest first."""
    firms = Membership.objects.filter(user=user, role__in=EDITING_ROLES).values("organisation")
    mine = AgreementParty.objects.filter(
        Q(user=user) | Q(exhibitor__organisation__in=firms), agreement=OuterRef("pk")
    )
    return (
        Agreement.objects.filter(Exists(mine), edition=edition, state=Agreement.State.CONFIRMED)
        .select_related("edition__fair")
        .order_by("-confirmed_at", "-pk")
    )
