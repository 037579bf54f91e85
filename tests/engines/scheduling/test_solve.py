"""One door: whatever is asked, small or large, the judge finds no fault and the figures are true."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from everfair.engines.scheduling import Aim, Answer, Problem, Status, Wish, check, measure, solve
from everfair.engines.scheduling.exact import solve_exact
from everfair.engines.scheduling.large import solve_large
from tests.engines.scheduling.examples import problem
from tests.engines.scheduling.strategies import problems

SLOW = settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])


class Ticking:
    """A clock that moves on by a hundredth of a second each time it is read, so that limits end on any machine alike."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


def _true(made: Problem, answer: Answer) -> None:
    """No fault, true figures, and a bound on the right side."""
    if answer.table is None:
        assert answer.status in (Status.INFEASIBLE, Status.UNKNOWN)
        return
    partial = answer.status is Status.UNKNOWN or made.rules.aim is Aim.CHOOSE
    assert [str(fault) for fault in check(made, answer.table, all_placed=not partial)] == []
    told = measure(made, answer.table)
    assert (answer.placed, answer.weight, answer.breaks) == (told.placed, told.weight, told.breaks)
    if answer.bound is not None and made.rules.aim is Aim.CHOOSE:
        assert answer.weight <= answer.bound
    elif answer.bound is not None and not partial:
        assert answer.bound <= answer.breaks


@SLOW
@given(problems())
def test_any_problem_solved_exactly_passes_the_judge(made: Problem) -> None:
    _true(made, solve(made, clock=Ticking(), limit=5.0))


@SLOW
@given(problems())
def test_any_problem_solved_as_a_large_one_passes_the_judge(made: Problem) -> None:
    _true(made, solve_large(made, clock=Ticking(), limit=0.2))


@SLOW
@given(problems(aim=Aim.CHOOSE, most_requests=8))
def test_the_large_solver_never_beats_a_proof(made: Problem) -> None:
    """Nor does the exact one beat the large one's bound."""
    proved, quick = (
        solve_exact(made, clock=Ticking(), limit=5.0),
        solve_large(made, clock=Ticking(), limit=0.2),
    )
    if proved.status is Status.OPTIMAL and not made.rules.breaks and not made.rules.walking:
        if not made.rules.share_first:
            assert quick.weight <= proved.weight
        if quick.bound is not None:
            assert proved.weight <= quick.bound


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_answer(seed: int) -> None:
    rng = np.random.default_rng(7)
    pairs = [(a, b) for a, b in rng.integers(0, 20, (60, 2)).tolist() if a != b]
    made = problem(pairs, slots=4, people=20, aim=Aim.CHOOSE)
    once, twice = (solve(made, clock=Ticking(), seed=seed, limit=2.0) for _ in range(2))
    assert once.table is not None
    assert twice.table is not None
    assert np.array_equal(once.table.slot, twice.table.slot)
    assert (once.aim, once.seed) == (Aim.CHOOSE, seed)


def test_a_must_goes_before_any_number_of_suggestions() -> None:
    made = problem(
        [(0, 1), (1, 2), (0, 3)],
        slots=1,
        aim=Aim.CHOOSE,
        wish={0: Wish.MUST, 1: Wish.SUGGESTION, 2: Wish.SUGGESTION},
        weight={0: 9},
    )
    answer = solve(made, clock=Ticking())
    assert answer.status is Status.OPTIMAL
    assert answer.table is not None
    assert answer.table.slot.tolist()[0] == 0
    assert answer.gap == 0.0
