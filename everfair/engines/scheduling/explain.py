"""Why not everything can be placed: the smallest conflicts, each a proof by itself. Why one request was not: `reasons`."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from everfair.engines.scheduling import allowed as slots_of
from everfair.engines.scheduling import fairness
from everfair.engines.scheduling.matching import shortage
from everfair.engines.scheduling.types import NONE, Bools, Cause, Clock, Conflict, Ints, Problem, Wish

LOOKED_INTO = 5.0  # seconds


def explain(problem: Problem, *, clock: Clock | None = None, limit: float = LOOKED_INTO) -> list[Conflict]:
    """Conflicts that stand against placing every request without a veto; none found is no promise that all fit.

    With a `clock`, and where nothing else is found, it is also proved for small problems within `limit` seconds whether
    only the bound of fairness stands against it, and which bound would work. Without one that is told where somebody's
    own slots show it.

    Looked at in turn: each request by itself, the order of meetings, each person's diary, tables and interpreters. Later
    questions are asked only of requests that passed the first, so that one cause is told once. `problem` is valid.
    """
    alive = np.flatnonzero(problem.requests.wish != Wish.NEVER)
    found = list(_alone(problem, alive))
    hopeless = {r for conflict in found for r in conflict.requests}
    rows = np.array([r for r in alive.tolist() if r not in hopeless], dtype=np.int64)
    may = dict(zip(rows.tolist(), slots_of.allowed(problem, rows), strict=True))
    found += _order(problem, may)
    found += _diaries(problem, may)
    if not found:
        found += _beside_fixed(problem, may)
    found += _places(problem, may)
    found += _interpreters(problem, may)
    if not found:
        found += fairness.forced(problem, may)
    if clock is not None and all(conflict.cause is Cause.FAIRNESS for conflict in found):
        only = fairness.unfair(problem, clock=clock, limit=limit)
        found = found if only is None else [only]
    return found


def _alone(problem: Problem, rows: Ints) -> Iterator[Conflict]:
    """Requests that have no slot even if nobody else met."""
    may = np.ones((len(rows), len(problem.slots)), dtype=np.bool_)
    left = np.ones(len(rows), dtype=np.bool_)
    people = len(problem.people)
    steps = (
        (Cause.NO_COMMON_SLOT, slots_of.common),
        (Cause.SESSION_TOO_SHORT, slots_of.in_session),
        (Cause.NO_COMMON_SLOT, slots_of.not_ruled_out),
        (Cause.NO_PLACE, slots_of.with_place),
        (Cause.NO_INTERPRETER, slots_of.with_interpreter),
    )
    for cause, step in steps:
        before = may
        may = may & step(problem, rows)
        for i in np.flatnonzero(left & ~may.any(axis=1)).tolist():
            left[i] = False
            r = int(rows[i])
            pair = tuple(int(s) for s in (problem.requests.a[r], problem.requests.b[r]) if s < people)
            open_before = () if cause is Cause.NO_COMMON_SLOT else _numbers(before[i])
            yield Conflict(cause, (r,), pair, open_before, needed=1)


def _numbers(mask: Bools) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())


def _order(problem: Problem, may: dict[int, Bools]) -> Iterator[Conflict]:
    """Chains of precedences that need more slots than lie between the first and the last of them."""
    followers: dict[int, list[int]] = defaultdict(list)
    waits: dict[int, int] = defaultdict(int)
    for first, second in problem.requests.after.tolist():
        if first in may and second in may:
            followers[first].append(second)
            waits[second] += 1
    earliest: dict[int, int] = {}
    came: dict[int, int] = {}
    ready = [r for r in followers if not waits[r]]
    for r in ready:
        open_slots = np.flatnonzero(may[r])
        open_slots = open_slots[open_slots > earliest.get(came.get(r, NONE), NONE)]
        if not len(open_slots):
            yield Conflict(Cause.ORDER, _chain(r, came), needed=len(_chain(r, came)))
            continue
        earliest[r] = int(open_slots[0])
        for follower in followers[r]:
            if follower not in came or earliest[came[follower]] < earliest[r]:
                came[follower] = r
            waits[follower] -= 1
            if not waits[follower]:
                ready.append(follower)
    circle = _circle(followers, {r for r, count in waits.items() if count > 0} - set(ready))
    if circle:
        yield Conflict(Cause.ORDER, circle)


def _chain(last: int, came: dict[int, int]) -> tuple[int, ...]:
    chain = [last]
    while chain[-1] in came:
        chain.append(came[chain[-1]])
    return tuple(reversed(chain))


def _circle(followers: dict[int, list[int]], among: set[int]) -> tuple[int, ...]:
    """A circle of requests of which each waits for the one before; empty where there is none."""
    before: dict[int, int] = {s: f for f in among for s in followers.get(f, ()) if s in among}
    for begin in among:
        seen: list[int] = []
        r = begin
        while r in before and r not in seen:
            seen.append(r)
            r = before[r]
        if r in seen:
            return tuple(reversed(seen[seen.index(r) :]))
    return ()


def _diaries(problem: Problem, may: dict[int, Bools]) -> Iterator[Conflict]:
    """People with more meetings than their slots, their wish or their pauses leave room for."""
    of_person: dict[int, list[int]] = defaultdict(list)
    count = len(problem.people)
    for r in may:
        for side in (int(problem.requests.a[r]), int(problem.requests.b[r])):
            if side < count:
                of_person[side].append(r)
    for person, meetings in sorted(of_person.items()):
        conflict = _diary(problem, may, person, meetings)
        if conflict is not None:
            yield conflict


def _diary(problem: Problem, may: dict[int, Bools], person: int, meetings: list[int]) -> Conflict | None:
    needed = len(meetings)
    most = int(problem.people.most[person])
    if most != NONE and needed > most:
        return Conflict(Cause.CAP, tuple(meetings), (person,), needed=needed, there=most)
    reach = np.logical_or.reduce([may[r] for r in meetings])
    if needed > int(reach.sum()) or not _roomy(may, meetings):
        short = shortage({r: _numbers(may[r]) for r in meetings}, dict.fromkeys(_numbers(reach), 1))
        if short is not None:
            return _too_many(problem, person, *short)
    usable = _usable(problem, person, reach)
    if needed > usable:
        return Conflict(Cause.PAUSE, tuple(meetings), (person,), _numbers(reach), needed=needed, there=usable)
    return _way(problem, may, person, meetings)


def _beside_fixed(problem: Problem, may: dict[int, Bools]) -> Iterator[Conflict]:
    """People whose meetings find no room beside meetings that have one slot only, their own and their partners'.

    Told are the meetings that are short and the ones with one slot that stand against them; `needed` and `there` count
    the former and the slots left for them.
    """
    requests, people = problem.requests, len(problem.people)
    sides = {r: tuple(int(s) for s in (requests.a[r], requests.b[r]) if s < people) for r in may}
    pinned: dict[tuple[int, int], int] = {}
    of_person: dict[int, list[int]] = defaultdict(list)
    for r, slots in may.items():
        only = np.flatnonzero(slots)
        for person in sides[r]:
            of_person[person].append(r)
            if len(only) == 1:
                pinned[person, int(only[0])] = r
    left: dict[int, Bools] = {}
    against: dict[int, set[int]] = {}
    for r, slots in may.items():
        left[r], against[r] = slots.copy(), set()
        for t in _numbers(slots) if slots.sum() > 1 else ():
            in_the_way = {pinned[person, t] for person in sides[r] if (person, t) in pinned}
            if in_the_way:
                left[r][t] = False
                against[r] |= in_the_way
    for person, meetings in sorted(of_person.items()):
        short = shortage(
            {r: _numbers(left[r]) for r in meetings}, dict.fromkeys(range(len(problem.slots)), 1)
        )
        if short is not None:
            rows, slots_left = short
            told = sorted(set(rows).union(*(against[r] for r in rows)))
            yield Conflict(
                Cause.FIXED_TOGETHER,
                tuple(told),
                (person,),
                tuple(sorted(slots_left)),
                needed=len(rows),
                there=len(slots_left),
            )
            return


def _roomy(may: dict[int, Bools], meetings: list[int]) -> bool:
    """Whether every meeting has at least as many slots as there are meetings, so that there is nothing to prove."""
    return all(int(may[r].sum()) >= len(meetings) for r in meetings)


def _too_many(problem: Problem, person: int, meetings: list[int], slots: list[int]) -> Conflict:
    requests = problem.requests
    sessions = {int(requests.session[r]) for r in meetings}
    if len(slots) == 1 and all(requests.fixed_slot[r] != NONE for r in meetings):
        cause = Cause.FIXED_TOGETHER
    elif (
        sessions != {NONE} and len(sessions) == 1 and int(problem.people.free[person].sum()) >= len(meetings)
    ):
        cause = Cause.SESSION_TOO_SHORT
    else:
        cause = Cause.TOO_MANY
    return Conflict(
        cause,
        tuple(sorted(meetings)),
        (person,),
        tuple(sorted(slots)),
        needed=len(meetings),
        there=len(slots),
    )


def _usable(problem: Problem, person: int, reach: Bools) -> int:
    """How many of the slots in reach a person can fill and still keep pauses and the longest run."""
    longest = int(problem.people.longest_run[person])
    usable, run = 0, 0
    for t in range(len(reach)):
        run = run + 1 if reach[t] and problem.slots.runs_on[t] else int(reach[t])
        if longest != NONE and run > longest:
            run = 0
        elif reach[t]:
            usable += 1
    by_rest = int(reach.sum())
    taken = np.zeros(len(reach), dtype=np.bool_)
    for rest in problem.people.rests:
        if rest.who[person] and reach[rest.slots].all() and not (taken & rest.slots).any():
            taken |= rest.slots
            by_rest -= 1
    return min(usable, by_rest)


def _way(problem: Problem, may: dict[int, Bools], person: int, meetings: list[int]) -> Conflict | None:
    """Two fixed meetings too far from each other, wherever they may be held."""
    places, slots = problem.places, problem.slots
    if not places.change.any():
        return None
    fixed = sorted(
        (int(problem.requests.fixed_slot[r]), r) for r in meetings if problem.requests.fixed_slot[r] != NONE
    )
    for i, (early, first) in enumerate(fixed):
        for late, second in fixed[i + 1 :]:
            here, there = (_areas(problem, r, t) for r, t in ((first, early), (second, late)))
            minutes = int(slots.starts[late] - slots.ends[early])
            needed = int(places.change[np.ix_(here, there)].min())
            if early < late and minutes < needed:
                return Conflict(
                    Cause.WAY, (first, second), (person,), (early, late), needed=needed, there=minutes
                )
    return None


def _areas(problem: Problem, r: int, slot: int) -> Ints:
    pools = slots_of.pools_of(problem, np.array([r]))[0]
    pools = pools[pools != NONE]
    return np.asarray(problem.places.area[pools[problem.places.capacity[pools, slot] > 0]])


def _places(problem: Problem, may: dict[int, Bools]) -> Iterator[Conflict]:
    rows = np.array(list(may), dtype=np.int64)
    if not len(rows):
        return
    capacity = problem.places.capacity
    choices: dict[int, list[tuple[int, int]]] = {}
    for r, pools in zip(rows.tolist(), slots_of.pools_of(problem, rows).tolist(), strict=True):
        slots = _numbers(may[r])
        choices[r] = [(pool, t) for pool in pools if pool != NONE for t in slots if capacity[pool, t]]
    wanted = {room for rooms in choices.values() for room in rooms}
    short = shortage(choices, {room: int(capacity[room]) for room in wanted})
    if short is not None:
        requests, rooms = short
        pools_short = {pool for pool, _slot in rooms}
        yield Conflict(
            Cause.NO_PLACE,
            tuple(sorted(requests)),
            slots=tuple(sorted({slot for _pool, slot in rooms})),
            pool=pools_short.pop() if len(pools_short) == 1 else NONE,
            needed=len(requests),
            there=sum(int(capacity[room]) for room in rooms),
        )


def _interpreters(problem: Problem, may: dict[int, Bools]) -> Iterator[Conflict]:
    of_language: dict[int, list[int]] = defaultdict(list)
    for r in may:
        if problem.requests.interpreter[r] != NONE:
            of_language[int(problem.requests.interpreter[r])].append(r)
    for language, meetings in sorted(of_language.items()):
        there = problem.places.interpreters[language]
        short = shortage({r: _numbers(may[r]) for r in meetings}, dict(enumerate(there.tolist())))
        if short is not None:
            requests, slots = short
            have = int(there[slots].sum())
            found = Conflict(Cause.NO_INTERPRETER, tuple(sorted(requests)), slots=tuple(sorted(slots)))
            yield Conflict(found.cause, found.requests, slots=found.slots, needed=len(requests), there=have)
