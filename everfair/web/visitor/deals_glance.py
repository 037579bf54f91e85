"""Inquiries and negotiations at a glance, for My fair."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from everfair.deals.queries.glance import glance_of


def deals_glance(request: HttpRequest, edition: Any) -> dict[str, Any] | None:
    """What visitor/deals/glance.html shows; None where the person neither asked nor was asked in the edition of the day."""
    if edition is None:
        return None
    found = glance_of(request.user, edition)
    if found.is_empty:
        return None
    firms = [(one, reverse("exhibitor:deals.pipeline_show", args=[one.firm.code])) for one in found.firms]
    return {
        "glance": found,
        "firms": firms,
        "url": reverse("visitor:deals.inquiry_list", args=[edition.slug]),
    }
