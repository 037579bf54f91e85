"""What goes into the counting of outcomes and what comes out. Values only, no rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

DIMENSIONS = ("year", "class", "sector", "country", "delegation")
TOTAL = ""  # the margin of a table: all rows, or all columns

Answer = Literal["in_force", "fulfilled", "changed", "ended"]
State = Literal["not_due", "waiting", "in_force", "fulfilled", "changed", "ended", "differ", "no_answer"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One outcome as it counts. `low` = `high` for an exact value; both None where no value is given or shown."""

    code: str  # never reused: what makes it one
    year: str  # the edition's address
    kind: str  # the class's code
    sectors: tuple[str, ...] = ()  # top sectors
    countries: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()
    currency: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    is_withdrawn: bool = False  # keeps its address and counts nowhere

    def values(self, dimension: str) -> tuple[str, ...]:
        """Where it counts in one dimension, each once."""
        found = {
            "year": (self.year,), "class": (self.kind,), "sector": self.sectors, "country": self.countries,
            "delegation": self.delegations,
        }[dimension]  # fmt: skip
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Sum:
    """Values of one currency: at least `low`, at most `high`, from `count` outcomes."""

    low: Decimal
    high: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of outcomes and the sums of those whose value is known, by currency. Currencies are never added together."""

    count: int
    sums: Mapping[str, Sum] = field(default_factory=dict)

    @property
    def unvalued(self) -> int:
        """Outcomes of the cell that are in no sum."""
        return self.count - sum(one.count for one in self.sums.values())


@dataclass(frozen=True, slots=True)
class Totals:
    """All outcomes, and each dimension's cells. Cells of a dimension may add to more, or less, than all."""

    all: Cell
    by: Mapping[str, Mapping[str, Cell]]


@dataclass(frozen=True, slots=True)
class Rate:
    """1 `currency` is worth `value` of the currency asked for, on a day, by a source."""

    currency: str
    value: Decimal
    on: date
    source: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """A cell's sums in one currency, by the rates named; what has no rate stays out and is named too."""

    currency: str
    low: Decimal
    high: Decimal
    count: int
    rates: tuple[Rate, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One outcome's value inside a cell of a table; hidden when its parties did not agree to show it.

    `holders`: its parties, who know it. None named: one party, in no other outcome.
    """

    amount: Decimal
    is_hidden: bool
    holders: frozenset[str] = frozenset()


Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """Cells of a table whose sums are not shown: those that would tell a hidden value, and those held with them."""

    primary: frozenset[Place]
    further: frozenset[Place]

    @property
    def all(self) -> frozenset[Place]:
        return self.primary | self.further


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number: `dimension` "all" or one of DIMENSIONS, `currency` "" for the count itself."""

    dimension: str
    value: str
    count: int
    currency: str = ""
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What one follow-up says: its state, and how many of those asked have answered."""

    state: State
    answered: int
    asked: int
