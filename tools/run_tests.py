"""Runs every suite side by side: what uses tables on SQLite and on PostgreSQL with Redis, all else once; then the journeys.

Ends with what was left out. Exit code 0 only if all ran and passed; 3 if a suite was left out.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from services import install_missing, postgres, redis

HERE = Path(__file__).resolve().parent.parent
COUNTS = re.compile(r"(\d+) (passed|failed|skipped|error|errors)")


def run_suite(
    title: str, arguments: list[str], environment: dict[str, str]
) -> tuple[int, dict[str, int], str]:
    """One pytest run: exit code, counts, and what it printed, shown once it has ended: two suites run at a time."""
    print(f"… {title}", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="everfair-tests-") as data:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-rs", *arguments, *sys.argv[1:]],
            cwd=HERE, env={**os.environ, **environment, "EVERFAIR_DATA_DIR": data}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    counts = {
        word.rstrip("s") if word.startswith("error") else word: int(n)
        for n, word in COUNTS.findall(done.stdout[-400:])
    }
    print(f"\n=== {title}\n{done.stdout}\n({time.monotonic() - started:.0f} s)", flush=True)
    return done.returncode, counts, done.stdout


def main() -> int:
    """Run all, add up, say what was left out."""
    missing = install_missing()
    left_out: list[str] = []
    totals: dict[str, int] = {}
    codes: list[int] = []
    skip_reasons: set[str] = set()

    def suite(title: str, arguments: list[str], environment: dict[str, str]) -> None:
        code, counts, output = run_suite(title, arguments, environment)
        codes.append(code)
        if code == 5:
            left_out.append(f"{title}: no test was found")
        for name, number in counts.items():
            totals[name] = totals.get(name, 0) + number
        skip_reasons.update(line for line in output.splitlines() if line.startswith("SKIPPED"))

    everything = ["-m", "not journey", "tests"]
    tables, once = {"TEST_LANE": "tables"}, {"TEST_LANE": "once"}
    # four at a time on two cores: what starts servers of its own waits for them most of the time
    installations = ["-m", "not journey", "tests/config"]
    with ExitStack() as services, ThreadPoolExecutor(4) as pool:
        running = [
            pool.submit(suite, "Once: installations", installations, once),
            pool.submit(suite, "Once: all else", [*everything, "--ignore=tests/config"], once),
            pool.submit(suite, "SQLite", everything, tables),
        ]
        if "postgresql" in missing or "redis-server" in missing:
            left_out.append(f"PostgreSQL and Redis: {', '.join(missing)} could not be installed")
        else:
            environment = {
                **tables,
                "EVERFAIR_DATABASE_URL": services.enter_context(postgres()),
                "EVERFAIR_REDIS_URL": services.enter_context(redis()),
            }
            running.append(pool.submit(suite, "PostgreSQL and Redis", everything, environment))
        for one in running:
            one.result()
    if "chromium" in missing:
        left_out.append("journeys: Chromium could not be installed")
    else:
        suite("Journeys in Chromium", ["-m", "journey", "tests"], {"EVERFAIR_SEARCH_ENGINE": "tantivy"})
    return conclude(codes, totals, left_out, skip_reasons)


def conclude(codes: list[int], totals: dict[str, int], left_out: list[str], skip_reasons: set[str]) -> int:
    """The closing lines and the exit code. Tests that only wait for PostgreSQL ran in the second pass."""
    unexpected = sorted(
        reason for reason in skip_reasons if "needs PostgreSQL" not in reason and "SQLite only" not in reason
    )
    print("\n=== Left out")
    for line in [*left_out, *unexpected] or ["nothing"]:
        print(f"  {line}")
    failed = totals.get("failed", 0) + totals.get("error", 0)
    print(f"\ntotal: {totals.get('passed', 0)} passed, {failed} failed, {totals.get('skipped', 0)} skipped")
    if any(code not in (0, 5) for code in codes):
        return 1
    return 3 if left_out else 0


if __name__ == "__main__":
    sys.exit(main())
