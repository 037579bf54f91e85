"""The open data back into entries, and entries into the figures that the page shows: the same ones, line by line."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from everfair.engines.outcomes.types import DIMENSIONS, Cell, Entry, Figure, Totals

BETWEEN = ";"
COLUMNS = (
    "code", "state", "year", "class", "title_en", "title_zh", "parties", "sectors", "countries", "delegations", "value",
    "currency", "value_from", "value_to", "agreed_on", "published_on", "version", "digest", "address",
)  # fmt: skip
"""Columns of the open data, in order. Those that count: code, state, year, class, sectors, countries, delegations,
currency, value_from, value_to."""


class BadRow(ValueError):
    """A row that cannot be counted; `row` is its number, the first below the heading being 1."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(f"row {row}: {message}")
        self.row = row


def read_rows(rows: Iterable[Mapping[str, str]]) -> list[Entry]:
    """Entries of the open data. Raises BadRow: a code, year or class missing, an amount that is none, a range upside down."""
    return [_entry(number, row) for number, row in enumerate(rows, start=1)]


def _entry(number: int, row: Mapping[str, str]) -> Entry:
    def text(name: str) -> str:
        return (row.get(name) or "").strip()

    if not text("code"):
        raise BadRow(number, "it has no code")
    if text("state") == "withdrawn":
        return Entry(text("code"), text("year"), text("class"), is_withdrawn=True)
    if not text("year") or not text("class"):
        raise BadRow(number, "year or class is missing")
    low, high = _amount(number, text("value_from")), _amount(number, text("value_to"))
    currency = text("currency")
    if (low is None) != (high is None) or (low is not None and not currency):
        raise BadRow(number, "a value needs its lower end, its upper end and a currency")
    if low is not None and high is not None and not 0 <= low <= high:
        raise BadRow(number, "the value's ends are not in order")
    return Entry(
        text("code"), text("year"), text("class"), _many(text("sectors")), _many(text("countries")),
        _many(text("delegations")), currency if low is not None else "", low, high,
    )  # fmt: skip


def _many(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(BETWEEN) if part.strip())


def _amount(number: int, text: str) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise BadRow(number, f"“{text}” is no amount") from None
    if not amount.is_finite():
        raise BadRow(number, f"“{text}” is no amount")
    return amount


def figures(found: Totals) -> list[Figure]:
    """Every number that is published: the whole, then each dimension's cells; the count first, then its sums."""
    lines = _lines("all", "", found.all)
    for name in DIMENSIONS:
        for value, cell in found.by[name].items():
            lines += _lines(name, value, cell)
    return lines


def _lines(dimension: str, value: str, cell: Cell) -> list[Figure]:
    sums = [Figure(dimension, value, one.count, code, one.low, one.high) for code, one in cell.sums.items()]
    return [Figure(dimension, value, cell.count), *sums]
