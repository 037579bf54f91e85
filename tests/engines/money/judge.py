"""Judges of the money engine that share no code with it: plain fractions, and lists rebuilt from their changes."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from everfair.engines.money import Change, FoundRate, LineValue, RateValue


def rebuilt(before: Sequence[LineValue], changes: Sequence[Change]) -> Counter[LineValue]:
    """The lines after the changes, as a bag."""
    bag = Counter(before)
    for change in changes:
        if change.before is not None:
            bag[change.before] -= 1
            assert bag[change.before] >= 0, "a change takes a line that is not there"
        if change.after is not None:
            bag[change.after] += 1
    return +bag


def freshest(rates: Sequence[RateValue], one: str, other: str, on: date) -> date | None:
    """The day of the latest rate between two currencies, either way round."""
    days = [rate.on for rate in rates if {rate.currency, rate.base} == {one, other} and rate.on <= on]
    return max(days, default=None)


def require_sound(
    rates: Sequence[RateValue], found: FoundRate | None, one: str, other: str, on: date
) -> None:
    """The way found is one there is, and none is fresher; None only where there is no way."""
    names = {name for rate in rates for name in (rate.currency, rate.base)}
    ways = [day for day in [freshest(rates, one, other, on)] if day]
    for via in names - {one, other}:
        days = [freshest(rates, one, via, on), freshest(rates, via, other, on)]
        ways += [min(day for day in days if day)] if all(days) else []
    if found is None:
        assert not ways
        return
    assert found.on == max(ways)
    worth, at = Fraction(1), one
    for leg in found.legs:
        rate = leg.rate
        assert rate in rates
        assert rate.on <= on
        assert at == (rate.base if leg.is_inverse else rate.currency)
        at = rate.currency if leg.is_inverse else rate.base
        worth = worth / Fraction(rate.value) if leg.is_inverse else worth * Fraction(rate.value)
    assert at == other
    assert worth == found.factor
