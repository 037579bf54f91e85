"""Server-sent events at /live/<topic>: who may listen is asked once, then bytes flow until either side goes. No facts made here."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from everfair.gateways.live import Hub, Listener
from everfair.gateways.live.hub import BEAT
from everfair.realtime.asking import Caller, caller_of, may_listen, read_person

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PREFIX = "/live/"
BEAT_EVERY = 20  # seconds; proxies close what is silent for a minute
COME_BACK = (2000, 8000)  # milliseconds after which a browser comes back, so that not all come at once
LONGEST_TOPIC = 200
STREAM: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would collect events
    (b"x-content-type-options", b"nosniff"),
]


class LiveFace:
    """The ASGI application behind /live/. `start` and `stop` with the process, `close` as soon as it is asked to end."""

    def __init__(self, hub: Hub, *, per_address: int, most: int) -> None:
        self.hub = hub
        self.per_address = per_address
        self.most = most
        self.open: Counter[str] = Counter()  # connections by address
        self.total = 0
        self._heart: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to take facts and connections, in the running loop."""
        self.hub.start()
        self._heart = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """End everything."""
        if self._heart is not None:
            self._heart.cancel()
        self.hub.close()
        await asyncio.to_thread(self.hub.stop)  # waits for the threads that speak with Redis

    def close(self) -> None:
        """Let all listeners go, so that the server can end: from a signal's handler or the loop."""
        self.hub.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection from its request to its end."""
        topic = scope["path"].removeprefix(PREFIX)
        if scope["method"] != "GET":
            await _say(send, 405, [(b"allow", b"GET")])
            return
        if not topic or len(topic) > LONGEST_TOPIC:
            await _say(send, 404)
            return
        caller = caller_of(scope)
        if self.hub.is_closed or not self._has_room(caller):
            await _say(send, 503 if self.hub.is_closed else 429, [(b"retry-after", b"30")])
            return
        self.open[caller.address] += 1
        self.total += 1
        try:
            await self._serve(scope, receive, send, topic, caller)
        finally:
            self.total -= 1
            self.open[caller.address] -= 1
            if self.open[caller.address] <= 0:
                del self.open[caller.address]

    def _has_room(self, caller: Caller) -> bool:
        return self.total < self.most and self.open[caller.address] < self.per_address

    async def _serve(self, scope: Scope, receive: Receive, send: Send, topic: str, caller: Caller) -> None:
        person = await read_person(caller)
        if person.is_away:
            await _say(send, 503, [(b"retry-after", b"5")])
            return
        if not await may_listen(topic, person):
            await _say(send, 404)
            return
        listener = await self.hub.subscribe(topic, person.pk, _position_in(scope))
        try:
            await _stream(listener, receive, send)
        finally:
            self.hub.leave(listener)

    async def _beat(self) -> None:
        """A comment for silent connections, a twentieth of them each second."""
        turn = 0
        while True:
            await asyncio.sleep(1)
            turn = (turn + 1) % BEAT_EVERY
            for listener in self.hub.listeners()[turn::BEAT_EVERY]:
                if listener.queue.empty():
                    listener.put(BEAT)


async def _stream(listener: Listener, receive: Receive, send: Send) -> None:
    """Write what the listener gets. The reader's going, its slowness and our own end all cancel this task through it."""
    listener.task = task = asyncio.current_task()
    watching = asyncio.create_task(_watch(listener, receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": STREAM})
        hello = f"retry: {random.randint(*COME_BACK)}\n\n".encode()
        await send({"type": "http.response.body", "body": hello, "more_body": True})
        while wire := await listener.read():
            await send({"type": "http.response.body", "body": wire, "more_body": True})
    except asyncio.CancelledError:
        if not listener.is_ended:  # the server itself cancels
            raise
        if task is not None:
            task.uncancel()
    finally:
        listener.is_ended = True
        watching.cancel()
    with suppress(TimeoutError):  # a stuck reader does not take the end either
        await asyncio.wait_for(send({"type": "http.response.body", "body": b"", "more_body": False}), 0.5)


async def _watch(listener: Listener, receive: Receive) -> None:
    """Notice that the browser has gone."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            listener.end()
            return


def _position_in(scope: Scope) -> int | None:
    """The last number the page has seen: a browser's own header when it comes back, else ?after= from the page."""
    told = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id"), "")
    if not told:
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"), max_num_fields=10)
        told = query.get("after", [""])[0]
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else None


async def _say(send: Send, status: int, headers: Headers | None = None) -> None:
    """An answer without a stream."""
    shown = [(b"content-length", b"0"), (b"cache-control", b"no-store"), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": shown})
    await send({"type": "http.response.body", "body": b""})
