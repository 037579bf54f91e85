"""What a negotiation's page says of its quotations."""

from typing import Any

from everfair.deals.queries.quotations import glance_lines
from everfair.fair.queries import today_of


def quotation_glance(stand: Any) -> dict[str, Any]:
    """What visitor/deals/quotation_glance.html shows. One query."""
    lines = glance_lines(stand, today_of(stand.negotiation.edition))
    return {
        "quotation_lines": lines,
        "may_quote": not stand.is_buyer and stand.negotiation.state == "open",
        "has_unsent": any(not line.quotation.sent_number for line in lines),
        "may_compare": stand.is_buyer and stand.negotiation.inquiry_id is not None,
    }
