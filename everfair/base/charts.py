"""State charts as tables: (from, to, who). An illegal change raises with a sentence. Rooms hold their own tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _


class IllegalChange(Exception):
    """The state chart has no such step. The message says so in the reader's language."""


@dataclass(frozen=True)
class Step:
    """One allowed step, and which roles may take it."""

    source: str
    target: str
    roles: frozenset[str]


def chart(rows: Iterable[tuple[str, str, str]]) -> Mapping[tuple[str, str], Step]:
    """Rows (from, to, "role role") → look-up by (from, to)."""
    return {(a, b): Step(a, b, frozenset(roles.split())) for a, b, roles in rows}


def require_step(
    steps: Mapping[tuple[str, str], Step], source: str, target: str, labels: Mapping[str, str]
) -> Step:
    """The step from `source` to `target`; raises IllegalChange with both names in words."""
    step = steps.get((source, target))
    if step is None:
        raise IllegalChange(
            _("“%(source)s” cannot become “%(target)s”.")
            % {"source": labels.get(source, source), "target": labels.get(target, target)}
        )
    return step


def targets(steps: Mapping[tuple[str, str], Step], source: str, roles: Iterable[str]) -> list[str]:
    """Where `source` may go for somebody with these roles."""
    held = set(roles)
    return [b for (a, b), step in steps.items() if a == source and step.roles & held]
