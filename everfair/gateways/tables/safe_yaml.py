"""YAML from strangers: no aliases, no deep nesting, no objects. Knows no list format."""

from collections.abc import Hashable
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from .types import TableError

_DEEPEST = 40


def compose(text: str, first_line: int = 1) -> yaml.Node | None:
    """The document's node tree, with line marks. `first_line` is where `text` begins in its file.

    Raises TableError for broken YAML, for references (& and *: they can grow endlessly) and deep nesting.
    """
    try:
        _check(text, first_line)
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        raise TableError(
            _("Line %(line)s of the YAML cannot be read. Check its indentation and quotation marks."),
            row=line,
            line=line,
        ) from error
    except (RecursionError, ValueError, UnicodeError) as error:
        raise TableError(_("The YAML cannot be read. Save it as UTF-8 text and try again.")) from error


def value(node: yaml.Node) -> Any:
    """The plain Python value of a composed node: dict, list, str, number, date, bool or None."""
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise TableError(
            _(
                "This part of the YAML cannot be understood. "
                "Put quotation marks around its texts and try again."
            ),
            row=node.start_mark.line + 1,
        ) from error
    finally:
        loader.dispose()


def entries(node: yaml.Node | None) -> dict[Hashable, yaml.Node]:
    """Key → node of a mapping with plain keys; empty for anything else."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: child for key, child in node.value if isinstance(key, yaml.ScalarNode)}


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The nodes of a sequence; empty for anything else."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _check(text: str, first_line: int) -> None:
    # on the stream of events, before any tree exists: the tree is where a bomb goes off
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise TableError(
                _(
                    "The YAML uses references (& and *), which are not read here. "
                    "Write the values out in full."
                ),
                row=first_line + (event.start_mark.line if event.start_mark else 0),
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise TableError(
                    _("The YAML is nested more than %(most)s levels deep. Send a flat list."),
                    row=first_line + (event.start_mark.line if event.start_mark else 0),
                    most=_DEEPEST,
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
