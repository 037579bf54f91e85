"""Sums that would tell a hidden value are held back, and none of them follows from what is shown."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from everfair.engines.outcomes import TOTAL, Part, suppress
from everfair.engines.outcomes.check import knowable
from everfair.engines.outcomes.suppress import tells, with_totals


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


_cells = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")),
    st.lists(st.builds(Part, st.integers(1, 1000).map(Decimal), st.booleans()), min_size=1, max_size=5),
    max_size=16,
)


@settings(deadline=None)
@given(_cells)
def test_no_held_value_follows_from_the_rest(cells: dict[tuple[str, str], list[Part]]) -> None:
    held = suppress(cells)
    assert not knowable(with_totals(cells).keys(), held.all) & held.primary


@settings(deadline=None)
@given(_cells)
def test_only_what_must_be_is_primary(cells: dict[tuple[str, str], list[Part]]) -> None:
    held = suppress(cells)
    assert held.primary == {place for place, parts in with_totals(cells).items() if tells(parts)}
    assert not held.primary or held.all <= with_totals(cells).keys()


def test_the_judge_knows_a_bridge() -> None:
    places = with_totals({("a", "x"): _shown(1), ("a", "y"): _shown(2), ("b", "x"): _shown(3)}).keys()
    assert knowable(places, {("a", "x")}) == {("a", "x")}
    assert not knowable(places, {("a", "x"), ("a", TOTAL), (TOTAL, "x"), (TOTAL, TOTAL)})
