"""Codes of the EU's procurement vocabulary (CPV) → sectors of the services tree (W/120), by a small table in data/."""

import csv
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

Row = TypeVar("Row")
TABLE = Path(__file__).resolve().parents[1] / "data" / "cpv_sectors.csv"


@lru_cache(maxsize=1)
def _rules() -> tuple[dict[str, str], dict[str, list[tuple[re.Pattern[str], str]]]]:
    """Beginning of a code → sector; and, where a code says no more than a division, sectors by words of the title."""
    plain: dict[str, str] = {}
    worded: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["words"]:
                found = re.compile(rf"\b(?:{row['words']})", re.IGNORECASE)
                worded.setdefault(row["cpv"], []).append((found, row["sector"]))
            else:
                plain[row["cpv"]] = row["sector"]
    return plain, worded


def sector_code(cpv: str, title: str = "") -> str:
    """W/120 code of a CPV code: the longest beginning in the table; "" when there is none.

    A code that names only its division ("79000000") is sorted by words of the title.
    """
    plain, worded = _rules()
    for pattern, sector in worded.get(cpv[:3], ()):
        if pattern.search(title):
            return sector
    return next((plain[cpv[:n]] for n in range(len(cpv), 1, -1) if cpv[:n] in plain), "")


def sector_codes(main: str, further: Iterable[str], title: str) -> list[str]:
    """The main sector first, then those of the other codes, each once and none above another."""
    found = [code for code in (sector_code(main, title), *(sector_code(one) for one in further)) if code]
    once = list(dict.fromkeys(found))
    return [code for code in once if not any(other.startswith(f"{code}.") for other in once)] or once[:1]


def nearest(code: str, sectors: Mapping[str, Row]) -> Row | None:
    """The sector of an edition with this code, or the nearest one above it that its tree has."""
    while code and code not in sectors:
        code = code.rpartition(".")[0]
    return sectors.get(code) if code else None
