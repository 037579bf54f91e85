"""The roll call of one process: every two seconds, who listens at which place. What it means is the rooms' affair."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import close_old_connections

from everfair.conversations.actions.queue import tell_places
from everfair.gateways.live import Hub
from everfair.presence.actions.staying import Present, forget_lapsed, let_go, note_stays, visitor_key
from everfair.realtime.asking import Caller

log = logging.getLogger("everfair.live")

EVERY = 2.0  # seconds
FULL = 5  # rolls after which leases are renewed and lapsed ones looked for, whether anybody moved or not
LAST_WORD = 3.0  # seconds the end waits for the database
HERE, TALK = "here:", "talk:"


class Roll:
    """Looks at the hub's connections in the event loop; hands what it saw to one thread."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._task: asyncio.Task[None] | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._noted: frozenset[Present] = frozenset()
        self._places: dict[str, int] = {}  # of conversations that wait at a help desk
        self._turn = 0

    def start(self) -> None:
        """Begin, in the running loop."""
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="everfair-live-roll")
        self._noted, self._places, self._turn = frozenset(), {}, 0
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End: those who were here are let go, as far as the database answers."""
        if self._task is not None:
            self._task.cancel()
        if self._threads is None:
            return
        if self._noted:
            with suppress(Exception):
                await asyncio.wait_for(self._do(let_go, self.hub.name), LAST_WORD)
        self._threads.shutdown(wait=False)
        self._threads = None

    def seen(self) -> frozenset[Present]:
        """Who listens at places now: the same person or session in two windows once."""
        found = set()
        for line in self.hub.lines():
            for topic in list(line.listeners):
                if topic.startswith(HERE) and isinstance(line.owner, Caller):
                    slug, _colon, place = topic.removeprefix(HERE).partition(":")
                    key = visitor_key(line.person, line.owner.session_key, line.owner.address)
                    found.add(Present(slug, place, line.person, key))
        return frozenset(found)

    async def call(self) -> None:
        """One roll."""
        self._turn += 1
        seen, is_full = self.seen(), self._turn % FULL == 0
        if seen != self._noted or (seen and is_full):
            await self._do(note_stays, self.hub.name, seen)
            self._noted = seen
        if seen or is_full:
            await self._do(forget_lapsed)
        talks = {topic.removeprefix(TALK) for line in self.hub.lines() for topic in list(line.listeners) if topic.startswith(TALK)}  # fmt: skip
        if talks or self._places:
            self._places = await self._do(tell_places, talks, self._places)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.call()
            except Exception:  # the next roll says the same again
                log.exception("The roll was not called.")

    async def _do(self, call: Callable[..., Any], *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _safely, call, *args)


def _safely(call: Callable[..., Any], *args: Any) -> Any:
    close_old_connections()
    try:
        return call(*args)
    finally:
        close_old_connections()
