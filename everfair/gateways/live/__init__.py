"""Push to open pages: facts by topic, a running number for each topic, a short backlog. No rights, no sockets, no fair words.

A fact is a small dict with the whole public state of one thing (never a difference), so that a page that sees it
late, twice, or merged with the next one still ends where a freshly loaded page begins.
"""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from everfair.gateways.live.hub import Hub
from everfair.gateways.live.lines import Batch, Line, Listener
from everfair.gateways.live.redis_relay import RedisRelay

__all__ = [
    "Batch", "Hub", "Line", "Listener", "digest_of", "end_session", "hub", "position", "publish", "recheck"
]  # fmt: skip

hub = Hub(relay=RedisRelay(settings.REDIS_URL) if settings.REDIS_URL else None)
"""The one hub of this process."""


def publish(
    topic: str, fact: Mapping[str, Any], *, key: str = "", to: int | None = None, keep: bool = True
) -> None:
    """Tell everybody on `topic`, or only the person `to` (a user's id), once the caller's transaction is committed.

    Facts of one `key` within a moment (0.05 s, longer for thousands of listeners) become one: that with the highest `version`.
    Facts without a key never merge. `keep=False`: for this moment only (signals of a call), who comes back later does not get it.
    """
    transaction.on_commit(partial(hub.publish, topic, dict(fact), key=key, to=to, keep=keep))


def position(topic: str) -> int:
    """Where the topic stands. Read it before the rows of a page: what is pushed later then has a higher number."""
    return hub.position(topic)


def recheck(*, person: int | None = None, topic: str | None = None) -> None:
    """Rights changed: after commit every process asks again for the person's (a user's id) connections, or all on `topic`.

    Who may no longer listen is let go at once. One of the two is named; both: that person on that topic.
    """
    if person is None and topic is None:
        raise ValueError("name a person or a topic")
    transaction.on_commit(partial(hub.tell, {"again": True, "person": person, "topic": topic}))


def end_session(session_key: str) -> None:
    """A sign-in ended: after commit every connection opened with it is closed, in all processes."""
    if session_key:
        transaction.on_commit(partial(hub.tell, {"end": digest_of(session_key)}))


def digest_of(session_key: str) -> str:
    """What stands for a session's key where it could be read by others; "" for none."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32] if session_key else ""
