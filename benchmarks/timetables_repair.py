"""What one loss costs among 20,000 people: a cancellation, somebody away or late, a table gone; judged, with the moves it took.

    python benchmarks/timetables_repair.py [--losses 40] [--seed 1]

The fair is generated from the shared data (150,000 requests, 60 slots) and solved for some seconds; half of its meetings are
confirmed. A busy machine disturbs the processor's time less than the time that passes. Target: a cancellation is answered in 0.1 s, with at most three meetings moved and none that is confirmed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from everfair.engines.scheduling import NONE, Loss, Problem, Timetable, check, lose, repair
from everfair.engines.scheduling.large import solve_large, warm
from everfair.engines.scheduling.npz import read_npz

BESIDE = Path(__file__).resolve().parents[1] / "../shared"
GENERATOR = Path(os.environ.get("EVERFAIR_SHARED", BESIDE)) / "data/b2b/generate.py"
FAIR = "--kind choose --P 20000 --M 150000 --T 60"


def main() -> int:
    """Prints one line for each kind of loss; 1 if a timetable had a fault or a confirmed meeting moved."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--losses", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    problem = _generated()
    warm()
    table = solve_large(problem, clock=time.perf_counter, limit=3).table
    assert table is not None
    draw = np.random.default_rng(asked.seed)
    problem = _half_confirmed(problem, table, draw)
    kinds: dict[str, Callable[[int], Loss]] = {
        "cancellation": lambda r: Loss(cancelled=(r,)),
        "away, one slot": lambda r: _absent(table, r, 1),
        "late, up to three slots": lambda r: _absent(table, r, 3),
        "one table gone": lambda r: _table_gone(problem, table, r),
    }
    print("| one loss | median ms | worst ms | ms of processor, worst | most moved | dropped | filled |")
    print("|---|---|---|---|---|---|---|")
    good = True
    for name, loss_of in kinds.items():
        rows = draw.choice(np.flatnonzero(table.slot != NONE), asked.losses).tolist()
        good &= _measured(name, problem, table, [loss_of(r) for r in rows])
    return 0 if good else 1


def _generated() -> Problem:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fair.npz"
        subprocess.run(
            [sys.executable, str(GENERATOR), str(path), *FAIR.split()], check=True, stdout=subprocess.DEVNULL
        )
        with np.load(path) as arrays:
            return read_npz(arrays)


def _half_confirmed(problem: Problem, table: Timetable, draw: np.random.Generator) -> Problem:
    locked = (table.slot != NONE) & (draw.random(len(table.slot)) < 0.5)
    fixed = np.where(locked, table.slot, problem.requests.fixed_slot)
    place = np.where(locked, table.place, NONE)
    return replace(
        problem, requests=replace(problem.requests, locked=locked, fixed_slot=fixed, locked_place=place)
    )


def _absent(table: Timetable, r: int, slots: int) -> Loss:
    last = int(table.slot[r])
    return Loss(not_free=tuple((int(table.a[r]), t) for t in range(max(0, last - slots + 1), last + 1)))


def _table_gone(problem: Problem, table: Timetable, r: int) -> Loss:
    """One more than stand empty, so that a meeting has to leave."""
    pool, slot = int(table.place[r]), int(table.slot[r])
    taken = int(((table.slot == slot) & (table.place == pool)).sum())
    return Loss(lost_places=((pool, slot, int(problem.places.capacity[pool, slot]) - taken + 1),))


def _measured(name: str, problem: Problem, table: Timetable, losses: list[Loss]) -> bool:
    seconds, worked, mended, good = [], [], [], True
    for loss in losses:
        began, at_work = time.perf_counter(), time.process_time()
        done = repair(problem, table, loss, clock=time.perf_counter)
        seconds.append(time.perf_counter() - began)
        worked.append(time.process_time() - at_work)
        mended.append(done)
        good &= not any(problem.requests.locked[each.request] for each in done.moved)
    for loss, done in list(zip(losses, mended, strict=True))[:3]:
        faults = check(lose(problem, loss), done.table, all_placed=False)
        good &= all(set(fault.requests) <= set(done.dropped) for fault in faults)
    most = max(len(done.moved) for done in mended)
    dropped, filled = (sum(len(getattr(done, what)) for done in mended) for what in ("dropped", "filled"))
    times = f"{1e3 * float(np.median(seconds)):.0f} | {1e3 * max(seconds):.0f} | {1e3 * max(worked):.0f}"
    print(f"| {name} | {times} | {most} | {dropped} | {filled} |" + ("" if good else " FAULT"))
    return good


if __name__ == "__main__":
    sys.exit(main())
