"""What reading a list gives: Table, Row, Limits and the one error. No file format here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from everfair.base.refusals import Refused

KINDS = ("xlsx", "csv", "jsonl", "landscape", "stands")


@dataclass(frozen=True)
class Limits:
    """How much one list may ask of the machine. Sizes in bytes, texts in characters."""

    max_bytes: int = 64 * 1024 * 1024
    max_unpacked: int = 512 * 1024 * 1024
    max_ratio: int = 200
    max_entries: int = 5_000
    max_rows: int = 200_000
    max_columns: int = 500
    max_cells: int = 8_000_000
    max_text: int = 100_000
    max_yaml_bytes: int = 16 * 1024 * 1024


class TableError(Refused):
    """The list cannot be read. `str(error)` says what is wrong and what to do; `row` is the one people see.

    `message` is a lazy sentence with named placeholders, filled from `values` in the reader's language.
    """

    def __init__(self, message: str | Promise, row: int | None = None, **values: object) -> None:
        super().__init__(message)  # type: ignore[arg-type]  # kept lazy: the reader's language is known later
        self.message = message
        self.row = row
        self.values = values

    def __str__(self) -> str:
        return str(self.message) % self.values if self.values else str(self.message)


@dataclass(frozen=True)
class Row:
    """One line of a list: `number` as seen in the file, `values` with every column, blank as None."""

    number: int
    values: dict[str, object]


Reading = Callable[[], Iterator[Row | TableError]]
"""Reads from the start each time it is called; yields an error where one row is bad."""


@dataclass(frozen=True)
class Table:
    """A list ready to be read, as often as wanted. `sheet` names the worksheet, `sheets` all of them."""

    kind: str
    columns: tuple[str, ...]
    reading: Reading = field(repr=False)
    limits: Limits = field(default_factory=Limits, repr=False)
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def rows(self, on_error: Callable[[TableError], None] | None = None) -> Iterator[Row]:
        """The rows, one at a time. A bad row raises; with `on_error` it is handed over and skipped instead.

        What spoils the whole file (broken archive, too many rows) raises in either case.
        """
        for count, item in enumerate(self.reading(), start=1):
            if count > self.limits.max_rows:
                raise TableError(
                    _(
                        "The list has more than %(most)s rows. "
                        "Split it into several files and load them one by one."
                    ),
                    most=self.limits.max_rows,
                )
            if isinstance(item, Row):
                yield item
            elif on_error is not None:
                on_error(item)
            else:
                raise item
