"""LiveKit, for fairs that spread calls over several machines: access tokens, and its room service by plain HTTP.

LiveKit makes a room when the first person enters and keeps no list of who was put out: see `remove`.
"""

import base64
import hashlib
import hmac
import http.client
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from everfair.gateways.video.types import (
    IceServer,
    Kind,
    NotAnswering,
    Present,
    Seat,
    SecretRefused,
    Unavailable,
)

TIMEOUT = 5.0  # seconds
OUR_TALK = timedelta(minutes=2)
TO_ENTER = timedelta(minutes=2)
"""How long a token opens the door. LiveKit itself renews it for who is inside."""
MAY_RETURN = timedelta(minutes=10)
"""How long at most a token lives that LiveKit renewed for somebody inside."""
EARLY = timedelta(seconds=30)  # clocks of two machines differ


class LiveKitRooms:
    """The rooms of one LiveKit. Asking the server may raise NotAnswering or SecretRefused; making a seat asks nobody."""

    def __init__(self, url: str, public_url: str, key: str, secret: str, *, timeout: float = TIMEOUT) -> None:
        self.url, self.public_url, self._key, self._timeout = url.rstrip("/"), public_url, key, timeout
        self._secret = secret.encode()

    def take_seat(
        self,
        room: str,
        person: str,
        name: str,
        *,
        kind: Kind,
        may_send: bool,
        now: datetime,
        until: datetime,
        ice: tuple[IceServer, ...] = (),
    ) -> Seat:
        """A seat whose token opens the door for two minutes, or until `until` where that is sooner."""
        ends = min(until, now + TO_ENTER)
        grant = {
            "room": self.room_name(room),
            "roomJoin": True,
            "canPublish": may_send,
            "canSubscribe": True,
            "canPublishData": may_send,
        }
        identity = self.identity(person)
        return Seat(
            kind=kind,
            provider="livekit",
            room=self.room_name(room),
            token=self._token(grant, now, ends, sub=identity, name=name),
            url=self.public_url,
            may_send=may_send,
            until=ends,
            ice=ice,
            feed=identity,
        )

    def remove(self, room: str, person: str, *, now: datetime) -> datetime:
        """Put a person out at once. Until the moment returned a token they still hold may let them in again.

        Who must stay out for certain: give the call a room of another name (`room`), which old tokens do not open.
        """
        self._ask_of_room("RemoveParticipant", room, now, identity=self.identity(person))
        return now + MAY_RETURN

    def present(self, room: str, *, now: datetime) -> list[Present]:
        """Who is in the room as LiveKit sees it; nobody in a room that is not there."""
        answer = self._ask_of_room("ListParticipants", room, now)
        return [
            Present(str(one.get("identity", "")), bool(one.get("is_publisher", one.get("isPublisher"))))
            for one in answer.get("participants", [])
        ]

    def close(self, room: str, *, now: datetime) -> None:
        """End the room for everybody in it."""
        self._ask("DeleteRoom", {"roomCreate": True}, now, {"room": self.room_name(room)})

    def try_out(self, *, now: datetime) -> None:
        """Ask for the list of rooms: proof that address, key and secret are right."""
        self._ask("ListRooms", {"roomList": True}, now, {})

    def room_name(self, room: str) -> str:
        """The name LiveKit sees: it goes into logs, so it tells nothing."""
        return "everfair-" + self._digest(f"room:{room}")

    def identity(self, person: str) -> str:
        """The name of a person that LiveKit sees, likewise."""
        return self._digest(f"person:{person}")

    def _digest(self, text: str) -> str:
        return hmac.new(self._secret, f"everfair:{text}".encode(), hashlib.sha256).hexdigest()[:24]

    def _ask_of_room(self, method: str, room: str, now: datetime, **body: Any) -> dict[str, Any]:
        name = self.room_name(room)
        return self._ask(method, {"roomAdmin": True, "room": name}, now, {"room": name, **body})

    def _ask(self, method: str, grant: dict[str, Any], now: datetime, body: dict[str, Any]) -> dict[str, Any]:
        """The room service's answer; empty where the room or person is not there."""
        token = self._token(grant, now, now + OUR_TALK, sub="everfair")
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._timeout)
        try:
            connection.request(
                "POST", f"{parts.path}/twirp/livekit.RoomService/{method}", json.dumps(body), headers
            )
            response = connection.getresponse()
            status, raw = response.status, response.read(4_000_000)
        except (OSError, http.client.HTTPException) as error:
            raise NotAnswering(
                f"LiveKit at {self.url} does not answer: {error or type(error).__name__}"
            ) from error
        finally:
            connection.close()
        return self._read(method, status, raw)

    def _read(self, method: str, status: int, raw: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(raw)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise NotAnswering(f"What answers at {self.url} is not LiveKit ({status})")
        if status in (401, 403):
            raise SecretRefused(
                f"LiveKit at {self.url} refuses EVERFAIR_LIVEKIT_KEY and EVERFAIR_LIVEKIT_SECRET"
            )
        if answer.get("code") == "not_found":
            return {}
        if status != 200:
            raise Unavailable(f"LiveKit: {method}: {status} {answer.get('code', '')} {answer.get('msg', '')}")
        return answer

    def _token(self, grant: dict[str, Any], now: datetime, until: datetime, **claims: str) -> str:
        """A JSON web token (HS256) with LiveKit's claim "video"."""
        body = {
            "iss": self._key,
            "nbf": int((now - EARLY).timestamp()),
            "exp": int(until.timestamp()),
            **claims,
            "video": grant,
        }
        signed = ".".join(
            _base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, body)
        )
        return f"{signed}.{_base64(hmac.new(self._secret, signed.encode(), hashlib.sha256).digest())}"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
