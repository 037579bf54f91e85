"""Quotations that wait for one person's answer as a buyer. Reads only."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from everfair.deals.models import Quotation
from everfair.deals.queries.received import as_sent, waiting_on
from everfair.exhibition.access import EDITING_ROLES
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.fair.queries import today_of


def quotations_to_answer(user: Any, edition: Edition, now: datetime | None = None) -> list[tuple[str, str]]:
    """(negotiation's code, quotation's code) of what was sent to the person or their firms, is open and valid today. One query."""
    firms = Exhibitor.objects.filter(
        edition=edition, organisation__memberships__user=user, organisation__memberships__role__in=EDITING_ROLES
    )  # fmt: skip
    buyer = Q(negotiation__buyer=user) | Q(negotiation__buyer_firm__in=firms)
    rows = as_sent(Quotation.objects.filter(buyer, negotiation__edition=edition))
    rows = rows.filter(waiting_on(today_of(edition, now)))
    return list(rows.order_by("-pk").values_list("negotiation__code", "code"))
