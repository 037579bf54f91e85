"""Anonymous public pages, kept in memory before Django: an ASGI layer. What may be kept, the view says; who may not, we see here."""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MARK = b"x-everfair-keep"  # a view sets it to the edition's id, or 0; it never leaves the process
PERSONAL = (b"everfair_session", b"everfair_csrf", b"messages=")
STALE_GRACE = 600.0  # seconds an old page may still be shown while the database is away
ASK_AGAIN = 2.0  # seconds an old page is shown without asking, once Django said that the database is away


@dataclass
class _Page:
    start: Message
    body: Message
    size: int
    edition: int
    generation: int
    ends_at: float
    rests_until: float = 0.0


class FrontCache:
    """Serves kept pages without waking Django; drops an edition's pages as soon as something in it changes."""

    def __init__(self, app: App, *, seconds: float, megabytes: int) -> None:
        self.app = app
        self.seconds = seconds
        self.most = megabytes * 1024 * 1024
        self.pages: OrderedDict[tuple[bytes, ...], _Page] = OrderedDict()
        self.size = 0
        self.generations: dict[int, int] = {}
        self.everything = 0  # generation of changes that belong to no edition
        self.waiting: dict[tuple[bytes, ...], asyncio.Future[None]] = {}

    def drop(self, editions: Iterable[int | None]) -> None:
        """Forget the pages of these editions; None means all of them."""
        for edition in editions:
            if edition is None:
                self.everything += 1
            else:
                self.generations[edition] = self.generations.get(edition, 0) + 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not self.seconds:
            await self.app(scope, receive, send)
            return
        encoding, host = b"", b""
        for name, value in scope["headers"]:
            if name == b"cookie" and any(mark in value for mark in PERSONAL):
                await self.app(scope, receive, send)
                return
            if name == b"accept-encoding" and b"gzip" in value:
                encoding = b"gzip"
            elif name == b"host":
                host = value
        key = (scope["raw_path"], scope["query_string"], encoding, host, scope["method"].encode())
        page = self.pages.get(key)
        if page is not None and self._is_fresh(page):
            await send(page.start)
            await send(page.body)
            return
        await self._fetch(key, page, scope, receive, send)

    def _generation(self, edition: int) -> int:
        return self.generations.get(edition, 0) + self.everything

    def _is_fresh(self, page: _Page) -> bool:
        moment = monotonic()
        is_current = page.generation == self._generation(page.edition) and moment < page.ends_at
        return is_current or moment < page.rests_until

    async def _fetch(
        self, key: tuple[bytes, ...], old: _Page | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """One request asks Django, others for the same page wait for its answer."""
        running = self.waiting.get(key)
        if running is not None:
            await asyncio.shield(running)
            page = self.pages.get(key)
            if page is not None and self._is_fresh(page):
                await send(page.start)
                await send(page.body)
                return
            await self.app(scope, receive, send)
            return
        done = self.waiting[key] = asyncio.get_running_loop().create_future()

        def release() -> None:
            if not done.done():
                del self.waiting[key]
                done.set_result(None)

        try:
            await self._ask(key, old, scope, receive, send, release)
        finally:
            release()

    async def _ask(
        self,
        key: tuple[bytes, ...],
        old: _Page | None,
        scope: Scope,
        receive: Receive,
        send: Send,
        release: Callable[[], None],
    ) -> None:
        """`release` lets those go on who wait for the same page: once it is kept, or known not to be."""
        if old is not None and monotonic() > old.ends_at + STALE_GRACE:
            old = None
        before = dict(self.generations), self.everything
        start: Message = {}
        parts: list[bytes] = []
        passing = False

        async def collect(message: Message) -> None:
            nonlocal start, passing
            if message["type"] == "http.response.start":
                start = dict(message)
                names = {name.lower() for name, _ in message["headers"]}
                passing = MARK not in names or b"set-cookie" in names  # what sets a cookie is one person's
                if passing and not (start["status"] == 503 and old is not None):
                    release()  # this reader may take long, and the others gain nothing by waiting
                    shown = [(name, value) for name, value in message["headers"] if name.lower() != MARK]
                    await send({**message, "headers": shown})
            elif start["status"] == 503 and old is not None:
                return
            elif passing:
                await send(message)
            else:
                parts.append(message.get("body", b""))

        await self.app(scope, receive, collect)
        if start.get("status") == 503 and old is not None:
            old.rests_until = monotonic() + ASK_AGAIN
            await send(old.start)
            await send(old.body)
            return
        if passing:
            return
        page = self._page(start, b"".join(parts), key[2], before)
        if start["status"] == 200:
            self._keep(key, page)
        release()
        await send(page.start)
        await send(page.body)

    def _page(
        self, start: Message, body: bytes, encoding: bytes, before: tuple[dict[int, int], int]
    ) -> _Page:
        headers, edition = [], 0
        for name, value in start["headers"]:
            if name.lower() == MARK:
                edition = int(value)
            elif name.lower() not in (b"content-length", b"vary"):
                headers.append((name, value))
        if encoding == b"gzip" and len(body) > 500:
            body = gzip.compress(body, 6, mtime=0)
            headers.append((b"content-encoding", b"gzip"))
        headers += [(b"vary", b"Accept-Encoding, Cookie"), (b"content-length", str(len(body)).encode())]
        headers.append((b"cache-control", b"no-cache"))
        generation = before[0].get(edition, 0) + before[1]
        return _Page(
            {"type": "http.response.start", "status": start["status"], "headers": headers},
            {"type": "http.response.body", "body": body},
            len(body) + 1500,
            edition,
            generation,
            monotonic() + self.seconds,
        )

    def _keep(self, key: tuple[bytes, ...], page: _Page) -> None:
        old = self.pages.pop(key, None)
        self.size += page.size - (old.size if old else 0)
        self.pages[key] = page
        while self.size > self.most and self.pages:
            _key, dropped = self.pages.popitem(last=False)
            self.size -= dropped.size
