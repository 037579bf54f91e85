"""One cell, both ways: what a value read means, and how a value is written without becoming a formula."""

import datetime
import json
from collections.abc import Mapping
from decimal import Decimal

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
LONGEST_EXCEL_TEXT = 32_767


def read_cell(value: object) -> object:
    """A cell as it comes out of a file, tidied: blank is None, 5.0 is 5, outer spaces gone."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def read_csv_text(text: str) -> str | None:
    """A CSV field tidied; the apostrophe that `neutral` put before a formula's sign is taken away again."""
    if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS):
        text = text[1:]
    return text.strip() or None


def neutral(text: str) -> str:
    """`text` so that no spreadsheet runs it: an apostrophe before a leading = + - @, tab or line break."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def plain(value: object) -> str | int | float | bool | datetime.date | datetime.time | None:
    """Any value as something a cell can hold: lists joined with "; ", mappings as JSON, numbers kept."""
    if value is None or isinstance(value, (bool, int, str, datetime.date, datetime.time)):
        return value
    if isinstance(value, float):
        return value if value == value and value not in (float("inf"), float("-inf")) else None
    if isinstance(value, Decimal):
        return (
            (int(value) if value == value.to_integral_value() else float(value))
            if value.is_finite()
            else None
        )
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, (list, tuple, set, frozenset)):
        parts = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return "; ".join(str(plain(part)) for part in parts if part is not None)
    return str(value)
