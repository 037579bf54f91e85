"""Amounts, conversion and changes hold for any numbers: properties, with a judge that shares no code."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from everfair.engines.money import (
    LineValue,
    RateValue,
    convert,
    find_rate,
    line_amount,
    line_changes,
    rounded,
    total,
)
from tests.engines.money.judge import rebuilt, require_sound

DAY = date(2026, 9, 4)
numbers = st.decimals(0, 10**11 - 1, allow_nan=False, allow_infinity=False, places=4)
lines = st.builds(
    LineValue, st.sampled_from(["crate", "Crate", "haul", "store", "pack"]), st.sampled_from(list(map(Decimal, "123"))),
    st.sampled_from(["", "t"]), st.sampled_from(list(map(Decimal, "12"))),
)  # fmt: skip
days = st.integers(-5, 3).map(lambda number: DAY + timedelta(days=number))


@st.composite
def rates(draw: st.DrawFn) -> list[RateValue]:
    pairs = st.lists(st.sampled_from("ABCD"), min_size=2, max_size=2, unique=True)
    values = st.decimals("0.00000001", "9999999", allow_nan=False, allow_infinity=False, places=8)
    drawn = draw(st.lists(st.tuples(pairs, values, days), max_size=8))
    return [RateValue(one, other, value, on) for (one, other), value, on in drawn]


@given(numbers, numbers, st.integers(0, 4))
def test_a_line_is_rounded_once_half_away_from_zero(quantity: Decimal, price: Decimal, places: int) -> None:
    amount = line_amount(LineValue("crate", quantity, "", price), places)
    exact = Fraction(quantity) * Fraction(price)
    off = Fraction(amount) - exact
    half = Fraction(1, 2 * 10**places)
    assert -half < off <= half
    assert -amount.as_tuple().exponent == places  # type: ignore[operator]


@given(st.fractions(-(10**9), 10**9), st.integers(0, 4))
def test_fractions_round_as_decimals_do(value: Fraction, places: int) -> None:
    assert abs(Fraction(rounded(value, places)) - value) <= Fraction(1, 2 * 10**places)
    assert rounded(-value, places) == -rounded(value, places)


@given(st.lists(lines, max_size=100), st.sampled_from([0, 2, 3]))
def test_a_total_is_what_the_printed_amounts_add_up_to(given_lines: list[LineValue], places: int) -> None:
    assert Fraction(total(given_lines, places)) == sum(
        Fraction(line_amount(one, places)) for one in given_lines
    )


def test_places_of_currencies_differ() -> None:
    line = LineValue("hour", Decimal("1"), "", Decimal("12.3455"))
    assert [str(line_amount(line, places)) for places in (0, 2, 3)] == ["12", "12.35", "12.346"]
    assert str(total([line] * 3, 0)) == "36"  # 12 + 12 + 12, not 37.04 rounded
    assert str(total([], 2)) == "0.00"


@given(rates(), st.sampled_from("ABCD"), st.sampled_from("ABCD"))
def test_the_freshest_way_there_is_is_found(known: list[RateValue], one: str, other: str) -> None:
    found = find_rate(known, one, other, DAY)
    if one == other:
        assert found is not None
        assert found.legs == ()
        assert found.factor == 1
        assert found.on is None
    else:
        require_sound(known, found, one, other, DAY)


def test_a_rate_is_used_as_kept_then_backward_then_over_a_third() -> None:
    eur = RateValue("EUR", "CNY", Decimal("8"), DAY, "bank")
    usd = RateValue("USD", "CNY", Decimal("7"), DAY, "bank")
    back = RateValue("CNY", "EUR", Decimal("0.125"), DAY - timedelta(days=1))
    direct = find_rate([eur, usd, back], "EUR", "CNY", DAY)
    assert direct is not None
    assert [leg.is_inverse for leg in direct.legs] == [False]
    inverse = find_rate([eur, usd], "CNY", "EUR", DAY)
    assert inverse is not None
    assert [leg.is_inverse for leg in inverse.legs] == [True]
    cross = find_rate([eur, usd], "EUR", "USD", DAY)
    assert cross is not None
    assert cross.via == "CNY"
    assert cross.sources == ("bank",)
    assert cross.factor == Fraction(8, 7)
    assert str(convert(Decimal("100"), cross, 2)) == "114.29"
    assert find_rate([eur], "EUR", "USD", DAY) is None
    assert find_rate([eur], "EUR", "CNY", DAY - timedelta(days=1)) is None  # not known yet on that day


@given(st.lists(lines, max_size=12), st.lists(lines, max_size=12))
def test_changes_make_the_new_list_of_the_old(before: list[LineValue], after: list[LineValue]) -> None:
    changes = line_changes(before, after)
    assert rebuilt(before, changes) == +rebuilt(after, [])
    assert all(change.fields for change in changes if change.kind == "changed")


@given(st.lists(lines, max_size=12), st.randoms())
def test_moving_lines_is_no_change(before: list[LineValue], chance: object) -> None:
    moved = list(before)
    chance.shuffle(moved)  # type: ignore[attr-defined]
    assert line_changes(before, moved) == []


def test_a_line_is_known_by_its_words_or_by_its_numbers() -> None:
    one, two, three = Decimal(1), Decimal(2), Decimal(3)
    before = [
        LineValue("Crate", one, "", two),
        LineValue("Haul", three, "km", two),
        LineValue("Pack", one, "", one),
    ]
    after = [
        LineValue("crate", one, "", three),
        LineValue("Haulage", three, "km", two),
        LineValue("Store", two, "", two),
    ]
    told = [(change.kind, change.fields) for change in line_changes(before, after)]
    assert told == [
        ("removed", ()), ("changed", ("text", "price")), ("changed", ("text",)), ("added", ())
    ]  # fmt: skip
