"""What a negotiation's page says of its agreements."""

from typing import Any

from everfair.agreements.queries import lists


def agreement_glance(stand: Any) -> dict[str, Any]:
    """What visitor/agreements/agreement_glance.html shows, to whoever stands in the negotiation. One query."""
    negotiation = stand.negotiation
    is_named = not negotiation.is_hidden or negotiation.revealed_at is not None
    return {
        "agreement_lines": lists.glance(negotiation),
        "may_agree": is_named and bool(negotiation.buyer_id or negotiation.buyer_firm_id),
        "must_be_named": not is_named,
    }
