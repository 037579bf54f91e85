"""`solve_exact`: which of the two exact ways a problem takes, and its answer in the words of `types`."""

from dataclasses import replace

from everfair.engines.scheduling.exact.cheapest import Found, Outcome, cheapest
from everfair.engines.scheduling.exact.fewest_breaks import add_breaks, add_seat_counts
from everfair.engines.scheduling.exact.model import build
from everfair.engines.scheduling.measure import measure
from everfair.engines.scheduling.types import (
    Aim,
    Answer,
    Clock,
    Problem,
    Progress,
    Report,
    Status,
    Timetable,
)

PROVED_AT_ONCE = 40  # requests; above, the proof of a best choice goes on from a timetable found quickly
QUICK = 2.0  # seconds for that
STATUS = {Found.CHEAPEST: Status.OPTIMAL, Found.IMPOSSIBLE: Status.INFEASIBLE, Found.STOPPED: Status.FEASIBLE}


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
    walking = problem.rules.walking > 0 and bool(problem.places.price.any())
    if problem.rules.aim is Aim.PLACE_ALL and not walking:
        return _place_all(problem, clock, seed, limit, start, report)
    from everfair.engines.scheduling.exact.best_choice import choose  # its library takes a second to load

    if problem.rules.aim is Aim.PLACE_ALL or len(problem.requests) <= PROVED_AT_ONCE:
        return choose(problem, clock, seed, limit, start, report)
    from everfair.engines.scheduling.large import solve_large

    began = clock()
    quick = solve_large(
        problem, clock=clock, seed=seed, limit=min(QUICK, limit / 4), start=start, report=report
    )
    if quick.status is Status.OPTIMAL and _only_weight(problem):
        return quick
    left = limit - (clock() - began)
    answer = choose(problem, clock, seed, left, quick.table if quick.table is not None else start, report)
    return replace(answer, bound=_lower(answer, quick), seconds=clock() - began)


def _only_weight(problem: Problem) -> bool:
    """Nothing else is asked for than the most weight."""
    rules = problem.rules
    return not (rules.breaks or rules.walking or rules.share_first or problem.people.least.any())


def _lower(answer: Answer, quick: Answer) -> int | None:
    """The lower of two bounds of a weight, and not below what was reached."""
    bounds = [bound for bound in (answer.bound, quick.bound) if bound is not None]
    return max(answer.weight, min(bounds)) if bounds else None


def _place_all(
    problem: Problem, clock: Clock, seed: int, limit: float, start: Timetable | None, report: Report | None
) -> Answer:
    began = clock()
    model = build(problem, seed)
    add_breaks(model)
    add_seat_counts(model)
    weight = sum(int(problem.requests.weight[r]) for r in model.at)

    def go_on(outcome: Outcome) -> bool:
        seconds = clock() - began
        found = outcome.cost is not None
        placed, added = (len(model.at), weight) if found else (0, 0)
        progress = Progress(seconds, "prove", placed, added, outcome.cost or 0, outcome.bound)
        return seconds < limit and (report is None or report(progress))

    def price(true: frozenset[int]) -> int:
        return measure(problem, model.table(true)).breaks

    outcome = cheapest(model.formula, price, go_on, start=model.means(start) if start else [])
    if outcome.model is None:
        status = Status.INFEASIBLE if outcome.found is Found.IMPOSSIBLE else Status.UNKNOWN
        bound = None if status is Status.INFEASIBLE else outcome.bound
        return Answer(status, None, 0, 0, 0, bound, clock() - began, seed, problem.rules.aim)
    table = model.table(outcome.model)
    figures = measure(problem, table)
    return Answer(
        STATUS[outcome.found],
        table,
        figures.placed,
        figures.weight,
        figures.breaks,
        outcome.bound,
        clock() - began,
        seed,
        problem.rules.aim,
    )
