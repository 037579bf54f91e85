"""CSV from any spreadsheet into tables: encoding, delimiter and heading are found. Writing is in write.py."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from .cells import read_csv_text
from .heading import LOOK_AT, find_heading
from .types import Limits, Row, Table, TableError

_CHUNK = 256 * 1024
_DELIMITERS = ",;\t"
_PLAUSIBLE = 0.85


def read_csv(path: Path, limits: Limits) -> Table:
    """The table in a text file with , ; or tab between the cells, in UTF-8, UTF-16 or GB18030.

    Raises TableError naming the line when the encoding cannot be told or quotation marks do not match.
    """
    encoding = find_encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        start = list(islice(file, 60))
    declared = _declared_delimiter(start)
    delimiter = declared or find_delimiter("".join(start[:40]))
    first = _first_rows(path, encoding, delimiter, limits, skip_first=bool(declared))
    heading = find_heading(
        first, limits, wider_rows=False
    )  # more cells than titles: a separator inside a text

    width = len(first[heading.last_row])

    def reading() -> Iterator[Row | TableError]:
        for line, cells in _records(path, encoding, delimiter, limits):
            if line - 1 <= heading.last_row or not any(cells):
                continue
            texts = [read_csv_text(cell) for cell in cells]
            texts += [None] * (width - len(texts))
            if any(texts[width:]):
                yield _too_many_cells(line, len(texts), width)
                continue
            values: dict[str, object] = {
                name: texts[position]
                for name, position in zip(heading.columns, heading.positions, strict=True)
            }
            if any(value is not None for value in values.values()):
                yield Row(line, values)

    return Table("csv", heading.columns, reading, limits)


def find_encoding(path: Path) -> str:
    """The codec that reads the whole file as sensible text. Raises TableError with the line none can read."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        tries = ["utf-8-sig"]
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tries = ["utf-16"]
    elif head.count(0) > len(head) // 5:
        tries = ["utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"]
    else:
        tries = ["utf-8", "gb18030"]
    bad_line = 0
    for encoding in tries:
        line, sensible = _try_reading(path, encoding)
        if line is None and sensible:
            return encoding
        bad_line = bad_line or line or 0
    raise TableError(
        _(
            "Line %(line)s holds characters in an unknown encoding. In the spreadsheet choose "
            "“Save as”, “CSV UTF-8”, or save as .xlsx, and send that file."
        ),
        row=bad_line or 1,
        line=bad_line or 1,
    )


def _try_reading(path: Path, encoding: str) -> tuple[int | None, bool]:
    """The first line that cannot be decoded (None if all can), and whether what came out looks like text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, foreign, common = 1, 0, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return lines + error.object[: error.start].count(b"\n"), False
            if encoding == "gb18030":
                beyond = [letter for letter in text if letter > "\x7f"]
                foreign += len(beyond)
                common += sum(_is_everyday_chinese(letter) for letter in beyond)
            lines += text.count("\n")
            if not chunk:
                return None, common >= _PLAUSIBLE * foreign


def _is_everyday_chinese(letter: str) -> bool:
    # almost any bytes are valid GB18030; text in it is written with the characters of GB 2312
    try:
        return bool(letter.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def find_delimiter(sample: str) -> str:
    """Whichever of , ; and tab cuts the sample's lines into the most cells, the same number in most lines."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            widths = [len(cells) for cells in csv.reader(io.StringIO(sample), delimiter=delimiter) if cells]
        except csv.Error:
            continue
        if not widths or max(widths) < 2:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        score = widths.count(usual) / len(widths) * min(usual, 30) if usual > 1 else 0.5
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _declared_delimiter(start: list[str]) -> str | None:
    first = start[0].strip().lower() if start else ""
    return first[4] if first.startswith("sep=") and len(first) == 5 else None


def _first_rows(
    path: Path, encoding: str, delimiter: str, limits: Limits, skip_first: bool
) -> dict[int, list[Any]]:
    records = _records(path, encoding, delimiter, limits)
    filled = ((line - 1, cells) for line, cells in records if any(map(read_csv_text, cells)))
    return dict(islice(filled, 1 if skip_first else 0, LOOK_AT))


def _records(path: Path, encoding: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """The line a record begins on (from 1) and its cells."""
    line = 1
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(_bounded(file, limits), delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise TableError(
                _(
                    "The quotation marks in the entry that begins on line %(line)s do not match. "
                    "Write a quotation mark inside a cell twice, or save the list as .xlsx."
                ),
                row=line,
                line=line,
            ) from error


def _bounded(lines: Iterable[str], limits: Limits) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if len(line) > limits.max_text * 4:
            raise TableError(
                _("Line %(line)s is too long to be part of a list. Is this a CSV file?"),
                row=number,
                line=number,
            )
        yield line


def _too_many_cells(line: int, cells: int, columns: int) -> TableError:
    return TableError(
        _(
            "Line %(line)s has %(cells)s cells, the heading has %(columns)s. "
            "Put texts that contain the separator between quotation marks."
        ),
        row=line,
        line=line,
        cells=cells,
        columns=columns,
    )
