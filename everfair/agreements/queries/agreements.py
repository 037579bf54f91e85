"""Reads of agreements that rooms above and pages need. Rights are asked in access, before."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from everfair.agreements.models import Agreement, AgreementParty
from everfair.conversations.access import keys_of
from everfair.fair.models import Edition


def parties_of(agreement: Agreement) -> list[AgreementParty]:
    """In the order of the record, with the booths of those that are firms of the edition."""
    return list(agreement.parties.select_related("user", "exhibitor__organisation").order_by("position"))


def confirmed_of(user: Any, edition: Edition) -> QuerySet[Agreement]:
    """Confirmed agreements of the person, and of the firms they answer for, newest first."""
    mine = AgreementParty.objects.filter(agreement=OuterRef("pk"), key__in=keys_of(user, edition))
    return (
        Agreement.objects.filter(Exists(mine), edition=edition, state=Agreement.State.CONFIRMED)
        .select_related("edition__fair")
        .order_by("-confirmed_at", "-pk")
    )
