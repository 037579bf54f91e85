"""Lists out, as CSV and XLSX, row by row, never as formulas. Columns and titles are the caller's."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import xlsxwriter
from django.utils.functional import Promise

from .cells import LONGEST_EXCEL_TEXT, neutral, plain

Columns = Mapping[str, "str | Promise"]
"""Key in the row → title in the file, in the order of the file."""

_EXCEL_EXACT = 10**15
_LINES_AT_ONCE = 200


def csv_chunks(rows: Iterable[Mapping[str, object]], columns: Columns) -> Iterator[bytes]:
    """The CSV file in pieces, for a streaming answer: UTF-8 with the mark by which Excel knows it, CRLF."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([neutral(str(title)) for title in columns.values()])
    for count, row in enumerate(rows, start=1):
        writer.writerow([_csv_cell(row.get(key)) for key in columns])
        if count % _LINES_AT_ONCE == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def write_csv(rows: Iterable[Mapping[str, object]], columns: Columns, out: IO[bytes]) -> None:
    """Writes `rows` to the binary file `out`. Texts that a spreadsheet would run get a leading apostrophe."""
    for chunk in csv_chunks(rows, columns):
        out.write(chunk)


def write_xlsx(
    rows: Iterable[Mapping[str, object]], columns: Columns, out: IO[bytes], sheet: str = "Sheet1"
) -> None:
    """Writes `rows` to the binary file `out` with memory for one row only. Texts stay texts, numbers numbers.

    Aware times are written as they read on their own clock (Excel knows no zones): convert them before.
    Raises ValueError past Excel's 1,048,576 rows.
    """
    workbook = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        },
    )
    try:
        page = workbook.add_worksheet(sheet[:31])
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats = {
            datetime.datetime: workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            datetime.date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
            datetime.time: workbook.add_format({"num_format": "hh:mm"}),
        }
        page.freeze_panes(1, 0)
        page.set_column(0, max(0, len(columns) - 1), 22)
        for place, title in enumerate(columns.values()):
            page.write_string(0, place, _clean(str(title)), bold)
        for number, row in enumerate(rows, start=1):
            if number >= 1_048_576:
                raise ValueError("more rows than a worksheet can hold")
            for place, key in enumerate(columns):
                _write_cell(page, number, place, plain(row.get(key)), formats)
    finally:
        workbook.close()


def _write_cell(page: Any, row: int, place: int, value: Any, formats: Mapping[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, place, value)
    elif isinstance(value, (int, float)) and abs(value) < _EXCEL_EXACT:
        page.write_number(row, place, value)
    elif isinstance(value, (datetime.date, datetime.time)) and _in_excel_calendar(value):
        page.write_datetime(row, place, value, formats[type(value)])
    else:
        page.write_string(row, place, _clean(str(value)))


def _in_excel_calendar(value: datetime.date | datetime.time) -> bool:
    return isinstance(value, datetime.time) or 1900 <= value.year <= 9999


def _clean(text: str) -> str:
    """Fits a cell: no lone surrogates (no file can hold them), not longer than Excel allows."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= LONGEST_EXCEL_TEXT else text[: LONGEST_EXCEL_TEXT - 1] + "…"


def _csv_cell(value: object) -> object:
    ready = plain(value)
    if isinstance(ready, datetime.datetime):
        return ready.isoformat(sep=" ", timespec="minutes")
    return neutral(ready) if isinstance(ready, str) else ready


def _emptied(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return content
