"""What the benchmarks stand on: a PostgreSQL of their own, a catalogue of CIFTIS size, a served process, a load from wrk."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE / "tools"))
from services import free_port, postgres  # noqa: E402  (the tools folder is no package)

EVERFAIR = str(HERE / ".venv" / "bin" / "everfair")


@dataclass(frozen=True)
class Load:
    """What wrk saw."""

    requests_per_second: float
    wrong: int


def environment(database: str, data: str, **more: str) -> dict[str, str]:
    """Settings of a measured process: no rate limits, everything in one throw-away folder."""
    return {
        **os.environ, "EVERFAIR_DATABASE_URL": database, "EVERFAIR_DATA_DIR": data, "EVERFAIR_RATE_LIMITS": "false", **more
    }  # fmt: skip


@contextmanager
def catalogue(scale: str = "ciftis") -> Iterator[tuple[str, str]]:
    """A database with a catalogue of that size: (address, data folder). EVERFAIR_BENCH_DATABASE names one to use again."""
    data = tempfile.mkdtemp(prefix="everfair-bench-")
    try:
        if database := os.environ.get("EVERFAIR_BENCH_DATABASE"):
            yield database, data
            return
        with postgres() as database:
            subprocess.run(
                [EVERFAIR, "sample", "--scale", scale], env=environment(database, data), check=True
            )
            yield database, data
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def served(database: str, data: str, engine: str = "null", **more: str) -> Iterator[tuple[str, int]]:
    """One everfair process: (its address, its process id)."""
    port = free_port()
    process = subprocess.Popen(
        [EVERFAIR, "serve", "--port", str(port)],
        env=environment(database, data, EVERFAIR_SEARCH_ENGINE=engine, **more),
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            time.sleep(0.5)
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=2).read()
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError("the server ended at once") from None
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def page(address: str) -> str:
    """The page's text; asked twice, so that what a process keeps is kept."""
    for _ in range(2):
        text: str = urllib.request.urlopen(address, timeout=60).read().decode()
    return text


def load(address: str, *, connections: int = 8, seconds: int = 8, script: str = "") -> Load:
    """Ask for one address (or those of a Lua script) for some seconds from one thread."""
    if not shutil.which("wrk"):
        raise SystemExit("This benchmark needs wrk: sudo apt-get install wrk")
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *(["-s", script] if script else []), address]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return Load(float(rate[1]) if rate else 0.0, int(wrong[1]) if wrong else 0)


def say(job: str, figure: float, unit: str, must: float, *, more_is_better: bool = True) -> None:
    """One line: figure, bound, ratio (above 1 means better than the bound)."""
    ratio = figure / must if more_is_better else must / figure
    print(f"{job:<52} {figure:>10,.1f} {unit:<12} must {must:>8,.1f}   ratio {ratio:.2f}", flush=True)
