"""The large solver: what it promises about weight, places, breaks, seeds, stopping; judged by the independent check."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from everfair.engines.scheduling import Aim, Progress, Status, check, measure
from everfair.engines.scheduling.large import solve_large
from everfair.engines.scheduling.large.flow import choose, two_sides
from everfair.engines.scheduling.types import Problem, Wish
from tests.engines.scheduling.examples import clock, ints, problem


def _fair(seed: int, *, people: int = 60, requests: int = 400, slots: int = 8, tables: int = 20) -> Problem:
    """Buyers (even numbers) and sellers (odd ones), always free, equal tables, weights 1 to 100."""
    rng = np.random.default_rng(seed)
    pairs = sorted({(2 * int(a), 2 * int(b) + 1) for a, b in rng.integers(0, people // 2, (requests, 2))})
    weight = {e: int(w) for e, w in enumerate(rng.integers(1, 101, len(pairs)))}
    return problem(
        pairs, slots=slots, people=people, aim=Aim.CHOOSE, weight=weight, capacity=[[tables] * slots]
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("tables", [7, 20, 30])
def test_two_sides_always_free_and_equal_tables_reach_the_flow_exactly(seed: int, tables: int) -> None:
    """It is a theorem: the value of the flow is the optimum."""
    made = _fair(seed, tables=tables)
    answer = solve_large(made, clock=clock, limit=0.05)
    assert answer.table is not None
    assert check(made, answer.table) == []
    assert (answer.status, answer.weight) == (Status.OPTIMAL, answer.bound)


def test_same_seed_same_table_and_another_seed_another() -> None:
    made = _fair(1)
    tables = [solve_large(made, clock=clock, seed=seed, limit=0.05).table for seed in (3, 3, 4)]
    assert tables[0] is not None
    assert tables[1] is not None
    assert tables[2] is not None
    assert np.array_equal(tables[0].slot, tables[1].slot)
    assert not np.array_equal(tables[0].slot, tables[2].slot)


def test_the_clock_ends_it_with_what_there_is() -> None:
    """A clock that leaps: hardly anything is done, and what is done is right."""
    made, ticks = _fair(2), count(0.0, 5.0)
    answer = solve_large(made, clock=lambda: next(ticks), limit=12.0)
    assert answer.status is Status.FEASIBLE
    assert answer.table is not None
    assert check(made, answer.table) == []


def test_a_listener_ends_it_and_one_goes_on_from_there() -> None:
    made = _fair(3)
    heard: list[Progress] = []

    def stop_at_place(progress: Progress) -> bool:
        heard.append(progress)
        return progress.step == "select"

    first = solve_large(made, clock=clock, limit=0.05, report=stop_at_place)
    assert [progress.step for progress in heard] == ["select", "place"]
    assert first.table is not None
    assert first.placed > 0
    second = solve_large(made, clock=clock, limit=0.05, start=first.table)
    assert second.weight == second.bound >= first.weight


def test_polishing_keeps_the_weight_and_has_fewer_breaks() -> None:
    made = _fair(4, slots=16, tables=30)
    brief, longer = (solve_large(made, clock=clock, limit=limit) for limit in (1e-6, 0.5))
    assert brief.weight == longer.weight
    assert longer.breaks < brief.breaks / 2


def test_more_slots_than_bits_of_a_word() -> None:
    made = _fair(5, slots=100, tables=3)
    answer = solve_large(made, clock=clock, limit=0.1)
    assert answer.table is not None
    assert check(made, answer.table) == []
    assert answer.table.slot.max() > 64
    assert answer.weight == answer.bound


def test_everything_is_placed_where_it_fits_only_just() -> None:
    """A round robin: ten people meet all others in nine slots, five tables; no slack at all on any side."""
    pairs = [(a, b) for a in range(10) for b in range(a + 1, 10)]
    made = problem(pairs, slots=9, people=10, capacity=[[5] * 9])
    answer = solve_large(made, clock=clock, limit=2.0)
    assert answer.table is not None
    assert (answer.status, answer.placed, answer.breaks) == (Status.OPTIMAL, 45, 0)
    assert check(made, answer.table) == []


def test_what_cannot_be_placed_is_left_out_and_the_answer_says_so() -> None:
    made = problem([(0, 1), (0, 2), (0, 3)], slots=2, people=4)
    answer = solve_large(made, clock=clock, limit=0.05)
    assert (answer.status, answer.placed) == (Status.UNKNOWN, 2)


def test_a_veto_is_never_placed_and_takes_no_part_in_the_bound() -> None:
    made = problem(
        [(0, 1), (2, 3)], slots=2, people=4, aim=Aim.CHOOSE, weight={0: 50, 1: 3}, wish={0: Wish.NEVER}
    )
    answer = solve_large(made, clock=clock, limit=0.05)
    assert (answer.placed, answer.weight, answer.bound) == (1, 3, 3)


def test_the_smallest_share_comes_before_the_weight() -> None:
    """One seller, two slots: the heavy buyer asked twice through two colleagues; each buyer gets one meeting."""
    pairs = [(0, 2), (0, 3), (1, 2), (1, 3)]
    made = problem(
        pairs,
        slots=2,
        people=4,
        aim=Aim.CHOOSE,
        weight={0: 90, 1: 90, 2: 1, 3: 1},
        most={2: 1, 3: 1},
        capacity=[[1, 1]],
    )
    greedy = solve_large(made, clock=clock, limit=0.05)
    shared = solve_large(replace(made, rules=replace(made.rules, share_first=True)), clock=clock, limit=0.05)
    assert greedy.weight == 180
    assert shared.weight == 91
    assert shared.table is not None
    assert measure(made, shared.table).smallest_share == 0.5


def test_a_quota_comes_before_the_weight() -> None:
    made = problem([(0, 2), (1, 2)], slots=1, people=3, aim=Aim.CHOOSE, weight={0: 9, 1: 2})
    least = ints([0, 1, 0])
    answer = solve_large(replace(made, people=replace(made.people, least=least)), clock=clock, limit=0.05)
    assert (answer.weight, answer.bound, answer.status) == (2, 9, Status.FEASIBLE)


def test_the_flow_tells_two_sides_from_any_to_any() -> None:
    assert two_sides(ints([0, 1, 2]), ints([1, 2, 3]), 5) is not None
    assert two_sides(ints([0, 1, 2]), ints([1, 2, 0]), 5) is None


def test_the_bound_of_a_triangle_is_half_of_its_double_cover() -> None:
    """Three people, one meeting each: one meeting of weight 4 can be, the bound is 6 (half of all three)."""
    chosen = choose(ints([0, 1, 2]), ints([1, 2, 0]), ints([4, 4, 4]), ints([1, 1, 1]), ints([0, 0, 0]), 9)
    assert (chosen.bound, int(chosen.taken.sum())) == (6, 1)
