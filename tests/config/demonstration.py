"""The sample fair, as `everfair demo` makes and serves it: made from nothing once for all suites of a run, then copied."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.config.installation import HERE
from tests.prepared import made_once
from tools.services import free_port

SECONDS = 600  # until it must answer: everything is made before


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """`everfair demo` on a free port, with its data in `folder`, until the block ends; yields its address."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("EVERFAIR_", "DJANGO_"))}
    own = {
        "EVERFAIR_DATA_DIR": str(folder),
        "EVERFAIR_DEMO": "true",
        "EVERFAIR_SEARCH_ENGINE": "tantivy",
        "EVERFAIR_RATE_LIMITS": "false",
    }
    port, log = free_port(), folder / "demo.log"
    words = [sys.executable, "-m", "everfair", "demo", "--port", str(port)]
    with log.open("w") as out:
        server = subprocess.Popen(words, cwd=HERE, env=kept | own, stdout=out, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/healthz", server, log)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def sample_fair() -> Path:
    """The data folder of a demonstration that has ended; to be copied."""

    def make(folder: Path) -> None:
        folder.mkdir()
        with demonstration(folder):
            pass

    return made_once("sample", make)


def _wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        assert server.poll() is None, f"the sample fair did not start:\n{log.read_text()[-3000:]}"
        assert time.monotonic() < deadline, f"no answer in {SECONDS} s:\n{log.read_text()[-3000:]}"
        try:
            with urllib.request.urlopen(address, timeout=30):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
