"""Calls without a server between: two browsers, or a mesh of up to four, that find each other through our own hub."""

from datetime import datetime

from everfair.gateways.video.types import IceServer, Seat


def take_seat(size: int, *, until: datetime, ice: tuple[IceServer, ...]) -> Seat:
    """A seat that holds only the ways between browsers. How many fit is asked before, in `choice.provider_for`."""
    return Seat(
        kind="pair" if size <= 2 else "mesh",
        provider="browser",
        room="",
        token="",
        url="",
        may_send=True,
        until=until,
        ice=ice,
    )
