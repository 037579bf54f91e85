"""Sockets over a real server: what is answered, who may listen, limits, bad input, half-open connections, the end."""

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.config.installation import Client, Installation, Server
from tests.programme.live_world import cookies_of
from tests.realtime.talking import serving, talking


@pytest.fixture(scope="module")
def server(installation: Installation, world: dict[str, Any]) -> Iterator[Server]:
    """The server, with the topics of tests.realtime.rooms."""
    with serving(installation, EVERFAIR_LIVE_PER_ADDRESS="700") as started:
        yield started


def person_of(installation: Installation, key: str) -> int:
    """The user's id behind a session."""
    told = installation.python(
        "import sys\nfrom django.contrib.sessions.backends.db import SessionStore\n"
        "print(SessionStore(sys.argv[1])['_auth_user_id'])",
        key,
    )
    return int(told)


def test_facts_of_many_topics_come_over_one_connection(server: Server, world: dict[str, Any]) -> None:
    with talking(server) as anybody, talking(server, world["visitors"][0]) as mine:
        one, other = anybody.ask(do="subscribe", topic="hall:a"), anybody.ask(do="subscribe", topic="hall:b")
        assert (one["on"], other["on"]) == ("hall:a", "hall:b")
        for topic in ("hall:a", "hall:b"):
            said = mine.ask(do="say", topic=topic, kind="word", data={"text": "好"}, number=f"n-{topic}")
            assert said == {"ok": f"n-{topic}", "data": {"new": True}}
            got = anybody.until("facts")
            assert (got["topic"], [fact["text"] for fact in got["facts"]]) == (topic, ["好"])
            assert got["number"] == (one if topic == "hall:a" else other)["number"] + 1
        assert anybody.ask(do="unsubscribe", topic="hall:a") == {"off": "hall:a"}
        mine.ask(do="say", topic="hall:a", kind="word", number="unheard")
        assert anybody.is_quiet()


def test_who_comes_back_gets_what_was_missed_or_is_told_so(server: Server, world: dict[str, Any]) -> None:
    with talking(server, world["visitors"][0]) as mine:
        with talking(server) as first:
            start = first.ask(do="subscribe", topic="hall:gap")["number"]
        for n in range(3):
            mine.ask(do="say", topic="hall:gap", kind="word", data={"text": n}, number=f"gap-{n}")
        with talking(server) as back:
            back.tell(do="subscribe", topic="hall:gap", after=start)
            got: list[Any] = []
            while len(got) < 3:
                got += [fact["text"] for fact in back.facts()]
            assert got == [0, 1, 2]
        with talking(server) as old:
            assert old.ask(do="subscribe", topic="hall:gap", after=1) == {"stale": "hall:gap"}
            assert old.next()["on"] == "hall:gap"


def test_a_message_said_twice_is_told_to_be_the_same(server: Server, world: dict[str, Any]) -> None:
    with talking(server, world["visitors"][0]) as mine:
        asked = {"do": "say", "topic": "hall:twice", "kind": "word", "data": {"text": "x"}, "number": "one"}
        assert mine.ask(**asked) == {"ok": "one", "data": {"new": True}}
        assert mine.ask(**asked) == {"ok": "one", "data": {"new": False}}


def test_handlers_refusals_and_faults_are_answers_in_the_page_s_language(
    server: Server, world: dict[str, Any]
) -> None:
    with talking(server, world["visitors"][0], lang="en") as mine:
        refused = mine.ask(do="say", topic="hall:a", kind="refuse", number=1)
        assert refused == {
            "error": "refused",
            "words": "Please sign in first.",
            "number": "1",
            "topic": "hall:a",
        }
        failed = mine.ask(do="say", topic="hall:a", kind="fail", number=2)
        assert (failed["error"], failed["number"]) == ("failed", "2")
        assert mine.is_quiet()


def test_strangers_and_unknown_topics_are_answered_alike(
    installation: Installation, server: Server, world: dict[str, Any]
) -> None:
    pk = person_of(installation, world["visitors"][1])
    asked = [f"cell:{pk}", "cell:999999", "nosuch:a", "cell", "hall:", f"desk:{world['session']}"]
    for key in (world["visitors"][0], "", "forged" * 5):
        with talking(server, key) as talk:
            for topic in asked:
                got = talk.ask(do="subscribe", topic=topic)
                assert got == {
                    "error": "not_found",
                    "words": "This does not exist, or you may not see it.",
                    "topic": topic,
                }
            said = talk.ask(do="say", topic=f"cell:{pk}", kind="word", number="n")
            assert said["error"] == ("not_found" if key == world["visitors"][0] else "sign_in")
    with talking(server, world["visitors"][1]) as owner:
        assert owner.ask(do="subscribe", topic=f"cell:{pk}")["on"] == f"cell:{pk}"


