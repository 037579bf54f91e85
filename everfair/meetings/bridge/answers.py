"""The engine's timetable → rows of a run and the figures people compare. Nothing told here differs with a veto and without one.

A row that was not placed carries one of three causes, found from what everybody may know: nobody of the firm takes part,
the two are never free at the same time, or it found no room. Why the engine left it out is not kept anywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from everfair.engines.scheduling import NONE, Answer, Moved, Timetable, measure
from everfair.engines.scheduling.types import Bools, Wish
from everfair.meetings.bridge.ground import free_masks
from everfair.meetings.bridge.pairs import Row
from everfair.meetings.bridge.problem import Made
from everfair.meetings.models import Run, RunRow
from everfair.meetings.queries.inputs import is_gone

NOBODY, NEVER_FREE, NO_ROOM = "nobody", "no common slot", "no room"
FEWEST = 5  # a group of fewer firms or people is not shown by itself: it would tell of single ones


def run_rows(run: Run, made: Made, table: Timetable | None) -> list[RunRow]:
    """Rows to be saved, one for each row of the bridge, with slot and named place where there is one."""
    places = name_places(made, table) if table is not None else {}
    request_of = {r: i for i, r in enumerate(made.chosen)}
    free_of = _free_by_person(made)
    found = []
    for r, row in enumerate(made.rows):
        i = request_of.get(r, NONE)
        slot = int(table.slot[i]) if table is not None and i != NONE else NONE
        entry = RunRow(
            run=run, participant_id=row.asker, exhibitor_id=row.exhibitor, other_id=row.other,
            wish=int(row.wish), was_locked=row.is_locked,
        )  # fmt: skip
        if slot != NONE and table is not None:
            entry.participant_id = made.people[int(table.a[i])].pk
            entry.other_id = made.people[int(table.b[i])].pk
            entry.slot_id = made.inputs.slots[slot].pk
            entry.place_id = places.get(i)
        else:
            entry.cause = _cause(row, free_of, made)
        found.append(entry)
    return found


def _free_by_person(made: Made) -> Mapping[int, Bools]:
    """Everybody's free slots before any meeting, also of people whom no request that can be placed names."""
    people = list(made.inputs.people.values())
    masks = free_masks(made.inputs, made.clock, people)
    either = np.logical_or.reduce(list(masks.values()))
    return {person.pk: either[p] for p, person in enumerate(people)}


def _cause(row: Row, free_of: Mapping[int, Bools], made: Made) -> str:
    """From the firms' people as they registered, with or without a veto."""
    sides = [_people_of(row.firms[0], row, made), _people_of(row.firms[1], row, made)]
    if not sides[1]:
        return NOBODY
    one, other = (np.logical_or.reduce([free_of[who] for who in side]) for side in sides)
    return NO_ROOM if (one & other).any() else NEVER_FREE


def _people_of(firm: tuple[str, int], row: Row, made: Made) -> list[int]:
    if firm[0] == "x":
        return made.staff.get(firm[1], [])
    who = row.asker if made.inputs.people[row.asker].firm == firm else row.other
    return [who] if who is not None else []


def name_places(made: Made, table: Timetable) -> dict[int, int]:
    """Request → table, place at the stand or line: where one of the two sat last, else the lowest number that is free."""
    taken: dict[int, set[int]] = defaultdict(set)  # slot → resources
    last: dict[int, int] = {}  # person → resource
    named: dict[int, int] = {}
    placed = np.flatnonzero(table.slot != NONE)
    for i in placed.tolist():  # what stays where it is comes first
        row, slot = made.rows[made.chosen[i]], int(table.slot[i])
        own = row.held.resource if row.held is not None else None
        if row.held is None or own is None or made.clock.number[row.held.slot] != slot:
            continue
        pool = made.pools[int(table.place[i])]
        sits = next((place for place in pool.rows if place.pk == own), None)
        is_there = sits is not None and not is_gone(sits, made.inputs.slots[slot])
        if (row.is_locked or is_there) and own not in taken[slot]:
            named[i] = own
            taken[slot].add(own)
    for i in placed[np.argsort(table.slot[placed], kind="stable")].tolist():
        slot, pool = int(table.slot[i]), made.pools[int(table.place[i])]
        pair = (int(table.a[i]), int(table.b[i]))
        if i not in named:
            at = made.inputs.slots[slot]
            open_places = [p.pk for p in pool.rows if p.pk not in taken[slot] and not is_gone(p, at)]
            if not open_places:
                continue
            wanted = [last[who] for who in pair if last.get(who) in open_places]
            named[i] = wanted[0] if wanted else open_places[0]
            taken[slot].add(named[i])
        for who in pair:
            last[who] = named[i]
    return named


