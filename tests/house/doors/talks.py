"""Doors of conversations: its two parties alone, whatever they speak for; the organiser reads no thread."""

from typing import Any

from tests.factories.conversations import make_conversation
from tests.house.doors import Door

_MINE = "visitor:conversations."


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _talk(w: Any) -> dict[str, Any]:
    """Of people["visitor"] and the booth of people["owner"]."""
    talk = make_conversation(w.exhibitor, w.people["visitor"])
    return {**_edition(w), "code": talk.code}


def _message(w: Any) -> dict[str, Any]:
    return {**_talk(w), "number": 1}


def _deed(w: Any) -> dict[str, Any]:
    return {**_talk(w), "deed": "mute"}


_ALL_IN = {"anonymous": 302}
_TWO: dict[str, Any] = {
    "anonymous": 302, "stranger": 404, "delegation": 404, "reviewer": 404, "administrator": 404
}  # fmt: skip
_MOVED: dict[str, Any] = {
    "anonymous": 302, "visitor": 302, "owner": 302, "stranger": 302, "delegation": 302, "reviewer": 302,
    "administrator": 302,
}  # fmt: skip
_NOWHERE: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "owner": 404, "stranger": 404, "delegation": 404, "reviewer": 404,
    "administrator": 404,
}  # fmt: skip
_DONE: dict[str, Any] = {**_TWO, "method": "post", "visitor": 302, "owner": 302}

DOORS: list[Door] = [
    Door(_MINE + "conversation_home", **_MOVED),
    Door(_MINE + "unread_home", **_ALL_IN),
    Door(_MINE + "conversation_list", _edition, **_ALL_IN),
    Door(_MINE + "unread_count", _edition, **_ALL_IN),
    Door(_MINE + "conversation_begin", _edition, **_NOWHERE),  # to nobody
    Door(_MINE + "conversation_show", _talk, **_TWO),
    Door(_MINE + "message_send", _talk, data=lambda _w: {"text": "Yes."}, **_DONE),
    Door(_MINE + "message_show", _message, **_TWO),
    Door(_MINE + "conversation_change", _deed, **_DONE),
]
