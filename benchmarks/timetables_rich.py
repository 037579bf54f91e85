"""Rich rules for a generated fair: halls, on line, ways, interpreters, colleagues, lunch, longest run, sessions, what is locked.

    python benchmarks/timetables_rich.py [--people 20000] [--requests 150000] [--limit 30] [--processor]

`timetables_large.py` has such fairs among its cases. The bound is a maximum flow that knows people's limits and the number
of places, but no slots, ways, pauses or interpreters.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from everfair.engines.scheduling.check import check
from everfair.engines.scheduling.large import solve_large, warm
from everfair.engines.scheduling.measure import measure
from everfair.engines.scheduling.npz import read_npz
from everfair.engines.scheduling.types import NONE, Places, Problem, Requests, Rest, Slots

MEETING, PAUSE, DAYS = 20, 10, 3  # minutes, minutes, days
HALLS = (0.35, 0.3, 0.2, 0.15)  # of all places; the last are lines on line
CHANGE = (
    (0, 5, 15, 10),
    (5, 0, 5, 10),
    (15, 5, 0, 10),
    (10, 10, 10, 0),
)  # minutes; 15 are longer than a pause
PRICE = ((0, 1, 3, 1), (1, 0, 1, 1), (3, 1, 0, 1), (1, 1, 1, 0))
LANGUAGES, COLLEAGUES = 3, 3


def rich(plain: Problem, seed: int = 1) -> Problem:
    """The problem with everything a fair may ask for; the locked meetings are those of a first, brief timetable."""
    rng = np.random.default_rng([seed, 5])
    people, count, n = len(plain.people), len(plain.requests), len(plain.slots)
    day = np.arange(n) * DAYS // n
    first = np.r_[True, np.diff(day) > 0]
    starts = day * 1440 + (np.arange(n) - np.flatnonzero(first)[day]) * (MEETING + PAUSE) + 540
    noon = [Rest(_noon(day == d), np.ones(people, np.bool_)) for d in range(DAYS)]
    firms = max(1, people // 50)
    groups = rng.permutation(people)[: firms * COLLEAGUES].reshape(firms, COLLEAGUES)
    run = np.where(rng.random(people) < 0.5, rng.integers(4, 9, people), NONE)
    who = replace(
        plain.people,
        longest_run=run.astype(np.int64),
        rests=tuple(noon),
        groups=tuple(tuple(group) for group in groups.tolist()),
    )
    capacity = np.stack([np.round(plain.places.capacity.sum(axis=0) * share) for share in HALLS])
    where = Places(
        capacity.astype(np.int64),
        np.arange(len(HALLS)),
        np.array(CHANGE),
        np.array(PRICE),
        np.full((LANGUAGES, n), max(1, count // 1500), np.int64),
    )
    rules = replace(plain.rules, breaks=2, walking=1)
    made = replace(
        plain,
        slots=Slots(starts.astype(np.int64), (starts + MEETING).astype(np.int64), ~first),
        people=who,
        places=where,
        requests=_requests(plain, rng, groups, day),
        rules=rules,
    )
    return _with_locks(made, rng)


def _noon(today: np.ndarray) -> np.ndarray:
    """Three slots in the middle of a day, one of which stays free."""
    slots = np.flatnonzero(today)
    noon = np.zeros(len(today), np.bool_)
    noon[slots[len(slots) // 2 - 1 :][:3]] = True
    return noon


def _requests(plain: Problem, rng: np.random.Generator, groups: np.ndarray, day: np.ndarray) -> Requests:
    """A fifth of the requests to colleagues ask for any of them; halls by firm, a tenth on line only."""
    asked, people, count = plain.requests, len(plain.people), len(plain.requests)
    group_of = np.full(people, NONE)
    group_of[groups] = np.arange(len(groups))[:, None]
    any_of = (
        (group_of[asked.b] != NONE) & (group_of[asked.b] != group_of[asked.a]) & (rng.random(count) < 0.2)
    )
    b = np.where(any_of, people + group_of[asked.b], asked.b)
    hall = rng.integers(0, len(HALLS) - 1, people)[asked.b]
    suits = np.stack([hall, (hall + 1) % 3, np.full(count, len(HALLS) - 1)], axis=1)
    drawn = rng.random(count)
    suits[drawn < 0.1] = [len(HALLS) - 1, NONE, NONE]
    suits[(drawn >= 0.1) & (drawn < 0.3), 1:] = NONE
    return replace(
        asked,
        b=b.astype(np.int64),
        places=suits.astype(np.int64),
        interpreter=np.where(rng.random(count) < 0.1, rng.integers(0, LANGUAGES, count), NONE).astype(
            np.int64
        ),
        session=np.where(rng.random(count) < 0.05, rng.integers(0, DAYS, count), NONE).astype(np.int64),
        sessions=np.stack([day == d for d in range(DAYS)]),
    )


def _with_locks(made: Problem, rng: np.random.Generator) -> Problem:
    """A twentieth of the meetings of a first timetable are confirmed."""
    table = solve_large(made, clock=lambda: 0.0, limit=0.01).table
    assert table is not None
    locked = (table.slot != NONE) & (rng.random(len(table.slot)) < 0.05)
    asked = made.requests
    held = replace(
        asked,
        a=np.where(locked, table.a, asked.a),
        b=np.where(locked, table.b, asked.b),
        fixed_slot=np.where(locked, table.slot, asked.fixed_slot),
        locked=locked,
        locked_place=np.where(locked, table.place, NONE),
    )
    return replace(made, requests=held)


def main() -> int:
    """Solve one rich fair and the same fair with plain rules, in the same time."""
    from benchmarks.timetables_large import GENERATOR

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=150_000)
    parser.add_argument("--limit", type=float, default=30.0)
    parser.add_argument("--processor", action="store_true", help="limit in processor time: on a busy machine")
    given = parser.parse_args()
    clock = time.process_time if given.processor else time.monotonic
    warm()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fair.npz"
        size = ["--P", str(given.people), "--M", str(given.requests), "--T", "60", "--full", "0"]
        command = [sys.executable, str(GENERATOR), str(file), "--kind", "choose", *size, "--seed", "1"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        plain = read_npz(np.load(file))
    for name, problem in (("plain", plain), ("rich", rich(plain))):
        began = time.process_time()
        answer = solve_large(problem, clock=clock, limit=given.limit)
        spent = time.process_time() - began
        assert answer.table is not None
        faults, figures = check(problem, answer.table), measure(problem, answer.table)
        gap = "" if not answer.bound else f"{100 * (answer.bound - answer.weight) / answer.bound:.4f}"
        print(
            f"{name}: placed {answer.placed}, weight {answer.weight}, gap % {gap}, breaks {answer.breaks}, ways "
            f"{figures.walking}, {spent:.1f} s of processor, faults {len(faults)}, "
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
