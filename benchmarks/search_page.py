"""The search page with facets at CIFTIS size, and the index built from the database. Run: .venv/bin/python -m benchmarks.search_page"""

import os
import statistics
import subprocess
import time
import urllib.parse
import urllib.request

from benchmarks.ground import EVERFAIR, catalogue, environment, say, served

EDITION = "scale-ciftis"
QUERIES = (
    "water", "teaching", "repair", "port", "interpreting", "customs clearance", "cold chain audit", "night", "music rights",
    "radio plan for a town", "报关", "口译", "教学", "维修", "港口", "冷链审核", "面向小企业", "双语合同", "应急通信方案", "水质检测",
)  # fmt: skip
FILTERS = ("", "&country=CN", "&mode=1&mode=4", "&area=8&sort=newest", "&kind=offer&language=zh&page=3")


LEARN = f"""
from everfair.fair.models import Edition
from everfair.matchmaking.actions.refreshing import learn_version
assert learn_version(Edition.objects.get(slug="{EDITION}"), by=None) is not None
"""


def main() -> None:
    """Build the index, then ask for every query with every filter, each page once: nothing comes from a cache."""
    with catalogue() as (database, data):
        started = time.monotonic()
        settings = environment(database, data, EVERFAIR_SEARCH_ENGINE="tantivy")
        subprocess.run([EVERFAIR, "reindex"], env=settings, check=True, stdout=subprocess.DEVNULL)
        say(
            "index of 318,000 documents, rows read included",
            time.monotonic() - started,
            "s",
            60,
            more_is_better=False,
        )
        with served(database, data, engine="tantivy", EVERFAIR_PAGE_CACHE_SECONDS="0") as (address, _pid):
            _measure("search page", f"{address}/en/{EDITION}/search/?q=")
        subprocess.run([EVERFAIR, "manage", "shell", "-c", LEARN], env=settings, check=True)
        with served(database, data, engine="tantivy", EVERFAIR_PAGE_CACHE_SECONDS="0") as (address, _pid):
            _measure(
                "search page with what was learned across languages", f"{address}/en/{EDITION}/search/?q="
            )


def _measure(what: str, base: str) -> None:
    """Every query with every filter once."""
    for warm in ("warm", "warm words", "水泵"):
        _ask(base + urllib.parse.quote(warm))
    asked = [_ask(base + urllib.parse.quote(words) + extra) for words in QUERIES for extra in FILTERS]
    times = sorted(took for took, _has_block in asked)
    blocks = sum(has_block for _took, has_block in asked)
    print(f"{len(times)} pages, {blocks} of them with a second block, median {statistics.median(times):.1f} ms; "
          f"load of the machine {os.getloadavg()[0]:.1f}")  # fmt: skip
    say(f"{what}, p95", times[int(len(times) * 0.95)], "ms", 60, more_is_better=False)


def _ask(address: str) -> tuple[float, bool]:
    """Milliseconds until the whole page is there; whether it has the block of the other language."""
    started = time.perf_counter()
    page = urllib.request.urlopen(address, timeout=60).read()
    return (time.perf_counter() - started) * 1000, b'id="across"' in page


if __name__ == "__main__":
    main()
