"""Runs every suite, three at a time: what uses tables on SQLite and on PostgreSQL with Redis, all else once, the journeys
of pages and of calls.

Ends with the time of each suite and with what was left out. Exit code 0 only if all ran and passed; 3 if a suite was
left out.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from services import install_missing, postgres, redis

HERE = Path(__file__).resolve().parent.parent
COUNTS = re.compile(r"(\d+) (passed|failed|skipped|error|errors)")
FAR = re.compile(r"\[ *(\d+%)\]")
BETWEEN = 240  # seconds between two words about a suite: of a run that is cut off they are all there is
OF_CALLS = ("test_call*.py", "test_video*.py")
IN_ALL = re.compile(r" in \d+\.\d+s")
WRONG = re.compile(r" (FAILED|ERROR)\b")
AT_ONCE = 3  # on two cores: what starts servers of its own waits for them half of the time

running: set[int] = set()
"""Sessions of the suites under way."""
is_ending = threading.Event()


@dataclass
class Suite:
    """One pytest run; what came of it once it has run."""

    title: str
    arguments: list[str]
    environment: dict[str, str]
    has_browser: bool = False
    code: int = 0
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    output: str = ""

    def run(self, shared: dict[str, str]) -> None:
        """Run it; what it printed is shown when it has ended, as others run beside it.

        Where a browser stood still for so long that pytest ended the suite (pyproject.toml) it is run a second time.
        """
        started = time.monotonic()
        self._run_once(shared)
        if self._stood_still() and not is_ending.is_set():
            print(f"\n=== {self.title}: stood still, begun anew\n{self.output}", flush=True)
            self._run_once(shared)
        self.seconds = time.monotonic() - started
        for number, word in COUNTS.findall(self.output[-400:]):
            self.counts["error" if word == "errors" else word] = int(number)
        print(f"\n=== {self.title}\n{self.output}\n({self.seconds:.0f} s)", flush=True)

    def _stood_still(self) -> bool:
        """Ended by pytest in the middle of a journey, and every test before that had passed."""
        is_whole = IN_ALL.search(self.output[-400:])
        return self.has_browser and self.code == 1 and not is_whole and not WRONG.search(self.output)

    def _run_once(self, shared: dict[str, str]) -> None:
        print(f"… {self.title}", flush=True)
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="everfair-tests-") as folder:
            # a file: a pipe stays open for as long as anybody holds it whom a test started
            printed, data = Path(folder, "printed"), Path(folder, "data")
            with printed.open("wb") as out:
                process = subprocess.Popen(
                    [sys.executable, "-m", "pytest", "-rs", *self.arguments, *sys.argv[1:]],
                    env={**shared, **self.environment, "EVERFAIR_DATA_DIR": str(data)}, cwd=HERE, stdout=out,
                    start_new_session=True,
                )  # fmt: skip
            running.add(process.pid)
            try:
                while not _has_ended(process):
                    far = (FAR.findall(printed.read_text(errors="replace")) or ["0%"])[-1]
                    print(f"… {self.title}: {far} after {time.monotonic() - started:.0f} s", flush=True)
            finally:
                _end(process.pid)
            self.code, self.output = process.returncode, printed.read_text(errors="replace")


def _end(session: int) -> None:
    """A suite and every server that it left behind."""
    running.discard(session)
    with suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)


def _has_ended(process: "subprocess.Popen[bytes]") -> bool:
    """Whether it did, within the time between two words about it."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=BETWEEN)
    return process.returncode is not None


