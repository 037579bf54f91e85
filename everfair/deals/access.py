"""Who stands where in a negotiation: the buyer's people and the firm's. The organiser opens none; everybody else finds nothing."""

from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import Http404

from everfair.conversations.access import keys_of
from everfair.deals.models import Inquiry, Negotiation
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition

SideName = Literal["buyer", "firm"]
BUYER: SideName = "buyer"
FIRM: SideName = "firm"
RELATED = ("edition__fair", "firm__organisation", "buyer", "buyer_firm__organisation", "inquiry", "stage")


@dataclass(frozen=True)
class Stand:
    """A negotiation as one person stands in it."""

    negotiation: Negotiation
    side: SideName

    @property
    def is_buyer(self) -> bool:
        return self.side == BUYER


def firm_key(exhibitor: Exhibitor) -> str:
    """How a firm is named as a party, as in conversations."""
    return f"firm:{exhibitor.pk}"


def inquiries_of(user: Any, edition: Edition) -> QuerySet[Inquiry]:
    """What the person, and the firms they answer for, asked; drafts too."""
    keys = keys_of(user, edition)
    return Inquiry.objects.filter(edition=edition, buyer_key__in=keys).select_related("edition__fair")


def get_inquiry_for(user: Any, edition: Edition, code: str) -> Inquiry:
    """One of them; Http404 for everybody else, whether it exists or not."""
    found = inquiries_of(user, edition).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def negotiations_of(user: Any, edition: Edition) -> QuerySet[Negotiation]:
    """Every negotiation the person stands in, on either side."""
    keys = keys_of(user, edition)
    firms = [int(key.split(":")[1]) for key in keys if key.startswith("firm:")]
    mine = Q(buyer_key__in=keys) | Q(firm__in=firms)
    return Negotiation.objects.filter(mine, edition=edition).select_related(*RELATED)


def pipeline_of(exhibitor: Exhibitor) -> QuerySet[Negotiation]:
    """A firm's own, as the one that is asked. Rights on the firm were asked before."""
    return Negotiation.objects.filter(firm=exhibitor).select_related(*RELATED)


def get_stand_for(user: Any, edition: Edition, code: str) -> Stand:
    """One negotiation for somebody of either side; Http404 for everybody else, whether it exists or not."""
    keys = keys_of(user, edition)
    found = Negotiation.objects.filter(edition=edition, code=code).select_related(*RELATED).first()
    if found is None:
        raise Http404
    if firm_key(found.firm) in keys:
        return Stand(found, FIRM)
    if found.buyer_key in keys:
        return Stand(found, BUYER)
    raise Http404


def may_sign_for(user: Any, exhibitor: Exhibitor) -> bool:
    """Whether the person may bind the firm: its owners and editors, not booth staff, never the leads-only."""
    return "exhibitor" in exhibition_access.roles_on(user, exhibitor)
