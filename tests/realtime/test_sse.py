"""Live facts over a real server: who may listen, what arrives, what those get who come back, and that the server ends."""

import http.client
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

from tests.config.installation import Client, Installation, Server
from tests.programme.live_world import cookies_of

Event = tuple[str, str, Any]  # (id, kind, data)


class Stream:
    """One open connection, read event by event."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.response = response
        self.status = response.status

    def next(self) -> Event:
        """The next event; comments and empty ones are passed over. ("", "end", None) at the end."""
        got = {"id": "", "event": "message", "data": ""}
        while True:
            line = self.response.readline()
            if not line:
                return "", "end", None
            text = line.decode().rstrip("\n")
            if not text and got["data"]:
                return got["id"], got["event"], json.loads(got["data"])
            name, _, value = text.partition(": ")
            if name in got:
                got[name] = value


@contextmanager
def listening(server: Server, topic: str, key: str = "", after: str = "", **headers: str) -> Iterator[Stream]:
    address = urlsplit(server.base)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    cookies = "; ".join(f"{name}={value}" for name, value in cookies_of(key).items())
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    query = f"?after={after}" if after else ""
    connection.request("GET", f"/live/{quote(topic)}{query}", headers={"Cookie": cookies, **sent})
    try:
        yield Stream(connection.getresponse())
    finally:
        connection.close()


def status(server: Server, topic: str, key: str = "") -> int:
    with listening(server, topic, key) as stream:
        return stream.status


def client(server: Server, key: str) -> Client:
    return Client(server.base, cookies_of(key))


def ask(server: Server, world: dict[str, Any], person: int, text: str) -> None:
    answer = client(server, world["visitors"][person]).post(f"/en{world['room']}ask/", {"text": text})
    assert answer.status == 302, answer.text


def test_who_may_listen(server: Server, world: dict[str, Any]) -> None:
    room, desk = f"session:{world['session']}", f"desk:{world['session']}"
    visitor, moderator = world["visitors"][0], world["moderator"]
    assert [status(server, room, key) for key in ("", visitor, moderator, "no-such-session")] == [200] * 4
    assert [status(server, desk, key) for key in ("", visitor, moderator)] == [404, 404, 200]
    hidden = f"session:{world['hidden']}"
    assert [status(server, hidden, key) for key in ("", visitor, moderator)] == [404, 404, 200]
    stage = f"stage:{world['edition']}:{world['stage']}"
    assert [status(server, stage), status(server, stage + "x")] == [200, 404]
    zone = f"zone:{world['edition_id']}"
    assert [status(server, zone, key) for key in ("", visitor, moderator)] == [404, 404, 200]
    floor = f"floor:{world['edition_id']}"
    assert [status(server, floor, key) for key in ("", visitor, moderator)] == [404, 404, 200]


def test_what_is_no_topic_is_not_found(server: Server) -> None:
    for topic in (
        "",
        "session",
        "session:",
        "session:nosuch",
        "nosuch:a",
        "zone:x",
        "zone:²",
        "stage:a",
        "floor:",
        "floor:x",
        "floor:²",
        "a" * 300,
    ):
        assert status(server, topic) == 404, topic
    answer = Client(server.base).ask("POST", "/live/session:a", b"")
    assert (answer.status, answer.headers["allow"]) == (405, "GET")


def test_the_floor_s_facts_reach_the_team_and_no_other_page(server: Server, world: dict[str, Any]) -> None:
    """Tables are laid out, then a question is asked: whoever listens elsewhere gets the question as their first event."""
    floor, room = f"floor:{world['edition_id']}", f"session:{world['session']}"
    desk = client(server, world["moderator"])
    with (
        listening(server, floor, world["moderator"]) as mine,
        listening(server, room, world["visitors"][3]) as other,
    ):
        made = desk.post(
            f"/en/desk/{world['edition']}/meetings/places/",
            {"part": "lines", "count": "2"},
        )
        assert made.status == 302, made.text
        _id, kind, facts = mine.next()
        assert (kind, facts) == ("message", [{"kind": "floor", "slot": 0}])
        ask(server, world, 3, "Who else sees the floor?")
        _id, _kind, seen = other.next()
        assert [fact["kind"] for fact in seen] == ["own"]


def test_facts_arrive_and_those_who_come_back_get_what_they_missed(
    server: Server, world: dict[str, Any]
) -> None:
    room, desk = f"session:{world['session']}", f"desk:{world['session']}"
    asker = world["visitors"][0]
    with listening(server, desk, world["moderator"]) as at_desk, listening(server, room, asker) as mine:
        with listening(server, room) as anybody:
            ask(server, world, 0, "What did I miss?")
            _id, _kind, (question,) = at_desk.next()
            assert (question["text"], question["state"]) == ("What did I miss?", "asked")
            first, _kind, (own,) = mine.next()
            assert (own["kind"], own["waits"]) == ("own", True)
            done = client(server, world["moderator"]).post(
                f"/en{world['moderate']}questions/{question['id']}/", {"state": "shown"}
            )
            assert done.status == 302
            shown, kind, facts = anybody.next()
            assert (kind, [fact["text"] for fact in facts]) == ("message", ["What did I miss?"])
            assert int(shown) > int(first)
        with listening(server, room, after=first) as back:
            assert back.next()[0] == shown
        with listening(server, room, after="1", Last_Event_ID=first) as back:
            assert back.next()[0] == shown  # what the browser says itself is newer than the page's address
        with listening(server, room, after="1") as stale:
            assert stale.next()[1] == "stale"
        with listening(server, room, after=shown) as up_to_date:
            ask(server, world, 1, "And now?")
            question = at_desk.next()[2][0]
            question = question if question["text"] == "And now?" else at_desk.next()[2][0]
            client(server, world["moderator"]).post(
                f"/en{world['moderate']}questions/{question['id']}/", {"state": "shown"}
            )
            assert up_to_date.next()[2][0]["text"] == "And now?"


def test_the_stream_is_made_for_proxies(server: Server, world: dict[str, Any]) -> None:
    with listening(server, f"session:{world['session']}") as stream:
        headers = {name.lower(): value for name, value in stream.response.getheaders()}
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")


def test_one_address_has_so_many_and_gets_its_places_back(server: Server, world: dict[str, Any]) -> None:
    topic = f"session:{world['session']}"
    held = [listening(server, topic) for _ in range(8)]
    streams = [one.__enter__() for one in held]
    assert [stream.status for stream in streams] == [200] * 8
    try:
        with listening(server, topic) as one_too_many:
            assert one_too_many.status == 429
            assert one_too_many.response.getheader("retry-after") == "30"
    finally:
        for one in held:
            one.__exit__(None, None, None)
    ends = time.monotonic() + 10
    while status(server, topic) != 200:
        assert time.monotonic() < ends, "places are not given back"
        time.sleep(0.1)


def test_the_server_ends_at_once_however_many_listen(
    installation: Installation, world: dict[str, Any]
) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with installation.serving() as own:
            topic = f"session:{world['session']}"
            with listening(own, topic) as one, listening(own, topic, world["visitors"][0]) as other:
                assert (one.status, other.status) == (200, 200)
                own.process.send_signal(number)
                assert (one.next()[1], other.next()[1]) == ("end", "end")
                own.process.wait(timeout=15)
            assert "Cancel" not in own.log.read_text(), "the server had to cut listeners off"