def shared_environment(folder: str) -> dict[str, str]:
    """For every suite: compiled modules and prepared databases of this run, in `folder`; hundreds of processes start."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    prepared = Path(folder, "prepared")
    prepared.mkdir()
    return {**kept, "PYTHONPYCACHEPREFIX": str(Path(folder, "compiled")), "TEST_PREPARED": str(prepared)}


def journeys() -> tuple[list[str], list[str]]:
    """What pytest is told for all journeys but those of calls, and for those. Calls wait for media most of their time."""
    folder = Path("tests", "journeys")
    calls = sorted(
        str(path.relative_to(HERE)) for pattern in OF_CALLS for path in (HERE / folder).glob(pattern)
    )
    named = ["-vv", "-m", "journey"]  # with the name of each, so that one which stands still is known
    others = [*named, str(folder), *(f"--ignore={path}" for path in calls)]
    return others, [*named, *calls]


def main() -> int:
    """Run all, add up, say what was left out."""
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))
    missing = install_missing()
    left_out: list[str] = []
    started = time.monotonic()
    everything = ["-m", "not journey", "tests"]
    tables, once = {"TEST_LANE": "tables"}, {"TEST_LANE": "once"}
    # the longest first, so that none is left over at the end
    suites = [
        Suite("Once: installations", ["-m", "not journey", "tests/config"], once),
        Suite("Once: all else", [*everything, "--ignore=tests/config"], once),
        Suite("SQLite", everything, tables),
    ]
    with ExitStack() as open_until_the_end:
        if "chromium" in missing:
            left_out.append("journeys: Chromium could not be installed")
        else:
            environment = {"EVERFAIR_SEARCH_ENGINE": "tantivy"}
            pages, calls = journeys()
            suites.insert(0, Suite("Journeys in Chromium: calls", calls, environment, True))
            suites.insert(0, Suite("Journeys in Chromium: pages", pages, environment, True))
        if servers := sorted({"janus", "coturn"} & set(missing)):
            left_out.append(f"calls: {', '.join(servers)} could not be installed")
        if databases := sorted({"postgresql", "redis-server"} & set(missing)):
            left_out.append(f"PostgreSQL and Redis: {', '.join(databases)} could not be installed")
        else:
            environment = {
                **tables,
                "EVERFAIR_DATABASE_URL": open_until_the_end.enter_context(postgres()),
                "EVERFAIR_REDIS_URL": open_until_the_end.enter_context(redis()),
            }
            suites.insert(0, Suite("PostgreSQL and Redis", everything, environment))
        folder = open_until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="everfair-run-"))
        shared = shared_environment(folder)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            begun = [pool.submit(suite.run, shared) for suite in suites]
            try:
                for one in begun:
                    one.result()
            except BaseException:  # whoever stops this stops the suites too: they have sessions of their own
                is_ending.set()
                pool.shutdown(wait=False, cancel_futures=True)
                for session in list(running):
                    _end(session)
                raise
    left_out += [f"{suite.title}: no test was found" for suite in suites if suite.code == 5]
    return conclude(suites, left_out, time.monotonic() - started)


def conclude(suites: list[Suite], left_out: list[str], seconds: float) -> int:
    """The closing lines and the exit code. Tests that only wait for PostgreSQL ran in its suite."""
    lines = {line for suite in suites for line in suite.output.splitlines() if line.startswith("SKIPPED")}
    unexpected = sorted(
        line for line in lines if "needs PostgreSQL" not in line and "SQLite only" not in line
    )
    print("\n=== Left out")
    for line in [*left_out, *unexpected] or ["nothing"]:
        print(f"  {line}")
    print("\n=== Times")
    for suite in suites:
        counted = ", ".join(f"{number} {word}" for word, number in suite.counts.items())
        print(f"  {suite.seconds:5.0f} s  {suite.title}: {counted or f'exit code {suite.code}'}")
    totals = {word: sum(suite.counts.get(word, 0) for suite in suites) for word in ("passed", "skipped")}
    failed = sum(suite.counts.get("failed", 0) + suite.counts.get("error", 0) for suite in suites)
    print(f"  {seconds:5.0f} s  in all")
    print(f"\ntotal: {totals['passed']} passed, {failed} failed, {totals['skipped']} skipped")
    if any(suite.code not in (0, 5) for suite in suites):
        return 1
    return 3 if left_out else 0


if __name__ == "__main__":
    sys.exit(main())
