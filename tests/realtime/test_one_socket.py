"""One socket inside this process, with a browser made of two queues: slow readers, changed rights, deploy, pace."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from everfair.gateways.live.hub import Hub
from everfair.realtime import asking
from everfair.realtime.face import LiveFace
from everfair.realtime.pace import BURST, PATIENCE, Pace
from everfair.realtime.sockets import WAITING
from everfair.realtime.topics import TOPICS, Topic

HEADERS = [(b"host", b"127.0.0.1:8000"), (b"origin", b"http://127.0.0.1:8000")]
SHUT: set[str] = set()


@pytest.fixture(autouse=True)
def _a_topic(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """hall:<name> is open unless it is in SHUT."""
    SHUT.clear()
    asking.forget_answers()
    monkeypatch.setitem(TOPICS, "hall", Topic(lambda _person, rest: rest not in SHUT, follows=("a.change",)))
    yield
    asking.forget_answers()


class Browser:
    """The other side: what it says, what it took; `stuck` once it takes no more."""

    def __init__(self, face: LiveFace) -> None:
        self.says: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.took: list[dict[str, Any]] = []
        self.closed: int | None = None
        self.may_take = asyncio.Event()
        self.may_take.set()
        scope = {
            "type": "websocket", "path": "/ws", "headers": HEADERS, "query_string": b"", "client": ("10.0.0.1", 1)
        }  # fmt: skip
        self.says.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(face(scope, self.says.get, self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        await self.may_take.wait()
        if message["type"] == "websocket.send":
            frame = json.loads(message["text"])
            if frame != {"hello": None}:
                self.took.append(frame)
        elif message["type"] == "websocket.close":
            self.closed = message["code"]

    def tell(self, **frame: Any) -> None:
        self.says.put_nowait({"type": "websocket.receive", "text": json.dumps(frame)})

    async def until(self, name: str) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while True:
                found = next((frame for frame in self.took if name in frame), None)
                if found is not None:
                    self.took.remove(found)
                    return found
                await asyncio.sleep(0.005)


def in_a_face(play: Callable[[LiveFace], Awaitable[None]]) -> None:
    async def run() -> None:
        face = LiveFace(Hub(window=0, for_each=0), per_address=100, most=100)
        face.start()
        try:
            await play(face)
        finally:
            await face.stop()

    asyncio.run(run())


def test_a_reader_who_takes_nothing_is_let_go_and_others_lose_nothing() -> None:
    async def play(face: LiveFace) -> None:
        stuck, quick = Browser(face), Browser(face)
        for browser in (stuck, quick):
            browser.tell(do="subscribe", topic="hall:a")
            await browser.until("on")
        stuck.may_take.clear()
        for n in range(WAITING + 5):
            face.hub.publish("hall:a", {"n": n})
            await asyncio.sleep(0.001)
        await asyncio.wait_for(stuck.task, 5)  # though its last words are never taken
        async with asyncio.timeout(5):
            while len(quick.took) < WAITING + 5:
                await asyncio.sleep(0.005)
        assert [frame["facts"][0]["n"] for frame in quick.took] == list(range(WAITING + 5))
        assert face.hub.count() == 1
        assert face.places.total == 1

    in_a_face(play)


def test_missed_facts_that_do_not_fit_are_word_that_the_page_is_stale() -> None:
    async def play(face: LiveFace) -> None:
        start = face.hub.position("hall:a")
        for n in range(WAITING + 5):
            face.hub.publish("hall:a", {"n": n})
            await asyncio.sleep(0)
        browser = Browser(face)
        browser.tell(do="subscribe", topic="hall:a", after=start)
        assert await browser.until("stale") == {"stale": "hall:a"}
        assert (await browser.until("on"))["number"] == start + WAITING + 5

    in_a_face(play)


def test_when_rights_change_the_topic_is_taken_away_and_the_others_stay() -> None:
    async def play(face: LiveFace) -> None:
        browser = Browser(face)
        for topic in ("hall:a", "hall:b"):
            browser.tell(do="subscribe", topic=topic)
            await browser.until("on")
        SHUT.add("a")
        face.hub.tell({"again": True, "person": None, "topic": "hall:a"})
        gone = await browser.until("error")
        assert (gone["error"], gone["topic"]) == ("not_found", "hall:a")
        face.hub.publish("hall:a", {"secret": 1})
        face.hub.publish("hall:b", {"open": 1})
        assert (await browser.until("facts"))["topic"] == "hall:b"
        assert not browser.took

    in_a_face(play)


def test_a_change_of_a_table_that_a_topic_follows_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("everfair.realtime.rechecking.PAUSE", 0.0)

    async def play(face: LiveFace) -> None:
        browser = Browser(face)
        browser.tell(do="subscribe", topic="hall:a")
        await browser.until("on")
        SHUT.add("a")
        await asyncio.to_thread(face.note, ["another.change"])
        await asyncio.sleep(0.05)
        assert not browser.took
        await asyncio.to_thread(face.note, ["a.change"])
        assert (await browser.until("error"))["topic"] == "hall:a"

    in_a_face(play)


def test_the_sweep_finds_rights_that_nobody_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("everfair.realtime.rechecking.EVERYBODY", 1)

    async def play(face: LiveFace) -> None:
        browser = Browser(face)
        browser.tell(do="subscribe", topic="hall:a")
        await browser.until("on")
        SHUT.add("a")
        asking.forget_answers()
        await face.rechecker.sweep(0)
        assert (await browser.until("error"))["topic"] == "hall:a"

    in_a_face(play)


def test_a_right_that_goes_while_it_is_asked_for_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer was yes, the word came before the subscription stood: it must not slip through."""

    async def play(face: LiveFace) -> None:
        subscribe = face.hub.subscribe

        async def late(*args: Any, **more: Any) -> Any:
            SHUT.add("a")
            face.hub._obey({"again": True, "topic": "hall:a"})
            return await subscribe(*args, **more)

        monkeypatch.setattr(face.hub, "subscribe", late)
        browser = Browser(face)
        browser.tell(do="subscribe", topic="hall:a")
        assert (await browser.until("error"))["topic"] == "hall:a"
        assert face.hub.lines_on("hall:a") == []

    in_a_face(play)


