"""Judges any timetable against its problem, rule by rule. Shares no code with whatever made the timetable, nor with `measure`.

Written to be read: plain loops over plain lists. 90,000 placed meetings take about a second.

What the rules mean, where the types leave room:

- A meeting needs both its people free, in a slot of its session, not forbidden, the fixed one if there is one.
- Between any two meetings of one person, not only neighbouring ones, lie at least `change` minutes.
- A day begins at each slot that does not run on. Breaks and longest runs are counted within a day.
- A pause (`Rest`) is kept where at least one of its slots holds no meeting of that person, be the person there or not.
- `least` is a wish: falling short of it is no fault.
- Fairness is judged only of a timetable that has to place everything.
- Who sits in a meeting that was not placed is not looked at.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from everfair.engines.scheduling.types import NONE, Aim, Problem, Timetable, Wish


@dataclass(frozen=True)
class Fault:
    """One broken rule, with the requests, person, slot and pool that show it (counted from 0)."""

    rule: str
    requests: tuple[int, ...] = ()
    person: int = NONE
    slot: int = NONE
    pool: int = NONE

    def __str__(self) -> str:
        told = [self.rule]
        if self.requests:
            told.append("requests " + ", ".join(map(str, self.requests[:8])))
        for name in ("person", "slot", "pool"):
            if getattr(self, name) != NONE:
                told.append(f"{name} {getattr(self, name)}")
        return "; ".join(told)


def check(problem: Problem, table: Timetable, *, all_placed: bool | None = None) -> list[Fault]:
    """Every fault of `table`; empty when it is good.

    `all_placed`: whether a request left over is a fault and fairness is judged; None asks the problem's aim. Locked
    requests have to be placed either way. The problem itself is taken to be valid (see `validate`).
    """
    wanted = problem.rules.aim is Aim.PLACE_ALL if all_placed is None else all_placed
    wrong_form = list(_form(problem, table))
    if wrong_form:
        return wrong_form
    placed = [int(r) for r in (table.slot != NONE).nonzero()[0]]
    diaries = _diaries(table, placed)
    return [
        *_left_over(problem, table, wanted),
        *_sides(problem, table, placed),
        *_slots(problem, table, placed),
        *_order(problem, table),
        *_pools(problem, table, placed),
        *_interpreters(problem, table, placed),
        *_people(problem, table, diaries),
        *(_fairness(problem, diaries) if wanted else ()),
    ]


_Diaries = dict[int, dict[int, int]]  # person → slot → request; of several in one slot the last


def _diaries(table: Timetable, placed: list[int]) -> _Diaries:
    diaries: _Diaries = defaultdict(dict)
    slot, a, b = table.slot.tolist(), table.a.tolist(), table.b.tolist()
    for r in placed:
        diaries[a[r]][slot[r]] = r
        diaries[b[r]][slot[r]] = r
    return diaries


def _form(problem: Problem, table: Timetable) -> Iterator[Fault]:
    """Arrays of the right length, numbers that mean something. Nothing else is looked at while this is wrong."""
    n = len(problem.requests)
    for column in (table.slot, table.place, table.a, table.b):
        if column.shape != (n,):
            yield Fault("an array has not one entry for each request")
            return
    slots, pools, people = len(problem.slots), len(problem.places), len(problem.people)
    columns = zip(table.slot.tolist(), table.place.tolist(), table.a.tolist(), table.b.tolist(), strict=True)
    for r, (slot, place, a, b) in enumerate(columns):
        if (slot == NONE) != (place == NONE):
            yield Fault("a slot without a place, or a place without a slot", (r,), slot=slot, pool=place)
        elif slot != NONE and not (0 <= slot < slots and 0 <= place < pools):
            yield Fault("no such slot or place", (r,), slot=slot, pool=place)
        elif slot != NONE and not (0 <= a < people and 0 <= b < people):
            yield Fault("no such person", (r,))


def _left_over(problem: Problem, table: Timetable, wanted: bool) -> Iterator[Fault]:
    requests = problem.requests
    wish, locked, slot = requests.wish.tolist(), requests.locked.tolist(), table.slot.tolist()
    for r in range(len(requests)):
        if wish[r] == Wish.NEVER:
            if slot[r] != NONE:
                yield Fault("a vetoed request is placed", (r,))
        elif slot[r] == NONE and locked[r]:
            yield Fault("a locked request is not placed", (r,))
        elif slot[r] == NONE and wanted:
            yield Fault("not placed", (r,))


def _sides(problem: Problem, table: Timetable, placed: list[int]) -> Iterator[Fault]:
    people = problem.people
    for asked, got in ((problem.requests.a, table.a), (problem.requests.b, table.b)):
        asked_list, got_list = asked.tolist(), got.tolist()
        for r in placed:
            side, person = asked_list[r], got_list[r]
            may = (side,) if side < len(people) else people.groups[side - len(people)]
            if person not in may:
                yield Fault("somebody who was not asked sits in the meeting", (r,), person=person)
    for r in placed:
        if table.a[r] == table.b[r]:
            yield Fault("a person meets herself", (r,), person=int(table.a[r]))


def _slots(problem: Problem, table: Timetable, placed: list[int]) -> Iterator[Fault]:
    requests, free = problem.requests, problem.people.free
    forbidden = {(int(r), int(t)) for r, t in requests.not_in}
    for r in placed:
        t = int(table.slot[r])
        for person in (int(table.a[r]), int(table.b[r])):
            if not free[person, t]:
                yield Fault("a person is not free", (r,), person=person, slot=t)
        if requests.session[r] != NONE and not requests.sessions[requests.session[r], t]:
            yield Fault("outside its session", (r,), slot=t)
        if requests.fixed_slot[r] not in (NONE, t):
            yield Fault("not in its fixed slot", (r,), slot=t)
        if (r, t) in forbidden:
            yield Fault("in a forbidden slot", (r,), slot=t)


def _order(problem: Problem, table: Timetable) -> Iterator[Fault]:
    for first, second in problem.requests.after.tolist():
        early, late = int(table.slot[first]), int(table.slot[second])
        if NONE not in (early, late) and early >= late:
            yield Fault("out of order", (first, second), slot=early)


def _pools(problem: Problem, table: Timetable, placed: list[int]) -> Iterator[Fault]:
    requests = problem.requests
    used: Counter[tuple[int, int]] = Counter()
    for r in placed:
        pool, slot = int(table.place[r]), int(table.slot[r])
        used[pool, slot] += 1
        locked_to = int(requests.locked_place[r]) if requests.locked[r] else NONE
        if locked_to != NONE:
            if pool != locked_to:
                yield Fault("not at its locked place", (r,), pool=pool)
        elif pool not in requests.places[r].tolist():
            yield Fault("at a place that does not suit", (r,), pool=pool)
    for (pool, slot), count in used.items():
        if count > problem.places.capacity[pool, slot]:
            there = tuple(r for r in placed if table.place[r] == pool and table.slot[r] == slot)
            yield Fault("more meetings than places", there, slot=slot, pool=pool)


def _interpreters(problem: Problem, table: Timetable, placed: list[int]) -> Iterator[Fault]:
    at_work: dict[tuple[int, int], list[int]] = defaultdict(list)
    for r in placed:
        language = int(problem.requests.interpreter[r])
        if language != NONE:
            at_work[language, int(table.slot[r])].append(r)
    for (language, slot), there in at_work.items():
        if len(there) > problem.places.interpreters[language, slot]:
            yield Fault("more meetings than interpreters", tuple(there), slot=slot)


def _people(problem: Problem, table: Timetable, diaries: _Diaries) -> Iterator[Fault]:
    seats: Counter[int] = Counter()
    for column in (table.a, table.b):
        seats.update(
            person for person, t in zip(column.tolist(), table.slot.tolist(), strict=True) if t != NONE
        )
    for person, diary in diaries.items():
        if seats[person] != len(diary):
            yield from _clashes(table, person)
        most = int(problem.people.most[person])
        if most != NONE and seats[person] > most:
            yield Fault("more meetings than a person wants", tuple(diary.values()), person=person)
        longest = int(problem.people.longest_run[person])
        for run in _runs(problem, diary):
            if longest != NONE and len(run) > longest:
                meetings = tuple(diary[t] for t in run)
                yield Fault("too many meetings without a pause", meetings, person=person, slot=run[0])
        yield from _way(problem, table, person, diary)
    for number, rest in enumerate(problem.people.rests):
        slots = rest.slots.nonzero()[0].tolist()
        for person in rest.who.nonzero()[0].tolist():
            if slots and all(t in diaries.get(person, {}) for t in slots):
                yield Fault(f"pause {number} is not kept", person=person, slot=slots[0])


def _clashes(table: Timetable, person: int) -> Iterator[Fault]:
    at: dict[int, list[int]] = defaultdict(list)
    for r in ((table.slot != NONE) & ((table.a == person) | (table.b == person))).nonzero()[0].tolist():
        at[int(table.slot[r])].append(r)
    for slot, meetings in at.items():
        if len(meetings) > 1:
            yield Fault("two meetings at a time", tuple(meetings), person=person, slot=slot)


def _way(problem: Problem, table: Timetable, person: int, diary: dict[int, int]) -> Iterator[Fault]:
    places, slots = problem.places, problem.slots
    if not places.change.any():
        return
    in_time = sorted(diary)
    for i, early in enumerate(in_time):
        here = places.area[table.place[diary[early]]]
        for late in in_time[i + 1 :]:
            there = places.area[table.place[diary[late]]]
            if slots.starts[late] - slots.ends[early] < places.change[here, there]:
                yield Fault("no time for the way", (diary[early], diary[late]), person=person, slot=late)


def _runs(problem: Problem, diary: dict[int, int]) -> list[list[int]]:
    """Slots of each run of meetings, in the order of time."""
    runs: list[list[int]] = []
    for t in sorted(diary):
        if runs and runs[-1][-1] == t - 1 and problem.slots.runs_on[t]:
            runs[-1].append(t)
        else:
            runs.append([t])
    return runs


def _fairness(problem: Problem, diaries: _Diaries) -> Iterator[Fault]:
    if problem.rules.fairness == NONE or not len(problem.people):
        return
    day, days = 0, []
    for goes_on in problem.slots.runs_on.tolist():
        day += not goes_on
        days.append(day)
    breaks = dict.fromkeys(range(len(problem.people)), 0)
    for person, diary in diaries.items():
        runs = _runs(problem, diary)
        breaks[person] = len(runs) - len({days[run[0]] for run in runs})
    if max(breaks.values()) - min(breaks.values()) > problem.rules.fairness:
        unlucky = max(breaks, key=lambda person: breaks[person])
        yield Fault("breaks are shared unfairly", tuple(diaries[unlucky].values()), person=unlucky)
