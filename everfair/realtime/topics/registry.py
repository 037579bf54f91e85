"""What a room registers for its topics: who may listen, what may be said there, which changes make us ask again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MayListen = Callable[[Any, str], bool]
Receive = Callable[[Any, str, str, Mapping[str, Any], str], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Topic:
    """One kind of topic, known by its first word.

    `may_listen(person, rest)`: `rest` is what follows the first colon; strangers and unknown things get False.
    `receive(person, rest, kind, data, number)`: what a signed-in person who may listen said over a socket. One action,
    in a thread with the database, in the person's language; `number` is the client's own, the same when it is sent
    again, so the action must be safe to repeat. Returns facts for the one who said it, or None; refuses with Refused.
    `follows`: topics of the change table after which everybody listening is asked again whether they may.
    """

    may_listen: MayListen
    receive: Receive | None = None
    follows: tuple[str, ...] = ()
