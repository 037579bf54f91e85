"""Who may listen to a call and to their own rings; signals between browsers and what each says of itself, over a socket."""

from collections.abc import Mapping
from typing import Any

from everfair.calls import access
from everfair.calls.actions import entering, inside, listening
from everfair.calls.queries.facts import topic_of
from everfair.gateways import live

LONGEST_SIGNAL = 32_000  # characters of a session description; a long one has some 10,000
SHOWN = ("muted", "camera_off", "sharing", "hand", "mode", "language")


def may_follow(user: Any, code: str) -> bool:
    """call:<code>: its parties, who waits before the door, who is inside; nobody who was put out."""
    return access.may_listen(user, code)


def may_hear_rings(user: Any, pk: str) -> bool:
    """rings:<user>: the person alone."""
    return bool(getattr(user, "is_authenticated", False)) and str(user.pk) == pk


def may_hear_stage(user: Any, code: str) -> bool:
    """audience:<code>: whoever has a right to the session on this stage."""
    return access.find_audience_of(user, code) is not None


def receive_of_audience(
    user: Any, code: str, kind: str, data: Mapping[str, Any], number: str
) -> Mapping[str, Any] | None:
    """ "here" {} every few seconds, of who listens."""
    call = access.find_audience_of(user, code)
    if call is not None and kind == "here":
        listening.still_listening(call, by=user)
    return None


def receive(
    user: Any, code: str, kind: str, data: Mapping[str, Any], number: str
) -> Mapping[str, Any] | None:
    """ "signal" {"to", "body"} to one person inside, "here" {} every few seconds, "show" {…} of oneself, "failed" {"why"}."""
    person = access.may_signal(user, code)
    if person is None:
        return None
    if kind == "signal":
        _signal(person, str(data.get("to", "")), data.get("body"))
    elif kind == "here":
        entering.still_here(person)
    elif kind == "show":
        inside.show_as(person, **{name: data[name] for name in SHOWN if name in data})
    elif kind == "failed":
        inside.fall_back(person, why=str(data.get("why", "")))
    return None


def _signal(person: Any, to: str, body: Any) -> None:
    """To one other person inside this call, at this moment; to anybody else it goes nowhere."""
    if not isinstance(body, str) or len(body) > LONGEST_SIGNAL:
        return
    other = access.find_inside(person.call, to)
    if other is None or other.pk == person.pk:
        return
    fact = {"kind": "signal", "from": person.code, "body": body}
    live.publish(topic_of(person.call), fact, to=other.user_id, keep=False)
