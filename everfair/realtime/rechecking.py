"""Rights asked again: when a room says they changed, when the change table does, and of everybody every few minutes."""

import asyncio
import logging
from collections.abc import Iterable

from everfair.gateways.live import Hub, Line, Listener
from everfair.realtime.asking import ANYBODY, Caller, Person, forget_answers, may_listen, read_person
from everfair.realtime.replies import as_frame, error
from everfair.realtime.topics import words_that_follow

log = logging.getLogger("everfair.live")

EVERYBODY = 300  # seconds in which every connection is asked once, whatever was said
PAUSE = 1.0  # seconds in which changes of the table are gathered


class Rechecker:
    """Keeps what is to be asked and asks it, one connection after the other, in the event loop."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told: set[tuple[int | None, str | None]] = set()  # (person, topic): a room said so
        self._words: set[str] = set()  # first words of topics: the change table said so
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running loop."""
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self.hub.ask_again = self.ask
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """End."""
        self.hub.ask_again = None
        if self._task is not None:
            self._task.cancel()
        self._loop = None

    def ask(self, person: int | None, topic: str | None) -> None:
        """Ask the person's connections, or all on the topic (both None: all), again. In the event loop."""
        self._told.add((person, topic))
        self._wake.set()

    def note(self, changes: Iterable[str]) -> None:
        """Rows of these topics of the change table changed. From any thread."""
        words = {word for change in set(changes) for word in words_that_follow(change)}
        loop = self._loop
        if words and loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(loop.call_later, PAUSE, self._ask_words, words)

    async def sweep(self, turn: int) -> None:
        """A small share of all connections: call each second."""
        for line in self.hub.lines()[turn % EVERYBODY :: EVERYBODY]:
            await self._check(line, None)

    def _ask_words(self, words: set[str]) -> None:
        self._words |= words
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            told, self._told = self._told, set()
            words, self._words = self._words, set()
            try:
                for person, topic in told:
                    forget_answers(topic)
                    await self._ask_told(person, topic)
                for word in words:
                    forget_answers(word)
                    await self._ask_topics(word)
            except Exception:
                log.exception("Rights could not be asked again.")

    async def _ask_told(self, person: int | None, topic: str | None) -> None:
        if person is None and topic is not None and await _is_for_everybody(topic):
            return
        for line in self._lines_for(person, topic):
            await self._check(line, topic)

    async def _ask_topics(self, word: str) -> None:
        """Those with this first word; of what everybody may hear only once for all its thousands."""
        lines_on: dict[str, list[Line]] = {}
        for line in self.hub.lines():
            for topic in line.listeners:
                if topic.startswith(f"{word}:"):
                    lines_on.setdefault(topic, []).append(line)
        for topic, lines in lines_on.items():
            if not await _is_for_everybody(topic):
                for line in lines:
                    await self._check(line, topic)

    def _lines_for(self, person: int | None, topic: str | None) -> list[Line]:
        lines = self.hub.lines() if topic is None else self.hub.lines_on(topic)
        return [line for line in lines if person is None or line.person == person]

    async def _check(self, line: Line, topic: str | None) -> None:
        """One connection: is its session still the person's, may it still listen (to this topic, or to all of its own)."""
        caller = line.owner
        if line.is_ended or not isinstance(caller, Caller):
            return
        person = await read_person(caller)
        if person.is_away:
            return  # nobody can say: what was allowed stays
        if person.pk != line.person:
            line.end("signed-out")
            return
        for name in [topic] if topic is not None else list(line.listeners):
            if name in line.listeners:
                await self._ask_for(line.listeners[name], person)

    async def _ask_for(self, listener: Listener, person: Person) -> None:
        if await may_listen(listener.topic, person) is not False:
            return
        line = listener.line
        if line.form == "event":
            line.end("rights")
        else:
            self.hub.leave(listener)
            line.put(as_frame(error("not_found", topic=listener.topic)))


async def _is_for_everybody(topic: str) -> bool:
    return await may_listen(topic, ANYBODY) is True
