"""Counts entries: once in all, once in each sector, country and delegation they name. Ranges add their ends."""

from collections.abc import Iterable
from decimal import Decimal

from everfair.engines.outcomes.types import DIMENSIONS, Cell, Entry, Sum, Totals

ZERO = Decimal(0)


class _Tally:
    """A cell while it is being counted."""

    def __init__(self) -> None:
        self.count = 0
        self.sums: dict[str, tuple[Decimal, Decimal, int]] = {}

    def add(self, entry: Entry) -> None:
        self.count += 1
        if entry.low is None or entry.high is None:
            return
        low, high, count = self.sums.get(entry.currency, (ZERO, ZERO, 0))
        self.sums[entry.currency] = low + entry.low, high + entry.high, count + 1

    def cell(self) -> Cell:
        return Cell(self.count, {code: Sum(*self.sums[code]) for code in sorted(self.sums)})


def counted(entries: Iterable[Entry]) -> list[Entry]:
    """What counts: each code once, nothing that was withdrawn.

    Raises ValueError where two entries of one code differ: then nobody knows which is meant.
    """
    known: dict[str, Entry] = {}
    for entry in entries:
        if known.setdefault(entry.code, entry) != entry:
            raise ValueError(f"two entries of {entry.code} say different things")
    return [entry for entry in known.values() if not entry.is_withdrawn]


def totals(entries: Iterable[Entry]) -> Totals:
    """The whole and the cells of every dimension, largest first, then by name."""
    whole = _Tally()
    by: dict[str, dict[str, _Tally]] = {name: {} for name in DIMENSIONS}
    for entry in counted(entries):
        whole.add(entry)
        for name, column in by.items():
            for value in entry.values(name):
                column.setdefault(value, _Tally()).add(entry)
    return Totals(
        whole.cell(),
        {
            name: {
                value: tally.cell()
                for value, tally in sorted(column.items(), key=lambda pair: (-pair[1].count, pair[0]))
            }
            for name, column in by.items()
        },
    )
