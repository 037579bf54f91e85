"""Which provider carries a call, by what is configured and how many they are; one door to all three. No rights, no tables."""

from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from everfair.gateways.video import browser
from everfair.gateways.video.janus import JanusRooms
from everfair.gateways.video.livekit import LiveKitRooms
from everfair.gateways.video.turn import ice_servers
from everfair.gateways.video.types import (
    MOST_IN_GROUP,
    MOST_IN_MESH,
    Kind,
    NotAnswering,
    Present,
    Provider,
    Seat,
    TooMany,
)

SEAT_LASTS = timedelta(hours=6)
"""How long a seat holds unless told: longer than a call, as the server stops listening to one that is over."""


def provider_for(count: int, kind: Kind = "group") -> Provider:
    """Who carries a call of `count` people (speakers, for a stage). TooMany, in words for people, if nobody can.

    Ask when the call begins and keep the answer with it: everybody in one call needs the same provider.
    """
    server: Provider | None = "janus" if settings.JANUS_URL else "livekit" if settings.LIVEKIT_URL else None
    if kind == "stage":
        if server is None:
            raise TooMany("a stage needs Janus or LiveKit", NO_STAGE)
        return server
    if kind == "mesh" or count <= 2:
        _refuse_above(MOST_IN_MESH, count)
        return "browser"
    _refuse_above(MOST_IN_GROUP if server else MOST_IN_MESH, count)
    return server or "browser"


NO_STAGE = _(
    "A stage needs a server for calls, and this fair has none. Give the stage the link of a stream instead."
)
TOO_MANY = _(
    "At most {most} people can be connected in one call here. Invite fewer, or use the meeting's spare link."
)


def _refuse_above(most: int, count: int) -> None:
    if count > most:
        raise TooMany(f"{count} people, at most {most}", format_lazy(TOO_MANY, most=most))


def take_seat(
    room: str,
    person: str,
    name: str,
    *,
    provider: Provider,
    kind: Kind,
    size: int,
    now: datetime,
    may_send: bool = True,
    lasts: timedelta = SEAT_LASTS,
) -> Seat:
    """One person's seat in a call, after rights were asked. Safe to ask again: makes the room anew if the server forgot it.

    `room` and `person` are keys of the caller's ("meeting-12-1", "41"): no colon in `person`; servers see only hashes of
    them. `name` is shown by LiveKit alone. `size`: how many take part (speakers, for a stage). Raises Unavailable.
    """
    until = now + lasts
    ice = ice_servers("p" + person, now=now)
    if provider == "janus":
        senders = max(size, MOST_IN_GROUP) if kind != "stage" else size
        return janus_rooms().take_seat(
            room, person, kind=kind, senders=senders, may_send=may_send, now=now, until=until, ice=ice
        )
    if provider == "livekit":
        return livekit_rooms().take_seat(
            room, person, name, kind=kind, may_send=may_send, now=now, until=until, ice=ice
        )
    provider_for(size, "mesh")
    return browser.take_seat(size, until=until, ice=ice)


def remove_all(room: str, people: Collection[str], *, provider: Provider, now: datetime) -> None:
    """Put many out in one go, as `remove` does with one."""
    if provider == "janus" and people:
        janus_rooms().remove(room, *people, now=now)
    elif provider == "livekit":
        for person in people:
            livekit_rooms().remove(room, person, now=now)


def remove(room: str, person: str, *, provider: Provider, now: datetime) -> datetime | None:
    """Put a person out at once. None if for good; else the moment until which an old token may still open this room.

    Between browsers there is no server to tell: the hub stops carrying signals, and the others hang up.
    """
    if provider == "janus":
        janus_rooms().remove(room, person, now=now)
    elif provider == "livekit":
        return livekit_rooms().remove(room, person, now=now)
    return None


def release(room: str, seat: Seat, *, now: datetime) -> None:
    """A seat that its person left: its tokens open nothing any more. Only Janus keeps a list to take them from."""
    if seat.provider == "janus":
        janus_rooms().release(room, seat, now=now)


def sweep(room: str, *, provider: Provider, now: datetime, senders: int | None = None) -> int:
    """Put out who entered Janus under a number of their own making, or sends with a seat for listening. How many.

    `senders`: how many speakers there are now; Janus lets no more send. LiveKit holds both by its tokens; between browsers the hub does.
    """
    return janus_rooms().sweep(room, now=now, senders=senders) if provider == "janus" else 0


def present(room: str, *, provider: Provider, now: datetime) -> list[Present]:
    """Who is in the room as the server sees it; empty between browsers."""
    if provider == "janus":
        return janus_rooms().present(room, now=now)
    if provider == "livekit":
        return livekit_rooms().present(room, now=now)
    return []


def close(room: str, *, provider: Provider, now: datetime) -> None:
    """End the room for everybody in it; nothing to do between browsers."""
    if provider == "janus":
        janus_rooms().close(room, now=now)
    elif provider == "livekit":
        livekit_rooms().close(room, now=now)


def janus_rooms() -> JanusRooms:
    """Janus as the settings name it. NotAnswering if they name none (any more)."""
    if not settings.JANUS_URL:
        raise NotAnswering("EVERFAIR_JANUS_URL is not set")
    return JanusRooms(
        settings.JANUS_URL, settings.JANUS_PUBLIC_URL, settings.JANUS_TOKEN_SECRET, settings.JANUS_ADMIN_KEY
    )


def livekit_rooms() -> LiveKitRooms:
    """LiveKit as the settings name it. NotAnswering if they name none (any more)."""
    if not settings.LIVEKIT_URL:
        raise NotAnswering("EVERFAIR_LIVEKIT_URL is not set")
    return LiveKitRooms(
        settings.LIVEKIT_URL, settings.LIVEKIT_PUBLIC_URL, settings.LIVEKIT_KEY, settings.LIVEKIT_SECRET
    )


def connect_sources() -> tuple[str, ...]:
    """Origins a call's page must be allowed to connect to (`connect-src` of its security policy), besides its own."""
    found = []
    for address in (settings.JANUS_PUBLIC_URL, settings.LIVEKIT_PUBLIC_URL):
        if address:
            parts = urlsplit(address)
            found.append(f"{parts.scheme}://{parts.netloc}")
            if address == settings.LIVEKIT_PUBLIC_URL:  # its client also asks by HTTP why a token was refused
                found.append(f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}")
    return tuple(found)
