"""What waits for a person in deals: as a buyer, and for the firms they answer for. Reads only."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from everfair.conversations.access import keys_of
from everfair.conversations.models import Party
from everfair.deals.models import Inquiry, Negotiation
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
    """In one edition. Eight queries."""
    keys = keys_of(user, edition)
    own = dict.fromkeys(("draft", "sent", "closed"), 0)
    for state in Inquiry.objects.filter(edition=edition, buyer_key__in=keys).values_list("state", flat=True):
        own[state] += 1
    rows = Negotiation.objects.filter(edition=edition, state=Negotiation.State.OPEN)
    waits = Party.objects.filter(key__in=keys, waiting_since__isnull=False, conversation__edition=edition)
    waiting = set(waits.values_list("conversation_id", "key"))
    numbers = [int(key.split(":")[1]) for key in keys if key.startswith("firm:")]
    asked = Q(buyer_key__in=keys) | Q(firm__in=numbers)
    held = list(rows.filter(asked).values_list("firm_id", "buyer_key", "conversation_id"))
    firms = []
    for firm in Exhibitor.objects.filter(pk__in=numbers).select_related("organisation"):
        mine = [talk for firm_id, _buyer, talk in held if firm_id == firm.pk]
        if mine:
            late = sum((talk, f"firm:{firm.pk}") in waiting for talk in mine)
            firms.append(FirmGlance(firm, len(mine), late))
    as_buyer = [(talk, buyer) for _firm, buyer, talk in held if buyer in keys]
    late = sum(one in waiting for one in as_buyer)
    return Glance(own["draft"], own["sent"], len(as_buyer), late, firms)
