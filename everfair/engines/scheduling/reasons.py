"""Why one request was not placed, told so that nobody learns of a veto. Why not all can be: `explain`."""

import numpy as np

from everfair.engines.scheduling import allowed
from everfair.engines.scheduling.diaries import Diaries, Seat
from everfair.engines.scheduling.types import NONE, Cause, Conflict, Ints, Problem, Timetable, Wish


def why_not(problem: Problem, table: Timetable, *, vetoes: bool = False) -> dict[int, Conflict]:
    """Unplaced request → why. 80,000 of them take some seconds.

    Vetoed requests get the reason they would have if they only counted for little, so that neither a reason nor its
    absence gives a veto away. With `vetoes` they get Cause.VETO: for what never leaves the organiser's desk.
    """
    diaries = Diaries(problem, table)
    rows = np.flatnonzero(table.slot == NONE)
    found: dict[int, Conflict] = {}
    if vetoes:
        never = problem.requests.wish[rows] == Wish.NEVER
        found = {r: Conflict(Cause.VETO, (r,)) for r in rows[never].tolist()}
        rows = rows[~never]
    rows = _never_possible(problem, rows, found)
    return dict(sorted((found | _now(diaries, rows)).items()))


def _pair(problem: Problem, r: int) -> tuple[int, ...]:
    """The people asked for; of a group nobody in particular."""
    sides = (int(problem.requests.a[r]), int(problem.requests.b[r]))
    return tuple(side for side in sides if side < len(problem.people))


def _never_possible(problem: Problem, rows: Ints, found: dict[int, Conflict]) -> Ints:
    """Fills in requests without any slot of their own; returns the others."""
    may = np.ones((len(rows), len(problem.slots)), dtype=np.bool_)
    steps = (
        (Cause.NO_COMMON_SLOT, allowed.common),
        (Cause.SESSION_TOO_SHORT, allowed.in_session),
        (Cause.NO_COMMON_SLOT, allowed.not_ruled_out),
        (Cause.NO_PLACE, allowed.with_place),
        (Cause.NO_INTERPRETER, allowed.with_interpreter),
    )
    possible = np.ones(len(rows), dtype=np.bool_)
    for cause, step in steps:
        may &= step(problem, rows)
        for i in np.flatnonzero(possible & ~may.any(axis=1)).tolist():
            r = int(rows[i])
            found[r] = Conflict(cause, (r,), _pair(problem, r), needed=1)
            possible[i] = False
    return np.asarray(rows[possible])


def _now(diaries: Diaries, rows: Ints) -> dict[int, Conflict]:
    """What stands against requests that have slots of their own, as the diaries are."""
    problem = diaries.problem
    idle_people = problem.people.free & (diaries.at == NONE)
    if problem.people.groups:
        of_groups = np.stack([idle_people[list(group)].any(axis=0) for group in problem.people.groups])
        idle_people = np.concatenate((idle_people, of_groups))
    may = allowed.allowed(problem, rows)
    idle = may & idle_people[problem.requests.a[rows]] & idle_people[problem.requests.b[rows]]
    roomy = idle & allowed.with_place(problem, rows, diaries.used)
    plain = _plain(problem)
    found = {}
    for i, r in enumerate(rows.tolist()):
        pair = _pair(problem, r)
        capped = tuple(person for person in pair if diaries.full(person))
        if capped:
            most = int(problem.people.most[capped[0]])
            found[r] = Conflict(Cause.CAP, (r,), capped, needed=most + 1, there=most)
            continue
        slots = np.flatnonzero(idle[i]).tolist()
        # Where nothing at all hinders, the solver left room, or the request is vetoed: nobody shall tell which.
        cause = None if plain and roomy[i].any() else _only_cause(diaries, r, slots)
        shown = np.flatnonzero(may[i]).tolist() if cause is None else slots
        found[r] = Conflict(cause or Cause.OTHERS_COUNT_MORE, (r,), pair, tuple(shown))
    return found


def _plain(problem: Problem) -> bool:
    """Whether people and places are all that may hinder."""
    people, requests = problem.people, problem.requests
    rich = people.rests or people.groups or problem.places.change.any() or len(requests.after)
    return not rich and bool((people.longest_run == NONE).all() and (requests.interpreter == NONE).all())


def _only_cause(diaries: Diaries, r: int, slots: list[int]) -> Cause | None:
    """What stands against every one of `slots` alike; None where nothing stands against one, or several things do."""
    causes: set[Cause | None] = set()
    for slot in slots:
        causes.add(_cause(diaries, r, slot))
        if None in causes or len(causes) > 1:
            return None
    cause = causes.pop() if causes else None
    return None if cause is Cause.NO_COMMON_SLOT else cause


def _cause(diaries: Diaries, r: int, slot: int) -> Cause | None:
    """What stands against one slot in which both sides have somebody idle; the least hindrance over people and pools."""
    if diaries.mute(r, slot):
        return Cause.NO_INTERPRETER
    pools = diaries.room(r, slot)
    if not pools:
        return Cause.NO_PLACE
    free = diaries.problem.people.free
    cause: Cause | None = Cause.NO_COMMON_SLOT
    for a, b in diaries.pairs(r):
        if free[a, slot] and free[b, slot] and diaries.at[a, slot] == diaries.at[b, slot] == NONE:
            for pool in pools:
                cause = diaries.hindrance(r, Seat(slot, pool, a, b))
                if cause is None:
                    return None
    return cause
