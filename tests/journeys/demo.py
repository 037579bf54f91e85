"""The sample fair served by a process of its own, for journeys that only read or that use the printed sign-ins."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket


@dataclass(frozen=True)
class Demo:
    """Where it is, and who may sign in."""

    address: str
    edition: str
    passwords: dict[str, str]


@contextmanager
def serve_demo(data: Path) -> Iterator[Demo]:
    """`everfair demo` on a free port, in an empty data folder, until the journeys are over."""
    with socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    settings |= {"EVERFAIR_DATA_DIR": str(data), "EVERFAIR_DEMO": "true", "EVERFAIR_RATE_LIMITS": "false"}
    process = subprocess.Popen(
        [sys.executable, "-m", "everfair", "demo", "--port", str(port)],
        env=settings,
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        ends = time.monotonic() + 180
        while not _answers(f"{address}/healthz"):
            assert process.poll() is None, "the demonstration ended at once"
            assert time.monotonic() < ends, "the demonstration did not start within three minutes"
            time.sleep(0.3)
        front = urllib.request.urlopen(f"{address}/en/", timeout=30).url
        accounts = json.loads((data / "demo-accounts.json").read_text(encoding="utf-8"))
        yield Demo(
            address, front.rstrip("/").rpartition("/")[2], {one["email"]: one["password"] for one in accounts}
        )
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(address: str) -> bool:
    try:
        return bool(urllib.request.urlopen(address, timeout=2).status == 200)
    except OSError:
        return False
