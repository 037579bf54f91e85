"""What waits to be written on one open connection, and the two forms it is written in. No topics kept, no sockets."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Literal

Form = Literal["event", "frame"]
Wire = bytes | str

WAITING = 100  # batches that may wait for one connection
STALE = b'event: stale\ndata: "stale"\n\n'
BEAT = b": beat\n\n"


@dataclass(frozen=True, slots=True)
class Batch:
    """Facts that left together: `body` is their JSON list; `to` = the one person they are for, None = everybody."""

    position: int
    to: int | None
    body: str


def wire_of(form: Form, topic: str, batch: Batch) -> Wire:
    """The batch as a server-sent event, or as a socket's frame. The body has no line breaks."""
    if form == "event":
        return f"id: {batch.position}\ndata: {batch.body}\n\n".encode()
    return f'{{"topic":{json.dumps(topic)},"number":{batch.position},"facts":{batch.body}}}'


def stale_of(form: Form, topic: str) -> Wire:
    """Word that a page missed something of the topic and has to fetch itself again."""
    return STALE if form == "event" else json.dumps({"stale": topic})


class Line:
    """The bounded queue of one connection, whichever topics it listens to. Used in the event loop only.

    `person` = whose session it is (a user's id), `session` = the digest of that session's key, `reason` = why it ended.
    """

    __slots__ = (
        "_items", "_wanted", "form", "is_ended", "listeners", "most", "owner", "person", "reason", "session", "task"
    )  # fmt: skip

    def __init__(
        self, person: int | None = None, *, session: str = "", form: Form = "event", most: int = WAITING
    ) -> None:
        self.person = person
        self.session = session
        self.form: Form = form
        self.most = most
        self.is_ended = False
        self.reason = ""
        self.listeners: dict[str, Listener] = {}
        self.owner: Any = None  # what the face keeps with it
        self.task: asyncio.Task[Any] | None = None  # who serves it, woken even when stuck on a slow line
        self._items: list[Wire] = []
        self._wanted: asyncio.Future[None] | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing waits."""
        return not self._items

    @property
    def room(self) -> int:
        """How many pieces may be queued now."""
        return self.most - len(self._items)

    def put(self, wire: Wire) -> bool:
        """Queue it; a full queue ends the connection."""
        if len(self._items) >= self.most:
            self.end("slow")
            return False
        self._items.append(wire)
        self._wake()
        return True

    async def read_all(self) -> list[Wire]:
        """All that waits, at least one; [] at the end."""
        while not self._items:
            if self.is_ended:
                return []
            self._wanted = asyncio.get_running_loop().create_future()
            try:
                await self._wanted
            finally:
                self._wanted = None
        taken, self._items = self._items, []
        return taken

    async def read(self) -> Wire:
        """The next piece; b"" at the end."""
        if self._items:
            return self._items.pop(0)
        taken = await self.read_all()
        self._items = taken[1:]
        return taken[0] if taken else b""

    def end(self, reason: str = "") -> None:
        """Let the connection go, whatever it does at the moment."""
        if self.is_ended:
            return
        self.is_ended = True
        self.reason = reason
        self._wake()
        if self.task is not None:
            self.task.cancel()

    def _wake(self) -> None:
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_result(None)


class Listener:
    """One topic that a line listens to."""

    __slots__ = ("line", "topic")

    def __init__(self, topic: str, line: Line) -> None:
        self.topic = topic
        self.line = line

    @property
    def is_ended(self) -> bool:
        """Its connection is gone."""
        return self.line.is_ended

    @property
    def is_empty(self) -> bool:
        """Nothing waits on its line."""
        return self.line.is_empty

    async def read(self) -> Wire:
        """The next piece of its line; b"" at the end."""
        return await self.line.read()
