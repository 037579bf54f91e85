"""The devices' door in front of Django: threads of its own, and scans that arrive together are taken in together.

A busy public site cannot take its threads; one transaction serves all who wait, so the busier the doors, the less each
scan costs. What was answered is committed.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from everfair.web.gate import door
from everfair.web.gate.door import MOST_BYTES, WAYS, Ask, Reply

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
PREFIX = "/gate/door/"
TOGETHER = 200  # requests taken in one transaction at most
MOST_WAITING = 2000  # beyond that a device is asked to come back: it keeps its queue
SLOW_BODY = 20.0  # seconds a device may take to say what it wants
GATHER = 0.002  # seconds a first scan waits for others to come along: what is shared costs each of them less
RUSH = 0.1  # seconds after the last scan for which the doors still go first
QUIET = 5.0  # seconds without a scan after which no queue stands at a door
MANNERS = 0.5  # seconds a public page waits for its turn at most
LATE = 0.008  # seconds the oldest scan has waited when a batch begins, beyond which no page is begun after it
IN_A_ROW = 4  # batches without a page between them at most: a page is made now and then, whatever comes
PATIENCE = 0.015  # seconds the doors wait for the page that is being made: longer ones are made beside them
OTHER_THREADS = 2  # for pairing, heartbeats and lists of names

log = logging.getLogger("everfair.gate")


class FastDoor:
    """An ASGI application for /gate/door/…; everything else is not its business."""

    def __init__(self) -> None:
        self.scans = ThreadPoolExecutor(1, thread_name_prefix="gate-scans")
        self.others = ThreadPoolExecutor(OTHER_THREADS, thread_name_prefix="gate-door")
        self.waiting: list[tuple[Ask, asyncio.Future[Reply]]] = []
        self.waits_since = 0.0  # when the oldest of them came
        self.in_a_row = 0
        self.worker: asyncio.Task[None] | None = None
        self.last = -QUIET  # when scans came last
        self.turn = asyncio.Semaphore(1)
        self.page_is_made = _set_event()
        self.batch_is_taken = _set_event()

    def is_quiet(self) -> bool:
        """Whether nobody reads badges at the moment."""
        return monotonic() - self.last > QUIET

    @asynccontextmanager
    async def after_us(self) -> AsyncIterator[None]:
        """Around everybody else's work: while scans come in, a batch of scans and one public page take turns.

        All threads of a process share one interpreter, so work that has not begun is what lets the doors go first; two
        that run at once hinder each other at every question to the database. Nobody waits longer than MANNERS; pages
        that are kept in memory do not wait at all.
        """
        has_turn = False
        if monotonic() - self.last < RUSH:
            with suppress(TimeoutError):
                async with asyncio.timeout(MANNERS):
                    has_turn = await self.turn.acquire()
                    await self.batch_is_taken.wait()
        if has_turn:
            self.page_is_made.clear()
        try:
            yield
        finally:
            if has_turn:
                self.page_is_made.set()
                self.turn.release()

    @staticmethod
    def serves(scope: Scope) -> bool:
        """Whether the request is one of ours, by address and method; the rest is Django's, which says no."""
        path = str(scope.get("path", ""))
        return path.startswith(PREFIX) and WAYS.get(path[len(PREFIX) :].rstrip("/")) == scope.get("method")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.lower(): value for name, value in scope["headers"]}
        way = str(scope["path"])[len(PREFIX) :].rstrip("/")
        body = await _body(receive)
        if body is None:
            await _send(send, door.reply(413, {"error": "too large"}))
            return
        ask = Ask(
            way,
            secret_in(headers.get(b"authorization", b"")),
            body,
            _address(scope, headers),
            _language(headers),
        )
        try:
            answer = await (self._take(ask) if way == "scans" else self._ask(ask))
        except Exception:
            log.exception("The gate's door could not answer.")
            answer = door.reply(503, {"error": "away"})
        await _send(send, answer)

    async def _ask(self, ask: Ask) -> Reply:
        return await asyncio.get_running_loop().run_in_executor(self.others, _patiently, door.answer, ask)

    async def _take(self, ask: Ask) -> Reply:
        """Queue the request; whoever finds nobody at work starts the work."""
        if len(self.waiting) >= MOST_WAITING:
            return door.reply(503, {"error": "busy"})
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        if not self.waiting:
            self.waits_since = monotonic()
        self.waiting.append((ask, future))
        if self.worker is None or self.worker.done():
            self.worker = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self.waiting:
            self.last = monotonic()
            if self.batch_is_taken.is_set():
                await asyncio.sleep(GATHER)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.page_is_made.wait(), PATIENCE)
            self.batch_is_taken.clear()
            is_late = monotonic() - self.waits_since > LATE
            batch, self.waiting = self.waiting[:TOGETHER], self.waiting[TOGETHER:]
            try:
                answers = await loop.run_in_executor(
                    self.scans, take_together, [ask for ask, _future in batch]
                )
            except Exception as error:
                answers = [error] * len(batch)
            self.in_a_row = self.in_a_row + 1 if is_late and self.waiting else 0
            if self.in_a_row % IN_A_ROW == 0:
                self.batch_is_taken.set()
            for (_ask, future), one in zip(batch, answers, strict=True):
                if future.done():
                    continue
                if isinstance(one, Reply):
                    future.set_result(one)
                else:
                    future.set_exception(one)

    def close(self) -> None:
        """Let running work end; nothing new is begun."""
        self.scans.shutdown(wait=True)
        self.others.shutdown(wait=True)


def _set_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


def take_together(asks: list[Ask]) -> list[Reply | Exception]:
    """All in one transaction; if that fails, each alone, so that one bad request costs the others nothing."""
    try:
        return list(_patiently(door.take, asks))
    except Exception as error:
        if len(asks) == 1:
            return [error]
        log.warning("A batch of scans failed and is taken one by one: %r", error)
    answers: list[Reply | Exception] = []
    for ask in asks:
        answers += take_together([ask])
    return answers


def _patiently(deed: Callable[[Any], Any], given: Any) -> Any:
    """A connection that went while nobody used it is opened anew: everything here may safely be done twice."""
    try:
        return deed(given)
    except (OperationalError, InterfaceError):
        connection.close()
        return deed(given)


def secret_in(header: bytes | str) -> str:
    """The secret in "Authorization: Device <secret>"; "" when there is none."""
    text = header.decode("latin-1") if isinstance(header, bytes) else header
    scheme, _space, secret = text.partition(" ")
    return secret.strip() if scheme.lower() == "device" and len(secret) < 200 else ""


async def _body(receive: Receive) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    async with asyncio.timeout(SLOW_BODY):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > MOST_BYTES:
                return None
            if not message.get("more_body"):
                return b"".join(parts)


def _address(scope: Scope, headers: dict[bytes, bytes]) -> str:
    """The caller's network address; the last hop's word behind our own proxy."""
    forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.split(",")[-1].strip()
    client = scope.get("client")
    return str(client[0]) if client else ""


def _language(headers: dict[bytes, bytes]) -> str:
    return "zh" if headers.get(b"accept-language", b"").lower().startswith(b"zh") else "en"


async def _send(send: Send, answer: Reply) -> None:
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'"),
    ]
    if answer.is_packed:
        headers.append((b"content-encoding", b"gzip"))
    if answer.status == 503:
        headers.append((b"retry-after", b"3"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
