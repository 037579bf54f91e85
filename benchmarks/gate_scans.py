"""The gate beside a busy public site, on one process and PostgreSQL. Run: .venv/bin/python -m benchmarks.gate_scans

Badges are read at a steady pace while wrk keeps every thread of the public pages busy (no page cache); each answer is
timed from the moment its scan was due. Then ten devices hand in 5,000 scans made off line, twice.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.ground import HERE, Load, catalogue, environment, load, page, say, served

DEVICES, PEOPLE = 30, 6000
PACE, SECONDS, WARM = 300.0, 20, 2
QUEUES, QUEUED, TOGETHER = 10, 500, 200
Answer = dict[str, Any]

LAY_OUT = """
import json
from datetime import date
import django
django.setup()
from everfair.fair.models import BadgeKind, Edition
from everfair.gate.actions.devices import add_device, pair_device
from everfair.gate.models import Zone
from everfair.registration.actions.badges import issue_badges
from everfair.registration.models import Registration
edition = Edition.objects.get(slug="scale-small")
Edition.objects.filter(pk=edition.pk).update(ends_on=date(2099, 12, 30))
edition.refresh_from_db()
kind, _made = BadgeKind.objects.get_or_create(edition=edition, code="gate-bench", defaults={"name": {"en": "Buyer"}})
rows = Registration.objects.bulk_create(
    [Registration(edition=edition, kind=kind, name=f"Person {n}", email=f"p{n}@example.org", state="approved")
     for n in range(PEOPLE)], batch_size=1000)
codes = [badge.code for badge in issue_badges(rows, by=None)]
zones = [Zone.objects.create(edition=edition, code=code, name={"en": code}, most=PEOPLE) for code in ("north", "south")]
secrets = [pair_device(add_device(edition, {"name": f"Gate {n}", "zone": zones[0]}, by=None)[1]).secret for n in range(DEVICES)]
print(json.dumps({"codes": codes, "secrets": secrets}))
"""
COUNT = """
import json
import django
django.setup()
from everfair.gate.models import Presence, Scan, Zone
zone = Zone.objects.get(code="south")
scans = Scan.objects.filter(zone=zone)
print(json.dumps([scans.count(), scans.values("device", "number").distinct().count(), zone.inside,
                  Presence.objects.filter(zone=zone).count()]))
