"""Counts as clauses, tried with every assignment of their literals."""

import itertools

import pytest
from pysat.solvers import Cadical153

from everfair.engines.scheduling.exact.formula import Formula

SIZES = [(size, most) for size in range(1, 8) for most in range(size + 1)]


def possible(formula: Formula, given: tuple[int, ...]) -> bool:
    with Cadical153(bootstrap_with=formula.in_clauses()) as solver:
        return bool(solver.solve(assumptions=list(given)))


def every(literals: list[int]) -> list[tuple[int, ...]]:
    return list(itertools.product(*((literal, -literal) for literal in literals)))


def count(given: tuple[int, ...]) -> int:
    return sum(literal > 0 for literal in given)


@pytest.mark.parametrize(("size", "most"), SIZES)
def test_at_most(size: int, most: int) -> None:
    for given in every(list(range(1, size + 1))):
        formula = Formula()
        formula.at_most([formula.new() for _ in range(size)], most)
        assert possible(formula, given) == (count(given) <= most)


@pytest.mark.parametrize(("size", "total"), SIZES)
def test_exactly(size: int, total: int) -> None:
    for given in every(list(range(1, size + 1))):
        formula = Formula()
        formula.exactly([formula.new() for _ in range(size)], total)
        assert possible(formula, given) == (count(given) == total)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(("size", "most"), [(2, 1), (3, 2), (5, 5), (6, 3)])
def test_totals(size: int, most: int, exact: bool) -> None:
    for given in every(list(range(1, size + 1))):
        formula = Formula()
        totals = formula.count([formula.new() for _ in range(size)], most, exact=exact)
        assert len(totals) == most
        for k, total in enumerate(totals):
            more_than_k = count(given) > k
            assert possible(formula, (*given, total)) == (more_than_k or not exact)
            assert possible(formula, (*given, -total)) == (not more_than_k)


def test_nothing_to_choose_from_is_impossible() -> None:
    formula = Formula()
    formula.add()
    assert not possible(formula, ())


def test_both_and_any() -> None:
    for given in every([1, 2]):
        formula = Formula()
        one, other = formula.new(), formula.new()
        both, either = formula.both(one, other), formula.any_of((one, other))
        assert possible(formula, (*given, both)) == (count(given) == 2)
        assert possible(formula, (*given, -both)) == (count(given) < 2)
        assert possible(formula, (*given, either)) == (count(given) > 0)
        assert possible(formula, (*given, -either)) == (count(given) == 0)