def figures(
    made: Made, answer: Answer, rows: list[RunRow], groups: Mapping[str, Mapping[tuple[str, int], str]]
) -> dict[str, Any]:
    """What a run is compared by. `groups`: "size" … → firm → the group it belongs to."""
    placed = [row for row in rows if row.slot_id is not None]
    classes: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    wished: Counter[tuple[str, int]] = Counter()
    got: Counter[tuple[str, int]] = Counter()
    for row, entry in zip(made.rows, rows, strict=True):
        classes[int(entry.wish)][1] += 1
        classes[int(entry.wish)][0] += entry.slot_id is not None
        if row.wish == Wish.SUGGESTION:
            continue  # nobody asked: who gets none of these is not left with nothing
        for firm in row.firms:
            wished[firm] += 1
            got[firm] += entry.slot_id is not None
    measured = measure(made.problem, answer.table) if answer.table is not None else None
    return {
        "requests": len(rows),
        "placed": len(placed),
        "sides": len(wished),
        "nothing": sum(1 for firm in wished if not got[firm]),
        "fewest": min((got[firm] / wished[firm] for firm in wished), default=0.0),
        "by_class": {str(kind): counts for kind, counts in sorted(classes.items(), reverse=True)},
        "shares": {name: _shares(of, wished, got) for name, of in groups.items()},
        "causes": dict(Counter(row.cause for row in rows if row.slot_id is None)),
        "breaks": measured.breaks if measured else 0,
        "walking": measured.walking if measured else 0,
        "status": str(answer.status),
        "weight": answer.weight,
        "bound": answer.bound,
        "gap": answer.gap,
        "seconds": round(answer.seconds, 1),
    }


def _shares(
    of: Mapping[tuple[str, int], str], wished: Counter[tuple[str, int]], got: Counter[tuple[str, int]]
) -> list[list[Any]]:
    """[group, firms, asked, placed], the largest first; groups of fewer than FEWEST firms are taken together under "".

    Where these are few even together, the smallest of the others joins them.
    """
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for firm, group in of.items():
        if wished[firm]:
            entry = sums[group]
            entry[0] += 1
            entry[1] += wished[firm]
            entry[2] += got[firm]
    large = sorted(
        (group for group, entry in sums.items() if group and entry[0] >= FEWEST),
        key=lambda group: (-sums[group][0], group),
    )
    if large and 0 < sum(entry[0] for group, entry in sums.items() if group not in large) < FEWEST:
        large.pop()  # else those left over could be reckoned from the sum of all
    rest = [sum(entry[n] for group, entry in sums.items() if group not in large) for n in range(3)]
    shown: list[list[Any]] = [[group, *sums[group]] for group in large]
    return [*shown, *([["", *rest]] if rest[0] >= FEWEST else [])]


def moves_told(made: Made, moved: Iterable[Moved], rows: list[RunRow]) -> list[dict[str, Any]]:
    """Each move of a repair as ids, with its reason; the page puts it into words."""
    slots = made.inputs.slots
    told = []
    for move in moved:
        row = made.rows[made.chosen[move.request]]
        other = made.rows[made.chosen[move.for_request]] if move.for_request != NONE else None
        told.append(
            {
                "meeting": row.held.pk if row.held else None,
                "from": slots[move.from_slot].pk,
                "to": slots[move.to_slot].pk,
                "because": move.because,
                "for": other.held.pk if other is not None and other.held else None,
            }
        )
    for row, entry in zip(made.rows, rows, strict=True):  # another table at the same time is a move too
        if row.held is not None and entry.slot_id == row.held.slot and entry.place_id != row.held.resource:
            same = {"from": row.held.slot, "to": row.held.slot, "for": None}
            told.append({"meeting": row.held.pk, **same, "because": "its place was lost"})
    return told


def table_of(made: Made, rows: Iterable[RunRow]) -> Timetable:
    """Rows of an earlier run as a timetable of this problem; what is not wished for any more is left out."""
    people = made.inputs.people
    number = {person.pk: p for p, person in enumerate(made.people)}
    request = {frozenset(made.rows[r].firms): i for i, r in enumerate(made.chosen)}
    pool_of = {place.pk: p for p, pool in enumerate(made.pools) for place in pool.rows}
    slot = np.full(len(made.chosen), NONE, dtype=np.int64)
    place, a, b = slot.copy(), slot.copy(), slot.copy()
    for row in rows:
        one, other = row.participant_id, row.other_id
        if one not in number or other not in number or row.place_id not in pool_of:
            continue
        i = request.get(frozenset((people[one].firm, people[other].firm)))
        if i is None or row.slot_id not in made.clock.number:
            continue
        if people[one].firm != made.rows[made.chosen[i]].firms[0]:
            one, other = other, one
        slot[i], place[i] = made.clock.number[row.slot_id], pool_of[row.place_id]
        a[i], b[i] = number[one], number[other]
    return Timetable(slot, place, a, b)
