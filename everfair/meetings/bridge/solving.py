"""Asks the engine: solve, mend, fill, and keep to limits of a day, which the engine does not know. Judged before it is given back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from everfair.engines.scheduling import (
    NONE,
    Answer,
    Clock,
    Moved,
    Problem,
    Report,
    Status,
    Timetable,
    check,
    measure,
    solve,
)
from everfair.engines.scheduling.repair import lose, repair
from everfair.meetings.bridge.problem import Made
from everfair.meetings.models import Run

ROUNDS = 3  # of dropping what is beyond a day's limit and filling what became free
MENDING = 5.0  # seconds a repair may think


@dataclass(frozen=True, eq=False)
class Solved:
    """What the engine found, what a repair moved, and what the judge says of it (nothing, or it is not used)."""

    answer: Answer
    moved: tuple[Moved, ...] = ()
    faults: tuple[str, ...] = ()


def solve_run(
    made: Made,
    kind: str,
    *,
    seed: int,
    limit: float,
    clock: Clock,
    report: Report | None = None,
    start: Timetable | None = None,
) -> Solved:
    """The best timetable within `limit` seconds. Raises ProblemError for input that means nothing."""
    problem = made.problem
    moved: tuple[Moved, ...] = ()
    if kind == Run.Kind.REPAIR and made.start is not None:
        mended = repair(problem, made.start, made.loss, clock=clock, seed=seed, limit=min(limit, MENDING))
        problem, moved = lose(problem, made.loss), mended.moved
        problem = _without_broken_locks(made.problem, problem, mended.table)
        answer = _fill(problem, mended.table, clock=clock, seed=seed, limit=limit, report=report)
    else:
        if start is not None and check(problem, start, all_placed=False):
            start = None  # people changed since that run: begin anew
        answer = solve(problem, clock=clock, seed=seed, limit=limit, start=start, report=report)
    for _round in range(ROUNDS):
        if answer.table is None:
            break
        beyond = list(_beyond_a_day(made, problem, answer.table))
        if not beyond:
            break
        table, problem = _without(problem, answer.table, beyond, made)
        answer = _fill(problem, table, clock=clock, seed=seed, limit=max(1.0, limit / 4), report=report)
    faults = check(problem, answer.table, all_placed=False) if answer.table is not None else []
    return Solved(answer, tuple(moved), tuple(str(fault) for fault in faults[:20]))


def _without_broken_locks(before: Problem, after: Problem, table: Timetable) -> Problem:
    """A confirmed meeting that the loss made impossible is gone: it must not come back elsewhere by itself."""
    gone = before.requests.locked & (table.slot == NONE)
    wish = np.where(gone, -1, after.requests.wish)
    return replace(after, requests=replace(after.requests, wish=wish, locked=after.requests.locked & ~gone))


def _fill(
    problem: Problem, table: Timetable, *, clock: Clock, seed: int, limit: float, report: Report | None
) -> Answer:
    """Everything of `table` stays; what is left over is placed where there is room."""
    requests, placed = problem.requests, table.slot != NONE
    if placed.all():
        found = measure(problem, table)
        return Answer(Status.FEASIBLE, table, found.placed, found.weight, found.breaks, None, 0.0, seed)
    kept = replace(
        requests,
        a=np.where(placed, table.a, requests.a),
        b=np.where(placed, table.b, requests.b),
        fixed_slot=np.where(placed, table.slot, requests.fixed_slot),
        locked=requests.locked | placed,
        locked_place=np.where(placed, table.place, requests.locked_place),
    )
    answer = solve(
        replace(problem, requests=kept), clock=clock, seed=seed, limit=limit, start=None, report=report
    )
    if answer.table is not None:
        return answer
    found = measure(problem, table)
    return replace(answer, table=table, placed=found.placed, weight=found.weight, breaks=found.breaks)


def _beyond_a_day(made: Made, problem: Problem, table: Timetable) -> Iterable[int]:
    """Requests beyond what somebody may have in a day, the lightest of each; never one that is locked."""
    limits = {p: person.most_a_day for p, person in enumerate(made.people) if person.most_a_day is not None}
    if not limits:
        return
    diary: dict[tuple[int, str], list[int]] = defaultdict(list)
    for i in np.flatnonzero(table.slot != NONE).tolist():
        for p in {int(table.a[i]), int(table.b[i])} & limits.keys():
            diary[p, made.clock.day[int(table.slot[i])]].append(i)
    told: set[int] = set()
    for (p, _day), meetings in diary.items():
        stays = [i for i in meetings if i not in told]
        movable = sorted(
            (i for i in stays if not made.problem.requests.locked[i]),
            key=lambda i: (int(problem.requests.weight[i]), i),
        )
        told |= set(movable[: max(0, len(stays) - (limits[p] or 0))])
    yield from sorted(told)


def _without(
    problem: Problem, table: Timetable, beyond: Iterable[int], made: Made
) -> tuple[Timetable, Problem]:
    """The table without these, and the problem with full days closed to those who reached their limit."""
    slot, place = table.slot.copy(), table.place.copy()
    slot[list(beyond)] = NONE
    place[list(beyond)] = NONE
    count: dict[tuple[int, str], int] = defaultdict(int)
    for i in np.flatnonzero(slot != NONE).tolist():
        for p in (int(table.a[i]), int(table.b[i])):
            count[p, made.clock.day[int(slot[i])]] += 1
    busy: dict[int, set[int]] = defaultdict(set)
    for i in np.flatnonzero(slot != NONE).tolist():
        for p in (int(table.a[i]), int(table.b[i])):
            busy[p].add(int(slot[i]))
    free = problem.people.free.copy()
    for p, person in enumerate(made.people):
        if person.most_a_day is None:
            continue
        for t, day in enumerate(made.clock.day):
            if count[p, day] >= person.most_a_day and t not in busy[p]:
                free[p, t] = False
    changed: Any = replace(problem, people=replace(problem.people, free=free))
    return Timetable(slot, place, table.a, table.b), changed
