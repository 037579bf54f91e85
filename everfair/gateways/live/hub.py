"""The hub of one process: takes facts from any thread, numbers them by topic, hands them to open connections.

One bounded queue for each connection; who reads too slowly is let go and comes back with the number they had.
"""

import asyncio
import json
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from everfair.gateways.live.lines import (
    BEAT,
    STALE,
    WAITING,
    Batch,
    Form,
    Line,
    Listener,
    Wire,
    stale_of,
    wire_of,
)

__all__ = ["BEAT", "STALE", "WAITING", "Batch", "Hub", "Line", "Listener", "Part", "Relay"]

WINDOW = 0.05  # seconds: facts of a topic leave at most this often, newer ones replace older ones
FOR_EACH = 40e-6  # seconds of window for each listener: twice what handing over costs, so half a core at most
BACKLOG = 400  # batches of a topic that are kept for those who come back
MOST_TOPICS = 5000

Key = tuple[int | None, bool, str]


@dataclass(frozen=True, slots=True)
class Part:
    """Facts of one moment for one reader or all, before they have a number. `keep` = those who come back get them too."""

    to: int | None
    keep: bool
    body: str


class Relay(Protocol):
    """What carries batches and words between processes and numbers batches for all of them."""

    def start(self, hub: "Hub") -> None: ...
    def stop(self) -> None: ...
    def send(self, topic: str, parts: list[Part]) -> None: ...
    def tell(self, text: str) -> None: ...
    def position(self, topic: str) -> int | None: ...


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


def as_json(facts: list[Mapping[str, Any]]) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


