"""Pages of one process at CIFTIS size on PostgreSQL: from the page cache, and past it. Run: .venv/bin/python -m benchmarks.pages"""

import re
import tempfile

from benchmarks.ground import catalogue, load, page, say, served

EDITION = "scale-ciftis"
PEER_LIST = 2.0  # requests/s of pretalx 2025.2.2 for a list of 943 talks on the same kind of machine


def main() -> None:
    """Hall and booth past the cache, then the front page from it."""
    with catalogue() as (database, data):
        with served(database, data, EVERFAIR_PAGE_CACHE_SECONDS="0") as (address, _pid):
            hall = f"{address}/en/{EDITION}/halls/2/"
            booths = sorted(set(re.findall(rf"/en/{EDITION}/booths/[^\"]+", page(hall))))
            page(address + booths[0])
            found = load(hall)
            say("hall with facets, past the cache", found.requests_per_second, "requests/s", 150)
            print(
                f"{'':<52} {found.requests_per_second / PEER_LIST:>10,.0f} times pretalx's list of talks; wrong: {found.wrong}"
            )
            filtered = load(f"{hall}?country=CN&mode=1&sort=name")
            say("hall with two filters and sorting", filtered.requests_per_second, "requests/s", 150)
            found = load(address + booths[0])
            say("one booth, past the cache", found.requests_per_second, "requests/s", 250)
            found = load(address, script=_in_turn(booths))
            say(f"{len(booths)} booths in turn, past the cache", found.requests_per_second, "requests/s", 250)
        with served(database, data) as (address, _pid):
            front = f"{address}/en/{EDITION}/"
            page(front)
            found = load(front, connections=32)
            say("front page from the page cache", found.requests_per_second, "requests/s", 20_000)
            found = load(f"{address}/en/{EDITION}/halls/2/", connections=32)
            say("hall from the page cache", found.requests_per_second, "requests/s", 20_000)


def _in_turn(paths: list[str]) -> str:
    """A wrk script that asks for these paths one after the other."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
        listed = ", ".join(f'"{path}"' for path in paths)
        script.write(
            f"local paths = {{{listed}}}\nlocal n = 0\n"
            "request = function()\n  n = n % #paths + 1\n  return wrk.format('GET', paths[n])\nend\n"
        )
    return script.name


if __name__ == "__main__":
    main()
