"""Somebody left a firm: what they had in hand there is the whole team's again."""

from everfair.conversations.models import Party


def give_back(organisation_id: int, user_id: int) -> int:
    """Conversations of the firm's booths that the person looked after; how many. They keep those of other firms. Twice is once."""
    held = Party.objects.filter(exhibitor__organisation=organisation_id, handler=user_id)
    return held.update(handler=None)
