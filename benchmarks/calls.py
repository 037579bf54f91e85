"""Two people enter a call in real Chromium with fake cameras: time from the second one's click to the first moving picture.

A server of its own, both browsers on this machine. Run: .venv/bin/python -m benchmarks.calls [times]
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
  const look = setInterval(() => {
    const video = document.querySelector("[data-tiles] .tile:not(.own) video");
    if (video && video.videoWidth && video.getVideoPlaybackQuality().totalVideoFrames > 0) { window.firstPicture = Date.now(); clearInterval(look); }
  }, 10);
});"""


def once(browser: Any, base: str, call: dict[str, Any]) -> float:
    """Seconds from the click of the second to both having a first frame of the other."""
    from tests.journeys.call_stage import INSIDE, page_of

    wrong: list[str] = []
    pages = [page_of(browser, base, key, wrong, script=WATCH) for key in call["people"]]
    for page in pages:
        page.goto(call["door"])
        page.wait_for_load_state("networkidle")
    pages[0].click("[data-enter] button")
    pages[0].wait_for_function(INSIDE)
    began = time.time()
    pages[1].click("[data-enter] button", no_wait_after=True)
    for page in pages:
        page.wait_for_function("window.firstPicture > 0")
    seen = max(page.evaluate("window.firstPicture") for page in pages) / 1000
    for page in pages:
        page.context.close()
    assert not wrong, wrong
    return float(seen - began)


def main(times: int) -> int:
    """Print each time, the median and the load; 1 if the median is over the target."""
    os.environ.setdefault("TEST_PREPARED", tempfile.mkdtemp(prefix="everfair-calls-"))
    from playwright.sync_api import sync_playwright

    from tests.config.installation import Installation
    from tests.journeys.call_stage import cameras, new_call

    settings = {"EVERFAIR_SEARCH_ENGINE": "null", "EVERFAIR_RATE_LIMITS": "false"}
    made = Installation(Path(tempfile.mkdtemp(prefix="everfair-calls-")), settings).with_tables()
    found: list[float] = []
    with made.serving() as server, sync_playwright() as playwright, cameras(playwright.chromium) as browser:
        for number in range(times):
            found.append(once(browser, server.base, new_call(made)))
            print(f"{number + 1}: {found[-1]:.2f} s (load {os.getloadavg()[0]:.1f})", flush=True)
    median = statistics.median(found)
    print(
        f"first picture of the other, both sides: median {median:.2f} s of {times}, target {TARGET_S:.0f} s"
    )
    return int(median > TARGET_S)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES))
