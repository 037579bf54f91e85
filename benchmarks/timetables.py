"""Timetables of 1:1 meetings: the published files, solved and checked, next to the published results.

    python benchmarks/timetables.py [--variant original] [--base tic-13crafc] [--fairness 2] [--limit 60]

Every published row of the shared files is solved in turn: verdict and optimum have to be equal to the published ones, the
judge of the engine must find no fault, and the sum of seconds is compared with the published MaxSAT solver's for the same
rows. Seconds are of processor time, which a busy machine disturbs less, with those passed beside it. “After 2 s” is
the fewest breaks known by then, in processor time too. Large fairs: `benchmarks/timetables_large.py`.
"""

import argparse
import csv
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from everfair.engines.scheduling.check import check
from everfair.engines.scheduling.dzn import read_dzn
from everfair.engines.scheduling.solve import solve
from everfair.engines.scheduling.types import NONE, Answer, Progress, Status

BESIDE = Path(__file__).resolve().parents[1] / "../shared"
SHARED = Path(os.environ.get("EVERFAIR_SHARED", BESIDE)) / "data/b2b"
FIRST_ANSWER = 2.0  # seconds


@dataclass(frozen=True)
class Row:
    """A published result of the MaxSAT solver; `optimum` is None where there is no timetable."""

    instance: str
    variant: str
    fairness: int
    seconds: float
    optimum: int | None


def published() -> Iterator[Row]:
    """The rows at fairness 2 once, and those at 0, 1 and 3."""
    with (SHARED / "published_jair2022.csv").open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            if line["solver"] == "MaxSAT":
                optimum = None if line["breaks"] == "-" else int(line["breaks"])
                fairness, seconds = int(line["fairness_d"]), float(line["seconds"])
                yield Row(line["instance"], line["variant"], fairness, seconds, optimum)


@dataclass(frozen=True)
class Result:
    """What our solver says of a row."""

    answer: Answer
    seconds: float  # of processor time
    passed: float
    early: int | None  # breaks after two seconds
    faults: int

    def agrees(self, row: Row) -> bool:
        """Same verdict, same optimum, no fault."""
        if row.optimum is None:
            return self.answer.status is Status.INFEASIBLE
        return self.answer.status is Status.OPTIMAL and self.answer.breaks == row.optimum and not self.faults


def run(row: Row, limit: float, seed: int) -> Result:
    """Read the file, solve, check."""
    passed, began = time.perf_counter(), time.process_time()
    text = (SHARED / f"instances/{row.instance}.{row.variant}.dzn").read_text(encoding="utf-8")
    problem = read_dzn(text, fairness=row.fairness)
    early: list[int] = []

    def listen(progress: Progress) -> bool:
        if time.process_time() - began <= FIRST_ANSWER and progress.placed:
            early.append(progress.breaks)
        return True

    answer = solve(problem, clock=time.process_time, seed=seed, limit=limit, report=listen)
    seconds = time.process_time() - began
    if seconds <= FIRST_ANSWER and answer.table is not None:
        early.append(answer.breaks)
    faults = check(problem, answer.table) if answer.table is not None else []
    return Result(answer, seconds, time.perf_counter() - passed, min(early, default=None), len(faults))


def show(row: Row, result: Result) -> None:
    """One line."""
    answer = result.answer
    ours = answer.breaks if answer.table is not None else "–"
    late = ""
    if row.optimum is not None:
        late = "none" if result.early is None else f"+{result.early - row.optimum}"
    print(
        f"{row.instance:15} {row.variant:14} {row.fairness:2} {row.optimum if row.optimum is not None else '–':>4} "
        f"{answer.status:>10} {ours:>4} {result.seconds:7.2f} {result.passed:7.2f} {row.seconds:7.1f} {late:>5} "
        f"{'ok' if result.agrees(row) else 'DIFFERS'}",
        flush=True,
    )


def total(done: list[tuple[Row, Result]]) -> None:
    """Sums for each fairness, and the worst."""
    print()
    for fairness in sorted({row.fairness for row, _ in done}):
        these = [(row, result) for row, result in done if row.fairness == fairness]
        seconds = [result.seconds for _, result in these]
        agree = sum(result.agrees(row) for row, result in these)
        print(
            f"fairness {fairness if fairness != NONE else 'free'}: {agree} of {len(these)} rows equal, "
            f"sum {sum(seconds):.1f} s against {sum(row.seconds for row, _ in these):.1f} s published, "
            f"worst {max(seconds):.1f} s, {sum(second <= 10 for second in seconds)} within 10 s"
        )
    bases = [(row, result) for row, result in done if row.variant == "original" and row.fairness == 2]
    near = sum(r.early is not None and r.early - (row.optimum or 0) <= 2 for row, r in bases)
    if bases:
        print(f"within 2 breaks of the optimum after 2 s: {near} of {len(bases)} bases")


def main() -> None:
    """Choose rows, solve them one after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--variant")
    parser.add_argument("--base")
    parser.add_argument("--fairness", type=int)
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    rows = [
        row
        for row in published()
        if wanted.variant in (None, row.variant)
        and wanted.base in (None, row.instance)
        and wanted.fairness in (None, row.fairness)
    ]
    import everfair.engines.scheduling.exact  # noqa: F401 - loading libraries is not solving
    from everfair.engines.scheduling.large import warm

    warm()  # nor is loading compiled code

    print("instance        variant         d  opt     status ours  cpu s  passed  publ. s  2 s")
    done = []
    for row in rows:
        done.append((row, run(row, wanted.limit, wanted.seed)))
        show(*done[-1])
    total(done)


if __name__ == "__main__":
    main()
