"""Finding the heading row among a sheet's first rows, also where it is two lines tall. Reads no files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .cells import read_cell
from .types import Limits, TableError

LOOK_AT = 20
"""How many filled rows are looked at."""

_FULL_ENOUGH = 0.6  # titles and notes above the heading fill fewer cells than this share of the widest row
_TALLEST = 3

Merged = tuple[int, int, int, int]
"""A merged block, from 0, ends in: top row, left column, bottom row, right column."""


@dataclass(frozen=True)
class Heading:
    """`columns` by name, their `positions` in a row (from 0); `last_row` (from 0) is the heading's lowest."""

    columns: tuple[str, ...]
    positions: tuple[int, ...]
    last_row: int


def letters(column: int) -> str:
    """0 → "A", 27 → "AB": the column as spreadsheets name it."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def find_heading(
    rows: Mapping[int, Sequence[object]],
    limits: Limits,
    merged: Sequence[Merged] = (),
    wider_rows: bool = True,
) -> Heading:
    """The heading among the first filled `rows` (row from 0 → cells).

    A group title merged over several columns with their own titles below becomes "Group / Title".
    Columns without a title are called by letter, "[D]"; unless `wider_rows`, only those inside the heading.
    Raises TableError when there is no heading, or when merged cells leave columns without their own title.
    """
    top = _top_row(rows)
    bottom = _bottom_row(rows, top, merged)
    titles = _titles(rows, top, bottom, merged)
    _refuse_shared_titles(bottom, merged, titles)
    used = _used_columns(rows, top, titles)
    if not wider_rows:
        used = [column for column in used if column < len(rows[top])]
    if len(used) > limits.max_columns:
        raise TableError(
            _("The list has more than %(most)s columns. Delete the ones that are not needed."),
            row=bottom + 1,
            most=limits.max_columns,
        )
    return Heading(
        _distinct([titles.get(column) or f"[{letters(column)}]" for column in used]), tuple(used), bottom
    )


def _filled(cells: Sequence[object]) -> dict[int, object]:
    tidy = {column: read_cell(cell) for column, cell in enumerate(cells)}
    return {column: cell for column, cell in tidy.items() if cell is not None}


def _top_row(rows: Mapping[int, Sequence[object]]) -> int:
    widest = max((len(_filled(cells)) for cells in rows.values()), default=0)
    for number, cells in rows.items():
        filled = _filled(cells)
        texts = sum(isinstance(cell, str) for cell in filled.values())
        if filled and len(filled) >= _FULL_ENOUGH * widest and texts * 2 > len(filled):
            return number
    raise TableError(
        _("No heading row was found in the first %(rows)s rows. The first row must name the columns.")
        if widest
        else _("The list is empty. It needs a row that names the columns, and the entries below it."),
        rows=LOOK_AT,
    )


def _bottom_row(rows: Mapping[int, Sequence[object]], top: int, merged: Sequence[Merged]) -> int:
    """The heading is taller than one row where cells are merged downwards or groups have titles below."""
    tall = [last for first, _left, last, _right in merged if first <= top < last]
    if tall:
        return min(max(tall), top + _TALLEST - 1)
    groups = [block for block in merged if block[0] == top == block[2] and block[3] > block[1]]
    below = _filled(rows.get(top + 1, ()))
    under_groups = {column for _top, left, _bottom, right in groups for column in range(left, right + 1)}
    if (
        groups
        and under_groups
        and set(below) == under_groups
        and all(isinstance(t, str) for t in below.values())
    ):
        return top + 1
    return top


def _titles(
    rows: Mapping[int, Sequence[object]], top: int, bottom: int, merged: Sequence[Merged]
) -> dict[int, str]:
    """Column → its title, group titles first."""
    parts: dict[int, list[str]] = {}
    for row in range(top, bottom + 1):
        spread = {column: str(cell) for column, cell in _filled(rows.get(row, ())).items()}
        for first, left, _last, right in merged:
            if first == row and left in spread:
                spread.update(dict.fromkeys(range(left, right + 1), spread[left]))
        for column, title in spread.items():
            if title not in parts.setdefault(column, []):
                parts[column].append(" ".join(title.split()))
    return {column: " / ".join(titles) for column, titles in parts.items()}


def _refuse_shared_titles(bottom: int, merged: Sequence[Merged], titles: Mapping[int, str]) -> None:
    shared = [
        f"{letters(left)}{first + 1}:{letters(right)}{last + 1}"
        for first, left, last, right in merged
        if first <= bottom and last >= bottom and right > left and titles.get(left)
    ]
    if shared:
        raise TableError(
            _(
                "The heading cells %(cells)s are merged, so the columns below them cannot be told apart. "
                "Unmerge these cells and give every column its own title."
            ),
            row=bottom + 1,
            cells=", ".join(shared[:5]),
        )


def _used_columns(rows: Mapping[int, Sequence[object]], top: int, titles: Mapping[int, str]) -> list[int]:
    used = set(titles)
    for number, cells in rows.items():
        if number >= top:
            used.update(_filled(cells))
    return sorted(used)


def _distinct(titles: Sequence[str]) -> tuple[str, ...]:
    """The second "Name" becomes "Name (2)", so that no column hides another."""
    taken: set[str] = set()
    names: list[str] = []
    for title in titles:
        name, count = title, 1
        while name in taken:
            count += 1
            name = f"{title} ({count})"
        taken.add(name)
        names.append(name)
    return tuple(names)