def test_topics_of_rooms_without_a_handler_take_no_messages(server: Server, world: dict[str, Any]) -> None:
    with talking(server, world["visitors"][0]) as talk:
        topic = f"session:{world['session']}"
        assert talk.ask(do="subscribe", topic=topic)["on"] == topic
        assert talk.ask(do="say", topic=topic, kind="word", number="n")["error"] == "not_found"


def test_pages_of_other_sites_and_other_addresses_get_no_socket(
    server: Server, world: dict[str, Any]
) -> None:
    port = urlsplit(server.base).port
    for origin in (
        None,
        "null",
        "https://evil.example",
        f"http://evil.example:{port}",
        "http://127.0.0.1:1",
        f"http://localhost:{port}",
    ):
        with pytest.raises(InvalidStatus) as refused, talking(server, world["visitors"][0], origin=origin):
            pass
        assert refused.value.response.status_code == 403, origin


def test_sockets_open_at_one_address_only(server: Server) -> None:
    for path in ("/ws/", "/wsx", "/live/hall:a", "/en/"):
        with raw(server) as line:
            line.sendall(handshake(server, path))
            assert b" 404 " in line.recv(200).split(b"\r\n")[0], path
    assert Client(server.base).get("/ws").status == 404


def test_bad_frames_are_answered_or_closed_with_a_code(server: Server, world: dict[str, Any]) -> None:
    with talking(server, world["visitors"][0]) as talk:
        for frame, code in (
            ([], "malformed"),
            (7, "malformed"),
            ({}, "unknown"),
            ({"do": "dance"}, "unknown"),
            ({"do": ["say"]}, "unknown"),
            ({"do": "subscribe"}, "malformed"),
            ({"do": "subscribe", "topic": 5}, "malformed"),
            ({"do": "subscribe", "topic": "a" * 201}, "malformed"),
            ({"do": "subscribe", "topic": "hall:a", "after": "1"}, "malformed"),
            ({"do": "subscribe", "topic": "hall:a", "after": -1}, "malformed"),
            ({"do": "subscribe", "topic": "hall:a", "after": True}, "malformed"),
            ({"do": "subscribe", "topic": "hall:a\u0000"}, "not_found"),
            ({"do": "say", "topic": "hall:a"}, "malformed"),
            ({"do": "say", "topic": "hall:a", "kind": "word"}, "malformed"),
            ({"do": "say", "topic": "hall:a", "kind": "word", "number": {}}, "malformed"),
            ({"do": "say", "topic": "hall:a", "kind": "word", "number": "n" * 101}, "malformed"),
            ({"do": "say", "topic": "hall:a", "kind": "k" * 41, "number": 1}, "malformed"),
            ({"do": "say", "topic": "hall:a", "kind": "word", "number": 1, "data": []}, "malformed"),
            ({"do": "say", "topic": "hall:a", "kind": "word", "number": 1, "data": {"text": "\ud800"}}, "malformed"),
        ):  # fmt: skip
            talk.line.send(json.dumps(frame))
            assert talk.next()["error"] == code, frame
        assert talk.is_quiet()
    for sent, code in (
        ("{", 4400),
        ("[" * 60_000, 4400),
        ("", 4400),
        (b"{}", 1003),
        (json.dumps({"do": "say", "data": "x" * 66_000}), 1009),
        ("x" * 1_000_000, 1009),
    ):
        with talking(server, world["visitors"][0]) as talk:
            talk.line.send(sent)
            assert talk.close_code() == code, str(sent)[:20]


def test_control_characters_and_overrides_arrive_as_they_were_said(
    server: Server, world: dict[str, Any]
) -> None:
    text = "a\u0000\u202eb\u2028\nc" + "👍🏽"
    with talking(server, world["visitors"][0]) as talk, talking(server) as other:
        other.ask(do="subscribe", topic="hall:odd")
        assert (
            talk.ask(do="say", topic="hall:odd", kind="word", data={"text": text}, number="odd")["ok"]
            == "odd"
        )
        assert other.facts()[0]["text"] == text


def test_one_connection_listens_to_so_many_topics(server: Server) -> None:
    with talking(server) as talk:
        for n in range(64):
            if n % 20 == 19:
                time.sleep(1)  # the pace of frames is another test's
            assert "on" in talk.ask(do="subscribe", topic=f"hall:m{n}")
        assert talk.ask(do="subscribe", topic="hall:over")["error"] == "too_many"
        assert talk.ask(do="subscribe", topic="hall:m3")["on"] == "hall:m3"  # again: no further place
        talk.ask(do="unsubscribe", topic="hall:m3")
        assert talk.ask(do="subscribe", topic="hall:over")["on"] == "hall:over"


