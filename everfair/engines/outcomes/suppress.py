"""Which sums of a table are held back, so that nobody works out the value of a firm that did not agree to show it.

A table has rows, columns and their totals. Sums that would tell a hidden value are held (primary). Then further ones
are held until none of those follows from the rest: held cells are edges between rows and columns, and a held cell is
known exactly when its edge is a bridge.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from everfair.engines.outcomes.types import TOTAL, Held, Part, Place

FEWEST = 3  # hidden values that a shown sum must hold: of two, each firm would know the other's
LARGEST_SHARE = Decimal("0.8")  # of the hidden ones' sum, that one of them may make


def suppress(cells: Mapping[Place, Sequence[Part]]) -> Held:
    """What to hold back. `cells`: (row, column) → its outcomes' values; totals are made here, under TOTAL."""
    table = with_totals(cells)
    primary = frozenset(place for place, parts in table.items() if tells(parts))
    held = set(primary)
    for place in sorted(primary, key=lambda one: (_weight(table[one]), one)):
        while _is_bridge(place, held):
            held |= _company(place, held, table)
    return Held(primary, frozenset(held - primary))


def with_totals(cells: Mapping[Place, Sequence[Part]]) -> dict[Place, tuple[Part, ...]]:
    """The cells that hold a value, with row totals (row, TOTAL), column totals (TOTAL, column) and (TOTAL, TOTAL)."""
    found: dict[Place, list[Part]] = {}
    for (row, column), parts in cells.items():
        for place in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            found.setdefault(place, []).extend(parts)
    return {place: tuple(parts) for place, parts in found.items() if parts}


def tells(parts: Iterable[Part]) -> bool:
    """Whether a sum tells a hidden value. Shown ones can be taken off by anybody, so only the hidden ones count."""
    hidden = [part.amount for part in parts if part.is_hidden]
    if not hidden:
        return False
    return len(hidden) < FEWEST or max(hidden) > LARGEST_SHARE * sum(hidden)


def _weight(parts: Sequence[Part]) -> Decimal:
    return sum((part.amount for part in parts), Decimal(0))


def _reach(start: str, held: Collection[Place], without: Place) -> set[str]:
    """Rows and columns ("r…", "c…") joined to `start` by held cells, not going over `without`."""
    ways: dict[str, list[str]] = {}
    for row, column in held:
        if (row, column) != without:
            ways.setdefault(f"r{row}", []).append(f"c{column}")
            ways.setdefault(f"c{column}", []).append(f"r{row}")
    found, waiting = {start}, [start]
    while waiting:
        for one in ways.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def _is_bridge(place: Place, held: Collection[Place]) -> bool:
    return f"c{place[1]}" not in _reach(f"r{place[0]}", held, place)


def _company(place: Place, held: set[Place], table: Mapping[Place, Sequence[Part]]) -> set[Place]:
    """Cells to hold with `place`: one that closes a ring with what is held, else its row's and column's totals."""
    here = _reach(f"r{place[0]}", held, place)
    there = _reach(f"c{place[1]}", held, place)
    closing = [one for one in _free(held, table) if _joins(one, here, there)]
    if closing:
        return {min(closing, key=lambda one: (TOTAL in one, _weight(table[one]), one))}
    # no single cell does it: a ring of four, the cheapest through a row and a column of its own, or the totals
    return set(min(_rings(place, held, table), key=lambda ring: _cost(ring, table)))


def _cost(ring: Iterable[Place], table: Mapping[Place, Sequence[Part]]) -> tuple[int, Decimal]:
    """Few totals first, then little value."""
    cells = list(ring)
    return sum(TOTAL in one for one in cells), sum((_weight(table[one]) for one in cells), Decimal(0))


def _free(held: set[Place], table: Mapping[Place, Sequence[Part]]) -> Iterator[Place]:
    return (place for place in table if place not in held)


def _joins(place: Place, here: set[str], there: set[str]) -> bool:
    row, column = f"r{place[0]}", f"c{place[1]}"
    return (row in here and column in there) or (row in there and column in here)


def _rings(
    place: Place, held: set[Place], table: Mapping[Place, Sequence[Part]]
) -> Iterator[frozenset[Place]]:
    row, column = place
    rows = {one for one, _ in table if one != row}
    columns = {one for _, one in table if one != column}
    for other_row in sorted(rows):
        if (other_row, column) not in table:
            continue
        for other_column in sorted(columns):
            ring = {(other_row, column), (row, other_column), (other_row, other_column)}
            if all(one in table for one in ring):
                yield frozenset(ring - held)
