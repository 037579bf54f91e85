"""3,000 listeners in one session on one process, five facts a second: how long until each of them has each fact.

The server is a process of its own, the listeners are another. A fact's time begins when the request that makes it
is sent and ends when a listener has read it. Run: .venv/bin/python -m benchmarks.live_listeners [listeners] [seconds]
"""

import asyncio
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.ground import EVERFAIR, HERE, environment, say, served
from tests.programme.live_world import cookies_of

LISTENERS, SECONDS, FACTS_A_SECOND = 3000, 15, 5
MUST_MS = 300.0
TEXT = re.compile(rb'"text":"([^"]+)"')
AT_ONCE = 60  # connections being opened
MAKE = "import django; django.setup(); import json; from tests.programme.live_world import make; print(json.dumps(make(2)))"


def raise_open_files() -> None:
    """Every listener is an open file, here and in the server, which asks for itself."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536) if hard > 0 else 65536, hard))


class Listeners:
    """Many open streams of one topic; keeps when each fact was read."""

    def __init__(self, host: str, port: int, topic: str) -> None:
        self.host, self.port, self.topic = host, port, topic
        self.connected = 0
        self.read_at: dict[str, list[float]] = {}
        self.marks: dict[bytes, list[str]] = {}
        self.broken = 0

    async def listen(self, gate: asyncio.Semaphore) -> None:
        async with gate:
            reader, writer = await asyncio.open_connection(self.host, self.port)
            writer.write(f"GET /live/{self.topic} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                self.broken += 1
                return
            self.connected += 1
        try:
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    now = time.perf_counter()
                    if line not in self.marks:  # thousands read the same line: it is looked into once
                        self.marks[line] = [found.decode() for found in TEXT.findall(line)]
                    for mark in self.marks[line]:
                        self.read_at.setdefault(mark, []).append(now)
            self.broken += 1
        except (OSError, asyncio.IncompleteReadError):
            self.broken += 1
        finally:
            writer.close()


async def post(host: str, port: int, path: str, key: str, **fields: str) -> int:
    """One form, as a browser sends it."""
    cookies = cookies_of(key)
    body = urlencode({**fields, "csrfmiddlewaretoken": cookies["everfair_csrf"]})
    reader, writer = await asyncio.open_connection(host, port)
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    writer.write(
        (
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {sent}\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
    )
    status = int((await reader.readline()).split()[1])
    await reader.read()
    writer.close()
    return status


def spent(pid: int) -> float:
    """Seconds of processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(base: str, pid: int, world: dict[str, Any], listeners: int, seconds: int) -> None:
    """Open all streams, ask five questions a second that are shown at once, wait for the last."""
    address = urlsplit(base)
    host, port = str(address.hostname), int(address.port or 80)
    many = Listeners(host, port, f"session:{world['session']}")
    assert await post(host, port, f"/en{world['moderate']}asking/", world["moderator"], do="at_once") == 302
    gate, started = asyncio.Semaphore(AT_ONCE), time.perf_counter()
    tasks = [asyncio.create_task(many.listen(gate)) for _ in range(listeners)]
    while many.connected + many.broken < listeners:
        await asyncio.sleep(0.1)
    print(f"{many.connected} listeners connected in {time.perf_counter() - started:.1f} s", flush=True)
    sent: dict[str, float] = {}
    asking: list[asyncio.Task[int]] = []
    begin, worked = time.perf_counter(), spent(pid)
    for n in range(seconds * FACTS_A_SECOND):
        await asyncio.sleep(max(0.0, begin + n / FACTS_A_SECOND - time.perf_counter()))
        mark = f"Question number {n}"
        sent[mark] = time.perf_counter()
        key = world["askers"][n % len(world["askers"])]
        asking.append(asyncio.create_task(post(host, port, f"/en{world['room']}ask/", key, text=mark)))
    statuses = await asyncio.gather(*asking)
    share = (spent(pid) - worked) / (time.perf_counter() - begin)
    await asyncio.sleep(3)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert set(statuses) == {302}, f"questions refused: {statuses}"
    report(many, sent, listeners)
    print(f"the server used {share:.0%} of a core meanwhile")


def report(many: Listeners, sent: dict[str, float], listeners: int) -> None:
    """Percentiles over all facts and listeners; what did not arrive is said and fails."""
    waits = sorted(
        (at - sent[mark]) * 1000 for mark, times in many.read_at.items() for at in times if mark in sent
    )
    wanted = len(sent) * listeners
    print(f"{len(waits):,} of {wanted:,} facts read; connections lost: {many.broken}")
    if not waits:
        raise SystemExit("nothing arrived")
    for share in (0.5, 0.9, 0.99):
        figure = waits[int(share * (len(waits) - 1))]
        say(
            f"{listeners} listeners, {FACTS_A_SECOND} facts/s, p{share * 100:.0f}",
            figure,
            "ms",
            MUST_MS,
            more_is_better=False,
        )
    if len(waits) < wanted:
        raise SystemExit("facts were lost")


def main(listeners: int = LISTENERS, seconds: int = SECONDS) -> None:
    """On SQLite, as a small fair runs it."""
    raise_open_files()
    data = tempfile.mkdtemp(prefix="everfair-live-")
    try:
        database = f"sqlite:///{data}/everfair.sqlite3"
        settings = environment(database, data)
        subprocess.run([EVERFAIR, "manage", "migrate"], env=settings, check=True, stdout=subprocess.DEVNULL)
        askers = -(-seconds * FACTS_A_SECOND // 25)
        code = MAKE.replace("make(2)", f"make({askers})")
        made = subprocess.run(
            [sys.executable, "-c", code],
            env={**settings, "DJANGO_SETTINGS_MODULE": "everfair.config.settings"},
            cwd=HERE,
            check=True,
            capture_output=True,
            text=True,
        )
        world = json.loads(made.stdout)
        world["askers"] = world["visitors"]
        with served(database, data, EVERFAIR_WORKER_IN_PROCESS="false") as (base, pid):
            asyncio.run(measure(base, pid, world, listeners, seconds))
    finally:
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
