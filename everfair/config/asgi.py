"""The one process: page cache, then Django in threads; background followers started and stopped with it. Wiring only."""

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everfair.config.settings")

import django

django.setup()

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from whitenoise import WhiteNoise

from everfair.base.changes import ChangeFeed
from everfair.config.background import Background
from everfair.web.front_cache import FrontCache

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
LOOK_EVERY = 0.4  # seconds between two looks at the change table


class Process:
    """The outermost ASGI application."""

    def __init__(self) -> None:
        django_app = WSGIHandler()
        pages = WhiteNoise(django_app, root=str(settings.STATIC_ROOT), prefix="static/", max_age=31536000)
        self.django = WSGIMiddleware(pages, workers=settings.THREADS)
        self.cache = FrontCache(
            self.django, seconds=settings.PAGE_CACHE_SECONDS, megabytes=settings.PAGE_CACHE_MB
        )
        self.background = Background()
        self.follower: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.cache(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.follower = asyncio.create_task(self._follow())
                self.background.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.follower is not None:
                    self.follower.cancel()
                await asyncio.to_thread(self.background.stop)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _follow(self) -> None:
        """Drop kept pages of editions in which something changed. A database that is away is asked again later."""
        feed = ChangeFeed(pause=0)
        while True:
            try:
                changes = await asyncio.to_thread(_read, feed)
                if changes:
                    self.cache.drop({change.edition_id for change in changes})
            except Exception:  # the old pages go on being served: better an old hall than none
                await asyncio.sleep(1)
            await asyncio.sleep(LOOK_EVERY)


def _read(feed: ChangeFeed) -> list[Any]:
    close_old_connections()
    return feed.read(now=True)


application = Process()
