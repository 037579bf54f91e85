"""Somebody left a firm: the negotiations they looked after there are nobody's in particular."""

from django.db.models import F

from everfair.deals.models import Negotiation


def give_back(organisation_id: int, user_id: int) -> int:
    """How many negotiations of the firm they looked after. Those of other firms stay theirs. Twice is once."""
    held = Negotiation.objects.filter(firm__organisation=organisation_id, handler=user_id)
    return held.update(handler=None, version=F("version") + 1)
