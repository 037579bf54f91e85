"""Conversion by rates with days: the freshest way there is on a day, forward, backward, or over one currency between."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from everfair.engines.money.amounts import rounded
from everfair.engines.money.types import FoundRate, Leg, RateValue


def find_rate(rates: Iterable[RateValue], currency: str, target: str, on: date) -> FoundRate | None:
    """What one `currency` is worth in `target` by the rates known on `on`; None where they say nothing.

    Of each pair the latest on or before `on` counts. A way is as fresh as its older leg; the freshest way wins. Of two
    as fresh: the rate as it is kept, then the same backward, then two legs, over the first currency of the alphabet.
    """
    if currency == target:
        return FoundRate(currency, target)
    legs = _legs(rates, on)
    ways: list[FoundRate] = []
    if direct := legs.get((currency, target)):
        ways.append(FoundRate(currency, target, (direct,)))
    between = sorted({end for start, end in legs if start == currency} - {target})
    for via in between:
        onward = legs.get((via, target))
        if onward:
            ways.append(FoundRate(currency, target, (legs[currency, via], onward), via))
    return min(ways, key=_rank, default=None)


def _legs(rates: Iterable[RateValue], on: date) -> Mapping[tuple[str, str], Leg]:
    """(from, to) → the freshest leg; a rate as it is kept before one that is as fresh and kept the other way round."""
    found: dict[tuple[str, str], Leg] = {}
    for rate in rates:
        if rate.on > on or rate.value <= 0:
            continue
        for pair, leg in (
            ((rate.currency, rate.base), Leg(rate, is_inverse=False)),
            ((rate.base, rate.currency), Leg(rate, is_inverse=True)),
        ):
            known = found.get(pair)
            if known is None or (rate.on, not leg.is_inverse) > (known.rate.on, not known.is_inverse):
                found[pair] = leg
    return found


def _rank(way: FoundRate) -> tuple[int, int, int, str]:
    oldest = way.on or date.min
    return -oldest.toordinal(), len(way.legs), sum(leg.is_inverse for leg in way.legs), way.via


def convert(amount: Decimal, rate: FoundRate, places: int) -> Decimal:
    """`amount` in the rate's target, rounded once, at the end, to the target's `places`."""
    numerator, denominator = amount.as_integer_ratio()
    return rounded(rate.factor * numerator / denominator, places)
