"""Codes of badges: what is written is read, and nothing but the written counts. A second judge, written differently, agrees."""

import base64
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from everfair.engines.passes import Pass, judge, new_seed, public_key, read, write

SEED = new_seed(bytes(range(32)))
OTHER_SEED = new_seed(bytes(range(1, 33)))
KEYS = {3: public_key(SEED)}
DAY = date(2026, 9, 4)
ORDINARY = Pass(key=3, edition=7, kind=2, serial=4_000_000_001, issue=1, expires=date(2026, 9, 10))
VECTORS = Path(__file__).with_name("vectors.json")

whole = st.integers(1, 0xFFFFFFFF)
days = st.dates(date(2020, 1, 1), date(2199, 6, 6))
any_pass = st.builds(
    Pass,
    key=st.integers(1, 255),
    edition=whole,
    kind=whole,
    serial=whole,
    issue=st.integers(1, 255),
    expires=days,
)


def second_judge(code: str, keys: dict[int, bytes], edition: int, today: date) -> str:
    """The rules once more, by slices and the alphabet's own arithmetic instead of struct and base64."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    body = code.removeprefix("EF1:")
    if body == code or len(body) != 130 or any(letter not in alphabet for letter in body):
        return "forged"
    bits = 0
    for letter in body:
        bits = bits * 32 + alphabet.index(letter)
    if bits & 3:
        return "forged"
    data = (bits >> 2).to_bytes(81, "big")
    number = {
        name: int.from_bytes(data[begin:end], "big")
        for name, begin, end in [
            ("version", 0, 1), ("key", 1, 2), ("edition", 2, 6), ("kind", 6, 10), ("serial", 10, 14),
            ("issue", 14, 15), ("days", 15, 17),
        ]
    }  # fmt: skip
    if number["version"] != 1 or not all(
        number[name] for name in ("key", "edition", "kind", "serial", "issue")
    ):
        return "forged"
    if number["edition"] != edition:
        return "other_edition"
    if number["key"] not in keys:
        return "unknown_key"
    try:
        Ed25519PublicKey.from_public_bytes(keys[number["key"]]).verify(data[17:], data[:17])
    except InvalidSignature:
        return "forged"
    return "expired" if (today - date(2020, 1, 1)).days > number["days"] else "valid"


def flip(code: str, bit: int) -> str:
    data = bytearray(base64.b32decode(code[4:] + "======"))
    data[bit // 8] ^= 0x80 >> bit % 8
    return "EF1:" + base64.b32encode(bytes(data)).decode().rstrip("=")


@given(any_pass)
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_and_valid_until_its_last_day(pass_: Pass) -> None:
    code = write(pass_, SEED)
    keys = {pass_.key: public_key(SEED)}
    assert read(code) == pass_
    assert judge(code, keys=keys, edition=pass_.edition, today=pass_.expires) == ("valid", pass_)
    after = pass_.expires + timedelta(days=1)
    assert judge(code, keys=keys, edition=pass_.edition, today=after) == ("expired", pass_)


def test_the_code_fits_the_alphanumeric_mode_of_a_qr_code_and_is_always_as_long() -> None:
    codes = [write(ORDINARY, SEED), write(Pass(255, 2**32 - 1, 1, 1, 255, date(2199, 6, 6)), SEED)]
    for code in codes:
        assert len(code) == 134
        assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:")


@pytest.mark.parametrize("bit", range(648))
def test_any_flipped_bit_opens_no_door(bit: int) -> None:
    verdict, _pass = judge(flip(write(ORDINARY, SEED), bit), keys=KEYS, edition=7, today=DAY)
    if 8 <= bit < 16:  # the number of the key: a claim nobody here can test
        assert verdict == "unknown_key"
    elif 16 <= bit < 48:
        assert verdict == "other_edition"
    else:
        assert verdict == "forged"


@given(any_pass, st.integers(0, 647))
@settings(max_examples=200, deadline=None)
def test_no_flipped_bit_of_any_pass_is_valid_where_every_key_is_known(pass_: Pass, bit: int) -> None:
    keys = {number: public_key(SEED) for number in range(1, 256)}
    code = flip(write(pass_, SEED), bit)
    verdict, _pass = judge(code, keys=keys, edition=pass_.edition, today=pass_.expires)
    assert verdict == ("other_edition" if 16 <= bit < 48 and read(code) else "forged")


@given(st.text(max_size=200) | st.text(alphabet="EF1:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", max_size=140))
def test_any_text_is_judged_and_none_is_valid(text: str) -> None:
    assert judge(text, keys=KEYS, edition=7, today=DAY)[0] in {"forged", "unknown_key", "other_edition"}


@given(any_pass, st.integers(-1, 1), st.sampled_from([SEED, OTHER_SEED]), st.integers(0, 648), st.booleans())
@settings(max_examples=300, deadline=None)
def test_both_judges_agree(pass_: Pass, shift: int, seed: bytes, bit: int, is_known: bool) -> None:
    code = write(pass_, seed)
    if bit < 648:
        code = flip(code, bit)
    keys = {pass_.key: public_key(SEED)} if is_known else {}
    try:
        today = pass_.expires + timedelta(days=shift)
    except OverflowError:
        today = pass_.expires
    verdict, _pass = judge(code, keys=keys, edition=pass_.edition, today=today)
    assert verdict == second_judge(code, keys, pass_.edition, today)


def test_a_key_of_another_edition_with_the_same_number_proves_nothing() -> None:
    code = write(ORDINARY, OTHER_SEED)
    assert judge(code, keys=KEYS, edition=7, today=DAY)[0] == "forged"
    assert judge(code, keys={}, edition=7, today=DAY)[0] == "unknown_key"
    assert judge(code, keys=KEYS, edition=8, today=DAY)[0] == "other_edition"


def test_one_badge_has_one_spelling() -> None:
    code = write(ORDINARY, SEED)
    others = [code.lower(), f" {code}", f"{code}\n", f"{code}=", code[:-1], code.replace("EF1:", "EF2:")]
    others += [code[:-1] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" if letter != code[-1]]
    assert {judge(text, keys=KEYS, edition=7, today=DAY)[0] for text in others} == {"forged"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("key", 0), ("key", 256), ("edition", 0), ("edition", 2**32), ("kind", -1), ("serial", 2**32),
        ("issue", 256), ("issue", 0), ("expires", date(2019, 12, 31)), ("expires", date(2199, 6, 7)),
    ],
)  # fmt: skip
def test_a_number_that_does_not_fit_is_refused(name: str, value: object) -> None:
    numbers = {field: getattr(ORDINARY, field) for field in Pass.__slots__} | {name: value}
    with pytest.raises(ValueError, match=name if value in (0, -1) or name == "expires" else "fit"):
        write(Pass(**numbers), SEED)


@pytest.mark.parametrize("randomness", [b"", b"short", bytes(32), bytes(33)])
def test_a_seed_is_32_random_bytes(randomness: bytes) -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        new_seed(randomness)


def test_the_format_is_kept_for_ever() -> None:
    """Codes printed years ago: other programs read the same file (the gate's page does)."""
    for row in json.loads(VECTORS.read_text()):
        seed, pass_ = bytes.fromhex(row["seed"]), Pass(**row["pass"] | {"expires": _day(row)})
        assert write(pass_, seed) == row["code"]
        assert public_key(seed).hex() == row["public"]
        assert (
            Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex() == row["public"]
        )


def _day(row: dict[str, dict[str, str]]) -> date:
    return date.fromisoformat(row["pass"]["expires"])
