"""Memory of the demonstration's process after a walk through every kind of page. Run: .venv/bin/python -m benchmarks.memory"""

import os
import re
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.ground import EVERFAIR, free_port, say


def main() -> None:
    """Start `everfair demo` in an empty folder, read a few hundred pages, read the process's resident memory."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="everfair-bench-") as data:
        settings = {
            **os.environ,
            "EVERFAIR_DATA_DIR": data,
            "EVERFAIR_DEMO": "true",
            "EVERFAIR_RATE_LIMITS": "false",
        }
        settings.pop("EVERFAIR_DATABASE_URL", None)
        started = time.monotonic()
        process = subprocess.Popen(
            [EVERFAIR, "demo", "--port", str(port)], env=settings, stdout=subprocess.DEVNULL
        )
        try:
            base = f"http://127.0.0.1:{port}"
            while not _answers(f"{base}/healthz"):
                time.sleep(0.3)
            say("demo ready, first time", time.monotonic() - started, "s", 120, more_is_better=False)
            _walk(base)
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
            resident = re.search(r"VmRSS:\s+(\d+) kB", status)
            say(
                "memory of the demo's process",
                int(resident[1]) / 1000 if resident else 0,
                "MB",
                300,
                more_is_better=False,
            )
        finally:
            process.terminate()
            process.wait(timeout=20)


def _answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(address, timeout=2).status == 200
    except OSError:
        return False


def _walk(base: str) -> None:
    """Front, every hall, every booth in it, some searches, in both languages."""
    for lang in ("en", "zh"):
        front = urllib.request.urlopen(f"{base}/{lang}/", timeout=30)
        for hall in sorted(set(re.findall(r'href="(/[^"]+/halls/[^"/]+/)"', front.read().decode()))):
            shown = urllib.request.urlopen(base + hall, timeout=30).read().decode()
            for booth in sorted(set(re.findall(r'href="(/[^"]+/booths/[^"]+/)"', shown))):
                urllib.request.urlopen(base + booth, timeout=30).read()
        for word in ("water", "teaching", "repair", "port", "music"):
            urllib.request.urlopen(f"{front.url}search/?q={word}", timeout=30).read()


if __name__ == "__main__":
    main()
