"""Push to open pages: facts by topic, a running number for each topic, a short backlog. No rights, no sockets, no fair words.

A fact is a small dict with the whole public state of one thing (never a difference), so that a page that sees it
late, twice, or merged with the next one still ends where a freshly loaded page begins.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from everfair.gateways.live.hub import Batch, Hub, Listener
from everfair.gateways.live.redis_relay import RedisRelay

__all__ = ["Batch", "Hub", "Listener", "hub", "position", "publish"]

hub = Hub(relay=RedisRelay(settings.REDIS_URL) if settings.REDIS_URL else None)
"""The one hub of this process."""


def publish(topic: str, fact: Mapping[str, Any], *, key: str = "", to: int | None = None) -> None:
    """Tell everybody on `topic`, or only the person `to` (a user's id), once the caller's transaction is committed.

    Facts of one `key` within a moment (0.05 s, longer for thousands of listeners) become one: that with the highest `version`.
    """
    transaction.on_commit(partial(hub.publish, topic, dict(fact), key=key, to=to))


def position(topic: str) -> int:
    """Where the topic stands. Read it before the rows of a page: what is pushed later then has a higher number."""
    return hub.position(topic)
