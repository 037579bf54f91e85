"""A timetable as a formula: which variables mean what, every rule of a Problem as clauses and counts. Solves nothing."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from everfair.engines.scheduling.allowed import allowed, pools_of
from everfair.engines.scheduling.exact.formula import Formula, Literal
from everfair.engines.scheduling.types import NONE, Aim, Ints, Problem, Timetable, Wish


@dataclass
class Model:
    """The formula and the meaning of its variables. Requests that may never be placed have none."""

    problem: Problem
    formula: Formula = field(default_factory=Formula)
    at: dict[int, dict[int, Literal]] = field(default_factory=dict)  # request → slot → it is then
    placed: dict[int, Literal] = field(default_factory=dict)  # request → it is placed (CHOOSE)
    member: dict[tuple[int, int], dict[int, Literal]] = field(
        default_factory=dict
    )  # request, side → colleague
    pool: dict[int, dict[int, Literal]] = field(
        default_factory=dict
    )  # request → pool, where there are several
    seats: dict[int, dict[int, list[Literal]]] = field(default_factory=dict)  # person → slot → meetings then
    busy: dict[int, dict[int, Literal]] = field(default_factory=dict)  # person → slot → in a meeting
    in_pool: dict[tuple[int, int], list[tuple[int, Literal]]] = field(
        default_factory=dict
    )  # pool, slot → who
    start: dict[tuple[int, int], Literal] = field(default_factory=dict)  # person, slot → a run begins
    walks: list[tuple[Literal, int]] = field(default_factory=list)  # a way between two slots and its price

    def table(self, true: frozenset[int]) -> Timetable:
        """The timetable that these true variables mean."""
        requests = self.problem.requests
        slot = np.full(len(requests), NONE, dtype=np.int64)
        place, sides = slot.copy(), (slot.copy(), slot.copy())
        for r, slots in self.at.items():
            then = next((t for t, literal in slots.items() if literal in true), NONE)
            if then == NONE:
                continue
            slot[r] = then
            pools = self.pool[r]
            place[r] = next((k for k, literal in pools.items() if len(pools) == 1 or literal in true), NONE)
            for side, column in enumerate(sides):
                people = self.member[r, side]
                column[r] = next((p for p, mine in people.items() if len(people) == 1 or mine in true), NONE)
        return Timetable(slot=slot, place=place, a=sides[0], b=sides[1])

    def means(self, table: Timetable) -> list[Literal]:
        """The variables of slots, colleagues and pools that are true in `table`."""
        true = []
        for r, slots in self.at.items():
            t = int(table.slot[r])
            if t in slots:
                true.append(slots[t])
                true += [self.member[r, 0].get(int(table.a[r]), 0), self.member[r, 1].get(int(table.b[r]), 0)]
                true.append(self.pool[r].get(int(table.place[r]), 0))
        return [literal for literal in true if literal]


def build(problem: Problem, seed: int) -> Model:
    """Every rule but the objective. The seed decides the order of variables, and so which of equal answers is found."""
    model = Model(problem)
    order = np.random.default_rng(seed).permutation(len(problem.requests))
    _slots(model, order)
    for r in model.at:
        _sides(model, r)
        _pools(model, r)
    _diaries(model)
    _capacities(model)
    _interpreters(model)
    _order(model)
    _pauses(model)
    _ways(model)
    return model


def _slots(model: Model, order: Ints) -> None:
    requests, formula = model.problem.requests, model.formula
    may = allowed(model.problem, np.arange(len(requests)))
    for r in order.tolist():
        if requests.wish[r] == Wish.NEVER:
            continue
        slots = {t: formula.new() for t in np.flatnonzero(may[r]).tolist()}
        model.at[r] = slots
        literals = list(slots.values())
        formula.at_most_one(literals)
        if model.problem.rules.aim is Aim.PLACE_ALL or requests.locked[r]:
            formula.add(*literals)
        if model.problem.rules.aim is Aim.CHOOSE and literals:
            model.placed[r] = formula.one_of(literals)


def _sides(model: Model, r: int) -> None:
    """Who of a group sits there; each seat is entered in the diaries."""
    problem, formula = model.problem, model.formula
    firm = len(problem.people)
    for side, column in enumerate((problem.requests.a, problem.requests.b)):
        asked = int(column[r])
        people = [asked] if asked < firm else list(dict.fromkeys(problem.people.groups[asked - firm]))
        if len(people) == 1:
            model.member[r, side] = {people[0]: 0}
        else:
            model.member[r, side] = {p: formula.new() for p in people}
            formula.at_most_one(list(model.member[r, side].values()))
        for t, then in model.at[r].items():
            _seat(model, r, side, t, then)
    for p in model.member[r, 0].keys() & model.member[r, 1].keys():
        formula.add(*(-mine for mine in (model.member[r, 0][p], model.member[r, 1][p]) if mine))


def _seat(model: Model, r: int, side: int, t: int, then: Literal) -> None:
    formula = model.formula
    seats = []
    for p, mine in model.member[r, side].items():
        if not mine:
            seat = then
        elif not model.problem.people.free[p, t]:
            formula.add(-then, -mine)
            continue
        else:
            seat = formula.both(then, mine)
            seats.append(seat)
        model.seats.setdefault(p, {}).setdefault(t, []).append(seat)
    if len(model.member[r, side]) > 1:
        formula.add(-then, *seats)


def _pools(model: Model, r: int) -> None:
    problem, formula = model.problem, model.formula
    row = pools_of(problem, np.array([r]))[0]
    pools = list(dict.fromkeys(int(k) for k in row if k != NONE))
    many = len(pools) > 1
    model.pool[r] = {k: formula.new() if many else 0 for k in pools}
    formula.at_most_one(list(model.pool[r].values()) if many else [])
    for t, then in model.at[r].items():
        inside = []
        for k, mine in model.pool[r].items():
            if not problem.places.capacity[k, t]:
                continue
            here = formula.both(then, mine) if many else then
            inside.append(here)
            model.in_pool.setdefault((k, t), []).append((r, here))
        if many:
            formula.add(-then, *inside)


def _diaries(model: Model) -> None:
    """One meeting at a time, and no more of them than wanted."""
    formula, most = model.formula, model.problem.people.most
    for p in sorted(model.seats):
        model.busy[p] = {}
        for t in sorted(model.seats[p]):
            formula.at_most_one(model.seats[p][t])
            model.busy[p][t] = formula.one_of(model.seats[p][t])
        if most[p] != NONE:
            formula.at_most(list(model.busy[p].values()), int(most[p]))


def _capacities(model: Model) -> None:
    """Meetings that share a person exclude each other, so what is counted are people with a meeting there, not meetings."""
    capacity = model.problem.places.capacity
    holder = _holders(model)
    for (k, t), inside in model.in_pool.items():
        if len(inside) <= capacity[k, t]:
            continue
        by_holder: dict[int, list[Literal]] = defaultdict(list)
        for r, here in inside:
            by_holder[holder[r]].append(here)
        active = [_active(model, p, t, literals) for p, literals in by_holder.items()]
        model.formula.at_most(active, int(capacity[k, t]))


def _active(model: Model, person: int, t: int, literals: list[Literal]) -> Literal:
    whole = model.seats.get(person, {}).get(t, [])
    if len(whole) == len(literals) and set(whole) == set(literals):
        return model.busy[person][t]
    return model.formula.one_of(literals)  # of one person, so not two at a time


def _holders(model: Model) -> dict[int, int]:
    """Each request with one person who sits in it for certain: as few people as greed finds; else a number of its own."""
    of: dict[int, set[int]] = defaultdict(set)
    for (r, _), people in model.member.items():
        if len(people) == 1:
            of[next(iter(people))].add(r)
    holder: dict[int, int] = {r: -1 - r for r in model.at}
    while of:
        person = max(of, key=lambda p: (len(of[p]), -p))
        taken = of.pop(person)
        for r in taken:
            holder[r] = person
        of = {p: rest for p, mine in of.items() if (rest := mine - taken)}
    return holder


def _interpreters(model: Model) -> None:
    requests, there = model.problem.requests, model.problem.places.interpreters
    speaking: dict[tuple[int, int], list[Literal]] = defaultdict(list)
    for r, slots in model.at.items():
        language = int(requests.interpreter[r])
        if language != NONE:
            for t, then in slots.items():
                speaking[language, t].append(then)
    for (language, t), literals in speaking.items():
        model.formula.at_most(literals, int(there[language, t]))


def _order(model: Model) -> None:
    """Where both are placed: while the second has begun, the first one is over."""
    requests, formula = model.problem.requests, model.formula
    begun: dict[int, dict[int, Literal]] = {}
    for first, second in requests.after.tolist():
        if first not in model.at or second not in model.at:
            continue
        for r in (first, second):
            if r not in begun:
                begun[r] = _begun(model, r)
        placed = (
            [] if _for_certain(model, first) else [-model.placed[first]] if first in model.placed else None
        )
        if placed is None:
            continue
        for t, late in begun[second].items():
            early = begun[first].get(t - 1)
            formula.add(-late, *placed, *([early] if early else []))


def _for_certain(model: Model, r: int) -> bool:
    return model.problem.rules.aim is Aim.PLACE_ALL or bool(model.problem.requests.locked[r])


def _begun(model: Model, r: int) -> dict[int, Literal]:
    """Slot → the literal that `r` is then or was before, from the first slot it may have on."""
    formula, slots = model.formula, model.at[r]
    begun: dict[int, Literal] = {}
    before: Literal | None = None
    for t in range(min(slots, default=0), len(model.problem.slots) if slots else 0):
        if t in slots and before is not None:
            formula.add(-slots[t], -before)
            before = formula.any_of((before, slots[t]))
        elif t in slots:
            before = slots[t]
        if before is not None:
            begun[t] = before
    return begun


def _pauses(model: Model) -> None:
    people, runs_on = model.problem.people, model.problem.slots.runs_on
    for rest in people.rests:
        slots = np.flatnonzero(rest.slots).tolist()
        for p in np.flatnonzero(rest.who).tolist():
            busy = model.busy.get(p, {})
            if slots and all(t in busy for t in slots):
                model.formula.add(*(-busy[t] for t in slots))
    for p, busy in model.busy.items():
        longest = int(people.longest_run[p])
        if longest == NONE:
            continue
        for first in range(len(runs_on) - longest):
            window = range(first, first + longest + 1)
            if all(t in busy for t in window) and all(runs_on[t] for t in window[1:]):
                model.formula.add(*(-busy[t] for t in window))


def _ways(model: Model) -> None:
    """Time and price of the way between two places, where a person may be in several areas."""
    places, slots, rules = model.problem.places, model.problem.slots, model.problem.rules
    priced = rules.walking > 0 and bool(places.price.any())
    if not places.change.any() and not priced:
        return
    for areas in _areas_of_people(model).values():
        in_time = sorted(areas)
        for i, early in enumerate(in_time):
            for late in in_time[i + 1 :]:
                pause = int(slots.starts[late] - slots.ends[early])
                for here, one in areas[early].items():
                    for there, other in areas[late].items():
                        if pause < places.change[here, there]:
                            model.formula.add(-one, -other)
                        elif (
                            priced and late == early + 1 and slots.runs_on[late] and places.price[here, there]
                        ):
                            model.walks.append(
                                (
                                    model.formula.both(one, other),
                                    int(places.price[here, there]) * rules.walking,
                                )
                            )


def _areas_of_people(model: Model) -> dict[int, dict[int, dict[int, Literal]]]:
    """Person → slot → area → the literal that says so."""
    area = model.problem.places.area
    found: dict[int, dict[int, dict[int, list[Literal]]]] = {}
    for (k, t), inside in model.in_pool.items():
        for r, here in inside:
            for side in (0, 1):
                for p, mine in model.member[r, side].items():
                    if mine and not model.problem.people.free[p, t]:
                        continue
                    there = model.formula.both(here, mine) if mine else here
                    found.setdefault(p, {}).setdefault(t, {}).setdefault(int(area[k]), []).append(there)
    return {
        p: {t: {k: model.formula.any_of(ones) for k, ones in areas.items()} for t, areas in slots.items()}
        for p, slots in found.items()
    }


def add_starts(model: Model, *, exact: bool) -> None:
    """A literal for each slot in which a run of meetings begins; with `exact` it is false elsewhere."""
    formula, runs_on = model.formula, model.problem.slots.runs_on
    for p, busy in model.busy.items():
        for t, now in busy.items():
            if not runs_on[t] or t - 1 not in busy:
                model.start[p, t] = now
            else:
                begins = model.start[p, t] = formula.new()
                formula.add(-now, busy[t - 1], begins)
                if exact:
                    formula.add(-begins, now)
                    formula.add(-begins, -busy[t - 1])


def days_of(problem: Problem) -> list[range]:
    """The slots of each day; a day begins where nothing runs on."""
    firsts = [*np.flatnonzero(~problem.slots.runs_on).tolist(), len(problem.slots)]
    return [range(first, end) for first, end in pairwise(firsts)]