def test_the_end_is_told_and_who_comes_then_is_refused() -> None:
    async def play(face: LiveFace) -> None:
        browser = Browser(face)
        browser.tell(do="ping")
        await browser.until("pong")
        assert face.close() > 0
        bye = await browser.until("bye")
        await browser.task
        assert (bye["bye"], browser.closed) == ("deploy", 1012)
        assert 500 <= bye["after"] <= 6000
        late = Browser(face)
        await late.task
        assert (late.took, late.closed) == ([], 1008)

    in_a_face(play)


def test_who_opens_a_socket_and_does_nothing_is_let_go() -> None:
    async def play(face: LiveFace) -> None:
        idle, busy = Browser(face), Browser(face)
        busy.tell(do="subscribe", topic="hall:a")
        await busy.until("on")
        idle.tell(do="ping")
        await idle.until("pong")
        socket = next(one for one in face.sockets.open if not one.line.listeners)
        face.sockets.close_idle(socket.used_at + 59)
        assert not socket.line.is_ended
        face.sockets.close_idle(socket.used_at + 61)
        assert (await idle.until("bye"))["bye"] == "idle"
        assert not busy.task.done()

    in_a_face(play)


def test_a_bucket_fills_again_and_patience_ends() -> None:
    pace = Pace(0.0)
    assert sum(pace.allows(0.0) for _ in range(200)) == BURST
    assert pace.is_word_due(0.0)
    assert not pace.is_word_due(0.5)
    assert pace.is_word_due(1.0)
    assert sum(pace.allows(1.0) for _ in range(200)) == 20
    assert sum(pace.allows(100.0) for _ in range(200)) == BURST
    assert not pace.is_hopeless
    for _ in range(PATIENCE + 1):
        pace.allows(100.0)
    assert pace.is_hopeless
