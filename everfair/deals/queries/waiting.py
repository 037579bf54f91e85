"""Quotations that wait for one person's answer as a buyer. Reads only."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from everfair.deals.models import Negotiation, Quotation, QuotationVersion
from everfair.exhibition.access import EDITING_ROLES
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition


def quotations_to_answer(user: Any, edition: Edition, now: datetime | None = None) -> list[tuple[str, str]]:
    """(negotiation's code, quotation's code) of what was sent to the person or their firms, is open and valid today. One query."""
    firms = Exhibitor.objects.filter(
        edition=edition, organisation__memberships__user=user, organisation__memberships__role__in=EDITING_ROLES
    )  # fmt: skip
    buyer = Q(negotiation__buyer=user) | Q(negotiation__buyer_firm__in=firms)
    today = (now or timezone.now()).astimezone(ZoneInfo(edition.time_zone)).date()
    valid = QuotationVersion.objects.filter(
        quotation=OuterRef("pk"), number=OuterRef("sent_number"), ends_on__gte=today
    )
    rows = Quotation.objects.filter(
        buyer, Exists(valid), state=Quotation.State.SENT, negotiation__edition=edition,
        negotiation__state=Negotiation.State.OPEN,
    )  # fmt: skip
    return list(rows.order_by("-pk").values_list("negotiation__code", "code"))
