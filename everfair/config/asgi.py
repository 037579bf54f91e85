"""The one process: live facts, page cache, then Django in threads; background followers started and stopped with it. Wiring only."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from time import monotonic
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everfair.config.settings")

import django

django.setup()

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from whitenoise import WhiteNoise

from everfair.base.changes import Change, followers
from everfair.config.background import Background
from everfair.config.limits import Tidy, raise_open_files
from everfair.engines.text.segment import cut_han
from everfair.gateways import live
from everfair.realtime.face import LiveFace
from everfair.realtime.sse import PREFIX as LIVE
from everfair.web.front_cache import App, FrontCache
from everfair.web.gate.fast_door import FastDoor

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
LOOK_EVERY = 0.4  # seconds between two looks at the change table
CATCH_UP = 1.2  # seconds after which catalogue and search index hold what changed
QUEUE = 512  # pieces of an answer that wait for a slow reader, so that no thread does: a whole document
REST = 0.005  # seconds a thread may hold the interpreter while others wait
HASTE = 0.0003  # the same while badges are read or many listen: doors and live facts are short work
MANY = 200  # listeners from which on live facts are handed out in haste
PRIVATE = ("meetings.meeting", "meetings.request")  # topics no public page shows: kept pages stay
STUCK = 60.0  # seconds after which a reader who takes nothing any more is let go


class Process:
    """The outermost ASGI application."""

    def __init__(self) -> None:
        django_app = WSGIHandler()
        pages = WhiteNoise(django_app, root=str(settings.STATIC_ROOT), prefix="static/", max_age=31536000)
        self.django = WSGIMiddleware(pages, workers=settings.THREADS, send_queue_size=QUEUE)
        self.cache = FrontCache(
            self._ask_django,
            seconds=settings.PAGE_CACHE_SECONDS,
            megabytes=settings.PAGE_CACHE_MB,
        )
        self.live = LiveFace(live.hub, per_address=settings.LIVE_PER_ADDRESS, most=settings.LIVE_MOST)
        self.gate = FastDoor()  # threads of its own: a busy public site does not slow the doors
        self.background = Background()
        cut_han("会")  # reads the dictionary here, not in the first reader's request
        self.tidy = Tidy()
        self.follower: asyncio.Task[None] | None = None
        self.again: dict[int | None, float] = {}  # edition → when to drop its pages a second time

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.gate.serves(scope):
            await self.gate(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(LIVE):
            await self.live(scope, receive, send)
        elif scope["type"] == "http":
            await self.cache(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.live(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    async def _ask_django(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What the page cache could not answer. All that costs time for a page that is not kept belongs here."""
        # "_" and "-" become the same further in: x_forwarded_for would pass for the proxy's own word
        scope["headers"] = [(name, value) for name, value in scope["headers"] if b"_" not in name]
        django_app = cast(App, self.django)  # its own narrower types of the same protocol
        async with self.gate.after_us():
            await django_app(scope, receive, _patient(send))

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                raise_open_files()
                self.tidy.begin()
                self.live.start()
                _close_on_signals(self.live)
                self.follower = asyncio.create_task(self._follow())
                self.background.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.follower is not None:
                    self.follower.cancel()
                await self.live.stop()
                await asyncio.to_thread(self.background.stop)
                await asyncio.to_thread(self.gate.close)
                self.tidy.end()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _follow(self) -> None:
        """Drop kept pages of editions in which something changed, and once more when catalogue and index have caught up.

        A database that is away is asked again later: better an old hall than none.
        """
        followers.follow(self._note)
        while True:
            try:
                await asyncio.to_thread(_keep_up)
            except Exception:
                await asyncio.sleep(1)
            # a copy: threads that answer requests note changes too
            due = [edition for edition, at in list(self.again.items()) if at <= monotonic()]
            for edition in due:
                del self.again[edition]
            self.cache.drop(due)
            is_quiet = self.gate.is_quiet()
            self.tidy.now_if_due(is_quiet)
            # pages alone are made a third faster when threads seldom change
            is_hasty = not is_quiet or live.hub.count() >= MANY
            sys.setswitchinterval(HASTE if is_hasty else REST)
            await asyncio.sleep(LOOK_EVERY)

    def _note(self, changes: Sequence[Change]) -> None:
        editions = {change.edition_id for change in changes if not change.topic.startswith(PRIVATE)}
        self.cache.drop(editions)
        self.live.note(change.topic for change in changes)
        for edition in editions:
            self.again[edition] = monotonic() + CATCH_UP


def _close_on_signals(face: LiveFace) -> None:
    """A server that is asked to end waits for every open answer first, and a listener's never ends by itself: farewells first."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)
        if not callable(before):
            continue

        def end(caught: int, frame: Any, before: Callable[..., Any] = before) -> None:
            if loop.is_closed() or face.hub.is_closed:  # a second signal is in a hurry
                before(caught, frame)
                return

            def farewell() -> None:
                loop.call_later(face.close(), before, caught, frame)

            loop.call_soon_threadsafe(farewell)

        signal.signal(number, end)


def _patient(send: Send) -> Send:
    """`send`, but what a stuck reader leaves lying is thrown away: nothing here waits for them for ever."""
    is_stuck = False

    async def patient(message: Any) -> None:
        nonlocal is_stuck
        if is_stuck:
            return
        try:
            await asyncio.wait_for(send(message), STUCK)
        except TimeoutError:
            is_stuck = True

    return patient


def _keep_up() -> None:
    close_old_connections()
    followers.keep_up()


application = Process()
