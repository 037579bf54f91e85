"""LiveKit as far as its tokens, and the requests of its room service as a server of the test's own sees them."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from everfair.gateways.video.livekit import MAY_RETURN, LiveKitRooms
from everfair.gateways.video.types import NotAnswering, Present, Seat, SecretRefused, Unavailable

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
SECRET = "a secret of thirty-two characters"


def decoded(token: str, secret: str = SECRET) -> dict[str, Any]:
    """The claims, after the signature was checked as RFC 7515 says."""
    head, body, signature = token.split(".")
    expected = hmac.new(secret.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64encode(expected).rstrip(b"=").decode() == signature
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"alg": "HS256", "typ": "JWT"}
    return dict(json.loads(base64.urlsafe_b64decode(body + "==")))


class Fake(HTTPServer):
    """Answers every request with `status` and `answer`; keeps what was asked."""

    status, answer = 200, b"{}"

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Fake

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        scheme, _, token = self.headers["Authorization"].partition(" ")
        assert scheme == "Bearer"
        self.server.asked.append((self.path, body, decoded(token)))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Fake]:
    with Fake() as fake:
        thread = threading.Thread(target=fake.serve_forever, daemon=True)
        thread.start()
        yield fake
        fake.shutdown()
        thread.join(timeout=5)


@pytest.fixture
def rooms(server: Fake) -> LiveKitRooms:
    return LiveKitRooms(f"http://127.0.0.1:{server.server_port}/", "wss://calls.example.org", "key", SECRET)


def take(rooms: LiveKitRooms, *, may_send: bool = True, lasts: timedelta = timedelta(hours=6)) -> Seat:
    return rooms.take_seat(
        "call-7", "41", "陈丽 Chen Li", kind="group", may_send=may_send, now=NOW, until=NOW + lasts
    )


def test_a_seat_is_a_token_for_one_room_and_one_person(rooms: LiveKitRooms, server: Fake) -> None:
    seat = take(rooms)
    assert decoded(seat.token) == {
        "iss": "key",
        "sub": seat.feed,
        "name": "陈丽 Chen Li",
        "nbf": int(NOW.timestamp()) - 30,
        "exp": int(NOW.timestamp()) + 120,
        "video": {
            "room": seat.room,
            "roomJoin": True,
            "canPublish": True,
            "canSubscribe": True,
            "canPublishData": True,
        },
    }
    assert (seat.provider, seat.url, seat.until) == (
        "livekit",
        "wss://calls.example.org",
        NOW + timedelta(minutes=2),
    )
    assert server.asked == []  # LiveKit makes the room when somebody enters


def test_listeners_may_not_send(rooms: LiveKitRooms) -> None:
    grant = decoded(take(rooms, may_send=False).token)["video"]
    assert (grant["canPublish"], grant["canPublishData"], grant["canSubscribe"]) == (False, False, True)


def test_a_seat_never_outlives_what_was_asked(rooms: LiveKitRooms) -> None:
    assert decoded(take(rooms, lasts=timedelta(seconds=9)).token)["exp"] == int(NOW.timestamp()) + 9


def test_names_in_its_logs_tell_nothing_and_stay_the_same(rooms: LiveKitRooms) -> None:
    other = LiveKitRooms("http://x", "", "key", "another secret")
    assert rooms.room_name("call-7") == rooms.room_name("call-7") != rooms.room_name("call-8")
    assert rooms.identity("41") != rooms.identity("42")
    assert "call-7" not in rooms.room_name("call-7")
    assert other.room_name("call-7") != rooms.room_name("call-7")


def test_putting_out_says_how_long_an_old_token_may_live(rooms: LiveKitRooms, server: Fake) -> None:
    assert rooms.remove("call-7", "41", now=NOW) == NOW + MAY_RETURN
    path, body, claims = server.asked[0]
    assert path == "/twirp/livekit.RoomService/RemoveParticipant"
    assert body == {"room": rooms.room_name("call-7"), "identity": rooms.identity("41")}
    assert claims["video"] == {"roomAdmin": True, "room": body["room"]}
    assert claims["exp"] - int(NOW.timestamp()) == 120


def test_who_is_there(rooms: LiveKitRooms, server: Fake) -> None:
    server.answer = json.dumps(
        {"participants": [{"identity": "a", "is_publisher": True}, {"identity": "b"}]}
    ).encode()
    assert rooms.present("call-7", now=NOW) == [Present("a", True), Present("b", False)]
    server.status, server.answer = 404, b'{"code": "not_found", "msg": "no such room"}'
    assert rooms.present("call-7", now=NOW) == []
    rooms.close("call-7", now=NOW)
    rooms.try_out(now=NOW)
    grants = [(path.rpartition("/")[2], claims["video"]) for path, _, claims in server.asked[2:]]
    assert grants == [("DeleteRoom", {"roomCreate": True}), ("ListRooms", {"roomList": True})]


@pytest.mark.parametrize(
    ("status", "answer", "error", "words"),
    [
        (401, b'{"code": "unauthenticated", "msg": "invalid token"}', SecretRefused, "EVERFAIR_LIVEKIT_KEY"),
        (403, b'{"code": "permission_denied"}', SecretRefused, "EVERFAIR_LIVEKIT_SECRET"),
        (500, b'{"code": "internal", "msg": "no node"}', Unavailable, "no node"),
        (200, b"<html>", NotAnswering, "not LiveKit"),
        (200, b"[]", NotAnswering, "not LiveKit"),
    ],
)
def test_what_it_says_no_to(
    rooms: LiveKitRooms, server: Fake, status: int, answer: bytes, error: type[Unavailable], words: str
) -> None:
    server.status, server.answer = status, answer
    with pytest.raises(error) as raised:
        rooms.remove("call-7", "41", now=NOW)
    assert words in raised.value.detail
    assert SECRET not in raised.value.detail


def test_nobody_there() -> None:
    with pytest.raises(NotAnswering, match="does not answer"):
        LiveKitRooms("http://127.0.0.1:9", "", "key", SECRET).remove("call-7", "41", now=NOW)
