"""Which sums of a table are held back, so that nobody works out the value of a firm that did not agree to show it.

A table has rows, columns and their totals. Public values are known to everybody (the open data has them), so only the hidden
ones count here. Sums that would tell a hidden value are held (primary). Then further ones are held until none of those follows
from the rest, not even for a party that knows its own values: rows and columns are points, held cells join them, and sums of
some held cells are known exactly when taking those cells out tears the picture apart.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count

from everfair.engines.outcomes.types import TOTAL, Held, Part, Place

LARGEST_SHARE = Decimal("0.8")  # of the hidden ones' sum, that one party's may make
MANY = 40  # cells of one or two parties: with more, all are guarded without each other, which is coarser and quick
NOBODY = ""  # a reader who is no party
Hidden = dict[Place, list[tuple[Decimal, frozenset[str]]]]  # place → its hidden values and who knows each


def suppress(cells: Mapping[Place, Sequence[Part]]) -> Held:
    """What to hold back. `cells`: (row, column) → its outcomes' values; totals are made here, under TOTAL."""
    hidden = _hidden_of(cells)
    weight = {place: sum((amount for amount, _who in parts), Decimal(0)) for place, parts in hidden.items()}
    primary = frozenset(place for place, parts in hidden.items() if _tells(parts))
    held = set(primary)
    for place in sorted(primary, key=lambda one: (weight[one], one)):
        if not _Points(held - {place}).are_joined(place):
            held |= _company(place, {place}, held, weight)
    covered = {
        place: found
        for place in sorted(primary)
        if TOTAL not in place and (found := sorted(set(pairs([who for _amount, who in hidden[place]]))))
    }
    if len(covered) > MANY:
        for place in covered:
            if not _Points(held - covered.keys()).are_joined(place):
                held |= _company(place, covered, held, weight)
    for known, wanted in _watched(covered, held):
        points = _Points(held - known - wanted)
        for place in sorted(wanted, key=lambda one: (weight[one], one)):
            if not points.are_joined(place):
                held |= _company(place, known | wanted, held, weight)
                points = _Points(held - known - wanted)
    return Held(primary, frozenset(held - primary))


def with_totals(cells: Mapping[Place, Sequence[Part]]) -> dict[Place, tuple[Part, ...]]:
    """The cells that hold a value, with row totals (row, TOTAL), column totals (TOTAL, column) and (TOTAL, TOTAL)."""
    found: dict[Place, list[Part]] = {}
    for (row, column), parts in cells.items():
        for place in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            found.setdefault(place, []).extend(parts)
    return {place: tuple(parts) for place, parts in found.items() if parts}


def tells(parts: Iterable[Part]) -> bool:
    """Whether a sum tells a hidden value: what two parties have part in is all there is (one would know the other's), or what
    one has makes more than LARGEST_SHARE of it. Shown ones can be taken off by anybody.
    """
    return _tells(_named(parts, count()))


def _named(parts: Iterable[Part], numbers: Iterator[int]) -> list[tuple[Decimal, frozenset[str]]]:
    return [
        (part.amount, part.holders or frozenset({f"#{next(numbers)}"})) for part in parts if part.is_hidden
    ]


def _hidden_of(cells: Mapping[Place, Sequence[Part]]) -> Hidden:
    """As `with_totals`, the hidden values alone: a sum of public ones is known, whatever is held."""
    found: Hidden = {}
    numbers = count()
    for (row, column), parts in cells.items():
        named = _named(parts, numbers)
        for place in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)) if named else ():
            found.setdefault(place, []).extend(named)
    return found


def _tells(parts: Sequence[tuple[Decimal, frozenset[str]]]) -> bool:
    if not parts:
        return False
    if any(True for _pair in pairs([who for _amount, who in parts])):
        return True
    shares: dict[str, Decimal] = {}
    for amount, holders in parts:
        for who in holders:
            shares[who] = shares.get(who, Decimal(0)) + amount
    whole = sum((amount for amount, _who in parts), Decimal(0))
    return whole == 0 or max(shares.values()) > LARGEST_SHARE * whole  # a sum of 0 tells each of them


