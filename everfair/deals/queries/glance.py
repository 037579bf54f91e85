"""What waits for a person in deals: as a buyer, and for the firms they answer for. Reads only."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Concat

from everfair.conversations.models import Party
from everfair.deals.access import firm_key
from everfair.deals.models import Inquiry, Negotiation
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition


@dataclass(frozen=True)
class FirmGlance:
    """A firm's open negotiations, and in how many of them the buyer waits."""

    firm: Exhibitor
    open: int
    waiting: int


@dataclass(frozen=True)
class Glance:
    """`drafts` not sent, `sent` inquiries open, `open` negotiations as the buyer, `waiting`: the firm wrote last."""

    drafts: int
    sent: int
    open: int
    waiting: int
    firms: list[FirmGlance]

    @property
    def is_empty(self) -> bool:
        return not (self.drafts or self.sent or self.open or self.firms)


def glance_of(user: Any, edition: Edition) -> Glance:
    """In one edition. Three queries."""
    firms = list(exhibition_access.exhibitors_of(user).filter(edition=edition))
    keys = {f"{Party.Kind.PERSON}:{user.pk}", *(firm_key(firm) for firm in firms)}
    states = list(Inquiry.objects.filter(edition=edition, buyer_key__in=keys).values_list("state", flat=True))
    waits = Party.objects.filter(conversation=OuterRef("conversation"), waiting_since__isnull=False)
    asked_key = Concat(Value("firm:"), OuterRef("firm_id"), output_field=CharField())
    rows = Negotiation.objects.filter(edition=edition, state=Negotiation.State.OPEN)
    rows = rows.filter(Q(buyer_key__in=keys) | Q(firm__in=firms)).annotate(
        buyer_waited=Exists(waits.filter(key=OuterRef("buyer_key"))),
        firm_waited=Exists(waits.filter(key=asked_key)),
    )
    held = list(rows.values_list("firm_id", "buyer_key", "buyer_waited", "firm_waited"))
    as_buyer = [late for _firm, key, late, _other in held if key in keys]
    glances = []
    for firm in firms:
        mine = [late for firm_id, _key, _other, late in held if firm_id == firm.pk]
        if mine:
            glances.append(FirmGlance(firm, len(mine), sum(mine)))
    drafts, sent = states.count(Inquiry.State.DRAFT), states.count(Inquiry.State.SENT)
    return Glance(drafts, sent, len(as_buyer), sum(as_buyer), glances)
