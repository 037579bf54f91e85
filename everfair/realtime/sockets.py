"""WebSockets at /ws: who may open one, and the life of one connection. The protocol: docs/architecture/live-protocol.md."""

import asyncio
import json
from contextlib import suppress
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils import translation

from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.gateways.live import Hub, Line
from everfair.realtime.asgi_types import Receive, Scope, Send
from everfair.realtime.asking import ANYBODY, Caller, Person, caller_of, may_listen, read_person
from everfair.realtime.hearing import Said, SignedOut, hear
from everfair.realtime.pace import Pace
from everfair.realtime.places import Places
from everfair.realtime.replies import as_frame, error, farewell

PATH = "/ws"
MOST_TOPICS = 64  # on one connection
LONGEST_TOPIC, LONGEST_KIND, LONGEST_NUMBER = 200, 40, 100
WAITING = 256  # frames that may wait for one connection
IDLE = 60.0  # seconds after which a connection that listens to nothing and says nothing is closed
LAST_WORD = 0.5  # seconds for the farewell to be taken


class SocketDoor:
    """The ASGI application behind /ws."""

    def __init__(self, hub: Hub, places: Places) -> None:
        self.hub = hub
        self.places = places
        self.open: set[Socket] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection from its handshake to its end."""
        await receive()  # websocket.connect
        if scope["path"] != PATH:
            await _refuse(scope, send, 404)
            return
        if not is_same_site(scope):
            await _refuse(scope, send, 403)
            return
        caller = caller_of(scope)
        if self.hub.is_closed or not self.places.are_left(caller.address):
            await _refuse(scope, send, 503 if self.hub.is_closed else 429)
            return
        with self.places.one(caller.address):
            await self._admit(scope, receive, send, caller)

    async def _admit(self, scope: Scope, receive: Receive, send: Send, caller: Caller) -> None:
        heard = self.hub.heard
        person = await read_person(caller)
        if person.is_away or not self.places.are_left_for(person.pk):
            await _refuse(scope, send, 503 if person.is_away else 429)
            return
        with self.places.one_of(person.pk):
            socket = Socket(self.hub, caller, person, _language_in(scope))
            self.hub.join(socket.line)
            self.open.add(socket)
            try:
                if heard != self.hub.heard and self.hub.ask_again is not None:
                    self.hub.ask_again(person.pk, None)  # the session may have ended while we read it
                await socket.serve(receive, send)
            finally:
                self.open.discard(socket)
                self.hub.part(socket.line)

    def close_idle(self, now: float) -> None:
        """Let those go who opened a connection and do nothing with it."""
        for socket in list(self.open):
            if not socket.line.listeners and now - socket.used_at > IDLE:
                socket.line.end("idle")


class Socket:
    """One open connection."""

    __slots__ = ("caller", "hub", "language", "line", "pace", "person", "used_at")

    def __init__(self, hub: Hub, caller: Caller, person: Person, language: str) -> None:
        self.hub = hub
        self.caller = caller
        self.person = person
        self.language = language
        self.used_at = monotonic()
        self.pace = Pace(self.used_at)
        self.line = Line(person.pk, session=caller.session, form="frame", most=WAITING)
        self.line.owner = caller

    async def serve(self, receive: Receive, send: Send) -> None:
        """Read what is said, write what waits. Slowness, sign-out and our own end cancel this task through the line."""
        line = self.line
        line.task = task = asyncio.current_task()
        writing = None
        try:
            await send({"type": "websocket.accept"})
            self._put({"hello": self.person.pk})  # a page sends what it kept only as the person who wrote it
            writing = asyncio.create_task(_write(line, send))
            while (message := await receive())["type"] == "websocket.receive":
                await self._take(message.get("text"))
            line.reason = "gone"
        except asyncio.CancelledError:
            if not line.is_ended:  # the server itself cancels
                raise
            if task is not None:
                task.uncancel()
        finally:
            line.is_ended = True
            if writing is not None:
                writing.cancel()
        await self._leave(send)

    async def _leave(self, send: Send) -> None:
        """Farewell, as far as the other side takes it."""
        reply, code = farewell(self.line.reason)
        if reply is None:
            return
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(LAST_WORD):
                await send({"type": "websocket.send", "text": as_frame(reply)})
                await send({"type": "websocket.close", "code": code, "reason": self.line.reason})

    async def _take(self, text: str | None) -> None:
        """One frame."""
        now = monotonic()
        if not self.pace.allows(now):
            if self.pace.is_hopeless:
                self.line.end("too-fast")
            elif self.pace.is_word_due(now):
                self._complain("slow_down")
            return
        self.used_at = now
        if text is None:
            self.line.end("not-text")
            return
        try:
            frame = json.loads(text)
            if "\\u" in text:  # half of a pair cannot be kept, nor sent on
                json.dumps(frame, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            self._complain("malformed")
            return
        except (ValueError, RecursionError):
            self.line.end("not-json")
            return
        if isinstance(frame, dict):
            await self._do(frame)
        else:
            self._complain("malformed")

    async def _do(self, frame: dict[str, Any]) -> None:
        do, topic = frame.get("do"), frame.get("topic")
        if do == "ping":
            number = frame.get("number")
            self._put({"pong": number if isinstance(number, int | str) else None})
        elif do not in ("subscribe", "unsubscribe", "say"):
            self._complain("unknown")
        elif not isinstance(topic, str) or not 0 < len(topic) <= LONGEST_TOPIC:
            self._complain("malformed", number=_number_in(frame))
        elif do == "subscribe":
            await self._subscribe(topic, frame.get("after"))
        elif do == "unsubscribe":
            if topic in self.line.listeners:
                self.hub.leave(self.line.listeners[topic])
            self._put({"off": topic})
        else:
            await self._say(topic, frame)

    async def _subscribe(self, topic: str, after: object) -> None:
        if after is not None and not _is_position(after):
            self._complain("malformed", topic=topic)
            return
        if topic not in self.line.listeners and len(self.line.listeners) >= MOST_TOPICS:
            self._complain("too_many", topic=topic)
            return
        heard = self.hub.heard
        may = await self._may_listen(topic)
        if not may:
            self._complain("away" if may is None else "not_found", topic=topic)
            return
        await self.hub.subscribe(
            topic, self.line.person, after if isinstance(after, int) else None, line=self.line
        )
        if heard != self.hub.heard and self.hub.ask_again is not None:
            self.hub.ask_again(self.line.person, topic)  # the right may have gone while we asked
        self._put({"on": topic, "number": self.hub.standing(topic)})

    async def _may_listen(self, topic: str) -> bool | None:
        """What not everybody may is asked with the person as they are now: one read before may have lost rights since."""
        for_everybody = await may_listen(topic, ANYBODY)
        if for_everybody is not False or self.person.pk is None:
            return for_everybody
        person = await read_person(self.caller)
        if person.is_away:
            return None
        if person.pk != self.person.pk:
            self.line.end("signed-out")
            return None
        return await may_listen(topic, person)

    async def _say(self, topic: str, frame: dict[str, Any]) -> None:
        kind, data, number = frame.get("kind"), frame.get("data", {}), _number_in(frame)
        if not isinstance(kind, str) or not 0 < len(kind) <= LONGEST_KIND or not isinstance(data, dict):
            self._complain("malformed", topic=topic, number=number)
            return
        if number is None:
            self._complain("malformed", topic=topic)
            return
        if self.person.pk is None:
            self._complain("sign_in", topic=topic, number=number)
            return
        said = Said(topic, kind, data, number, self.caller.session_key, self.person.pk, self.language)
        try:
            self._put(await hear(said))
        except SignedOut:
            self.line.end("signed-out")
        finally:
            self.pace.worked(monotonic())

    def _complain(self, code: str, **about: Any) -> None:
        with translation.override(self.language):
            self._put(error(code, **about))

    def _put(self, reply: dict[str, Any]) -> None:
        self.line.put(as_frame(reply))


async def _write(line: Line, send: Send) -> None:
    """All that waits, as it comes. A browser that has gone is noticed by who reads."""
    with suppress(OSError):
        while wires := await line.read_all():
            for wire in wires:
                await send({"type": "websocket.send", "text": wire})


def is_same_site(scope: Scope) -> bool:
    """Whether the page that opens the socket is ours. Browsers always say where a page comes from."""
    headers = {
        name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"origin", b"host")
    }
    origin, host = headers.get(b"origin", "").lower(), headers.get(b"host", "").lower()
    told = urlsplit(origin)
    if told.scheme not in ("http", "https") or not told.netloc:
        return False
    if origin in {settings.BASE_URL.lower(), *(known.lower() for known in settings.CSRF_TRUSTED_ORIGINS)}:
        return True
    is_known = validate_host(told.hostname or "", settings.ALLOWED_HOSTS)
    return is_known and told.netloc == host and (told.scheme == "https" or not settings.IS_HTTPS)


async def _refuse(scope: Scope, send: Send, status: int) -> None:
    """An answer instead of a socket."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"cache-control", b"no-store"), (b"retry-after", b"30")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})


def _language_in(scope: Scope) -> str:
    """The page's language, as it says in ?lang=: that of our sentences."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1"), max_num_fields=10).get("lang", ["en"])
    return CONTENT_TO_INTERFACE.get(asked[0], "en")


def _is_position(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18


def _number_in(frame: dict[str, Any]) -> str | None:
    """The sender's own number of a message."""
    number = frame.get("number")
    if isinstance(number, int) and not isinstance(number, bool) and abs(number) < 10**18:
        return str(number)
    return number if isinstance(number, str) and 0 < len(number) <= LONGEST_NUMBER else None
