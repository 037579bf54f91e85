"""Attacks on conversations at a real server: floods, messages of 1 MB, foreign topics; killed between commit and answer."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.config.installation import HERE, Client, Installation, Server, _wait_for
from tests.programme.live_world import cookies_of
from tests.realtime.talking import Talk, talking
from tools.services import free_port

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


def test_a_message_of_a_megabyte_closes_its_own_socket_alone(
    installation: Installation, server: Server, world: dict[str, Any]
) -> None:
    one = world["one"]
    with talking(server, one["host"]) as host:
        with talking(server, one["visitor"]) as visitor:
            with suppress(ConnectionClosed):
                visitor.tell(
                    do="say",
                    topic=f"talk:{one['code']}",
                    kind="say",
                    number="big",
                    data={"text": "x" * 1_000_000},
                )
            assert visitor.close_code() == 1009
        assert say(host, one["code"], "Still here", "own-1")["ok"] == "own-1"
    assert [text for *_rest, text in kept(installation, one["code"])] == ["Begun one", "Still here"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u0000b\u0007c\u009bd", "abcd"),
        ("pay \u202e001\u202c now \u2066x\u2069", "pay 001 now x"),
        ("\ufeffHello\r\n\r\n\r\n\r\nthere", "Hello\n\nthere"),
        ("مرحبا بكم 你好", "مرحبا بكم 你好"),
    ],
)
def test_controls_and_overrides_are_not_kept(
    installation: Installation, server: Server, world: dict[str, Any], text: str, shown: str
) -> None:
    one = world["one"]
    with talking(server, one["visitor"]) as visitor:
        assert say(visitor, one["code"], text, "own-1")["ok"] == "own-1"
    assert kept(installation, one["code"])[-1][2] == shown


@pytest.mark.parametrize("text", ["\u0000\u0001\u0002", "\u202e\u202e", " \n\t ", ""])
def test_nothing_to_read_is_refused_with_a_sentence(server: Server, world: dict[str, Any], text: str) -> None:
    with talking(server, world["one"]["visitor"]) as visitor:
        answer = say(visitor, world["one"]["code"], text, "own-1")
    assert (answer["error"], answer["words"]) == ("refused", "Write something, or add a file.")


def test_another_firms_conversation_is_not_there(
    installation: Installation, server: Server, world: dict[str, Any]
) -> None:
    one, two = world["one"], world["two"]
    for key in (two["visitor"], two["host"], world["administrator"], ""):
        with talking(server, key) as stranger:
            for topic in (
                f"talk:{one['code']}",
                f"inbox:{one['visitor_id']}",
                f"talk:{one['code']}/..",
                "talk:",
                "talk:%",
            ):
                found = stranger.ask(do="subscribe", topic=topic, after=0)
                assert found["error"] == "not_found", (topic, found)
            answer = say(stranger, one["code"], "Let me in", "own-1")
            assert answer["error"] == ("not_found" if key else "sign_in")
    assert len(kept(installation, one["code"])) == 1


def test_what_is_said_in_one_is_not_heard_in_another(server: Server, world: dict[str, Any]) -> None:
    one, two = world["one"], world["two"]
    with talking(server, two["host"]) as other, talking(server, one["visitor"]) as visitor:
        other.tell(do="subscribe", topic=f"talk:{two['code']}")
        other.until("on")
        assert say(visitor, one["code"], "Between us", "own-1")["ok"] == "own-1"
        assert other.is_quiet()


@contextmanager
def dying(installation: Installation) -> Iterator[Server]:
    """A server that ends itself after the next commit of a message."""
    port = free_port()
    log = installation.folder / f"dying-{port}.log"
    own = {"EVERFAIR_BASE_URL": f"http://127.0.0.1:{port}", **installation.environment}
    words = [sys.executable, "-m", "tests.realtime.dying", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(words, env=own, cwd=HERE, stdout=out, stderr=out)
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_for(server)
        yield server
    finally:
        process.kill()
        process.wait(timeout=20)


def test_killed_between_commit_and_answer_nothing_is_lost_and_nothing_twice(
    installation: Installation, world: dict[str, Any]
) -> None:
    """kill -9 after the commit, before the answer; the browser sends again with its own number, by socket and by form."""
    one, mark = world["one"], Path(installation.folder, "die")
    page = f"/en/my/conversations/{world['edition']}/{one['code']}/"
    with dying(installation) as server:
        mark.touch()
        with talking(server, one["visitor"]) as visitor, pytest.raises((ConnectionClosed, TimeoutError)):
            say(visitor, one["code"], "By socket", "own-socket")
        assert server.process.wait(timeout=20) == -9
    assert not mark.exists()
    with dying(installation) as server:
        mark.touch()
        browser = Client(server.base, cookies_of(one["visitor"]))
        with pytest.raises((OSError, EOFError)):
            browser.post(page + "say/", {"text": "By form", "number": "own-form"})
        assert server.process.wait(timeout=20) == -9
    said = [[1, "a", "Begun one"], [2, "a", "By socket"], [3, "a", "By form"]]
    assert kept(installation, one["code"]) == said, "committed before the end"
    with dying(installation) as server:
        with talking(server, one["visitor"]) as visitor:
            again = say(visitor, one["code"], "By socket", "own-socket")
            assert again["data"]["number"] == 2
            visitor.tell(do="subscribe", topic=f"talk:{one['code']}")
            assert "on" in visitor.until("on")
        browser = Client(server.base, cookies_of(one["visitor"]))
        answer = browser.post(page + "say/", {"text": "By form", "number": "own-form"})
        assert answer.status == 302, answer.text[:500]
        shown = browser.get(page).text
        assert shown.count("By form") == 1
        assert shown.count("By socket") == 1
    assert kept(installation, one["code"]) == said
