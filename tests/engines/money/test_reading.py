"""Numbers are read in the one way they can mean, or refused with the reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everfair.engines.money import Unreadable, Why, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"), ("12", "12"), (" 12.5 ", "12.5"), (".5", "0.5"), ("12.", "12"), ("1234.5678", "1234.5678"),
        ("1,234", "1234"), ("1,234.56", "1234.56"), ("1.234,56", "1234.56"), ("1.234.567", "1234567"),
        ("1 234.56", "1234.56"), ("1'234", "1234"), ("1\u202f234\u202f567", "1234567"), ("１２３．５", "123.5"),
        ("１，２３４", "1234"), ("١٢٣", "123"), ("0.125", "0.125"), ("+5", "5"), ("-0", "0"), ("1.2340", "1.2340"),
    ],
)  # fmt: skip
def test_read(text: str, number: str) -> None:
    assert read_number(text, digits=11, places=4) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.EMPTY), ("  ", Why.EMPTY), ("abc", Why.NO_NUMBER), ("1e400", Why.NO_NUMBER), ("NaN", Why.NO_NUMBER),
        ("Infinity", Why.NO_NUMBER), ("0x10", Why.NO_NUMBER), ("12 USD", Why.NO_NUMBER), ("½", Why.NO_NUMBER),
        ("1 2", Why.NO_NUMBER), ("--1", Why.NEGATIVE), ("-1", Why.NEGATIVE), ("−0.01", Why.NEGATIVE),
        ("1.234", Why.TWO_WAYS), ("1,5", Why.TWO_WAYS), ("12,34,567", Why.TWO_WAYS), ("1.2.3", Why.TWO_WAYS),
        ("123456789012", Why.TOO_LARGE), ("9" * 400, Why.TOO_LARGE), ("x" * 400, Why.NO_NUMBER),
        ("1.23456", Why.TOO_FINE), ("1.", None), ("1.23450000", None),
    ],
)  # fmt: skip
def test_refused(text: str, why: Why | None) -> None:
    if why is None:
        read_number(text, digits=11, places=4)
        return
    with pytest.raises(Unreadable) as refused:
        read_number(text, digits=11, places=4)
    assert refused.value.why is why


def test_thousandths_are_meant_where_a_currency_has_them() -> None:
    assert read_number("12.500", digits=11, places=4, has_thousandths=True) == Decimal("12.5")


@given(st.decimals(0, 10**11 - 1, allow_nan=False, allow_infinity=False, places=4))
def test_what_is_printed_is_read_back(number: Decimal) -> None:
    assert read_number(f"{number:,}", digits=11, places=4) == number
    assert read_number(f"{number}", digits=11, places=4) == number
    german = f"{number:,}".translate(str.maketrans(",.", ".,"))
    if number >= 1000:
        assert read_number(german, digits=11, places=4) == number


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = read_number(text, digits=11, places=4)
    except Unreadable:
        return
    assert 0 <= number < 10**11
    assert number == round(number, 4)