def pairs(holders: Sequence[frozenset[str]]) -> Iterator[tuple[str, str]]:
    """Pairs of parties that have part in every one of these values; (one, NOBODY) where one alone has."""
    for one in sorted(holders[0]) if holders else ():
        rest = [who for who in holders if one not in who]
        if not rest:
            yield one, NOBODY
        else:
            yield from ((one, other) for other in frozenset.intersection(*rest))


def _watched(
    covered: Mapping[Place, Iterable[tuple[str, str]]], held: Collection[Place]
) -> Iterator[tuple[set[Place], set[Place]]]:
    """For each reader (a party, or none) and each party: the held cells that the reader knows, and those that, the reader's own
    taken off, hold that party's values alone. Left out is what other held cells guard from everybody anyhow.
    `covered`: cells → the pairs of parties that hold them.
    """
    alone: dict[str, set[Place]] = {}  # party → cells that hold nothing else
    both: dict[tuple[str, str], set[Place]] = {}  # two parties, in each order → cells they hold between them
    for place, found in covered.items():
        for one, other in found:
            if other == NOBODY:
                alone.setdefault(one, set()).add(place)
            else:
                both.setdefault((one, other), set()).add(place)
                both.setdefault((other, one), set()).add(place)
    points = _Points(set(held) - covered.keys())
    at_risk = {place for place in covered if not points.are_joined(place)}
    risks = {party: cells for party, cells in alone.items() if cells & at_risk}
    for cells in risks.values():
        yield set(), cells
    for reader, known in alone.items():
        for party, cells in risks.items():
            if party != reader and (reader, party) not in both and (cells - known) & at_risk:
                yield known, cells - known
    for (reader, party), cells in both.items():
        known = alone.get(reader, set())
        wanted = (cells | alone.get(party, set())) - known
        if wanted & at_risk:
            yield known, wanted


class _Points:
    """Rows and columns joined by held cells, as sets of bits: quick, as it is asked for every two parties."""

    def __init__(self, held: Iterable[Place]) -> None:
        self._bits: dict[str, int] = {}
        self._near: dict[int, int] = {}
        for row, column in held:
            r, c = self._bit(f"r{row}"), self._bit(f"c{column}")
            self._near[r] = self._near.get(r, 0) | c
            self._near[c] = self._near.get(c, 0) | r

    def _bit(self, name: str) -> int:
        return self._bits.setdefault(name, 1 << len(self._bits))

    def are_joined(self, place: Place) -> bool:
        """Whether a way leads from the cell's row to its column."""
        reached = waiting = self._bits.get(f"r{place[0]}", 0)
        goal = self._bits.get(f"c{place[1]}", 0)
        while waiting and not reached & goal:
            at = waiting & -waiting
            new = self._near[at] & ~reached
            reached |= new
            waiting = (waiting ^ at) | new
        return bool(reached & goal)


def _company(
    place: Place, shut: Collection[Place], held: Collection[Place], weight: Mapping[Place, Decimal]
) -> set[Place]:
    """Cells to hold so that a way of held cells leads from the row of `place` to its column, none of `shut` on it: few totals
    first, then little value. One through the three totals is always there.
    """
    ways: dict[str, list[tuple[str, Place]]] = {}
    for one in sorted(weight):
        if one not in shut:
            ways.setdefault(f"r{one[0]}", []).append((f"c{one[1]}", one))
            ways.setdefault(f"c{one[1]}", []).append((f"r{one[0]}", one))
    goal, turn = f"c{place[1]}", count()
    waiting: list[tuple[int, Decimal, int, str, tuple[Place, ...]]] = [
        (0, Decimal(0), next(turn), f"r{place[0]}", ())
    ]
    seen: set[str] = set()
    while waiting:
        totals, value, _turn, here, new = heappop(waiting)
        if here == goal:
            return set(new)
        if here in seen:
            continue
        seen.add(here)
        for there, one in ways.get(here, ()):
            if one in held:
                heappush(waiting, (totals, value, next(turn), there, new))
            elif there not in seen:
                heappush(
                    waiting, (totals + (TOTAL in one), value + weight[one], next(turn), there, (*new, one))
                )
    raise AssertionError(f"no way round {place}")
