"""What the engine takes and gives: lines, rates, a rate found, a change, a number that cannot be read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Literal


class Why(Enum):
    """Why a text is no number here."""

    EMPTY = "empty"
    NO_NUMBER = "no number"
    TWO_WAYS = "two ways"  # 1.234 is a thousand and more to some, little more than one to others
    NEGATIVE = "negative"
    TOO_LARGE = "too large"
    TOO_FINE = "too fine"


class Unreadable(ValueError):
    """The text is not a number, or not one that fits."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class LineValue:
    """One line of an offer; `price` is for one unit."""

    text: str
    quantity: Decimal
    unit: str
    price: Decimal


@dataclass(frozen=True)
class RateValue:
    """On `on`, one `currency` was worth `value` (above 0) of `base`."""

    currency: str
    base: str
    value: Decimal
    on: date
    source: str = ""


@dataclass(frozen=True)
class Leg:
    """One step from a currency to another; `is_inverse`: the rate is kept the other way round."""

    rate: RateValue
    is_inverse: bool

    @property
    def factor(self) -> Fraction:
        value = Fraction(self.rate.value)
        return 1 / value if self.is_inverse else value


@dataclass(frozen=True)
class FoundRate:
    """What one `currency` is worth in `target`. No legs: they are the same. `via` is the currency between two legs."""

    currency: str
    target: str
    legs: tuple[Leg, ...] = ()
    via: str = ""

    @property
    def factor(self) -> Fraction:
        """Exact."""
        product = Fraction(1)
        for leg in self.legs:
            product *= leg.factor
        return product

    @property
    def on(self) -> date | None:
        """The day of its older leg; None for a currency in itself."""
        return min((leg.rate.on for leg in self.legs), default=None)

    @property
    def sources(self) -> tuple[str, ...]:
        """Each source once."""
        return tuple(dict.fromkeys(leg.rate.source for leg in self.legs if leg.rate.source))


@dataclass(frozen=True)
class Change:
    """A line that came, went or changed between two versions. Exactly `before` is None for one that came."""

    kind: Literal["added", "removed", "changed"]
    before: LineValue | None
    after: LineValue | None

    @property
    def fields(self) -> tuple[str, ...]:
        """Of a changed one: which of text, quantity, unit, price."""
        if self.before is None or self.after is None:
            return ()
        names = ("text", "quantity", "unit", "price")
        return tuple(name for name in names if getattr(self.before, name) != getattr(self.after, name))
