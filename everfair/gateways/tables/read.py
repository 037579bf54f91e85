"""The one door for reading lists: tells the kind by content, then by name, and calls the format's reader."""

import zipfile
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from .delimited import read_csv
from .json_lines import read_jsonl
from .landscape import read_landscape
from .stands import read_stands
from .types import KINDS, Limits, Table, TableError
from .xlsx import read_xlsx

_USUAL = Limits()
_NOT_A_LIST = _("This file is no list. Send an Excel workbook (.xlsx), a CSV file or JSON lines.")


def read_rows(
    path: Path, *, kind: str | None = None, limits: Limits = _USUAL, sheet: str | None = None
) -> Table:
    """The list at `path` (for stand pages also a folder), ready to be read row by row.

    `kind` ("xlsx", "csv", "jsonl", "landscape", "stands") overrides what the content tells; `sheet` names a
    worksheet. Raises TableError with a sentence for people when the file cannot be read or asks too much.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; known: {', '.join(KINDS)}")
    try:
        size = 0 if path.is_dir() else path.stat().st_size
        if size > limits.max_bytes:
            raise TableError(
                _("The file is larger than %(most)s MB. Remove pictures from it or split it."),
                most=limits.max_bytes // 1_000_000,
            )
        kind = kind or find_kind(path)
        if kind == "xlsx":
            return read_xlsx(path, limits, sheet)
        reader = {"csv": read_csv, "jsonl": read_jsonl, "landscape": read_landscape, "stands": read_stands}[
            kind
        ]
        return reader(path, limits)
    except OSError as error:
        raise TableError(_("The file cannot be opened. Send it again.")) from error


def find_kind(path: Path) -> str:
    """One of KINDS, by content first and name second. Raises TableError naming what else it seems to be."""
    if path.is_dir():
        return "stands"
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    if not head.strip():
        raise TableError(_("The file is empty. Choose the file that holds the list."))
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(
            _(
                "This workbook is in the old .xls format or protected with a password. "
                "Save it as .xlsx without one."
            )
        )
    if head.startswith(
        (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"MZ\x90", b"PK", b"\x1f\x8b")
    ):
        raise TableError(_NOT_A_LIST)
    return _kind_of_text(head, path.suffix.lower())


def _kind_of_text(head: bytes, suffix: str) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    lines = start.split(b"\n", 200)
    if start.startswith(b"{") and (suffix not in (".csv", ".tsv") or start.startswith(b'{"')):
        return "jsonl"
    if start.startswith(b"["):
        if suffix in (".json", ".jsonl", ".ndjson"):
            raise TableError(
                _(
                    "This is one JSON array. Write one object per line instead, "
                    "without [ ] around and commas between."
                )
            )
        return "csv"
    if any(line.rstrip() == b"landscape:" for line in lines):
        return "landscape"
    if suffix == ".md" or (start.startswith(b"---") and b"\nlayout: stand" in start):
        return "stands"
    if suffix in (".yml", ".yaml"):
        return "landscape"
    if suffix in (".jsonl", ".ndjson"):
        return "jsonl"
    if start[:15].lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<svg")):
        raise TableError(_NOT_A_LIST)
    return "csv"


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise TableError(_("The file is damaged and cannot be unpacked. Save it again and retry.")) from error
    if "[Content_Types].xml" in names:
        if any(name.lower().startswith("xl/") for name in names):
            if any(name.lower() == "xl/workbook.bin" for name in names):
                raise TableError(_("This workbook is in the .xlsb format. Save it as .xlsx."))
            return "xlsx"
        raise TableError(_NOT_A_LIST)
    if "mimetype" in names:
        raise TableError(_("This is an OpenDocument file. Save it as .xlsx or CSV."))
    if any(name.lower().endswith(".md") for name in names):
        return "stands"
    raise TableError(
        _("The zip holds no stand pages (.md). Send the workbook or CSV file itself, not packed.")
    )
