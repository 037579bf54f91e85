"""Amounts: a line's is rounded to the currency's places, half away from zero; a total is the sum of what was rounded."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from everfair.engines.money.types import LineValue

_EXACT = Context(prec=60)  # two numbers of 15 digits multiply to at most 30


def rounded(amount: Decimal | Fraction, places: int) -> Decimal:
    """`amount` with `places` decimals (0 to 8); a half goes away from zero, as tills do."""
    if isinstance(amount, Fraction):
        return _rounded_fraction(amount, places)
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_EXACT)


def _rounded_fraction(amount: Fraction, places: int) -> Decimal:
    scaled = abs(amount) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return _EXACT.scaleb(_EXACT.create_decimal(units if amount >= 0 else -units), -places)


def line_amount(line: LineValue, places: int) -> Decimal:
    """Quantity times price, rounded."""
    return rounded(_EXACT.multiply(line.quantity, line.price), places)


def total(lines: Iterable[LineValue], places: int) -> Decimal:
    """The sum of the lines' rounded amounts: what a reader gets who adds up what is printed."""
    found = rounded(Decimal(0), places)
    for line in lines:
        found = _EXACT.add(found, line_amount(line, places))
    return found
