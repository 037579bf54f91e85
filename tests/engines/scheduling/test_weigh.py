"""Class weights: lexicographic as far as 64 bits reach, ties by the seed alone."""

from itertools import pairwise

import numpy as np
import pytest

from everfair.engines.scheduling import Wish, weigh
from everfair.engines.scheduling.weigh import HEAVIEST

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
