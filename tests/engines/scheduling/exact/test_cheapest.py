"""Core-guided search on formulas small enough to try every assignment."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from everfair.engines.scheduling.exact.cheapest import Found, Outcome, cheapest
from everfair.engines.scheduling.exact.formula import Formula

VARIABLES = 6
LITERALS = st.integers(1, VARIABLES).flatmap(lambda v: st.sampled_from([v, -v]))
CLAUSES = st.lists(st.lists(LITERALS, min_size=1, max_size=3), max_size=25)
COSTS = st.lists(LITERALS, unique_by=abs, max_size=VARIABLES)


def made(clauses: list[list[int]], costs: list[int]) -> Formula:
    formula = Formula()
    for _ in range(VARIABLES):
        formula.new()
    for clause in clauses:
        formula.add(*clause)
    formula.costs += costs
    return formula


def price_of(costs: list[int], true: frozenset[int]) -> int:
    return sum((cost in true) if cost > 0 else (-cost not in true) for cost in costs)


def cheapest_by_trying(clauses: list[list[int]], costs: list[int]) -> int | None:
    best = None
    for values in itertools.product((True, False), repeat=VARIABLES):
        true = frozenset(v for v, value in enumerate(values, start=1) if value)
        if all(any((x in true) if x > 0 else (-x not in true) for x in clause) for clause in clauses):
            cost = price_of(costs, true)
            best = cost if best is None else min(best, cost)
    return best


@given(CLAUSES, COSTS)
@settings(max_examples=150, deadline=None)
def test_nothing_is_cheaper(clauses: list[list[int]], costs: list[int]) -> None:
    best = cheapest_by_trying(clauses, costs)
    outcome = cheapest(made(clauses, costs), lambda true: price_of(costs, true), lambda _: True)
    if best is None:
        assert outcome.found is Found.IMPOSSIBLE
        assert outcome.model is None
    else:
        assert outcome.found is Found.CHEAPEST
        assert (outcome.cost, outcome.bound) == (best, best)
        assert outcome.model is not None
        assert price_of(costs, outcome.model) == best


def test_a_listener_stops_it_with_what_is_known() -> None:
    """Two of three have to cost; the first model is the last."""
    clauses, costs = [[1, 2], [2, 3], [1, 3]], [1, 2, 3]
    heard: list[int] = []

    def go_on(outcome: Outcome) -> bool:
        heard.append(outcome.bound)
        return False

    outcome = cheapest(made(clauses, costs), lambda true: price_of(costs, true), go_on)
    assert outcome.found is Found.STOPPED
    assert len(heard) == 1
    assert outcome.cost is not None
    assert outcome.cost >= 2 >= outcome.bound


def test_only_what_is_cheaper_than_known_is_of_interest() -> None:
    clauses, costs = [[1, 2], [2, 3], [1, 3]], [1, 2, 3]
    for known, model in ((2, None), (3, 2)):
        outcome = cheapest(
            made(clauses, costs), lambda true: price_of(costs, true), lambda _: True, known=known
        )
        assert outcome.found is Found.CHEAPEST
        assert (outcome.cost, outcome.bound) == (2, 2)
        assert (outcome.model and len(outcome.model)) == model


def test_the_caller_may_learn_of_a_solution_meanwhile() -> None:
    clauses, costs = [[1, 2], [2, 3], [1, 3]], [1, 2, 3]

    def go_on(outcome: Outcome) -> bool:
        outcome.know(2)
        return True

    outcome = cheapest(made(clauses, costs), lambda true: price_of(costs, true), go_on)
    assert (outcome.found, outcome.model, outcome.cost) == (Found.CHEAPEST, None, 2)
