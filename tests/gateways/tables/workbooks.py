"""Workbooks made in the test, good and hostile; none is kept in the repository."""

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter


def workbook(
    path: Path, rows: Sequence[Sequence[Any]], shape: Callable[[Any, Any], None] | None = None
) -> Path:
    """Writes `rows` from A1 on; `shape(worksheet, workbook)` adds merges, formats, stray cells."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Companies")
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if value is not None:
                sheet.write(number, place, value)
    if shape is not None:
        shape(sheet, book)
    book.close()
    return path


def with_sheet_xml(
    path: Path, cells: bytes, part: str = "xl/worksheets/sheet1.xml", whole: bool = False
) -> Path:
    """A workbook whose first sheet has `cells` for its sheetData (or `cells` as the whole part)."""
    plain = io.BytesIO()
    book = xlsxwriter.Workbook(plain)
    book.add_worksheet("Companies").write(0, 0, "Name")
    book.close()
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    xml = cells if whole else start + cells + b"</sheetData></worksheet>"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, xml if entry.filename == part else old.read(entry))
    return path
