"""One door to all solvers: checks the input, looks for a conflict, chooses by size. How they solve is theirs."""

from dataclasses import replace

from everfair.engines.scheduling.explain import explain
from everfair.engines.scheduling.types import Aim, Answer, Clock, Problem, Report, Status, Timetable
from everfair.engines.scheduling.validate import validate

EXACT_UP_TO = 400  # requests; the published instances have up to 302, where proofs take seconds
PROVABLE = 8_000  # requests × slots: above this a first proof would take longer than people wait
FOR_PROOF = 0.7  # of the time; a proof brings its timetable last, so the rest is kept for one without a proof


def solve(
    problem: Problem,
    *,
    clock: Clock,
    seed: int = 0,
    limit: float = 20.0,
    start: Timetable | None = None,
    report: Report | None = None,
) -> Answer:
    """The best timetable found within `limit` seconds of `clock`, with its bound; the same input gives the same answer.

    `start`: a timetable to go on from, of an earlier run for instance. `report` hears of progress and answers False to
    stop with the best so far. Raises ProblemError when the problem means nothing.
    """
    validate(problem)
    began = clock()
    n = len(problem.requests)
    small = n <= EXACT_UP_TO and n * len(problem.slots) <= PROVABLE
    if small and problem.rules.aim is Aim.PLACE_ALL and explain(problem):
        return Answer(Status.INFEASIBLE, None, 0, 0, 0, None, clock() - began, seed, problem.rules.aim)

    def left() -> float:
        return max(0.0, limit - (clock() - began))

    answer = None
    # Loaded here, because their libraries are large and a web process asks other things of this engine.
    if small:
        from everfair.engines.scheduling.exact import solve_exact

        answer = solve_exact(
            problem, clock=clock, seed=seed, limit=FOR_PROOF * left(), start=start, report=report
        )
    unproved = answer is not None and answer.status is Status.FEASIBLE and problem.rules.aim is Aim.PLACE_ALL
    if answer is None or answer.status is Status.UNKNOWN or unproved:
        from everfair.engines.scheduling.large import solve_large

        other = solve_large(problem, clock=clock, seed=seed, limit=left(), start=start, report=report)
        answer = other if answer is None else _better(answer, other)
    return replace(answer, seconds=clock() - began, aim=problem.rules.aim)


def _better(proving: Answer, other: Answer) -> Answer:
    """Of two answers without a proof the one that places more with fewer breaks, with the bound of the proof begun."""
    if other.table is None:
        return proving
    if proving.table is None:
        return replace(other, bound=other.bound if proving.bound is None else proving.bound)
    chosen = min(proving, other, key=lambda one: (-one.placed, one.breaks))
    return replace(chosen, bound=proving.bound)
