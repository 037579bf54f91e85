"""Sums of several currencies in one, by rates that stand beside the result. Without a rate a currency stays out and is named."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from everfair.engines.outcomes.types import Cell, Converted, Rate

CENT = Decimal("0.01")


def in_currency(cell: Cell, currency: str, rates: Mapping[str, Rate]) -> Converted:
    """`rates`: currency → what one unit of it is worth in `currency`. Rounded once, at the end, half to even."""
    low = high = Decimal(0)
    count = 0
    used: list[Rate] = []
    missing: list[str] = []
    for code, one in sorted(cell.sums.items()):
        if code == currency:
            factor = Decimal(1)
        elif code in rates:
            factor = rates[code].value
            used.append(rates[code])
        else:
            missing.append(code)
            continue
        low, high, count = low + one.low * factor, high + one.high * factor, count + one.count
    return Converted(currency, _rounded(low), _rounded(high), count, tuple(used), tuple(missing))


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_EVEN)