def test_one_person_has_so_many_sockets_and_gets_their_places_back(
    server: Server, world: dict[str, Any]
) -> None:
    held = [talking(server, world["visitors"][2]) for _ in range(24)]
    for one in held:
        one.__enter__()
    try:
        with pytest.raises(InvalidStatus) as refused, talking(server, world["visitors"][2]):
            pass
        assert refused.value.response.status_code == 429
        with talking(server, world["visitors"][3]) as other:
            assert other.is_quiet()
    finally:
        for one in held:
            one.__exit__(None, None, None)
    ends = time.monotonic() + 10
    while True:
        try:
            with talking(server, world["visitors"][2]) as again:
                assert again.is_quiet()
            break
        except InvalidStatus:
            assert time.monotonic() < ends, "places are not given back"
            time.sleep(0.1)


def test_one_who_sends_ten_thousand_frames_is_told_then_closed_and_others_are_served(
    server: Server, world: dict[str, Any]
) -> None:
    """No figure of time: others' messages are all answered while the flood goes on, and the flood is ended."""
    frame = json.dumps({"do": "say", "topic": "hall:flood", "kind": "word", "number": "f"})
    closed: list[int] = []
    slowed = threading.Event()

    def flood() -> None:
        with talking(server, world["visitors"][0]) as talk:

            def read() -> None:
                try:
                    while True:
                        if talk.next(30).get("error") == "slow_down":
                            slowed.set()
                except ConnectionClosed as end:
                    closed.append(end.rcvd.code if end.rcvd else 0)

            reading = threading.Thread(target=read)
            reading.start()
            try:
                for _ in range(10_000):
                    talk.line.send(frame)
            except ConnectionClosed:
                pass
            reading.join(30)

    flooding = threading.Thread(target=flood)
    with talking(server, world["visitors"][1]) as talk:
        talk.ask(do="subscribe", topic="hall:calm")
        flooding.start()
        for n in range(30):
            talk.tell(do="say", topic="hall:calm", kind="word", number=f"calm-{n}", data={"text": n})
            assert talk.until("ok")["ok"] == f"calm-{n}"
        flooding.join(60)
    assert slowed.is_set()
    assert closed == [4429]


def test_a_slow_message_of_one_does_not_hold_up_another(server: Server, world: dict[str, Any]) -> None:
    with talking(server, world["visitors"][0]) as slow, talking(server, world["visitors"][1]) as quick:
        slow.tell(do="say", topic="hall:a", kind="slow", data={"seconds": 3}, number="slow")
        assert quick.ask(do="say", topic="hall:b", kind="word", number="quick")["ok"] == "quick"
        with pytest.raises(TimeoutError):
            slow.next(timeout=0.2)
        assert slow.next()["ok"] == "slow"


def test_five_hundred_half_open_sockets_leave_the_server_open(server: Server, world: dict[str, Any]) -> None:
    """A third says nothing, a third breaks off in the head, a third has shaken hands and says no more."""
    held: list[socket.socket] = []
    head = handshake(server, "/ws")
    try:
        for n in range(500):
            line = raw(server)
            line.sendall((b"", head[:40], head)[n % 3])
            held.append(line)
        with talking(server, world["visitors"][0]) as talk:
            assert talk.ask(do="say", topic="hall:open", kind="word", number="open")["ok"] == "open"
        assert server.get("/healthz").status == 200
        held[0].settimeout(40)
        held[1].settimeout(40)
        assert held[0].recv(10) == b""  # let go by the server
        assert held[1].recv(10) == b""
    finally:
        for line in held:
            line.close()


def test_everybody_is_told_when_the_server_ends(installation: Installation, world: dict[str, Any]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with serving(installation) as own, talking(own) as one, talking(own, world["visitors"][0]) as other:
            one.ask(do="subscribe", topic="hall:a")
            own.process.send_signal(number)
            for talk in (one, other):
                bye = talk.next()
                assert bye["bye"] == "deploy"
                assert 500 <= bye["after"] <= 6000
                assert talk.close_code() == 1012
            own.process.wait(timeout=15)
            said = own.log.read_text()
            assert "Cancel" not in said
            assert "Traceback" not in said, said


def raw(server: Server) -> socket.socket:
    """A plain connection."""
    address = urlsplit(server.base)
    return socket.create_connection((str(address.hostname), address.port), timeout=10)


def handshake(server: Server, path: str, key: str = "") -> bytes:
    """The head of a socket's opening."""
    cookies = "; ".join(f"{name}={value}" for name, value in cookies_of(key).items())
    host = server.base.removeprefix("http://")
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {server.base}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nCookie: {cookies}\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()
