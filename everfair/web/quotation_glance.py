"""What a negotiation's page says of its quotations."""

from typing import Any


def quotation_glance(stand: Any) -> dict[str, Any]:
    """What visitor/deals/quotation_glance.html shows."""
    return {}