"""


class Line:
    """One device's open connection: a request, its answer."""

    def __init__(self, address: str, secret: str) -> None:
        self.host, self.port = address.removeprefix("http://").split(":")
        self.secret = secret
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def open(self) -> "Line":
        self.reader, self.writer = await asyncio.open_connection(self.host, int(self.port))
        return self

    async def send(self, scans: Sequence[Answer]) -> list[Answer]:
        body = json.dumps({"clock": round(time.time() * 1000), "scans": list(scans)}).encode()
        head = (
            f"POST /gate/door/scans HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Device {self.secret}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        status = await self.reader.readline()
        length = 0
        while (line := await self.reader.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        text = await self.reader.readexactly(length)
        if b" 200 " not in status:
            raise RuntimeError(f"{status!r} {text!r}")
        found: list[Answer] = json.loads(text)["answers"]
        return found


def main() -> None:
    """Live scans beside public pages, as many as the door takes, then queues twice."""
    with catalogue("small") as (database, data):
        world = json.loads(_inside(LAY_OUT, database, data))
        with served(database, data, EVERFAIR_PAGE_CACHE_SECONDS="0") as (address, pid):
            hall = f"{address}/en/scale-small/halls/2/"
            page(hall)
            lines = Lines(world, address)
            asyncio.run(lines.steadily(WARM))  # connections opened, keys and kinds read
            spent = _processor(pid)
            quiet = asyncio.run(lines.steadily())
            print(
                f"processor time of the server: {(_processor(pid) - spent) / len(quiet) * 1000:.2f} ms a scan"
            )
            busy, pages = _beside(hall, lambda: asyncio.run(lines.steadily()))
            for name, times in (("no public load", quiet), ("public pages saturated", busy)):
                print(f"{name}: {len(times)} scans, median {statistics.median(times):.1f} ms")
                say(f"scan answered, p99, {name}", _share(times, 0.99), "ms", 50, more_is_better=False)
            print(f"public pages meanwhile: {pages.requests_per_second:.1f} requests/s past the cache")
            rate, _pages = _beside(hall, lambda: asyncio.run(lines.flat_out()))
            say("scans, as fast as they go, pages saturated", rate, "scans/s", 300)
            seconds = asyncio.run(lines.queues())
            say(f"{QUEUES * QUEUED:,} queued scans sent twice", seconds, "s", 10, more_is_better=False)
        rows, numbers, inside, present = json.loads(_inside(COUNT, database, data))
        must = QUEUES * QUEUED
        print(
            f"{must} sent twice: {rows} kept, {numbers} different numbers, {inside} counted inside, {present} present"
        )
        if {rows, numbers, inside, present} != {must}:
            raise SystemExit("lost or double")


class Lines:
    """The devices, each with its own numbers."""

    def __init__(self, world: dict[str, list[str]], address: str) -> None:
        self.codes, self.secrets, self.address = world["codes"], world["secrets"], address
        self.number = 0
        self.turn = 0

    def _scan(self, direction: str = "") -> Answer:
        """The next badge: everybody in, then everybody out."""
        self.number += 1
        person, way = self.turn % PEOPLE, "in" if self.turn // PEOPLE % 2 == 0 else "out"
        self.turn += 1
        now = round(time.time() * 1000)
        return {
            "number": self.number, "at": now, "zone": "north", "direction": direction or way, "code": self.codes[person],
        }  # fmt: skip

    async def _open(self) -> list[Line]:
        return [await Line(self.address, secret).open() for secret in self.secrets]

    async def steadily(self, seconds: float = SECONDS) -> list[float]:
        """Milliseconds from when each scan was due to its answer, at PACE a second."""
        lines: asyncio.Queue[Line] = asyncio.Queue()
        for line in await self._open():
            lines.put_nowait(line)
        times: list[float] = []
        begun = time.perf_counter()

        async def one(due: float) -> None:
            line = await lines.get()
            answer = (await line.send([self._scan()]))[0]
            times.append((time.perf_counter() - due) * 1000)
            lines.put_nowait(line)
            if answer["verdict"] not in ("admitted", "left"):
                raise RuntimeError(str(answer))

        jobs = []
        for n in range(int(PACE * seconds)):
            due = begun + n / PACE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            jobs.append(asyncio.create_task(one(due)))
        await asyncio.gather(*jobs)
        return times

    async def flat_out(self) -> float:
        """Scans a second when every device reads the next badge as soon as the last is answered."""
        lines = await self._open()
        ends = time.perf_counter() + SECONDS / 2
        count = 0

        async def keep(line: Line) -> None:
            nonlocal count
            while time.perf_counter() < ends:
                await line.send([self._scan()])
                count += 1

        await asyncio.gather(*(keep(line) for line in lines))
        return count / (SECONDS / 2)

    async def queues(self) -> float:
        """Seconds for ten devices to hand in what they admitted off line, everything twice."""
        lines = (await self._open())[:QUEUES]
        now = round(time.time() * 1000)
        started = time.perf_counter()

        async def hand_in(index: int, line: Line) -> None:
            mine = [
                {
                    "number": 10**9 + n, "at": now - 1000 * (QUEUED - n), "zone": "south", "direction": "in", "offline": True,
                    "verdict": "admitted", "code": self.codes[index * QUEUED + n],
                }
                for n in range(QUEUED)
            ]  # fmt: skip
            for _again in range(2):
                for start in range(0, QUEUED, TOGETHER):
                    answers = await line.send(mine[start : start + TOGETHER])
                    wrong = [one for one in answers if one["verdict"] != "admitted"]
                    if wrong:
                        raise RuntimeError(str(wrong[0]))

        await asyncio.gather(*(hand_in(index, line) for index, line in enumerate(lines)))
        return time.perf_counter() - started


def _beside(address: str, job: Any) -> tuple[Any, Load]:
    """Run the job while wrk keeps the public pages busy."""
    seen: list[Load] = []
    thread = threading.Thread(target=lambda: seen.append(load(address, connections=8, seconds=SECONDS + 1)))
    thread.start()
    time.sleep(0.7)
    result = job()
    thread.join()
    return result, seen[0]


def _processor(pid: int) -> float:
    """Seconds of processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _share(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def _inside(code: str, database: str, data: str) -> str:
    code = code.replace("PEOPLE", str(PEOPLE)).replace("DEVICES", str(DEVICES))
    settings = {"DJANGO_SETTINGS_MODULE": "everfair.config.settings", **environment(database, data)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=settings, cwd=HERE, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()[-1]


if __name__ == "__main__":
    main()
