"""A person in a call → the seat the video gateway gives them, and the other way: who is put out. No rights here."""

from collections.abc import Collection
from datetime import datetime, timedelta

from everfair.calls.models import Call, CallPerson, Listener
from everfair.calls.queries.rules import window_of
from everfair.gateways import video

SPOKEN = (Call.Provider.BROWSER, Call.Provider.JANUS)
"""What the room's page can speak."""
SHORTEST = timedelta(minutes=10)  # a seat on a stage whose hours are nearly over


def room_key(call: Call) -> str:
    """What the provider's room is named after. A new epoch is a new room: seats in the old one open nothing any more."""
    return f"{call.code}-{call.epoch}"


def seat_for(person: CallPerson, size: int, now: datetime) -> video.Seat:
    """Their place in the room. Raises video.Unavailable with words for people."""
    call = person.call
    kind: video.Kind = (
        "stage" if call.is_stage
        else "pair" if size <= 2
        else "mesh" if call.provider == Call.Provider.BROWSER
        else "group"
    )  # fmt: skip
    provider: video.Provider = call.provider  # type: ignore[assignment]
    return video.take_seat(
        room_key(call),
        person.code,
        person.name,
        provider=provider,
        kind=kind,
        size=size,
        now=now,
        lasts=_lasts(call, now),
    )


def seat_to_listen(listener: Listener, speakers: int, now: datetime) -> video.Seat:
    """A place in a stage's audience, which sends nothing. Raises video.Unavailable with words for people."""
    call = listener.call
    return video.take_seat(
        room_key(call), _audience(listener.code), "", provider="janus", kind="stage", size=max(1, speakers), now=now,
        may_send=False, lasts=_lasts(call, now),
    )  # fmt: skip


def _audience(code: str) -> str:
    return f"listener-{code}"


def _lasts(call: Call, now: datetime) -> timedelta:
    """Seats on and before a stage hold until its hours are over; other seats as long as a call may be."""
    _first, last = window_of(call)
    if not call.is_stage or last is None:
        return video.SEAT_LASTS
    return min(video.SEAT_LASTS, max(SHORTEST, last - now))


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


def can_stage() -> bool:
    """Whether stages can be carried here: by Janus, the one server for calls whose tongue the pages speak."""
    try:
        return video.provider_for(1, "stage") == "janus"
    except video.Unavailable:
        return False


def put_out_of_audience(call: Call, codes: Collection[str], now: datetime) -> None:
    """At once, all of them; their seats open nothing any more."""
    video.remove_all(room_key(call), [_audience(code) for code in codes], provider="janus", now=now)


def sweep(call: Call, speakers: int, now: datetime) -> int:
    """Out with who sends and has no right to, or hides behind a number. How many. Only as many as speak may send."""
    return video.sweep(room_key(call), provider="janus", now=now, senders=speakers)


def end(call: Call, now: datetime) -> None:
    """The room is gone for everybody."""
    video.close(room_key(call), provider=call.provider, now=now)  # type: ignore[arg-type]
