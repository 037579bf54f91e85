"""One room, thousands of listeners over sockets and over events: messages a second, delays, memory, pages meanwhile.

The server is a process of its own (everfair's, with one more topic), the listeners are another; on two cores that is
one each. A message's time begins when the one who says it sends it over their socket, and ends when a listener has read
it. Run: .venv/bin/python -m benchmarks.fanout [ws|sse|both]
"""

import asyncio
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from benchmarks.ground import EVERFAIR, HERE, environment, say
from benchmarks.live_listeners import raise_open_files, spent
from tests.programme.live_world import cookies_of
from tools.services import free_port

TOPIC = "bench:room"
AT_ONCE = 60  # connections being opened
FLAT_OUT, STEADY = 8.0, 12.0  # seconds of each
PEER = "venueless, as published: 2,732 clients, 98 % in time, median 400 ms"
PEER_MEDIAN_MS = 400.0
MAKE = "import django; django.setup(); import json; from tests.programme.live_world import make; print(json.dumps(make(24)))"


# The server: everfair with a room for everybody --------------------------------------------------------------------


def serve(port: str, gather: str) -> None:
    """`everfair serve` with the topic `bench:`; gather "no": each message leaves by itself."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everfair.config.settings")
    import django

    django.setup()
    from everfair.config import setup
    from everfair.config.cli.serving import run
    from everfair.gateways import live
    from everfair.realtime.topics import TOPICS, Topic

    def receive(
        _person: Any, rest: str, kind: str, data: Mapping[str, Any], number: str
    ) -> Mapping[str, Any] | None:
        for n in range(int(data.get("times", 1))):
            live.publish(f"bench:{rest}", {"kind": kind, "mark": f"{number}.{n}", "text": data["text"]})
        return None

    TOPICS["bench"] = Topic(lambda _person, _rest: True, receive)
    if gather == "no":
        live.hub.window = live.hub.for_each = 0.0
    setup.collect_static_files()
    run("127.0.0.1", int(port))


@contextmanager
def served(data: str, gather: str) -> Iterator[tuple[str, int]]:
    """The server: (address, process id)."""
    port = free_port()
    words = [sys.executable, "-m", "benchmarks.fanout", "serve", str(port), gather]
    settings = environment(f"sqlite:///{data}/everfair.sqlite3", data, EVERFAIR_SEARCH_ENGINE="null")
    settings |= {"EVERFAIR_WORKER_IN_PROCESS": "false", "EVERFAIR_BASE_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(words, env=settings, cwd=HERE, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1200):
            time.sleep(0.25)
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=2).read()
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError("the server ended at once") from None
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


# The listeners -----------------------------------------------------------------------------------------------------


@dataclass
class Heard:
    """What all listeners read; the same bytes are looked into once."""

    frames: int = 0
    messages: int = 0
    lost: int = 0
    at: dict[str, list[float]] = field(default_factory=dict)
    known: dict[bytes, list[str]] = field(default_factory=dict)

    def take(self, data: bytes) -> None:
        now = time.perf_counter()
        marks = self.known.get(data)
        if marks is None:
            if len(self.known) > 500:
                self.known.clear()
            marks = self.known[data] = [
                part.split(b'"', 1)[0].decode() for part in data.split(b'"mark":"')[1:]
            ]
        self.frames += data.count(b'"facts":') or data.count(b"\ndata: ") or 0
        self.messages += len(marks)
        for mark in marks:
            self.at.setdefault(mark, []).append(now)


class Listener(asyncio.Protocol):
    """One open connection. Bytes are kept until a frame or event is whole."""

    def __init__(self, heard: Heard, opening: bytes, first: bytes, is_socket: bool) -> None:
        self.heard = heard
        self.opening, self.first, self.is_socket = opening, first, is_socket
        self.ready: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.rest = b""
        self.is_open = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.opening)

    def data_received(self, data: bytes) -> None:
        if not self.is_open:
            self.rest += data
            head, end, after = self.rest.partition(b"\r\n\r\n")
            if not end:
                return
            self.rest = b""
            status = head.split(b" ", 2)[1]
            if status not in (b"101", b"200"):
                self._ready(False)
                return
            self.is_open = True
            if self.first:
                self.transport.write(self.first)
            elif not self.is_socket:
                self._ready(True)
            data = after
            if not data:
                return
        if not self.ready.done():
            if b'"on":' in data:
                self._ready(True)
            return
        whole = self.rest + data if self.rest else data
        cut = _end_of_frames(whole) if self.is_socket else whole.rfind(b"\n\n") + 2
        if self.is_socket and whole[:1] == b"\x89":  # a ping of the server: answered, else it lets us go
            self.transport.write(b"\x8a\x84\0\0\0\0" + whole[2:6])
        if cut < 2:
            self.rest = whole
            return
        self.rest = whole[cut:]
        self.heard.take(whole if cut == len(whole) else whole[:cut])

    def connection_lost(self, exc: Exception | None) -> None:
        self.heard.lost += 1
        self._ready(False)

    def _ready(self, is_ready: bool) -> None:
        if not self.ready.done():
            self.ready.set_result(is_ready)


def _end_of_frames(data: bytes) -> int:
    """Where the last whole frame of a server ends."""
    at = 0
    while len(data) - at >= 2:
        size, head = data[at + 1] & 0x7F, 2
        if size == 126:
            size, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
        elif size == 127:
            size, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
        if at + head + size > len(data):
            break
        at += head + size
    return at


def opening(base: str, how: str, key: str = "") -> bytes:
    """The first bytes of a connection."""
    host = base.removeprefix("http://")
    cookies = "; ".join(f"{name}={value}" for name, value in cookies_of(key).items())
    if how == "sse":
        return f"GET /live/{TOPIC} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    secret = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET /ws HTTP/1.1\r\nHost: {host}\r\nOrigin: {base}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {secret}\r\nCookie: {cookies}\r\n\r\n"
    ).encode()


def frame(**said: Any) -> bytes:
    """A client's frame, masked with zeros."""
    body = json.dumps(said).encode()
    size = bytes([0x80 | len(body)]) if len(body) < 126 else bytes([0xFE]) + len(body).to_bytes(2, "big")
    return b"\x81" + size + b"\0\0\0\0" + body


