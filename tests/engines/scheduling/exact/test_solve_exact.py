"""The exact solver against every timetable there is: small random problems with all that a fair may ask for."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from everfair.engines.scheduling.check import check
from everfair.engines.scheduling.exact import solve_exact
from everfair.engines.scheduling.measure import measure
from everfair.engines.scheduling.types import NONE, Aim, Answer, Problem, Progress, Status, Timetable, Wish
from tests.engines.scheduling.examples import problem
from tests.engines.scheduling.strategies import problems

MOST_TIMETABLES = 20_000  # looked at one by one
SLOW_IS_FINE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def solved(problem: Problem, seed: int = 0, **more: object) -> Answer:
    """With a clock that stands still, so that no limit is reached."""
    return solve_exact(problem, clock=lambda: 0.0, seed=seed, limit=60.0, **more)  # type: ignore[arg-type]


def choices(problem: Problem, r: int) -> list[tuple[int, int, int, int]]:
    """Slot, place and people of a request: all that by itself is no fault, and not to be placed."""
    requests, people = problem.requests, problem.people
    sides = [
        [int(side)] if side < len(people) else list(people.groups[side - len(people)])
        for side in (requests.a[r], requests.b[r])
    ]
    every = itertools.product(range(len(problem.slots)), range(len(problem.places)), *sides)
    alone = [choice for choice in every if not faults_alone(problem, r, choice)]
    return [(NONE, NONE, NONE, NONE), *alone]


def faults_alone(problem: Problem, r: int, choice: tuple[int, int, int, int]) -> bool:
    nowhere = np.full((4, len(problem.requests)), NONE, dtype=np.int64)
    nowhere[:, r] = choice
    unlocked = replace(problem.requests, locked=np.arange(len(problem.requests)) == r)
    unlocked = replace(unlocked, locked=unlocked.locked & problem.requests.locked)
    return bool(check(replace(problem, requests=unlocked), Timetable(*nowhere), all_placed=False))


def timetables(problem: Problem) -> Iterator[Timetable] | None:
    """Every timetable without a fault; None when there are too many to look at."""
    rows = [choices(problem, r) for r in range(len(problem.requests))]
    if np.prod([float(len(row)) for row in rows]) > MOST_TIMETABLES:
        return None
    every = (Timetable(*np.array(picked, dtype=np.int64).T) for picked in itertools.product(*rows))
    return (table for table in every if not check(problem, table))


def value(problem: Problem, table: Timetable) -> tuple[float, ...]:
    """What is maximised, the first thing first."""
    figures, rules = measure(problem, table), problem.rules
    ways = figures.walking * rules.walking
    if rules.aim is Aim.PLACE_ALL:
        return (-figures.breaks, -ways)
    share = round(figures.smallest_share, 6) if rules.share_first else 0
    return (-figures.short_of_least, share, figures.weight - figures.breaks * rules.breaks - ways)


@given(problems(most_requests=4, most_slots=4))
@SLOW_IS_FINE
def test_nothing_is_better_than_the_optimum(problem: Problem) -> None:
    every = timetables(problem)
    if every is None:
        return
    best = max((value(problem, table) for table in every), default=None)
    answer = solved(problem)
    if best is None:
        assert answer.status is Status.INFEASIBLE
        assert answer.table is None
        return
    assert answer.status is Status.OPTIMAL
    assert answer.table is not None
    assert check(problem, answer.table) == []
    assert value(problem, answer.table) == best
    assert answer.gap == 0


@given(problems())
@SLOW_IS_FINE
def test_every_answer_is_without_fault(problem: Problem) -> None:
    answer = solved(problem)
    assert answer.status in (Status.OPTIMAL, Status.INFEASIBLE)
    if answer.table is not None:
        assert check(problem, answer.table) == []
        figures = measure(problem, answer.table)
        assert (answer.placed, answer.weight, answer.breaks) == (
            figures.placed,
            figures.weight,
            figures.breaks,
        )


def test_a_stopped_search_keeps_the_best_so_far() -> None:
    made = small(aim=Aim.PLACE_ALL)
    heard: list[Progress] = []

    def stop(progress: Progress) -> bool:
        heard.append(progress)
        return progress.placed == 0

    answer = solved(made, report=stop)
    assert heard[-1].placed == len(made.requests)
    assert answer.table is not None
    assert check(made, answer.table) == []
    assert answer.bound is not None
    assert answer.bound <= answer.breaks


def test_no_time_finds_nothing_and_claims_nothing() -> None:
    answer = solve_exact(small(aim=Aim.PLACE_ALL), clock=lambda: 0.0, limit=0.0)
    assert answer.status in (Status.FEASIBLE, Status.UNKNOWN, Status.OPTIMAL)
    assert (answer.table is None) == (answer.status is Status.UNKNOWN)


@pytest.mark.parametrize("aim", list(Aim))
def test_it_is_not_worse_than_where_it_starts(aim: Aim) -> None:
    made = small(aim=aim)
    best = solved(made)
    again = solve_exact(
        made, clock=lambda: 0.0, seed=5, start=best.table, report=lambda progress: not progress.placed
    )
    assert (again.placed, again.weight, again.breaks) == (best.placed, best.weight, best.breaks)


def test_breaks_of_two_days_are_counted_apart() -> None:
    """Two meetings, one on each day: no break. On one day with a slot between: one."""
    apart = problem([(0, 1), (0, 2)], slots=3, days=(0, 2), free={1: [0], 2: [2]})
    together = problem([(0, 1), (0, 2)], slots=3, free={1: [0], 2: [2]})
    assert solved(apart).breaks == 0
    assert solved(together).breaks == 1


def test_fairness_is_measured_from_the_fewest() -> None:
    """Both have a break for certain, so a bound of 0 allows it; a third person without one does not."""
    pairs = [(0, 1), (0, 1)]
    made = problem(pairs, slots=3, fairness=0, fixed={0: 0, 1: 2})
    assert (solved(made).status, solved(made).breaks) == (Status.OPTIMAL, 2)
    with_a_third = problem(pairs, slots=3, fairness=0, fixed={0: 0, 1: 2}, people=3)
    assert solved(with_a_third).status is Status.INFEASIBLE


def test_a_veto_is_never_placed_and_stands_in_nobodys_way() -> None:
    made = problem([(0, 1), (0, 1)], slots=1, wish={0: Wish.NEVER})
    answer = solved(made)
    assert answer.status is Status.OPTIMAL
    assert answer.table is not None
    assert answer.table.slot.tolist() == [NONE, 0]


def small(aim: Aim) -> Problem:
    """A dozen meetings of six people in five slots."""
    pairs = [(a, b) for a in range(3) for b in range(3, 6)] + [(0, 1), (3, 4)]
    return problem(pairs, slots=5, aim=aim, fairness=2)


@pytest.mark.parametrize("breaks", [0, 1])
def test_a_middling_choice_goes_on_from_a_quick_one(breaks: int) -> None:
    """More requests than fit: no fault, true figures, a bound that is none of wishful thinking."""
    pairs = [(a, b) for a in range(6) for b in range(6, 14)]
    made = problem(pairs, slots=4, aim=Aim.CHOOSE, weight={r: 1 + r % 7 for r in range(len(pairs))})
    made = replace(made, rules=replace(made.rules, breaks=breaks))
    answer = solve_exact(made, clock=lambda: 0.0, limit=4.0)
    assert answer.table is not None
    assert check(made, answer.table) == []
    assert answer.bound is not None
    assert answer.placed == 24  # six people, four slots
    assert answer.weight <= answer.bound <= made.requests.weight.sum()
