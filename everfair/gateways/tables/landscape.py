"""The landscape format of the cloud-native foundations (categories, subcategories, items) into tables."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from . import safe_yaml
from .cells import read_cell
from .json_lines import flatten
from .types import Limits, Row, Table, TableError

_FIRST = (
    "category",
    "subcategory",
    "name",
    "description",
    "homepage_url",
    "repo_url",
    "crunchbase",
    "twitter",
    "project",
)


def read_landscape(path: Path, limits: Limits) -> Table:
    """One row per item, `number` the line it begins on. Keys under `extra` become `extra.<key>`.

    Raises TableError when the file is no landscape, uses references, or an item has no name.
    """
    if path.stat().st_size > limits.max_yaml_bytes:
        raise TableError(
            _("The YAML is larger than %(most)s MB. Split it into several files."),
            most=limits.max_yaml_bytes // 1_000_000,
        )
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(_("The YAML is not UTF-8. Save it as UTF-8 text and try again.")) from error
    root = safe_yaml.entries(safe_yaml.compose(text)).get("landscape")
    if not isinstance(root, yaml.SequenceNode):
        raise TableError(
            _("This is no landscape: the YAML must begin with “landscape:” and a list of categories.")
        )
    found: list[Row | TableError] = list(_items(root))
    columns = dict.fromkeys(_FIRST)
    for item in found:
        if isinstance(item, Row):
            columns.update(dict.fromkeys(item.values))
    if len(columns) > limits.max_columns:
        raise TableError(
            _("The list has more than %(most)s different keys. Leave out those that are not needed."),
            most=limits.max_columns,
        )
    names = tuple(columns)

    def reading() -> Iterator[Row | TableError]:
        for item in found:
            if isinstance(item, Row):
                yield Row(item.number, {name: item.values.get(name) for name in names})
            else:
                yield item

    return Table("landscape", names, reading, limits)


def _items(root: yaml.SequenceNode) -> Iterator[Row | TableError]:
    for category in map(safe_yaml.entries, safe_yaml.items(root)):
        for subcategory in map(safe_yaml.entries, safe_yaml.items(category.get("subcategories"))):
            for node in safe_yaml.items(subcategory.get("items")):
                try:
                    yield _row(node, _text(category.get("name")), _text(subcategory.get("name")))
                except TableError as error:
                    yield error


def _row(node: yaml.Node, category: str | None, subcategory: str | None) -> Row:
    line = node.start_mark.line + 1
    content: Any = safe_yaml.value(node) if isinstance(node, yaml.MappingNode) else None
    if not isinstance(content, dict) or not content.get("name"):
        raise TableError(_("The item on line %(line)s has no name. Add one."), row=line, line=line)
    content.pop("item", None)  # the format's own marker, always empty
    values = flatten({str(key): value for key, value in content.items()})
    return Row(line, {"category": category, "subcategory": subcategory} | values)


def _text(node: yaml.Node | None) -> str | None:
    found = read_cell(safe_yaml.value(node)) if isinstance(node, yaml.ScalarNode) else None
    return None if found is None else str(found)
