"""Large timetables of 1:1 meetings: the generated fairs of the shared data, solved and checked, next to their targets.

    python benchmarks/timetables_large.py [--case c20k] [--limit 10] [--seed 0] [--processor]

Each case is generated (seed 1), solved within its own limit and judged independently. The gap is to the flow bound, in per
cent. Seconds are those passed; processor time stands beside, which a busy machine disturbs less. Compiled code is warmed
first and not counted. The rich cases' bound knows no slots, ways or pauses. The published files: `benchmarks/timetables.py`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.timetables_rich import rich
from everfair.engines.scheduling.check import check
from everfair.engines.scheduling.large import solve_large, warm
from everfair.engines.scheduling.measure import measure
from everfair.engines.scheduling.npz import read_npz
from everfair.engines.scheduling.types import NONE

BESIDE = Path(__file__).resolve().parents[1] / "../shared"
GENERATOR = Path(os.environ.get("EVERFAIR_SHARED", BESIDE)) / "data/b2b/generate.py"


@dataclass(frozen=True)
class Case:
    """A generated fair and what is asked of its timetable."""

    arguments: str
    limit: float
    gap: float | None = None  # per cent at most
    breaks: int | None = None
    each: int = NONE  # most breaks of anybody
    rich: bool = (
        False  # with halls, ways, interpreters, colleagues, pauses, locked meetings: `timetables_rich.py`
    )


BIG = "--kind choose --P 20000 --M 150000 "
FULL = BIG + "--T 12 --nocap --tables 1"
CASES = {
    "f500": Case("--kind fixed --P 500 --M 2000 --T 24", 20, breaks=130),
    "f3000": Case("--kind fixed --P 3000 --M 20000 --T 60", 20, breaks=3100, each=3),
    "c20k": Case(BIG + "--T 60", 3, gap=0.01),
    "c20k_any": Case(BIG + "--T 60 --other 1", 3, gap=0.01),
    "c20k_tab": Case(BIG + "--T 60 --tables 1 --sigma 1.5 --full 1", 3, gap=0.01),
    "c20k_av": Case(BIG + "--T 60 --tables 1 --full 0", 3, gap=0.01),
    "c20k_sat": Case(FULL, 10, gap=0.03),
    "any_sat": Case(FULL + " --other 1", 10, gap=0.03),
    "hb2k": Case("--kind choose --P 2000 --M 60000 --T 24 --nocap", 10, gap=0.03),
    "hb2kf": Case("--kind choose --P 2000 --M 60000 --T 24 --nocap --full 1", 3, gap=0.0),
    "c20k with breaks": Case(BIG + "--T 60", 60, gap=0.01, breaks=20_000),
    "c20k_av rich": Case(BIG + "--T 60 --tables 1 --full 0", 40, gap=1.0, rich=True),
    "c20k_half rich": Case(BIG + "--T 60 --full 0", 40, gap=0.6, rich=True),
}


def run(name: str, case: Case, limit: float, seed: int, folder: Path, busy: bool) -> bool:
    """Generate, solve, judge, print one row; whether every target is met."""
    file = folder / f"{name.replace(' ', '_')}.npz"
    if not file.exists():
        command = [sys.executable, str(GENERATOR), str(file), *case.arguments.split(), "--seed", "1"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    problem = read_npz(np.load(file))
    problem = replace(problem, rules=replace(problem.rules, fairness=case.each))
    if case.rich:
        problem = rich(problem)
    processor = time.process_time()
    answer = solve_large(problem, clock=time.process_time if busy else time.monotonic, seed=seed, limit=limit)
    processor = time.process_time() - processor
    assert answer.table is not None
    faults = len(check(problem, answer.table))
    gap = None
    if case.gap is not None and answer.bound:
        gap = 100 * (answer.bound - answer.weight) / answer.bound
    worst = int(measure(problem, answer.table).breaks_per_person.max())
    good = not faults and (case.gap is None or (gap is not None and gap <= case.gap))
    good = (
        good
        and (case.breaks is None or answer.breaks <= case.breaks)
        and (case.each < 0 or worst <= case.each)
    )
    print(
        f"| {name} | {len(problem.people)} × {len(problem.requests)} | {answer.placed} "
        f"| {'' if gap is None else f'{gap:.4f}'} | {answer.breaks} (worst {worst}) | {answer.seconds:.1f} "
        f"| {processor:.1f} | {faults} | {answer.status} | {'yes' if good else 'NO'} |",
        flush=True,
    )
    return good


def main() -> int:
    """Print the table; 1 if a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--case", choices=list(CASES), action="append", help="only these; all without it")
    parser.add_argument("--limit", type=float, help="seconds, in place of each case's own limit")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--processor", action="store_true", help="limits in processor time: on a busy machine"
    )
    given = parser.parse_args()
    if not GENERATOR.exists():
        print("The generator of the shared data is not there; set EVERFAIR_SHARED.")
        return 2
    warm()
    print("| case | people × requests | placed | gap % | breaks | s | CPU s | faults | status | target met |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        met = [
            run(
                name, CASES[name], given.limit or CASES[name].limit, given.seed, Path(folder), given.processor
            )
            for name in given.case or CASES
        ]
    print(f"{sum(met)} of {len(met)} targets met.")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
