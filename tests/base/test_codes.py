"""Codes can be read aloud, do not repeat, and alone decide where an address leads."""

import pytest

from everfair.base.codes import ALPHABET, address_part, code_of, new_code, slug


def test_codes_are_short_unlike_each_other_and_have_no_look_alikes() -> None:
    codes = {new_code() for _ in range(20_000)}
    assert len(codes) == 20_000
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) == set(ALPHABET)
    assert not set("01oilu") & set(ALPHABET)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Qinglan Cloud", "qinglan-cloud"),
        ("Café  Zürich!", "cafe-zurich"),
        ("清澜云", ""),
        ("清澜 Cloud 云", "cloud"),
        ("--a--", "a"),
        ("<script>", "script"),
        ("🍵", ""),
        ("x" * 100, "x" * 60),
    ],
)
def test_slugs(text: str, part: str) -> None:
    assert slug(text) == part


def test_a_cut_slug_does_not_end_in_a_hyphen() -> None:
    assert slug("abcd efgh", limit=5) == "abcd"


@pytest.mark.parametrize("name", ["Qinglan Cloud", "清澜云", "a-b-c", ""])
def test_the_code_comes_back_from_any_address(name: str) -> None:
    code = new_code()
    assert code_of(address_part(name, code)) == code
    assert address_part("清澜云", code) == code
