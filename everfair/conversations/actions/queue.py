"""Whoever waits at the help desk sees their place move without loading the page again."""

from collections.abc import Collection, Mapping

from everfair.conversations.access import RELATED
from everfair.conversations.actions.guards import tell_state
from everfair.conversations.models import Conversation
from everfair.conversations.queries.threads import queue_places

MOST = 500  # conversations looked at together


def tell_places(codes: Collection[str], before: Mapping[str, int]) -> dict[str, int]:
    """Pages of those of these conversations whose place is not that of `before` ask for it anew. Returns the places now."""
    now: dict[str, int] = {}
    listed = sorted(codes)
    for start in range(0, len(listed), MOST):
        now |= queue_places(listed[start : start + MOST])
    moved = [code for code in listed if code in before and before[code] != now.get(code, 0)]
    for talk in Conversation.objects.filter(code__in=moved).select_related(*RELATED):
        tell_state(talk)
    return {code: now.get(code, 0) for code in listed}
