"""A person in a call → the seat the video gateway gives them, and the other way: who is put out. No rights here."""

from datetime import datetime

from everfair.calls.models import Call, CallPerson
from everfair.gateways import video

SPOKEN = (Call.Provider.BROWSER, Call.Provider.JANUS)
"""What the room's page can speak."""


def room_key(call: Call) -> str:
    """What the provider's room is named after. A new epoch is a new room: seats in the old one open nothing any more."""
    return f"{call.code}-{call.epoch}"


def seat_for(person: CallPerson, size: int, now: datetime) -> video.Seat:
    """Their place in the room. Raises video.Unavailable with words for people."""
    kind: video.Kind = (
        "pair" if size <= 2 else "mesh" if person.call.provider == Call.Provider.BROWSER else "group"
    )
    provider: video.Provider = person.call.provider  # type: ignore[assignment]
    return video.take_seat(
        room_key(person.call), person.code, person.name, provider=provider, kind=kind, size=size, now=now
    )


def try_out(person: CallPerson, wanted: str, size: int, now: datetime) -> None:
    """A seat in the room the call would move to; raises video.Unavailable while nobody was moved yet."""
    call = person.call
    provider: video.Provider = wanted  # type: ignore[assignment]
    room = f"{call.code}-{call.epoch + 1}"
    video.take_seat(room, person.code, person.name, provider=provider, kind="group", size=size, now=now)


def provider_for(size: int) -> str:
    """Who carries a call of so many. Raises video.TooMany. Where only LiveKit is set, browsers do: the page cannot speak it."""
    found = video.provider_for(size)
    return found if found in SPOKEN else video.provider_for(size, "mesh")


def put_out(person: CallPerson, now: datetime) -> None:
    """At once, for whoever is inside."""
    video.remove(room_key(person.call), person.code, provider=person.call.provider, now=now)  # type: ignore[arg-type]


def end(call: Call, now: datetime) -> None:
    """The room is gone for everybody."""
    video.close(room_key(call), provider=call.provider, now=now)  # type: ignore[arg-type]
