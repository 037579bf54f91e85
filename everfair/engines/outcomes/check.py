"""An independent judge: counts again in another way, and works out by elimination what a reader could know of held cells."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from everfair.engines.outcomes.types import DIMENSIONS, TOTAL, Entry, Part, Place, Totals


def problems(entries: Sequence[Entry], said: Totals) -> list[str]:
    """Sentences that say where `said` is not what the entries give; [] when all is right."""
    alive = {entry.code: entry for entry in entries if not entry.is_withdrawn}
    found = _compare("all", list(alive.values()), said.all.count, said.all.sums)
    for name in DIMENSIONS:
        values = {value for entry in alive.values() for value in entry.values(name)}
        if values != set(said.by[name]):
            found.append(f"{name}: {sorted(values ^ set(said.by[name]))} should not differ")
            continue
        for value in values:
            inside = [entry for entry in alive.values() if value in entry.values(name)]
            cell = said.by[name][value]
            found += _compare(f"{name} {value}", inside, cell.count, cell.sums)
    return found


def _compare(where: str, entries: Sequence[Entry], count: int, sums: object) -> list[str]:
    found = [] if len(entries) == count else [f"{where}: {len(entries)} outcomes, not {count}"]
    expected: dict[str, tuple[Decimal, Decimal, int]] = {}
    for currency in {entry.currency for entry in entries if entry.low is not None}:
        valued = [entry for entry in entries if entry.currency == currency and entry.low is not None]
        expected[currency] = (
            sum((entry.low or Decimal(0) for entry in valued), Decimal(0)),
            sum((entry.high or Decimal(0) for entry in valued), Decimal(0)),
            len(valued),
        )
    told = {code: (one.low, one.high, one.count) for code, one in dict(sums).items()}  # type: ignore[call-overload]
    return found if told == expected else [*found, f"{where}: {expected}, not {told}"]


def knowable(table: Mapping[Place, Sequence[Part]], held: Collection[Place]) -> set[Place]:
    """Held cells whose hidden values' sum follows from the others of the table, by exact elimination.

    `table`: every cell with a value, totals under TOTAL among them. Each row and each column adds to its total. Cells of
    public values alone are known to everybody, held or not: the open data has them.
    """
    unknown = sorted(place for place in held if any(part.is_hidden for part in table[place]))
    number = {place: index for index, place in enumerate(unknown)}
    lines = [([place for place in table if place[0] == row], 1) for row in {row for row, _ in table}]
    lines += [
        ([place for place in table if place[1] == column], 0) for column in {column for _, column in table}
    ]
    equations = []
    for line, end in lines:
        equation = [Fraction(0)] * len(unknown)
        for place in line:
            if place in number:
                equation[number[place]] = Fraction(-1 if place[end] == TOTAL else 1)
        equations.append(equation)
    reduced = _reduce(equations)
    return {
        unknown[next(i for i, x in enumerate(row) if x)] for row in reduced if sum(1 for x in row if x) == 1
    }


def told(cells: Mapping[Place, Sequence[Part]], held: Collection[Place]) -> set[tuple[str, str]]:
    """(reader, party): some sum of the cells and totals that are shown gives, what the reader (a party, or "") knows taken off,
    hidden values of this party alone. By exact ranks. `cells` without totals; parts without holders are a party each.
    """
    unknown: dict[Place, list[frozenset[str]]] = {}
    for place, parts in cells.items():
        named = [part.holders or frozenset({f"{place}{n}"}) for n, part in enumerate(parts) if part.is_hidden]
        if named:
            unknown[place] = named
    shown = [
        [place for place in unknown if row in (TOTAL, place[0]) and column in (TOTAL, place[1])]
        for row in {TOTAL, *(row for row, _ in unknown)}
        for column in {TOTAL, *(column for _, column in unknown)}
        if (row, column) not in held
    ]
    parties = {one for named in unknown.values() for holders in named for one in holders}
    found = set()
    for reader in {"", *parties}:
        rest = {
            place: [holders for holders in named if reader not in holders] for place, named in unknown.items()
        }
        left = [place for place, named in rest.items() if named]
        for party in parties - {reader}:
            others = [place for place in left if not all(party in holders for holders in rest[place])]
            if _rank(shown, left) > _rank(shown, others):
                found.add((reader, party))
    return found


def _rank(sums: Sequence[Collection[Place]], of: Sequence[Place]) -> int:
    return len(_reduce([[Fraction(place in one) for place in of] for one in sums]))


def _reduce(equations: Iterable[list[Fraction]]) -> list[list[Fraction]]:
    """Reduced row echelon form, without empty rows."""
    rows, done = [list(one) for one in equations], 0
    for column in range(len(rows[0]) if rows else 0):
        at = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if at is None:
            continue
        rows[done], rows[at] = rows[at], rows[done]
        head = rows[done][column]
        rows[done] = [x / head for x in rows[done]]
        for i, row in enumerate(rows):
            if i != done and row[column]:
                factor = row[column]
                rows[i] = [x - factor * y for x, y in zip(row, rows[done], strict=True)]
        done += 1
    return rows[:done]
