"""Two people enter a call in real Chromium with fake cameras: how long until each sees a first picture of the other.

From the click of the second one, and from when both are in the room. A server of its own, both browsers on this machine.
Run: .venv/bin/python -m benchmarks.calls [times]
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

TIMES = 10
TARGET_S = 2.0
WATCH = """document.addEventListener("DOMContentLoaded", () => {
  if (document.querySelector("[data-room]")) window.entered = Date.now();
  const look = setInterval(() => {
    const video = document.querySelector("[data-tiles] .tile:not(.own) video");
    if (video && video.videoWidth && video.getVideoPlaybackQuality().totalVideoFrames > 0) { window.firstPicture = Date.now(); clearInterval(look); }
  }, 10);
});"""


def once(browser: Any, base: str, call: dict[str, Any]) -> tuple[float, float]:
    """Seconds until both have a first frame of the other: from the click of the second, and from when both had the room."""
    from tests.journeys.call_stage import INSIDE, page_of

    wrong: list[str] = []
    pages = [page_of(browser, base, key, wrong, script=WATCH, small=False) for key in call["people"]]
    for page in pages:
        page.goto(call["door"])
        page.wait_for_load_state("networkidle")
    pages[0].click("[data-enter] button")
    pages[0].wait_for_function(INSIDE)
    began = time.time()
    pages[1].click("[data-enter] button", no_wait_after=True)
    for page in pages:
        page.wait_for_function("() => window.firstPicture > 0")
    seen = max(page.evaluate("window.firstPicture") for page in pages) / 1000
    entered = max(page.evaluate("window.entered") for page in pages) / 1000
    for page in pages:
        page.context.close()
    assert not wrong, wrong
    return float(seen - began), float(seen - entered)


def main(times: int) -> int:
    """Print each time with the load, and the medians beside the bound; 1 if the one from the click is over it."""
    os.environ.setdefault("TEST_PREPARED", tempfile.mkdtemp(prefix="everfair-calls-"))
    from playwright.sync_api import sync_playwright

    from tests.config.installation import Installation
    from tests.journeys.call_stage import cameras, new_call

    settings = {"EVERFAIR_SEARCH_ENGINE": "null", "EVERFAIR_RATE_LIMITS": "false"}
    made = Installation(Path(tempfile.mkdtemp(prefix="everfair-calls-")), settings).with_tables()
    found: list[tuple[float, float]] = []
    with made.serving() as server, sync_playwright() as playwright, cameras(playwright.chromium) as browser:
        for number in range(times):
            found.append(once(browser, server.base, new_call(made)))
            clicked, entered = found[-1]
            load = os.getloadavg()[0]
            print(f"{number + 1}: {clicked:.2f} s, {entered:.2f} s (load {load:.1f})", flush=True)
    median = statistics.median(clicked for clicked, _ in found)
    inside = statistics.median(entered for _, entered in found)
    print(
        f"first picture of the other on both sides, median of {times}: {median:.2f} s from the second one's click "
        f"({median / TARGET_S:.2f} of the bound of {TARGET_S:.0f} s), {inside:.2f} s from both being in the room "
        f"({inside / TARGET_S:.2f})"
    )
    return int(median > TARGET_S)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES))
