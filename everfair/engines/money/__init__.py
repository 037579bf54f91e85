"""Money thought through: numbers as people write them, rounding, conversion by dated rates, what changed between two lists."""

from everfair.engines.money.amounts import line_amount, rounded, total
from everfair.engines.money.changes import line_changes
from everfair.engines.money.convert import convert, find_rate
from everfair.engines.money.reading import read_number
from everfair.engines.money.types import (
    Change,
    FoundRate,
    Leg,
    LineValue,
    RateValue,
    Unreadable,
    Why,
)

__all__ = [
    "Change", "FoundRate", "Leg", "LineValue", "RateValue", "Unreadable", "Why", "convert", "find_rate", "line_amount", "line_changes",
    "read_number", "rounded", "total",
]  # fmt: skip
