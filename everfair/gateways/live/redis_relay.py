"""Carries batches between processes through Redis: one script numbers and publishes, one connection listens to all topics."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from everfair.gateways.live.hub import Hub, Part

log = logging.getLogger("everfair.live")

PREFIX = "everfair:live:2:"  # the number changes with the form of what is sent: versions beside each other keep apart
KEEP_NUMBERS = 7 * 24 * 3600  # seconds without a fact after which a topic's numbers begin anew, higher
AGAIN = 2.0  # seconds between two tries to reach Redis
NUMBER_AND_PUBLISH = """
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SET', KEYS[1], ARGV[1]) end
local n = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', KEYS[2], n .. '|' .. ARGV[3])
return n
"""


class RedisRelay:
    """Two threads: one sends, one listens. What cannot be sent makes the pages of this process fetch themselves again."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._hub: Hub | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending = threading.Event()
        self._out: SimpleQueue[tuple[str, list[Part] | str] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._client: Any = None
        self._script: Any = None
        self._lock = threading.Lock()

    def start(self, hub: "Hub") -> None:
        """Begin to listen and send for this hub."""
        self._hub, self._loop = hub, asyncio.get_running_loop()
        self._ending.clear()
        for job in (self._listen, self._send_all):
            thread = threading.Thread(target=job, name=f"everfair-live{job.__name__}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End both threads; what still waits is sent first."""
        self._ending.set()
        self._out.put(None)
        for thread in self._threads:
            thread.join(timeout=3)
        self._threads.clear()
        self._hub = self._loop = None

    def send(self, topic: str, parts: "list[Part]") -> None:
        """Number and publish; from a process without a hub running (worker, command) at once, else from a thread."""
        if self._loop is not None:
            self._out.put((topic, parts))
        else:
            self._send(topic, parts)

    def tell(self, text: str) -> None:
        """A word to every process, this one among them."""
        if self._loop is not None:
            self._out.put(("", text))
        else:
            self._send("", text)

    def position(self, topic: str) -> int | None:
        """The topic's number as Redis has it; a topic without one gets it now. None when Redis is away."""
        key = PREFIX + "at:" + topic
        try:
            self._connected()
            self._client.set(key, _now(), nx=True, ex=KEEP_NUMBERS)
            found = self._client.get(key)
        except Exception as error:  # whatever the network does, a page is still shown
            log.warning("Redis does not answer: %s", error)
            return None
        return int(found) if found is not None else None

    def _connected(self) -> None:
        with self._lock:
            if self._client is None:
                import redis  # only where several processes run

                self._client = redis.Redis.from_url(self.url, socket_timeout=3, socket_connect_timeout=2)
                self._script = self._client.register_script(NUMBER_AND_PUBLISH)

    def _send_all(self) -> None:
        while (waiting := self._out.get()) is not None:
            self._send(*waiting)

    def _send(self, topic: str, what: "list[Part] | str") -> None:
        try:
            self._connected()
            if isinstance(what, str):
                self._client.publish(PREFIX + "word", what)
                return
            for part in what:
                to = "" if part.to is None else part.to
                self._script(
                    keys=[PREFIX + "at:" + topic, PREFIX + "to:" + topic],
                    args=[_now(), KEEP_NUMBERS, f"{to}|{'' if part.keep else '-'}|{part.body}"],
                )
        except Exception as error:
            log.warning("A fact could not be passed on through Redis: %s", error)
            if topic:
                self._in_loop(lambda hub: hub.lose(topic))

    def _listen(self) -> None:
        import redis  # only where several processes run

        is_first = True
        while not self._ending.is_set():
            try:
                client: Any = redis.Redis.from_url(
                    self.url, socket_connect_timeout=2, health_check_interval=15
                )
                with client.pubsub(ignore_subscribe_messages=True) as heard:
                    heard.psubscribe(PREFIX + "to:*", PREFIX + "word")
                    heard.get_message(timeout=2)
                    if not is_first:  # what was said meanwhile is lost
                        self._in_loop(lambda hub: hub.lose())
                    is_first = False
                    while not self._ending.is_set():
                        message = heard.get_message(timeout=1)
                        if message is not None:
                            self._hear(message["channel"].decode(), message["data"].decode())
            except Exception as error:
                log.warning("Redis does not answer, tried again: %s", error)
                is_first = False
                self._ending.wait(AGAIN)

    def _hear(self, channel: str, text: str) -> None:
        if channel == PREFIX + "word":
            self._in_loop(lambda hub: hub.hear(text))
            return
        number, to, mark, body = text.split("|", 3)
        json.loads(body)  # nothing that is not ours goes to a page
        topic, person, keep = channel.removeprefix(PREFIX + "to:"), int(to) if to else None, not mark
        self._in_loop(lambda hub: hub.deliver(topic, int(number), person, body, keep=keep))

    def _in_loop(self, call: "Callable[[Hub], None]") -> None:
        hub, loop = self._hub, self._loop
        if hub is not None and loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(call, hub)


def _now() -> int:
    return time.time_ns() // 1_000_000
