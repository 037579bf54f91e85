"""What a page offers to do: Undo in messages, numbers of a pager, words of a state."""

from dataclasses import dataclass
from typing import Any

from django import template

register = template.Library()

UNDO = "undo:"


@register.filter
def undo_address(message: Any) -> str:
    """The local address in a message's extra_tags "undo:/…", or nothing; no other site's."""
    for tag in str(getattr(message, "extra_tags", "") or "").split():
        address = tag.removeprefix(UNDO)
        if tag.startswith(UNDO + "/") and not address.startswith(("//", "/\\")):
            return address
    return ""


@register.filter
def page_numbers(page: Any) -> list[int | None]:
    """Numbers for a pager: both ends, two neighbours each side, None where some are left out."""
    last, here = page.paginator.num_pages, page.number
    shown = sorted({1, last, *range(max(1, here - 2), min(last, here + 2) + 1)})
    numbers: list[int | None] = []
    for one in shown:
        if numbers and numbers[-1] is not None and one - numbers[-1] == 2:
            numbers.append(one - 1)
        elif numbers and numbers[-1] is not None and one - numbers[-1] > 2:
            numbers.append(None)
        numbers.append(one)
    return numbers


@dataclass(frozen=True, slots=True)
class FoldedOptions:
    """A facet's options: those that stand open and those behind "N more"."""

    open: list[Any]
    folded: list[Any]


def _is_chosen(option: Any) -> bool:
    return bool(option.get("chosen") if isinstance(option, dict) else getattr(option, "chosen", False))


@register.simple_tag
def fold_options(options: Any, shown: Any = None) -> FoldedOptions:
    """The first `shown` (6) and every chosen option stand open; folding away a single one is not worth it."""
    found = list(options or [])
    limit = int(shown or 6)
    if len(found) <= limit + 1:
        return FoldedOptions(found, [])
    opened = [option for index, option in enumerate(found) if index < limit or _is_chosen(option)]
    folded = [option for index, option in enumerate(found) if index >= limit and not _is_chosen(option)]
    return FoldedOptions(opened, folded)
