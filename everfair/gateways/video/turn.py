"""STUN and TURN servers for browsers: names and passwords that expire, as coturn's shared secret wants them. No sockets here."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from everfair.gateways.video.types import IceServer


def credentials(secret: str, person: str, until: datetime) -> tuple[str, str]:
    """The name and password of one person until a moment: "expiry:person" and its keyed hash (SHA-1, base64).

    `person` is any short text without a colon; it shows in coturn's log.
    """
    if ":" in person:
        raise ValueError(f"{person!r} must not hold a colon")
    username = f"{int(until.timestamp())}:{person}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()


def ice_servers(
    person: str,
    *,
    now: datetime,
    seconds: int | None = None,
    stun_urls: Sequence[str] | None = None,
    turn_urls: Sequence[str] | None = None,
    secret: str | None = None,
) -> tuple[IceServer, ...]:
    """The servers this person's browser may ask, from the settings unless given. Empty where none is set.

    The credentials hold from `now` for `seconds`: longer than any call, as a browser asks again whenever its network changes.
    """
    stun = tuple(settings.STUN_URLS if stun_urls is None else stun_urls)
    turn = tuple(settings.TURN_URLS if turn_urls is None else turn_urls)
    found: tuple[IceServer, ...] = (IceServer(stun),) if stun else ()
    if turn:
        until = now + timedelta(seconds=settings.TURN_SECONDS if seconds is None else seconds)
        username, password = credentials(settings.TURN_SECRET if secret is None else secret, person, until)
        found += (IceServer(turn, username, password, until),)
    return found
