"""The follower's door: config calls it again and again from a thread beside the web process."""

import logging

from everfair.gateways.search import SearchUnavailable
from everfair.search.actions import follow_changes

log = logging.getLogger(__name__)


def follow_once() -> int:
    """Apply what changed since the last call; gives how many. Another writer's turn is no error."""
    try:
        return follow_changes()
    except SearchUnavailable as error:
        log.debug("search follower waits: %s", error)
        return 0
