"""Sums that would tell a hidden value are held back, and none of them follows from what is shown."""

import sys
from decimal import Decimal
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from everfair.engines.outcomes import TOTAL, Part, suppress
from everfair.engines.outcomes.check import knowable, told
from everfair.engines.outcomes.suppress import tells, with_totals

module = sys.modules["everfair.engines.outcomes.suppress"]


def _hidden(*amounts: int) -> list[Part]:
    return [Part(Decimal(amount), True) for amount in amounts]


def _shown(*amounts: int) -> list[Part]:
    return [Part(Decimal(amount), False) for amount in amounts]


def test_what_everybody_agreed_to_show_is_shown() -> None:
    assert not suppress({("deal", "north"): _shown(5), ("deal", "coast"): _shown(7)}).all


def test_a_single_hidden_value_is_held_with_company() -> None:
    held = suppress(
        {
            ("deal", "north"): _hidden(5), ("deal", "coast"): _shown(7), ("award", "north"): _shown(1),
            ("award", "coast"): _shown(3),
        }
    )  # fmt: skip
    assert ("deal", "north") in held.primary
    assert (TOTAL, TOTAL) in held.primary  # the shown ones taken off, it is the same value


def test_three_hidden_values_of_like_size_may_be_summed() -> None:
    assert not tells(_hidden(4, 5, 6))
    assert tells(_hidden(4, 5))
    assert tells(_hidden(1, 1, 98))
    assert not tells([*_hidden(4, 5, 6), *_shown(1000)])


def test_company_is_held_where_a_row_would_tell() -> None:
    held = suppress(
        {
            ("deal", "a"): _hidden(5), ("deal", "b"): _hidden(4, 5, 6), ("award", "a"): _hidden(9, 9, 8),
            ("award", "b"): _hidden(20, 21, 22),
        }
    )  # fmt: skip
    assert held.primary == {("deal", "a")}
    assert held.further  # shown row total less the shown neighbour would be the value


_parts = st.builds(
    Part,
    st.integers(0, 1000).map(Decimal),
    st.booleans(),
    st.frozensets(st.sampled_from(["north", "coast", "hill", "lake", "plain"]), max_size=2),
)
_cells = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")),
    st.lists(_parts, min_size=1, max_size=5),
    max_size=16,
)


@settings(deadline=None, max_examples=200)
@given(_cells)
def test_no_held_value_follows_from_the_rest(cells: dict[tuple[str, str], list[Part]]) -> None:
    held = suppress(cells)
    assert not knowable(with_totals(cells), held.all) & held.primary


@settings(deadline=None, max_examples=100)
@given(_cells)
def test_no_party_reads_the_value_of_another(cells: dict[tuple[str, str], list[Part]]) -> None:
    assert not told(cells, suppress(cells).all)


@settings(deadline=None, max_examples=50)
@given(_cells)
def test_large_tables_are_as_safe(cells: dict[tuple[str, str], list[Part]]) -> None:
    with patch.object(module, "MANY", 0):
        held = suppress(cells).all
    assert not told(cells, held)


@settings(deadline=None)
@given(_cells)
def test_only_what_must_be_is_primary(cells: dict[tuple[str, str], list[Part]]) -> None:
    held = suppress(cells)
    assert held.primary == {place for place, parts in with_totals(cells).items() if tells(parts)}
    assert not held.primary or held.all <= with_totals(cells).keys()


def test_company_holds_hidden_values() -> None:
    """What everybody knows from the open data hides nothing: taken off the row's total, it left 500."""
    cells = {
        ("deal", "x"): _hidden(500), ("deal", "y"): _hidden(1000, 1100, 1200), ("deal", "z"): _shown(100, 50),
    }  # fmt: skip
    held = suppress(cells)
    assert ("deal", "z") not in held.all
    assert ("deal", "y") in held.all or ("deal", TOTAL) in held.all


def test_two_held_cells_of_one_value_each_do_not_tell_each_other() -> None:
    """The row's total less the shown cell is x + y: whoever knows x would have y."""
    cells = {
        ("deal", "x"): _hidden(500), ("deal", "y"): _hidden(600), ("deal", "z"): _hidden(1000, 1100, 1200),
        ("award", "x"): _hidden(10, 11, 12), ("award", "y"): _hidden(10, 11, 12), ("award", "z"): _hidden(10, 11, 12),
    }  # fmt: skip
    assert not told(cells, suppress(cells).all)
    assert told(cells, {("deal", "x"), ("deal", "y"), ("award", "x"), ("award", "y")})


def test_several_values_of_one_firm_are_one_firm() -> None:
    firm = frozenset({"firm:1"})
    assert tells([Part(Decimal(n), True, firm) for n in (4, 5, 6)])
    assert tells([*(Part(Decimal(n), True, firm) for n in (4, 5)), *_hidden(6)])
    assert not tells([*(Part(Decimal(n), True, firm) for n in (4, 5)), *_hidden(6, 7)])


def test_a_sum_of_nothing_tells_each() -> None:
    assert tells(_hidden(0, 0, 0))


def test_the_judge_knows_a_bridge() -> None:
    table = with_totals({("a", "x"): _hidden(1), ("a", "y"): _hidden(2), ("b", "x"): _hidden(3)})
    assert knowable(table, {("a", "x")}) == {("a", "x")}
    assert not knowable(table, {("a", "x"), ("a", TOTAL), (TOTAL, "x"), (TOTAL, TOTAL)})


def test_the_judge_knows_what_is_public() -> None:
    table = with_totals({("a", "x"): _hidden(1), ("a", "y"): _shown(2)})
    assert knowable(table, {("a", "x"), ("a", "y")}) == {("a", "x")}
