"""What people show to Janus: signed texts that expire, as its `token_auth_secret` wants them. Pure; no requests here.

Janus takes "expiry,realm,descriptor,…:signature" with a keyed SHA-1 in base64. Its core asks for the realm "janus" with every
request, a room with `signed_tokens` for the plug-in's own realm and the descriptor "room=<number>" on joining and subscribing.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

PLUGIN = "janus.plugin.videoroom"
LARGEST = 2**53 - 1  # numbers a browser counts exactly
SEND, LISTEN = "send", "listen"


@dataclass(frozen=True)
class Entry:
    """What an entry token says."""

    room: int
    person: str
    may_send: bool
    until: datetime


class Signer:
    """Everything derived from the one secret that Janus shares with us."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def room_number(self, room: str) -> int:
        """The number of a room of ours: always the same, not to be guessed without the secret."""
        return self._number(f"room:{room}")

    def room_secret(self, number: int) -> str:
        """What changes and closes the room; never leaves the server."""
        return self._digest(f"room-secret:{number}").hex()

    def session_token(self, until: datetime) -> str:
        """Goes with every request; opens the plug-in for rooms and no other."""
        return self._signed(until, "janus", PLUGIN)

    def entry_token(self, number: int, person: str, *, may_send: bool, until: datetime) -> str:
        """Opens one room for one person; each is different. `person` is any text, only its keyed hash is shown."""
        role = SEND if may_send else LISTEN
        return self._signed(
            until, PLUGIN, f"room={number}", f"person={self.alias(person)}", role, secrets.token_hex(6)
        )

    def read_entry(self, token: str) -> Entry | None:
        """What a token of ours says; None for a text that is none."""
        data, _, signature = token.partition(":")
        if not hmac.compare_digest(signature.encode(), self._signature(data).encode()):
            return None
        parts = data.split(",")
        if len(parts) != 6 or parts[1] != PLUGIN:
            return None
        until = datetime.fromtimestamp(int(parts[0]), UTC)
        return Entry(
            int(parts[2].removeprefix("room=")), parts[3].removeprefix("person="), parts[4] == SEND, until
        )

    def feed_of(self, entry_token: str) -> int:
        """The number under which the holder of an entry token has to join."""
        return self._number(f"feed:{entry_token}")

    def alias(self, person: str) -> str:
        """A person's mark in tokens, meaningless to others."""
        return self._digest(f"person:{person}").hex()[:16]

    def _signed(self, until: datetime, realm: str, *descriptors: str) -> str:
        data = ",".join([str(int(until.timestamp())), realm, *descriptors])
        return f"{data}:{self._signature(data)}"

    def _signature(self, data: str) -> str:
        return base64.b64encode(hmac.new(self._secret, data.encode(), hashlib.sha1).digest()).decode()

    def _digest(self, text: str) -> bytes:
        return hmac.new(self._secret, f"everfair:{text}".encode(), hashlib.sha256).digest()

    def _number(self, text: str) -> int:
        return int.from_bytes(self._digest(text)[:8], "big") % LARGEST + 1
