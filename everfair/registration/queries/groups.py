"""Whom a delegation or a firm brings, and how many more it may. Writes nothing."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from everfair.fair.models import BadgeKind, Delegation, Edition
from everfair.people.models import Organisation
from everfair.registration.models import Registration
from everfair.registration.queries.registrations import STANDING


@dataclass(frozen=True)
class Allowance:
    """A kind with the most people allowed under it and how many are there."""

    kind: BadgeKind
    most: int
    held: int

    @property
    def left(self) -> int:
        return max(0, self.most - self.held)


def people_of_delegation(delegation: Delegation) -> QuerySet[Registration]:
    """Everybody the delegation brought, newest first."""
    return (
        Registration.objects.filter(delegation=delegation, merged_into=None)
        .select_related("kind")
        .order_by("-registered_at", "-id")
    )


def people_of_firm(edition: Edition, organisation: Organisation) -> QuerySet[Registration]:
    """Everybody of the firm in the edition, newest first."""
    return (
        Registration.objects.filter(edition=edition, organisation=organisation, merged_into=None)
        .select_related("kind")
        .order_by("-registered_at", "-id")
    )


def allowances_of_delegation(delegation: Delegation) -> list[Allowance]:
    """Kinds under which the delegation brings people. One query."""
    mine = Q(registrations__delegation=delegation)
    kinds = _counted(delegation.edition, mine).filter(per_delegation__isnull=False)
    return [Allowance(kind, kind.per_delegation or 0, kind.held) for kind in kinds]


def allowances_of_firm(edition: Edition, organisation: Organisation) -> list[Allowance]:
    """Kinds under which the firm registers its own people. One query."""
    mine = Q(registrations__organisation=organisation)
    kinds = _counted(edition, mine).filter(per_firm__isnull=False)
    return [Allowance(kind, kind.per_firm or 0, kind.held) for kind in kinds]


def _counted(edition: Edition, mine: Q) -> QuerySet[Any]:
    standing = Q(registrations__state__in=STANDING, registrations__merged_into=None)
    held = Count("registrations", filter=mine & standing)
    return edition.badge_kinds.annotate(held=held).order_by("position", "id")
