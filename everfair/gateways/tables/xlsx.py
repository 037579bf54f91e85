"""Workbooks (.xlsx) into tables, by calamine, after a look inside: a far-away cell would take all memory."""

import io
import xml.parsers.expat
from collections.abc import Iterator
from pathlib import Path

import python_calamine as calamine
from django.utils.translation import gettext_lazy as _

from .archive import Archive, opened
from .cells import read_cell
from .heading import LOOK_AT, Merged, find_heading
from .types import Limits, Row, Table, TableError

_CONTENT = frozenset({"v", "f", "is"})
_MAX_ROW, _MAX_COLUMN = 1_048_576, 16_384

_BROKEN = _("The workbook is damaged and cannot be read. Open it, save it again as .xlsx and retry.")


def read_xlsx(path: Path, limits: Limits, sheet: str | None = None) -> Table:
    """The table in `sheet`, or in the first visible sheet that holds anything.

    Raises TableError for archives that are not safe to open, damaged workbooks and unclear headings.
    """
    with opened(path, limits) as archive:
        _check_extents(archive, limits)
    try:
        workbook = calamine.load_workbook(io.BytesIO(path.read_bytes()))
        names = tuple(
            entry.name
            for entry in workbook.sheets_metadata
            if entry.typ is calamine.SheetTypeEnum.WorkSheet
            and entry.visible is calamine.SheetVisibleEnum.Visible
        )
        chosen = _chosen_sheet(workbook, names, sheet)
    except calamine.PasswordError as error:
        raise TableError(
            _("The workbook is protected with a password. Save it without one and retry.")
        ) from error
    except calamine.CalamineError as error:
        raise TableError(_BROKEN) from error
    merged: list[Merged] = [
        (top, left, bottom, right)
        for (top, left), (bottom, right) in chosen.merged_cell_ranges or ()
        if bottom > top or right > left
    ]
    heading = find_heading(_first_rows(chosen), limits, merged)

    def reading() -> Iterator[Row | TableError]:
        for number, cells in _rows(chosen):
            if number <= heading.last_row:
                continue
            values = {
                name: read_cell(cells[position]) if position < len(cells) else None
                for name, position in zip(heading.columns, heading.positions, strict=True)
            }
            if any(value is not None for value in values.values()):
                yield Row(number + 1, values)

    return Table("xlsx", heading.columns, reading, limits, sheet=chosen.name, sheets=names)


def _chosen_sheet(
    workbook: calamine.CalamineWorkbook, names: tuple[str, ...], wanted: str | None
) -> calamine.CalamineSheet:
    if wanted is not None and wanted not in names:
        raise TableError(
            _("The workbook has no sheet “%(wanted)s”. Its sheets are: %(names)s."),
            wanted=wanted,
            names=", ".join(names),
        )
    for name in names if wanted is None else (wanted,):
        found = workbook.get_sheet_by_name(name)
        if found.start is not None:
            return found
    raise TableError(
        _("The workbook is empty. It needs a row that names the columns, and the entries below it.")
    )


def _rows(sheet: calamine.CalamineSheet) -> Iterator[tuple[int, list[object]]]:
    """Row (from 0, as in the sheet) and its cells from column A on."""
    _top, left = sheet.start or (0, 0)
    # iter_rows begins at row 0 whatever the data's first row is, but at the data's first column
    margin: list[object] = [None] * left
    for number, cells in enumerate(sheet.iter_rows()):
        yield number, margin + list(cells)


def _first_rows(sheet: calamine.CalamineSheet) -> dict[int, list[object]]:
    first: dict[int, list[object]] = {}
    for number, cells in _rows(sheet):
        if any(read_cell(cell) is not None for cell in cells):
            first[number] = cells
            if len(first) == LOOK_AT:
                break
    return first


def _check_extents(archive: Archive, limits: Limits) -> None:
    """Refuses a sheet whose filled cells span more than memory should hold: one cell far away is enough."""
    # every entry: which one is a sheet is for the reader to say, not for its name
    for name in archive.entries:
        extent = _Extent()
        extent.feed(archive, name)
        if extent.cells_spanned > limits.max_cells or extent.columns > _MAX_COLUMN or extent.rows > _MAX_ROW:
            raise TableError(
                _(
                    "The sheet reaches to cell %(cell)s, far more than a list needs. "
                    "Delete the stray cells below and to the right of the list and save it again."
                ),
                row=extent.rows,
                cell=extent.farthest,
            )


class _Extent:
    """How far the filled cells of one sheet reach. Other parts of the workbook come out as nothing."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self.first_row = self.first_column = 1 << 31
        self.farthest = ""
        self._cell: tuple[str, int] | None = None
        self._row = self._column = 0

    @property
    def cells_spanned(self) -> int:
        if not self.rows:
            return 0
        # rows count from the top: the reader pads them
        return self.rows * (self.columns - self.first_column + 1)

    def feed(self, archive: Archive, name: str) -> None:
        # whatever encoding the part declares: the reader takes the bytes as UTF-8 too
        parser = xml.parsers.expat.ParserCreate("UTF-8")
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            for chunk in archive.chunks(name):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (xml.parsers.expat.ExpatError, ValueError) as error:
            # pictures are no XML; but a sheet must be, or the reader might see other cells than we did
            if name.lower().endswith(".xml") or _mentions_sheet(archive.chunks(name)):
                raise TableError(_BROKEN) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self._column += 1
            self._cell = self._place(attributes.get("r"))
        elif local == "row":
            self._row = int(attributes.get("r") or self._row + 1)
            self._column = 0
        elif self._cell is not None and local in _CONTENT:  # an empty cell reaches nowhere
            self._count(*self._cell)
            self._cell = None

    def _place(self, reference: str | None) -> tuple[str, int]:
        if reference is None:
            return str(self._column), self._row
        text = reference.rstrip("0123456789")
        return text, int(reference[len(text) :] or self._row)

    def _count(self, column_text: str, row: int) -> None:
        column = int(column_text) if column_text.isdigit() else _column_number(column_text)
        if row > self.rows or column > self.columns:
            self.farthest = f"{column_text}{row}"
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        self.first_column = min(self.first_column, column)


def _column_number(text: str) -> int:
    number = 0
    for letter in text[:8].upper():
        number = number * 26 + ord(letter) - 64
    return number


def _mentions_sheet(chunks: Iterator[bytes]) -> bool:
    found, end = False, b""
    for chunk in chunks:  # to the last one, which also proves the entry's size
        found = found or b"sheetData" in end + chunk
        end = chunk[-8:]
    return found


def _refuse_doctype(*_declaration: object) -> None:
    raise TableError(_BROKEN)