async def open_one(base: str, heard: Heard, how: str, key: str = "", *, listens: bool = True) -> Listener:
    """A connection that is ready."""
    address = urlsplit(base)
    first = frame(do="subscribe", topic=TOPIC) if listens and how == "ws" else b""
    _transport, line = await asyncio.get_running_loop().create_connection(
        lambda: Listener(heard, opening(base, how, key), first, how == "ws"), address.hostname, address.port
    )
    if listens and not await line.ready:
        raise SystemExit("a listener was refused")
    return line


async def open_many(base: str, heard: Heard, how: str, count: int) -> list[Listener]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one() -> Listener:
        async with gate:
            return await open_one(base, heard, how)

    return list(await asyncio.gather(*(one() for _ in range(count))))


# What is measured --------------------------------------------------------------------------------------------------


def memory(pid: int) -> float:
    """KiB of a process that are in memory."""
    with open(f"/proc/{pid}/statm") as found:
        return int(found.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


class Pages:
    """A reader who loads a public page again and again, in a thread, while others listen."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.waits: list[float] = []
        self.is_going = True

    def read(self) -> None:
        while self.is_going:
            began = time.perf_counter()
            with urllib.request.urlopen(self.address, timeout=30) as answer:
                answer.read()
            self.waits.append((time.perf_counter() - began) * 1000)
            time.sleep(0.05)


def share_of(waits: list[float], share: float) -> float:
    found = sorted(waits)
    return found[int(share * (len(found) - 1))] if found else float("inf")


async def flat_out(
    base: str, pid: int, world: dict[str, Any], how: str, listeners: int, *, alone: bool
) -> None:
    """As many messages as the server takes, from twenty who each say as much as they may."""
    heard = Heard()
    lines = await open_many(base, heard, how, listeners)
    speakers = [await open_one(base, Heard(), "ws", key, listens=False) for key in world["visitors"][:20]]
    await asyncio.sleep(0.5)
    heard.messages = heard.frames = 0
    times, most = (1, 8) if alone else (20, 400)  # messages at once; on their way, so that no queue overflows
    worked, began, said = spent(pid), time.perf_counter(), 0
    while time.perf_counter() - began < FLAT_OUT:
        if said * listeners - heard.messages < most * listeners:
            data = {"text": "你好 hello", "times": times}
            saying = frame(do="say", topic=TOPIC, kind="word", number=f"f{said}", data=data)
            speakers[said // times % len(speakers)].transport.write(saying)
            said += times
        await asyncio.sleep(0.002)
    took = time.perf_counter() - began
    each = "one message a frame" if alone else "gathered"
    say(f"{how}, {listeners:,} listeners, flat out, {each}", heard.messages / took, "messages/s", 30000)
    used = spent(pid) - worked
    print(
        f"  in {heard.frames / took:,.0f} frames/s; the server used {used / took:.0%} of a core, a second of which delivers "
        f"{heard.messages / used:,.0f} messages in {heard.frames / used:,.0f} frames; connections lost: {heard.lost}"
    )
    for line in [*lines, *speakers]:
        line.transport.abort()
    await asyncio.sleep(1)


async def steady(
    base: str, pid: int, world: dict[str, Any], how: str, listeners: int, rate: float, must: float
) -> None:
    """A few messages a second: how late each listener has each; memory of a connection; pages meanwhile."""
    heard = Heard()
    before = memory(pid)
    began = time.perf_counter()
    lines = await open_many(base, heard, how, listeners)
    print(f"{how}: {listeners:,} connections opened in {time.perf_counter() - began:.1f} s")
    speaker = await open_one(base, Heard(), "ws", world["visitors"][0], listens=False)
    await asyncio.sleep(1)
    pages = Pages(f"{base}/en{world['page']}")
    reading = asyncio.create_task(asyncio.to_thread(pages.read))
    sent: dict[str, float] = {}
    worked, began = spent(pid), time.perf_counter()
    for n in range(int(STEADY * rate)):
        await asyncio.sleep(max(0.0, began + n / rate - time.perf_counter()))
        sent[f"s{n}.0"] = time.perf_counter()
        speaker.transport.write(
            frame(do="say", topic=TOPIC, kind="word", number=f"s{n}", data={"text": "你好"})
        )
    await asyncio.sleep(2)
    used = (spent(pid) - worked) / (time.perf_counter() - began)
    pages.is_going = False
    await reading
    each = (memory(pid) - before) / listeners
    waits = [(at - sent[mark]) * 1000 for mark, times in heard.at.items() for at in times if mark in sent]
    job = f"{how}, {listeners:,} listeners, {rate:g} a second"
    say(f"{job}, p99", share_of(waits, 0.99), "ms", must, more_is_better=False)
    say(
        f"{job}, median, beside venueless's", share_of(waits, 0.5), "ms", PEER_MEDIAN_MS, more_is_better=False
    )
    say(f"{job}, memory a connection", each, "KiB", 35, more_is_better=False)
    print(
        f"  {len(waits):,} of {len(sent) * listeners:,} read, connections lost: {heard.lost}; {used:.0%} of a core; "
        f"{len(pages.waits)} pages meanwhile, median {share_of(pages.waits, 0.5):.0f} ms, p99 {share_of(pages.waits, 0.99):.0f} ms"
    )
    for line in [*lines, speaker]:
        line.transport.abort()
    await asyncio.sleep(1)
    if len(waits) < len(sent) * listeners:
        raise SystemExit("messages were lost")


def main(ways: tuple[str, ...]) -> None:
    """On SQLite, as a small fair runs it. Each figure on a fresh server."""
    raise_open_files()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}; beside it: {PEER}", flush=True)
    data = tempfile.mkdtemp(prefix="everfair-fanout-")
    try:
        settings = environment(f"sqlite:///{data}/everfair.sqlite3", data)
        subprocess.run([EVERFAIR, "manage", "migrate"], env=settings, check=True, stdout=subprocess.DEVNULL)
        made = subprocess.run(
            [sys.executable, "-c", MAKE],
            env={**settings, "DJANGO_SETTINGS_MODULE": "everfair.config.settings"},
            cwd=HERE,
            check=True,
            capture_output=True,
            text=True,
        )
        world = json.loads(made.stdout)
        for how in ways:
            for alone in (True, False):
                with served(data, "no" if alone else "yes") as (base, pid):
                    asyncio.run(flat_out(base, pid, world, how, 1000, alone=alone))
            for listeners, must in ((1000, 60.0), (3000, 250.0)):
                with served(data, "yes") as (base, pid):
                    asyncio.run(steady(base, pid, world, how, listeners, 5.0, must))
    finally:
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    import uvloop

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], sys.argv[3])
    else:
        asked = sys.argv[1] if len(sys.argv) > 1 else "both"
        main(("ws", "sse") if asked == "both" else (asked,))
