"""Class weights: lexicographic as far as 64 bits reach, ties by the seed alone."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from everfair.engines.scheduling import NONE, Aim, Problem, Wish, met, solve, weigh
from everfair.engines.scheduling.large import solve_large
from everfair.engines.scheduling.weigh import HEAVIEST
from tests.engines.scheduling.examples import clock, problem

CLASSES = [Wish.SUGGESTION, Wish.SELLER, Wish.BUYER, Wish.MUTUAL, Wish.MUST]


def test_one_of_a_class_outweighs_all_below_together() -> None:
    wish = np.repeat(np.array(CLASSES, dtype=np.int64), 40)
    weights = weigh(wish, seed=1)
    for kind in CLASSES[1:]:
        assert weights[wish == kind].min() > weights[wish < kind].sum()


def test_150000_requests_stay_within_what_a_flow_can_add() -> None:
    wish = np.random.default_rng(5).integers(Wish.NEVER, Wish.MUST + 1, 150_000)
    weights = weigh(wish, seed=1)
    assert weights.max() <= 2 * HEAVIEST
    for lower, higher in pairwise(CLASSES):
        assert weights[wish == higher].min() > 300 * weights[wish == lower].max()


@pytest.mark.parametrize("count", [3, 150_000])
def test_vetoes_weigh_nothing(count: int) -> None:
    wish = np.full(count, int(Wish.NEVER))
    assert weigh(wish, seed=1).tolist() == [0] * count


def test_ties_hang_on_the_seed_only() -> None:
    wish = np.full(50, int(Wish.BUYER))
    assert np.array_equal(weigh(wish, seed=4), weigh(wish, seed=4))
    first = {int(weigh(wish, seed=seed).argmax()) for seed in range(60)}
    assert len(first) > 5, "the first row wins too often"


def test_pairs_that_met_before_come_last_in_their_class_and_before_the_next() -> None:
    wish = np.array([Wish.SELLER, Wish.BUYER, Wish.BUYER], dtype=np.int64)
    weights = weigh(wish, seed=1, met_before=np.array([False, True, False]))
    assert weights[0] < weights[1] < weights[2]


def _weighed(made: Problem, pairs: set[tuple[int, int]], seed: int) -> Problem:
    """With those who met before, and weights made of that."""
    people = replace(made.people, met_before=frozenset(pairs))
    asked = made.requests
    weight = weigh(asked.wish, seed=seed, met_before=met(people, asked.a, asked.b))
    return replace(made, people=people, requests=replace(asked, weight=weight))


@pytest.mark.parametrize("solver", [solve, solve_large])
@pytest.mark.parametrize("known", [0, 1])
def test_a_pair_that_met_before_is_placed_after_an_equal_one_that_never_met(
    solver: object, known: int
) -> None:
    """One slot and one person in both: whoever is new to her, whatever the seed, and the other when there is room."""
    for seed in range(8):
        for slots, placed in ((1, 1), (2, 2)):
            made = problem([(0, 1), (0, 2)], slots=slots, aim=Aim.CHOOSE)
            made = _weighed(made, {(0, known + 1)}, seed)
            table = solver(made, clock=clock, seed=seed, limit=1.0).table  # type: ignore[operator]
            assert table is not None
            assert table.slot[1 - known] != NONE
            assert (table.slot != NONE).sum() == placed


def test_of_colleagues_one_who_met_the_other_side_is_enough() -> None:
    made = problem([(4, 2), (4, 3), (2, 3)], people=4, groups=[[0, 1]])
    people = replace(made.people, met_before=frozenset({(1, 3)}))
    assert met(people, made.requests.a, made.requests.b).tolist() == [False, True, False]
    assert met(made.people, made.requests.a, made.requests.b).tolist() == [False] * 3
