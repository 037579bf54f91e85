"""The programme of FOSDEM 2025 (943 sessions, 29 stages) on one process, past the page cache. Run: .venv/bin/python -m benchmarks.programme_pages

Needs wrk and the shared real data. Queries are counted in a process of their own: first visit and later ones.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.ground import EVERFAIR, HERE, environment, load, page, say, served

SHARED = Path(os.environ.get("EVERFAIR_SHARED", HERE.parent / "shared"))
SCHEDULE = SHARED / "data/programme/fosdem-2025.xml"
EDITION = "fosdem-2025"
PEER_LIST, PEER_JSON, PEER_XML = (
    2.0,
    2.2,
    0.7,
)  # pretalx 2025.2.2 on such a machine: requests/s, seconds, seconds
PATHS = {
    "all 943 sessions on one page": "programme/list/?whole=1",
    "one day as a grid of 29 stages": "programme/?day=2025-02-01",
    "list, 50 sessions a page, with facets": "programme/list/",
    "list with three filters": "programme/list/?day=2025-02-02&stage=janson&language=en",
    "speakers": "speakers/",
}
MAKE = """
import django
django.setup()
from datetime import date
from everfair.fair.models import Edition, Fair
fair = Fair.objects.create(slug="fosdem", name={"en": "FOSDEM"})
Edition.objects.create(fair=fair, slug=EDITION, name={"en": "FOSDEM 2025"}, starts_on=date(2025, 2, 1),
                       ends_on=date(2025, 2, 2), time_zone="Europe/Brussels", phase="evergreen")
"""
COUNT = """
import json
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
found = {}
for path in PATHS:
    client, counts = Client(), []
    for _visit in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/en/{EDITION}/{path}").status_code == 200, path
        counts.append(len(asked))
    found[path] = counts
print(json.dumps(found))
"""


@contextmanager
def programme() -> Iterator[tuple[str, str]]:
    """A database with the schedule imported by the product's own command: (address, data folder)."""
    data = tempfile.mkdtemp(prefix="everfair-bench-")
    database = f"sqlite:///{data}/db.sqlite3"
    try:
        _run([EVERFAIR, "manage", "migrate", "-v", "0"], database, data)
        _script(MAKE.replace("EDITION", repr(EDITION)), database, data)
        started = time.perf_counter()
        _run([EVERFAIR, "import", "programme", str(SCHEDULE), "--edition", EDITION], database, data)
        say("943 sessions imported", time.perf_counter() - started, "s", 10, more_is_better=False)
        yield database, data
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _run(words: list[str], database: str, data: str) -> str:
    settings = environment(database, data, EVERFAIR_SEARCH_ENGINE="null")
    done = subprocess.run(words, env=settings, cwd=HERE, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)[:200]}\n{done.stdout}{done.stderr}")
    return done.stdout


def _script(text: str, database: str, data: str) -> str:
    settled = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'everfair.config.settings'\n"
    return _run([sys.executable, "-c", settled + text], database, data)


def main() -> None:
    """Queries, requests a second, files for machines."""
    if not SCHEDULE.exists():
        raise SystemExit("This benchmark needs the shared real data beside the checkout.")
    with (
        programme() as (database, data),
        served(database, data, EVERFAIR_PAGE_CACHE_SECONDS="0") as (address, _pid),
    ):
        text = COUNT.replace("PATHS", repr(list(PATHS.values()))).replace("EDITION", repr(EDITION))
        counts = json.loads(_script(text, database, data).splitlines()[-1])
        for name, path in PATHS.items():
            print(f"{name:<52} {counts[path][0]:>4} queries at first, {counts[path][1]} later   must 15")
        for name, path in PATHS.items():
            url = f"{address}/en/{EDITION}/{path}"
            size = len(page(url).encode())
            found = load(url, seconds=6)
            say(name, found.requests_per_second, "requests/s", 50)
            times = found.requests_per_second / PEER_LIST
            print(
                f"{'':<52} {size / 1000:>10,.0f} kB; {times:,.0f} times pretalx's list; wrong: {found.wrong}"
            )
        for name, peer in (("schedule.json", PEER_JSON), ("schedule.xml", PEER_XML)):
            took = _first(f"{address}/en/{EDITION}/programme/{name}")
            say(f"{name}, asked the first time", took, "s", 0.3, more_is_better=False)
            print(f"{'':<52} pretalx: {peer} s")
        took = _first(f"{address}/en/{EDITION}/programme.ics")
        print(f"{'programme.ics, asked the first time':<52} {took:>10.1f} s")


def _first(url: str) -> float:
    started = time.perf_counter()
    urllib.request.urlopen(url, timeout=60).read()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
