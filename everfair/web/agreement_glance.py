"""What a negotiation's page says of its agreements."""

from typing import Any


def agreement_glance(stand: Any) -> dict[str, Any]:
    """What visitor/agreements/agreement_glance.html shows."""
    return {}
