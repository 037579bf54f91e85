"""JSON lines (one object per line) into tables; nested keys become dotted columns."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from .cells import read_cell
from .types import Limits, Row, Table, TableError

_DEEPEST = 8


def read_jsonl(path: Path, limits: Limits) -> Table:
    """The table in a file with one JSON object per line; columns are all keys, in order of appearance.

    Bad lines are errors of that line only. Raises TableError when there is no good line or too many keys.
    """
    columns: dict[str, None] = {}
    first_error: TableError | None = None
    for item in _objects(path, limits):
        if isinstance(item, TableError):
            first_error = first_error or item
            continue
        columns.update(dict.fromkeys(item[1]))
        if len(columns) > limits.max_columns:
            raise TableError(
                _("The list has more than %(most)s different keys. Leave out those that are not needed."),
                row=item[0],
                most=limits.max_columns,
            )
    if not columns:
        raise first_error or TableError(_("The list is empty. It needs one JSON object per line."))
    names = tuple(columns)

    def reading() -> Iterator[Row | TableError]:
        for item in _objects(path, limits):
            if isinstance(item, TableError):
                yield item
            else:
                yield Row(item[0], {name: item[1].get(name) for name in names})

    return Table("jsonl", names, reading, limits)


def flatten(nested: Mapping[str, object], prefix: str = "", depth: int = 0) -> dict[str, object]:
    """{"a": {"b": 1}} → {"a.b": 1}. Lists stay lists; beyond eight levels mappings stay mappings."""
    flat: dict[str, object] = {}
    for key, value in nested.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and depth < _DEEPEST:
            flat.update(flatten(value, f"{name}.", depth + 1))
        else:
            flat[name] = read_cell(value)
    return flat


def _objects(path: Path, limits: Limits) -> Iterator[tuple[int, dict[str, object]] | TableError]:
    longest = limits.max_text * 10
    with path.open("rb") as file:
        number = 0
        while line := file.readline(longest + 1):
            number += 1
            if len(line) > longest:
                raise TableError(
                    _("Line %(line)s is too long. Is there one JSON object per line?"),
                    row=number,
                    line=number,
                )
            if line.strip(b" \t\r\n\xef\xbb\xbf"):
                yield _parsed(number, line)


def _parsed(number: int, line: bytes) -> tuple[int, dict[str, object]] | TableError:
    try:
        value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        return TableError(_("Line %(line)s is not UTF-8. Save the file as UTF-8."), row=number, line=number)
    except RecursionError:
        return TableError(
            _("Line %(line)s is nested too deeply. Send a flat object."), row=number, line=number
        )
    except ValueError as error:
        # position only: the decoder's English words would stand in the middle of a Chinese sentence
        return TableError(
            _("Line %(line)s is not valid JSON at character %(column)s. Correct it and try again."),
            row=number,
            line=number,
            column=getattr(error, "colno", 1),
        )
    if not isinstance(value, dict):
        return TableError(
            _("Line %(line)s is not an object: it must begin with { and end with }."), row=number, line=number
        )
    return number, flatten(value)
