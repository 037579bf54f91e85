"""Relay addresses from the real coturn: ours are given, wrong and expired ones refused; and what the client makes of nonsense."""

import base64
import hashlib
import hmac
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from everfair.gateways.video import stun
from everfair.gateways.video.turn import credentials, ice_servers
from everfair.gateways.video.types import IceServer, NotAnswering, SecretRefused
from tools.services_of_calls import Turn

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_our_secret_gets_a_relay_address(turn_server: Turn, now: datetime, transport: str) -> None:
    url = turn_server.url.replace("udp", transport)
    for _ in range(2):  # given back each time
        host, port = stun.allocate(url, *credentials(turn_server.secret, "41", now + HOUR))
        assert host == "127.0.0.1"
        assert 49160 <= port <= 65535


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_wrong_secret_is_refused(turn_server: Turn, now: datetime, transport: str) -> None:
    with pytest.raises(SecretRefused, match="401"):
        stun.allocate(turn_server.url.replace("udp", transport), *credentials("wrong", "41", now + HOUR))


def test_expired_and_altered_names_are_refused(turn_server: Turn, now: datetime) -> None:
    with pytest.raises(SecretRefused):
        stun.allocate(turn_server.url, *credentials(turn_server.secret, "41", now - timedelta(minutes=5)))
    _, password = credentials(turn_server.secret, "41", now - timedelta(minutes=5))
    later, _ = credentials("any", "41", now + HOUR)
    with pytest.raises(SecretRefused):
        stun.allocate(turn_server.url, later, password)


def test_coturn_also_answers_as_a_stun_server(turn_server: Turn) -> None:
    host, port = stun.mapped_address(f"stun:127.0.0.1:{turn_server.port}")
    assert host == "127.0.0.1"
    assert port > 1023


def test_a_known_pair() -> None:
    until = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    username, password = credentials("north", "41", until)
    assert username == "1893553445:41"
    expected = hmac.new(b"north", b"1893553445:41", hashlib.sha1).digest()
    assert base64.b64decode(password) == expected
    with pytest.raises(ValueError, match="colon"):
        credentials("north", "4:1", until)


def test_servers_for_a_browser(configured: Any) -> None:
    now = datetime(2030, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
    assert ice_servers("41", now=now) == ()
    configured.STUN_URLS = ["stun:a.example:3478"]
    assert [one.as_json() for one in ice_servers("41", now=now)] == [{"urls": ["stun:a.example:3478"]}]
    configured.TURN_URLS = ["turn:a.example:3478?transport=udp", "turns:a.example:443?transport=tcp"]
    configured.TURN_SECRET, configured.TURN_SECONDS = "north", 600
    plain, relay = ice_servers("41", now=now)
    assert plain == IceServer(("stun:a.example:3478",))
    assert relay.until == now + timedelta(seconds=600)
    assert relay.username == "1893554045:41"
    assert relay.as_json()["urls"] == configured.TURN_URLS
    assert relay.credential not in repr(relay)


def test_nobody_there() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))  # takes packets and says nothing
        with pytest.raises(NotAnswering, match="does not answer"):
            stun.allocate(f"turn:127.0.0.1:{bound.getsockname()[1]}", "1:x", "y", timeout=0.05)
    with pytest.raises(NotAnswering, match="cannot be reached"):
        stun.allocate("turn:127.0.0.1:9?transport=tcp", "1:x", "y", timeout=1)
    with pytest.raises(NotAnswering, match="cannot be reached"):
        stun.allocate("turn:nowhere.invalid", "1:x", "y", timeout=1)


@contextmanager
def answering(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """A UDP server that makes something of every packet; its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.settimeout(0.05)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    packet, peer = bound.recvfrom(4096)
                    bound.sendto(answer(packet), peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"turn:127.0.0.1:{bound.getsockname()[1]}"
        over.set()
        thread.join(timeout=5)


@pytest.mark.parametrize(
    "answer",
    [
        lambda packet: b"",
        lambda packet: b"HTTP/1.1 400 Bad Request",
        lambda packet: packet,  # an echo
        lambda packet: b"\x01\x13\xff\xff" + packet[4:20] + b"\x00\x14\xff\xff",  # lengths that lie
        lambda packet: b"\x01\x03\x00\x00" + packet[4:20],  # a success without anything
    ],
    ids=["empty", "another protocol", "echo", "lying lengths", "bare success"],
)
def test_nonsense_is_no_turn_server(answer: Callable[[bytes], bytes]) -> None:
    with answering(answer) as url, pytest.raises(NotAnswering):
        stun.allocate(url, "1:x", "y", timeout=0.1)


def test_a_success_that_does_not_know_our_secret_is_not_believed() -> None:
    def answer(packet: bytes) -> bytes:
        if len(packet) < 40:  # the first, unnamed request
            body = stun._attribute(stun.REALM, b"r") + stun._attribute(stun.NONCE, b"n")
            return b"\x01\x13" + len(body).to_bytes(2, "big") + packet[4:20] + body
        return b"\x01\x03\x00\x00" + packet[4:20]

    with answering(answer) as url, pytest.raises(SecretRefused, match="not signed"):
        stun.allocate(url, "1:x", "y", timeout=0.5)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("turn:a.example", ("a.example", 3478, "udp", False)),
        ("turn:a.example:80?transport=tcp", ("a.example", 80, "tcp", False)),
        ("turns:a.example", ("a.example", 5349, "tcp", True)),
        ("stun:[2001:db8::1]:99", ("2001:db8::1", 99, "udp", False)),
    ],
)
def test_addresses(url: str, place: tuple[str, int, str, bool]) -> None:
    found = stun.parse(url)
    assert (found.host, found.port, found.transport, found.is_tls) == place


@pytest.mark.parametrize(
    "url", ["", "turn:", "http://a", "turn://a", "turn:a:99999", "turn:a?transport=x", "turn:a b"]
)
def test_no_addresses(url: str) -> None:
    with pytest.raises(ValueError, match="Write stun:host:3478"):
        stun.parse(url)
