"""The search page with facets at CIFTIS size, and the index built from the database. Run: .venv/bin/python -m benchmarks.search_page"""

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
            base = f"{address}/en/{EDITION}/search/?q="
            _ask(base + "warm")
            times = sorted(
                _ask(base + urllib.parse.quote(words) + extra) for words in QUERIES for extra in FILTERS
            )
            print(f"{len(times)} pages, median {statistics.median(times):.1f} ms")
            say("search page, p95", times[int(len(times) * 0.95)], "ms", 60, more_is_better=False)


def _ask(address: str) -> float:
    """Milliseconds until the whole page is there."""
    started = time.perf_counter()
    urllib.request.urlopen(address, timeout=60).read()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
