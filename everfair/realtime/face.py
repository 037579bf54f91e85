"""The live face of one process: both doors, their places, the heart that keeps connections alive and asks for rights again."""

import asyncio
import logging
from collections.abc import Iterable
from time import monotonic

from everfair.gateways.live import Hub
from everfair.realtime.asgi_types import Receive, Scope, Send
from everfair.realtime.places import Places
from everfair.realtime.rechecking import Rechecker
from everfair.realtime.roll import Roll
from everfair.realtime.sockets import SocketDoor
from everfair.realtime.sse import EventDoor

log = logging.getLogger("everfair.live")

FAREWELL, FOR_EACH, AT_MOST = (
    0.1,
    0.0002,
    2.0,
)  # seconds for farewells to leave: at least, for each connection, at most


class LiveFace:
    """The ASGI application behind /live/ and /ws. `start` and `stop` with the process, `close` when it is asked to end."""

    def __init__(self, hub: Hub, *, per_address: int, most: int) -> None:
        self.hub = hub
        self.places = Places(per_address=per_address, most=most)
        self.events = EventDoor(hub, self.places)
        self.sockets = SocketDoor(hub, self.places)
        self.rechecker = Rechecker(hub)
        self.roll = Roll(hub)
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        await (self.sockets if scope["type"] == "websocket" else self.events)(scope, receive, send)

    def start(self) -> None:
        """Begin to take facts and connections, in the running loop."""
        self.hub.start()
        self.rechecker.start()
        self.roll.start()
        self._tasks = [asyncio.create_task(self._beat()), asyncio.create_task(self._sweep())]

    async def stop(self) -> None:
        """End everything."""
        for task in self._tasks:
            task.cancel()
        self.rechecker.stop()
        await self.roll.stop()
        self.hub.close()
        await asyncio.to_thread(self.hub.stop)  # waits for the threads that speak with Redis

    def close(self) -> float:
        """Let all go, so that the server can end: in the loop. Returns how many seconds their farewells need."""
        count = self.hub.count()
        self.hub.close()
        return min(AT_MOST, FAREWELL + FOR_EACH * count) if count else 0.0

    def note(self, changes: Iterable[str]) -> None:
        """Rows of these topics of the change table changed; rights may have. From any thread."""
        self.rechecker.note(changes)

    async def _beat(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(1)
            turn += 1
            self.events.beat(turn)
            self.sockets.close_idle(monotonic())

    async def _sweep(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(1)
            turn += 1
            try:
                await self.rechecker.sweep(turn)
            except Exception:
                log.exception("Connections could not be asked again.")
