"""`solve_exact`: which of the exact ways a problem takes, and its answer in the words of `types`."""

from dataclasses import replace

from everfair.engines.scheduling.exact.place_all import PlaceAll
from everfair.engines.scheduling.listening import Listener
from everfair.engines.scheduling.types import Aim, Answer, Clock, Problem, Report, Status, Timetable

PROVED_AT_ONCE = 40  # requests; above, a proof goes on from a timetable found quickly
QUICK = 2.0  # seconds for that


def solve_exact(
    problem: Problem,
    *,
    clock: Clock,
    seed: int = 0,
    limit: float = 60.0,
    start: Timetable | None = None,
    report: Report | None = None,
) -> Answer:
    """The best timetable of a valid problem, proved where `limit` seconds of `clock` are enough.

    `start` is a timetable to go on from; `report` hears of progress and answers False to stop. The seed decides which of
    several equally good timetables is found.
    """
    listener = Listener(report, clock)
    walking = problem.rules.walking > 0 and bool(problem.places.price.any())
    if problem.rules.aim is Aim.PLACE_ALL and not walking:
        proof = PlaceAll(problem, clock, seed, limit, listener)
        return proof.run(start, at_once=len(problem.requests) <= PROVED_AT_ONCE)
    from everfair.engines.scheduling.exact.best_choice import choose  # its library takes a second to load

    if len(problem.requests) <= PROVED_AT_ONCE:
        return choose(problem, clock, seed, limit, start, listener)
    from everfair.engines.scheduling.large import solve_large

    began = clock()
    quick = solve_large(
        problem, clock=clock, seed=seed, limit=min(QUICK, limit / 4), start=start, report=listener
    )
    if listener.stopped or (quick.status is Status.OPTIMAL and _only_weight(problem)):
        return replace(quick, seconds=clock() - began)
    left = limit - (clock() - began)
    answer = choose(problem, clock, seed, left, quick.table if quick.table is not None else start, listener)
    return replace(answer, bound=_nearer(answer, quick), seconds=clock() - began)


def _only_weight(problem: Problem) -> bool:
    """Nothing else is asked for than the most weight."""
    rules = problem.rules
    return rules.aim is Aim.CHOOSE and not (
        rules.breaks or rules.walking or rules.share_first or problem.people.least.any()
    )


def _nearer(answer: Answer, quick: Answer) -> int | None:
    """The nearer of two bounds: the lower of a weight, and not below what was reached; the higher of breaks."""
    if answer.status is Status.INFEASIBLE:
        return None
    bounds = [bound for bound in (answer.bound, quick.bound) if bound is not None]
    if answer.aim is Aim.PLACE_ALL:
        return max(bounds, default=None)
    return max(answer.weight, min(bounds)) if bounds else None
