"""What the video gateway hands out: seats, the servers that find a way between browsers, errors with words. No tables, no rights."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Kind = Literal["pair", "group", "stage", "mesh"]
"""Two people; 3 to 8; few speakers and many listeners; 3 or 4 without a server between them."""
Provider = Literal["browser", "janus", "livekit"]

MOST_IN_MESH = 4
MOST_IN_GROUP = 8


@dataclass(frozen=True)
class IceServer:
    """A STUN or TURN server as browsers want it. STUN servers ask for no name; `until` is None then."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = field(default="", repr=False)
    until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """One entry of `RTCConfiguration.iceServers`."""
        if not self.username:
            return {"urls": list(self.urls)}
        return {"urls": list(self.urls), "username": self.username, "credential": self.credential}


@dataclass(frozen=True)
class Seat:
    """One person's place in one call, made after rights were asked. What the page needs to connect, nothing more.

    `room`, `token`, `entry`, `feed` and `url` are empty where browsers speak with each other alone.
    """

    kind: Kind
    provider: Provider
    room: str
    """The room as the server calls it: a number for Janus, a name for LiveKit."""
    token: str = field(repr=False)
    """Sent with every request to Janus; the access token of LiveKit."""
    url: str
    """The server's WebSocket address for browsers."""
    may_send: bool
    until: datetime
    """After this moment the server hears this seat no more: ask for a new one in time."""
    ice: tuple[IceServer, ...] = ()
    entry: str = field(default="", repr=False)
    """Janus only: what the room itself asks for on joining and on subscribing."""
    feed: str = ""
    """The number (Janus) or identity (LiveKit) under which the others see this person."""

    def as_json(self) -> dict[str, Any]:
        """For the page of this one person; holds secrets of theirs."""
        return {
            "kind": self.kind,
            "provider": self.provider,
            "room": self.room,
            "token": self.token,
            "entry": self.entry,
            "feed": self.feed,
            "url": self.url,
            "maySend": self.may_send,
            "until": self.until.isoformat(),
            "ice": [server.as_json() for server in self.ice],
        }


@dataclass(frozen=True)
class Present:
    """Someone in a room as the server sees it."""

    feed: str
    is_sending: bool


@dataclass(frozen=True)
class Check:
    """One line for the doctor."""

    what: str
    is_fine: bool
    detail: str
    to_do: str = ""


class Unavailable(Exception):
    """No call can be made now. `words` is for people, in their language; `detail` for the log and the doctor."""

    words: "str | Promise" = _("Calls are not available now. Use the spare link or write a message.")

    def __init__(self, detail: str = "", words: "str | Promise | None" = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if words is not None:
            self.words = words


class NotAnswering(Unavailable):
    """The server is down, out of reach, or speaks another language."""

    words = _(
        "The server for calls does not answer. Use the spare link or write a message, and try again in a minute."
    )


class SecretRefused(Unavailable):
    """The server answers and refuses our secret: somebody must mend the settings."""

    words = _(
        "The server for calls refuses this fair. The organiser has to correct its settings; "
        "use the spare link or write a message."
    )


class TooMany(Unavailable):
    """More people than can be connected with what is set up."""
