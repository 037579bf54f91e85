"""Numbers as people write them, read in the one way they can mean, or refused. Never guessed."""

import re
import unicodedata
from decimal import Decimal

from everfair.engines.money.types import Unreadable, Why

LONGEST = 40
_SIGNS = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2013": "-", "\u066b": ".", "\u066c": ",", "、": ","})
_SPACES = re.compile(r"(?<=\d)[\s'\u2019_](?=\d{3}(?!\d))")  # between groups of three
_PLAIN = re.compile(r"\d+(\.\d*)?|\.\d+")
_POINTS = re.compile(r"\d{1,3}(\.\d{3}){2,}(,\d+)?|\d{1,3}(\.\d{3})+,\d+")  # 1.234.567  1.234,56
_COMMAS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")  # 1,234  1,234.56
_TWO_WAYS = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # 1.234


def read_number(text: str, *, digits: int, places: int, has_thousandths: bool = False) -> Decimal:
    """`text` as a number from 0 on with at most `digits` before the point and `places` after it.

    Digits of any script and full-width ones count. "1,234.56", "1.234,56" and "1 234.56" are one number; "1,234" is
    1234, as in Chinese and English; "1.234" is refused (TWO_WAYS) unless `has_thousandths`; "1,5" is, too. Raises
    Unreadable with the reason; exponents, NaN and infinity are NO_NUMBER.
    """
    plain = _plain(text)
    if not plain:
        raise Unreadable(Why.EMPTY)
    is_negative = plain.startswith("-")
    plain = plain.lstrip("+-").strip()
    number = _decimal(plain, has_thousandths)
    if is_negative and number:
        raise Unreadable(Why.NEGATIVE)
    whole, _point, rest = f"{number:f}".partition(".")
    if len(whole.lstrip("0")) > digits:
        raise Unreadable(Why.TOO_LARGE)
    if len(rest.rstrip("0")) > places:
        raise Unreadable(Why.TOO_FINE)
    return number


def _plain(text: str) -> str:
    """Digits of any script as 0–9, one kind of sign, no spaces between groups."""
    if len(text) > LONGEST:
        raise Unreadable(Why.NO_NUMBER if not text.strip().isdecimal() else Why.TOO_LARGE)
    folded = unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()
    folded = "".join(str(unicodedata.decimal(mark)) if mark.isdecimal() else mark for mark in folded)
    return _SPACES.sub("", folded)


def _decimal(plain: str, has_thousandths: bool) -> Decimal:
    if _PLAIN.fullmatch(plain):
        if _TWO_WAYS.fullmatch(plain) and not has_thousandths:
            raise Unreadable(Why.TWO_WAYS)
        return Decimal(plain)
    if _COMMAS.fullmatch(plain):
        return Decimal(plain.replace(",", ""))
    if _POINTS.fullmatch(plain):
        return Decimal(plain.replace(".", "").replace(",", "."))
    if re.fullmatch(r"[\d.,]*\d[\d.,]*", plain):
        raise Unreadable(Why.TWO_WAYS)
    raise Unreadable(Why.NO_NUMBER)
