"""Lists of rows in and out: workbooks, CSV, JSON lines, YAML, stand pages. Rows have no meaning here."""

from .columns_guess import Field, guess_mapping
from .exhibitor_fields import EXHIBITOR_FIELDS
from .read import find_kind, read_rows
from .types import KINDS, Limits, Row, Table, TableError
from .write import csv_chunks, write_csv, write_xlsx

__all__ = [
    "EXHIBITOR_FIELDS",
    "KINDS",
    "Field",
    "Limits",
    "Row",
    "Table",
    "TableError",
    "csv_chunks",
    "find_kind",
    "guess_mapping",
    "read_rows",
    "write_csv",
    "write_xlsx",
]
