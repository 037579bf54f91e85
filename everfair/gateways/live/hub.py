"""The hub of one process: takes facts from any thread, numbers them by topic, hands them to open connections.

One bounded queue for each connection; who reads too slowly is let go and comes back with the number they had.
"""

import asyncio
import json
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

WINDOW = 0.05  # seconds: facts of a topic leave at most this often, newer ones replace older ones
FOR_EACH = 40e-6  # seconds of window for each listener: twice what handing over costs, so half a core at most
BACKLOG = 400  # batches of a topic that are kept for those who come back
WAITING = 100  # batches that may wait for one connection
MOST_TOPICS = 5000
STALE = b'event: stale\ndata: "stale"\n\n'
BEAT = b": beat\n\n"
_END = b""

Key = tuple[int | None, str]


class Relay(Protocol):
    """What carries batches between processes and numbers them for all of them."""

    def start(self, hub: "Hub") -> None: ...
    def stop(self) -> None: ...
    def send(self, topic: str, parts: list[tuple[int | None, str]]) -> None: ...
    def position(self, topic: str) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Facts that left together, as bytes of an event; `to` = the one person they are for, None = everybody."""

    position: int
    to: int | None
    wire: bytes


class Listener:
    """One open connection on one topic."""

    __slots__ = ("is_ended", "person", "queue", "task", "topic")

    def __init__(self, topic: str, person: int | None, waiting: int = WAITING) -> None:
        self.topic = topic
        self.person = person
        self.queue: asyncio.Queue[bytes] = asyncio.Queue(waiting)
        self.is_ended = False
        self.task: asyncio.Task[Any] | None = None  # who writes, woken even when stuck on a slow line

    async def read(self) -> bytes:
        """The next bytes to write; b"" at the end."""
        return _END if self.is_ended and self.queue.empty() else await self.queue.get()

    def put(self, wire: bytes) -> bool:
        """Queue the bytes; a full queue ends the connection."""
        try:
            self.queue.put_nowait(wire)
        except asyncio.QueueFull:
            self.end()
            return False
        return True

    def end(self) -> None:
        """Let the connection go, whatever it does at the moment."""
        if not self.is_ended:
            self.is_ended = True
            if self.task is not None:
                self.task.cancel()


@dataclass
class _Topic:
    position: int | None  # None: another process knows, we have not asked
    floor: int = 0  # who stands below has missed what is no longer kept
    backlog: deque[Batch] = field(default_factory=deque)
    listeners: set[Listener] = field(default_factory=set)
    by_person: dict[int, set[Listener]] = field(default_factory=dict)
    pending: dict[Key, Mapping[str, Any]] = field(default_factory=dict)
    waits: bool = False
    sent_at: float = 0.0


def event(position: int, body: str) -> bytes:
    """A server-sent event; `body` is JSON without line breaks."""
    return f"id: {position}\ndata: {body}\n\n".encode()


def as_json(facts: list[Mapping[str, Any]]) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


class Hub:
    """Topics and who listens to them. `publish` and `position` from any thread; the rest in the event loop."""

    def __init__(self, *, relay: Relay | None = None, window: float = WINDOW, backlog: int = BACKLOG) -> None:
        self.relay = relay
        self.window = window
        self.backlog = backlog
        self.is_closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._topics: OrderedDict[str, _Topic] = OrderedDict()
        self._lock = threading.RLock()
        self._sequence = 0

    # From any thread ------------------------------------------------------------------------------------------------

    def publish(self, topic: str, fact: Mapping[str, Any], *, key: str = "", to: int | None = None) -> None:
        """Take a fact; it leaves within the topic's window. Call after commit: see the package's `publish`."""
        with self._lock:
            kept = self._topic(topic)
            if not key:
                self._sequence += 1
                key = f"#{self._sequence}"
            waiting = kept.pending.get((to, key))
            if waiting is None or waiting.get("version", 0) <= fact.get("version", 0):
                kept.pending[to, key] = fact
            if kept.waits:
                return
            kept.waits = True
            loop = self._loop
        if loop is None or loop.is_closed():  # a command or a test: nobody listens here
            self._flush(topic)
        else:
            loop.call_soon_threadsafe(self._flush_in_time, topic)

    def position(self, topic: str) -> int:
        """The number of the last fact that left; 0 when nobody can say."""
        with self._lock:
            known = self._topic(topic).position
        if self.relay is None:
            return known or 0
        if self._loop is None:  # a command or a test hears no numbers, so what it was told once grows old
            return self.relay.position(topic) or 0
        if known is not None:
            return known
        asked = self.relay.position(topic)
        with self._lock:
            return self._learn(topic, asked) or 0

    # In the event loop ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Bind to the running loop."""
        self._loop = asyncio.get_running_loop()
        self.is_closed = False
        if self.relay is not None:
            self.relay.start(self)

    def stop(self) -> None:
        """Let everybody go and forget the loop."""
        self.close()
        if self.relay is not None:
            self.relay.stop()
        self._loop = None

    def close(self) -> None:
        """Let every connection go; take no new one. Whoever was here comes back to the next process."""
        self.is_closed = True
        with self._lock:
            listeners = [one for topic in self._topics.values() for one in topic.listeners]
        for listener in listeners:
            listener.end()

    def listeners(self) -> list[Listener]:
        """Everybody connected to this process."""
        with self._lock:
            return [one for topic in self._topics.values() for one in topic.listeners]

    async def subscribe(self, topic: str, person: int | None, after: int | None) -> Listener:
        """A connection that first gets what came after number `after`, or word that its page is stale."""
        if self.relay is not None and self._topic(topic).position is None:
            await asyncio.to_thread(self.position, topic)
        listener = Listener(topic, person)
        with self._lock:
            kept = self._topic(topic)
            kept.listeners.add(listener)
            if person is not None:
                kept.by_person.setdefault(person, set()).add(listener)
            missed = self._missed(kept, person, after)
        for wire in missed:
            listener.put(wire)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a connection."""
        with self._lock:
            kept = self._topics.get(listener.topic)
            if kept is None:
                return
            kept.listeners.discard(listener)
            if listener.person is not None:
                mine = kept.by_person.get(listener.person, set())
                mine.discard(listener)
                if not mine:
                    kept.by_person.pop(listener.person, None)

    def deliver(self, topic: str, position: int, to: int | None, body: str) -> None:
        """Hand a numbered batch to its listeners. A number that does not follow the last one: we missed something."""
        wire = event(position, body)
        with self._lock:
            kept = self._topic(topic)
            if kept.position is not None and position <= kept.position:
                return  # asked for its number before we heard of it: pages made since then show it
            missed_some = kept.position is not None and position != kept.position + 1
            if kept.position is None or missed_some:
                kept.backlog.clear()
                kept.floor = position - 1
            kept.position = position
            kept.backlog.append(Batch(position, to, wire))
            while len(kept.backlog) > self.backlog:
                kept.floor = kept.backlog.popleft().position
            everybody = list(kept.listeners) if missed_some or to is None else []
            some = everybody or list(kept.by_person.get(to or 0, ()))
        for listener in some:
            listener.put(STALE if missed_some else wire)

    def lose(self, topic: str | None = None) -> None:
        """Facts may be lost (of one topic, or of all): every page on it is told to fetch itself again."""
        with self._lock:
            lost = [kept for name, kept in self._topics.items() if topic in (None, name)]
            listeners = [one for kept in lost for one in kept.listeners]
            for kept in lost:
                kept.backlog.clear()
                kept.position = None if self.relay is not None else kept.position
        for listener in listeners:
            listener.put(STALE)

    # Inside ---------------------------------------------------------------------------------------------------------

    def _topic(self, name: str) -> _Topic:
        """The topic, made when it is new. Numbers begin at the clock's milliseconds: those of an earlier process lie below."""
        with self._lock:
            kept = self._topics.get(name)
            if kept is None:
                start = None if self.relay is not None else time.time_ns() // 1_000_000
                kept = self._topics[name] = _Topic(start, start or 0)
                self._forget_oldest()
            self._topics.move_to_end(name)
            return kept

    def _forget_oldest(self) -> None:
        if len(self._topics) > MOST_TOPICS:
            idle = (name for name, kept in self._topics.items() if not kept.listeners and not kept.waits)
            oldest = next(idle, None)
            if oldest is not None:
                del self._topics[oldest]

    def _learn(self, topic: str, asked: int | None) -> int | None:
        kept = self._topic(topic)
        if kept.position is None and asked is not None:
            kept.position = kept.floor = asked
        return kept.position

    @staticmethod
    def _missed(kept: _Topic, person: int | None, after: int | None) -> list[bytes]:
        if after is None or after == kept.position:
            return []
        if kept.position is None:  # nobody can say: only a page that was told so too may go on
            return [] if after == 0 else [STALE]
        if not kept.floor <= after < kept.position:
            return [STALE]
        return [batch.wire for batch in kept.backlog if batch.position > after and batch.to in (None, person)]

    def _flush_in_time(self, topic: str) -> None:
        """At once when the topic was quiet, else when its window is over."""
        loop = self._loop
        kept = self._topics.get(topic)
        if loop is None or kept is None:
            self._flush(topic)
            return
        window = max(self.window, FOR_EACH * len(kept.listeners))
        wait = kept.sent_at + window - loop.time()
        if wait <= 0:
            self._flush(topic)
        else:
            loop.call_later(wait, self._flush, topic)

    def _flush(self, topic: str) -> None:
        with self._lock:
            kept = self._topic(topic)
            pending, kept.pending, kept.waits = kept.pending, {}, False
            if self._loop is not None and not self._loop.is_closed():
                kept.sent_at = self._loop.time()
            by_person: dict[int | None, list[Mapping[str, Any]]] = {}
            for (to, _key), fact in pending.items():
                by_person.setdefault(to, []).append(fact)
            parts = [(to, as_json(facts)) for to, facts in by_person.items()]
            if self.relay is None:
                for to, body in parts:
                    self.deliver(topic, (kept.position or 0) + 1, to, body)
                return
        self.relay.send(topic, parts)
