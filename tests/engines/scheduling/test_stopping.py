"""Stopped at any time: the best so far, without a fault, with a bound that holds; and one goes on from there."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from everfair.engines.scheduling import Aim, Answer, Problem, Progress, Status, check, measure, solve
from everfair.engines.scheduling.exact import solve_exact
from everfair.engines.scheduling.large import solve_large
from everfair.engines.scheduling.measure import worth
from tests.engines.scheduling.examples import clock, problem
from tests.engines.scheduling.strategies import problems

SLOW = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
Solver = Callable[..., Answer]
SOLVERS = [solve, solve_exact, solve_large]


class Stop:
    """Says stop the n-th time it is asked, and counts."""

    def __init__(self, at: int) -> None:
        self.at, self.heard = at, list[Progress]()

    def __call__(self, progress: Progress) -> bool:
        self.heard.append(progress)
        return len(self.heard) != self.at


def faultless(made: Problem, answer: Answer) -> None:
    if answer.table is None:
        assert answer.placed == 0
        return
    whole = made.rules.aim is Aim.PLACE_ALL and answer.status is not Status.UNKNOWN
    assert [str(fault) for fault in check(made, answer.table, all_placed=whole)] == []
    told = measure(made, answer.table)
    assert (answer.placed, answer.weight, answer.breaks) == (told.placed, told.weight, told.breaks)
    if answer.bound is not None and made.rules.aim is Aim.CHOOSE:
        assert answer.weight <= answer.bound
    elif answer.bound is not None and whole:
        assert answer.bound <= answer.breaks


def stopped(made: Problem, solver: Solver, at: int, **more: object) -> Answer:
    """Stopped at the call of that number; nobody is asked again after saying stop."""
    stop = Stop(at)
    answer = solver(made, clock=clock, limit=0.4, report=stop, **more)
    assert len(stop.heard) <= at
    faultless(made, answer)
    return answer


@pytest.mark.parametrize("solver", SOLVERS)
@SLOW
@given(problems(), st.integers(1, 30))
def test_any_problem_stopped_anywhere_and_gone_on_with(solver: Solver, made: Problem, at: int) -> None:
    first = stopped(made, solver, at)
    if first.table is None or first.status is Status.UNKNOWN:
        return
    for again in (1, 5):
        answer = stopped(made, solver, again, start=first.table)
        assert answer.table is not None
        assert worth(made, answer.table) >= worth(made, first.table)


def fair(aim: Aim) -> Problem:
    """Twelve people; to place all, every third pair of two sides; to choose, twice as many as there is time for."""
    pairs = [(a, b) for a in range(12) for b in range(12, 24) if aim is Aim.CHOOSE or (a + b) % 3 == 0]
    made = problem(
        pairs,
        slots=6,
        aim=aim,
        capacity=[[9] * 6, [3] * 6],
        area=[0, 1],
        change=[[0, 0], [0, 0]],
        price=[[0, 2], [2, 0]],
        weight={r: 1 + r % 9 for r in range(len(pairs))},
        free={0: [0, 2, 3, 5], 13: [0, 1, 4, 5]},
    )
    return replace(made, rules=replace(made.rules, breaks=2))


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("aim", list(Aim))
@pytest.mark.parametrize("walking", [0, 1])
@pytest.mark.parametrize("at", [1, 2, 4, 9, 40])
def test_a_fair_stopped_early_and_late(solver: Solver, aim: Aim, walking: int, at: int) -> None:
    made = fair(aim)
    made = replace(made, rules=replace(made.rules, walking=walking))
    best = solver(made, clock=clock, limit=1.0)
    assert best.table is not None
    first = stopped(made, solver, at)
    if first.table is not None and first.status is not Status.UNKNOWN:
        assert first.bound is not None
        assert worth(made, first.table) <= worth(made, best.table) or best.status is not Status.OPTIMAL
    kept = stopped(made, solver, at, start=best.table)
    assert kept.table is not None
    assert worth(made, kept.table) >= worth(made, best.table)


@pytest.mark.parametrize("aim", list(Aim))
def test_the_same_limit_gives_the_same_timetable_however_the_clock_runs(aim: Aim) -> None:
    """As long as the machine keeps up: a clock that moves a little changes nothing."""
    made, now = fair(aim), [0.0]

    def moving() -> float:
        now[0] += 0.0003
        return now[0]

    still, moved = (solve_large(made, clock=each, limit=1.0, seed=3) for each in (clock, moving))
    assert still.table is not None
    assert moved.table is not None
    assert np.array_equal(still.table.slot, moved.table.slot)
