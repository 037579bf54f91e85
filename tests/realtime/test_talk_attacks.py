"""Floods of messages at a real server: limits hold, nobody else is disturbed."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.config.installation import Installation, Server
from tests.realtime.talking import Talk, talking

FLOOD = 10_000
MAKE = "import json; from tests.realtime.talk_world import make; print(json.dumps(make()))"
KEPT = "import json, sys; from tests.realtime.talk_world import kept; print(json.dumps(kept(sys.argv[1])))"


@pytest.fixture
def world(installation: Installation) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(installation.python(MAKE))
    return found


@pytest.fixture(scope="module")
def server(installation: Installation) -> Iterator[Server]:
    """The server, with tables and nobody in them yet."""
    with installation.serving() as started:
        yield started


def kept(installation: Installation, code: str) -> list[list[Any]]:
    found: list[list[Any]] = json.loads(installation.python(KEPT, code))
    return found


def say(talk: Talk, code: str, text: str, number: str) -> dict[str, Any]:
    """Say it and read the answer to it."""
    talk.tell(do="say", topic=f"talk:{code}", kind="say", number=number, data={"text": text})
    while True:
        found = talk.next(30)
        if found.get("ok") == number or found.get("number") == number:
            return found


def test_ten_thousand_messages_from_one_client_disturb_nobody(
    installation: Installation, server: Server, world: dict[str, Any]
) -> None:
    one, two = world["one"], world["two"]
    frame = {"do": "say", "topic": f"talk:{one['code']}", "kind": "say", "data": {"text": "Buy!"}}
    with talking(server, two["visitor"]) as visitor, talking(server, two["host"]) as host:
        host.tell(do="subscribe", topic=f"talk:{two['code']}")
        host.until("on")
        sent = closed = 0
        while sent < FLOOD:
            with suppress(ConnectionClosed), talking(server, one["visitor"]) as flooder:
                while sent < FLOOD:
                    sent += 1
                    flooder.tell(**frame, number=f"flood-{sent}")
            closed += 1
            answer = say(visitor, two["code"], f"In between {closed}", f"own-{closed}")
            assert answer.get("ok") == f"own-{closed}", answer
        assert host.facts()
    flooded = [text for _number, side, text in kept(installation, one["code"]) if side == "a"]
    assert 2 <= len(flooded) <= 21, "twenty within a minute, and the first word"
    calm = [text for _number, _side, text in kept(installation, two["code"])]
    assert calm == ["Begun two", *(f"In between {turn + 1}" for turn in range(closed))]
    assert server.get("/healthz").status == 200


def test_who_sends_too_fast_is_told_and_then_let_go(server: Server, world: dict[str, Any]) -> None:
    one = world["one"]
    with talking(server, one["visitor"]) as flooder:
        with suppress(ConnectionClosed):
            for number in range(2000):
                flooder.tell(
                    do="say", topic=f"talk:{one['code']}", kind="say", number=f"n{number}", data={"text": "!"}
                )
        assert flooder.close_code(30) == 4429
