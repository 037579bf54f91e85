"""One door to all solvers: checks the input, looks for a conflict, chooses by size. How they solve is theirs."""

from dataclasses import replace

from everfair.engines.scheduling.explain import explain
from everfair.engines.scheduling.listening import Listener
from everfair.engines.scheduling.measure import worth
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
    listener = Listener(report, clock)
    n = len(problem.requests)
    small = n <= EXACT_UP_TO and n * len(problem.slots) <= PROVABLE
    place_all = problem.rules.aim is Aim.PLACE_ALL
    if small and place_all and explain(problem):
        return Answer(Status.INFEASIBLE, None, 0, 0, 0, None, clock() - began, seed, problem.rules.aim)
    answer = None
    # Loaded here, because their libraries are large and a web process asks other things of this engine.
    if small:
        from everfair.engines.scheduling.exact import solve_exact

        answer = solve_exact(
            problem, clock=clock, seed=seed, limit=FOR_PROOF * limit, start=start, report=listener
        )
    unproved = answer is not None and answer.status is Status.FEASIBLE and place_all
    if answer is None or (
        not listener.stopped and (answer.status is Status.UNKNOWN or unproved) and clock() - began < limit
    ):
        from everfair.engines.scheduling.large import solve_large

        left = (
            limit if answer is None else (1 - FOR_PROOF) * limit
        )  # not what the clock says: see `solve_large`
        other = solve_large(problem, clock=clock, seed=seed, limit=left, start=start, report=listener)
        answer = other if answer is None else _better(problem, answer, other)
    return replace(answer, seconds=clock() - began, aim=problem.rules.aim)


def _better(problem: Problem, proving: Answer, other: Answer) -> Answer:
    """The better of two answers without a proof, with the higher of what both know to be unavoidable."""
    bounds = [one.bound for one in (proving, other) if one.bound is not None]
    bound = max(bounds, default=None) if problem.rules.aim is Aim.PLACE_ALL else min(bounds, default=None)
    if other.table is None:
        return replace(proving, bound=bound)
    if proving.table is None or worth(problem, other.table) > worth(problem, proving.table):
        return replace(other, bound=bound)
    return replace(proving, bound=bound)
