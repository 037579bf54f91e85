"""Whole numbers as pages carry them."""

import pytest

from everfair.base.texts import read_whole


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert read_whole(text) == number


@pytest.mark.parametrize("text", ["", " 1", "-1", "1.0", "1e3", "９", "²", "x", "9" * 19, "9" * 5000])
def test_anything_else_is_none(text: str) -> None:
    assert read_whole(text) is None
