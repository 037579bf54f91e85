"""What changed between two lists of lines: which came, which went, which are the same line with another number."""

from collections.abc import Callable, Hashable, Sequence

from everfair.engines.money.types import Change, LineValue

Key = Callable[[LineValue], Hashable]


def line_changes(before: Sequence[LineValue], after: Sequence[LineValue]) -> list[Change]:
    """The changes, removed ones first where they stood, then changed and added ones in the order of `after`.

    Lines with the same words are the same line (the first with the first, and so on); of what is left, lines alike in
    all but their words are. A line that only moved has not changed.
    """
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    keys: list[Key] = [lambda one: one, lambda one: one.text.casefold(), _numbers]
    for key in keys:
        _pair(before, after, key, pairs, taken)
    found = [Change("removed", line, None) for place, line in enumerate(before) if place not in taken]
    for place, line in enumerate(after):
        old = pairs.get(place)
        if old is None:
            found.append(Change("added", None, line))
        elif before[old] != line:
            found.append(Change("changed", before[old], line))
    return found


def _numbers(line: LineValue) -> Hashable:
    return line.quantity, line.unit.casefold(), line.price


def _pair(
    before: Sequence[LineValue], after: Sequence[LineValue], key: Key, pairs: dict[int, int], taken: set[int]
) -> None:
    """Pair what is left by `key`, in order."""
    waiting: dict[Hashable, list[int]] = {}
    for place, line in enumerate(before):
        if place not in taken:
            waiting.setdefault(key(line), []).append(place)
    for place, line in enumerate(after):
        if place in pairs or not waiting.get(key(line)):
            continue
        pairs[place] = waiting[key(line)].pop(0)
        taken.add(pairs[place])
