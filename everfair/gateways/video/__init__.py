"""Calls: seats for browsers, 1:1 and mesh without a server, groups and stages through Janus or LiveKit. No rights, no tables."""

from everfair.gateways.video.choice import (
    SEAT_LASTS,
    close,
    connect_sources,
    present,
    provider_for,
    release,
    remove,
    sweep,
    take_seat,
)
from everfair.gateways.video.turn import ice_servers
from everfair.gateways.video.types import (
    MOST_IN_GROUP,
    MOST_IN_MESH,
    Check,
    IceServer,
    Kind,
    NotAnswering,
    Present,
    Provider,
    Seat,
    SecretRefused,
    TooMany,
    Unavailable,
)

__all__ = [
    "MOST_IN_GROUP",
    "MOST_IN_MESH",
    "SEAT_LASTS",
    "Check",
    "IceServer",
    "Kind",
    "NotAnswering",
    "Present",
    "Provider",
    "Seat",
    "SecretRefused",
    "TooMany",
    "Unavailable",
    "close",
    "connect_sources",
    "ice_servers",
    "present",
    "provider_for",
    "release",
    "remove",
    "sweep",
    "take_seat",
]
