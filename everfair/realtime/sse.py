"""Server-sent events at /live/<topic>: who may listen is asked, then bytes flow until either side goes. No facts made here."""

import asyncio
import random
from contextlib import suppress
from urllib.parse import parse_qs

from everfair.gateways.live import Hub, Line
from everfair.gateways.live.hub import BEAT
from everfair.realtime.asgi_types import Headers, Receive, Scope, Send
from everfair.realtime.asking import Caller, caller_of, may_listen, read_person
from everfair.realtime.places import Places

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


class EventDoor:
    """The ASGI application behind /live/."""

    def __init__(self, hub: Hub, places: Places) -> None:
        self.hub = hub
        self.places = places

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
        if self.hub.is_closed or not self.places.are_left(caller.address):
            await _say(send, 503 if self.hub.is_closed else 429, [(b"retry-after", b"30")])
            return
        with self.places.one(caller.address):
            await self._serve(scope, receive, send, topic, caller)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, topic: str, caller: Caller) -> None:
        heard = self.hub.heard
        person = await read_person(caller)
        may = None if person.is_away else await may_listen(topic, person)
        if may is None:
            await _say(send, 503, [(b"retry-after", b"5")])
            return
        if not may:
            await _say(send, 404)
            return
        line = Line(person.pk, session=caller.session)
        line.owner = caller
        try:
            await self.hub.subscribe(topic, person.pk, _position_in(scope), line=line)
            if heard != self.hub.heard and self.hub.ask_again is not None:
                self.hub.ask_again(person.pk, topic)  # somebody may have taken the right away while we asked
            await _stream(line, receive, send)
        finally:
            self.hub.part(line)

    def beat(self, turn: int) -> None:
        """A comment for silent connections: call each second, a twentieth of them gets it."""
        for line in self.hub.lines()[turn % BEAT_EVERY :: BEAT_EVERY]:
            if line.form == "event" and line.is_empty:
                line.put(BEAT)


async def _stream(line: Line, receive: Receive, send: Send) -> None:
    """Write what the line gets. The reader's going, its slowness and our own end all cancel this task through it."""
    line.task = task = asyncio.current_task()
    watching = asyncio.create_task(_watch(line, receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": STREAM})
        hello = f"retry: {random.randint(*COME_BACK)}\n\n".encode()
        await send({"type": "http.response.body", "body": hello, "more_body": True})
        while wires := await line.read_all():
            body = b"".join(wire for wire in wires if isinstance(wire, bytes))
            await send({"type": "http.response.body", "body": body, "more_body": True})
    except asyncio.CancelledError:
        if not line.is_ended:  # the server itself cancels
            raise
        if task is not None:
            task.uncancel()
    finally:
        line.is_ended = True
        watching.cancel()
    with suppress(TimeoutError):  # a stuck reader does not take the end either
        await asyncio.wait_for(send({"type": "http.response.body", "body": b"", "more_body": False}), 0.5)


async def _watch(line: Line, receive: Receive) -> None:
    """Notice that the browser has gone."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            line.end("gone")
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