class Hub:
    """Topics and who listens. `publish`, `position`, `tell` from any thread; the rest in the event loop.

    `ask_again(person, topic)` is set by the face that knows rights: every connection of the person, or on the topic
    (both None: all), has to be asked again whether it may.
    """

    def __init__(
        self,
        *,
        relay: Relay | None = None,
        window: float = WINDOW,
        for_each: float = FOR_EACH,
        backlog: int = BACKLOG,
    ) -> None:
        self.relay = relay
        self.window = window
        self.for_each = for_each
        self.backlog = backlog
        self.is_closed = False
        self.ask_again: Callable[[int | None, str | None], None] | None = None
        self.heard = 0  # words so far: who asked for rights before one came asks once more
        self.name = secrets.token_hex(8)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._topics: OrderedDict[str, _Topic] = OrderedDict()
        self._lines: set[Line] = set()
        self._lock = threading.RLock()
        self._sequence = 0

    # From any thread ------------------------------------------------------------------------------------------------

    def publish(
        self, topic: str, fact: Mapping[str, Any], *, key: str = "", to: int | None = None, keep: bool = True
    ) -> None:
        """Take a fact; it leaves within the topic's window. Call after commit: see the package's `publish`."""
        with self._lock:
            kept = self._topic(topic)
            if not key:
                self._sequence += 1
                key = f"#{self._sequence}"
            waiting = kept.pending.get((to, keep, key))
            if waiting is None or waiting.get("version", 0) <= fact.get("version", 0):
                kept.pending[to, keep, key] = fact
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

    def tell(self, word: Mapping[str, Any]) -> None:
        """Say a word to every process: {"end": session's digest}, {"again": true, "person": …, "topic": …}."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._obey, dict(word))
        if self.relay is not None:
            self.relay.tell(json.dumps({**word, "from": self.name}))

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
        for line in self.lines():
            line.end("deploy")

    def lines(self) -> list[Line]:
        """Every connection of this process."""
        with self._lock:
            return list(self._lines)

    def lines_on(self, topic: str) -> list[Line]:
        """Connections that listen to the topic."""
        with self._lock:
            kept = self._topics.get(topic)
            return [listener.line for listener in kept.listeners] if kept is not None else []

    def standing(self, topic: str) -> int:
        """The topic's number as far as it is known here; 0 when nobody could say."""
        return self._topic(topic).position or 0

    def count(self) -> int:
        """How many connections there are."""
        return len(self._lines)

    def join(self, line: Line) -> None:
        """Know a connection from now on; it hears words even before it listens to anything."""
        with self._lock:
            self._lines.add(line)

    def part(self, line: Line) -> None:
        """Forget a connection and all it listened to."""
        for listener in list(line.listeners.values()):
            self.leave(listener)
        with self._lock:
            self._lines.discard(line)

    async def subscribe(
        self, topic: str, person: int | None, after: int | None, *, line: Line | None = None
    ) -> Listener:
        """Listen: first comes what came after number `after`, or word that the page is stale. `line`: else one of its own."""
        if self.relay is not None and self._topic(topic).position is None:
            await asyncio.to_thread(self.position, topic)
        line = line if line is not None else Line(person)
        if topic in line.listeners:
            self.leave(line.listeners[topic])
        listener = line.listeners[topic] = Listener(topic, line)
        with self._lock:
            self._lines.add(line)
            kept = self._topic(topic)
            kept.listeners.add(listener)
            if line.person is not None:
                kept.by_person.setdefault(line.person, set()).add(listener)
            missed = self._missed(kept, line, topic, after)
        for wire in missed:
            line.put(wire)
        return listener

    def leave(self, listener: Listener) -> None:
        """Stop listening to one topic; a line without any is kept until `part`."""
        person = listener.line.person
        if listener.line.listeners.get(listener.topic) is listener:
            del listener.line.listeners[listener.topic]
        with self._lock:
            kept = self._topics.get(listener.topic)
            if kept is None:
                return
            kept.listeners.discard(listener)
            if person is not None:
                mine = kept.by_person.get(person, set())
                mine.discard(listener)
                if not mine:
                    kept.by_person.pop(person, None)

    def deliver(self, topic: str, position: int, to: int | None, body: str, *, keep: bool = True) -> None:
        """Hand a numbered batch to its listeners. A number that does not follow the last one: we missed something."""
        batch = Batch(position, to, body)
        with self._lock:
            kept = self._topic(topic)
            if kept.position is not None and position <= kept.position:
                return  # asked for its number before we heard of it: pages made since then show it
            missed_some = kept.position is not None and position != kept.position + 1
            if kept.position is None or missed_some:
                kept.backlog.clear()
                kept.floor = position - 1
            kept.position = position
            if keep:
                kept.backlog.append(batch)
            while len(kept.backlog) > self.backlog:
                kept.floor = kept.backlog.popleft().position
            everybody = list(kept.listeners) if missed_some or to is None else []
            some = everybody or list(kept.by_person.get(to or 0, ()))
        wires: dict[Form, Wire] = {}
        for listener in some:
            form = listener.line.form
            wire = wires.get(form)
            if wire is None:
                wire = stale_of(form, topic) if missed_some else wire_of(form, topic, batch)
                wires[form] = wire
            listener.line.put(wire)

    def lose(self, topic: str | None = None) -> None:
        """Facts may be lost (of one topic, or of all): every page on it is told to fetch itself again.

        With all facts, words may be lost too: everybody is asked again.
        """
        with self._lock:
            lost = [kept for name, kept in self._topics.items() if topic in (None, name)]
            listeners = [one for kept in lost for one in kept.listeners]
            for kept in lost:
                kept.backlog.clear()
                kept.position = None if self.relay is not None else kept.position
        for listener in listeners:
            listener.line.put(stale_of(listener.line.form, listener.topic))
        if topic is None:
            self._obey({"again": True})

    def hear(self, text: str) -> None:
        """A word that came through the relay; our own came already."""
        word = json.loads(text)
        if word.get("from") != self.name:
            self._obey(word)

    # Inside ---------------------------------------------------------------------------------------------------------

    def _obey(self, word: Mapping[str, Any]) -> None:
        self.heard += 1
        if ended := word.get("end"):
            for line in self.lines():
                if line.session == ended:
                    line.end("signed-out")
        elif word.get("again") and self.ask_again is not None:
            self.ask_again(word.get("person"), word.get("topic"))

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
    def _missed(kept: _Topic, line: Line, topic: str, after: int | None) -> list[Wire]:
        if after is None or after == kept.position:
            return []
        if kept.position is None:  # nobody can say: only a page that was told so too may go on
            return [] if after == 0 else [stale_of(line.form, topic)]
        if not kept.floor <= after < kept.position:
            return [stale_of(line.form, topic)]
        missed = [one for one in kept.backlog if one.position > after and one.to in (None, line.person)]
        if len(missed) > line.room:  # more than the line holds now
            return [stale_of(line.form, topic)]
        return [wire_of(line.form, topic, batch) for batch in missed]

    def _flush_in_time(self, topic: str) -> None:
        """At once when the topic was quiet, else when its window is over."""
        loop = self._loop
        kept = self._topics.get(topic)
        if loop is None or kept is None:
            self._flush(topic)
            return
        window = max(self.window, self.for_each * len(kept.listeners))
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
            gathered: dict[tuple[int | None, bool], list[Mapping[str, Any]]] = {}
            for (to, keep, _key), fact in pending.items():
                gathered.setdefault((to, keep), []).append(fact)
            parts = [Part(to, keep, as_json(facts)) for (to, keep), facts in gathered.items()]
            if self.relay is None:
                for part in parts:
                    self.deliver(topic, (kept.position or 0) + 1, part.to, part.body, keep=part.keep)
                return
        self.relay.send(topic, parts)
