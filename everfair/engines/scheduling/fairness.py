"""Whether only the bound of fairness stands against placing everything: who, and which bound would work."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from everfair.engines.scheduling.measure import measure
from everfair.engines.scheduling.types import (
    NONE,
    Answer,
    Bools,
    Cause,
    Clock,
    Conflict,
    Ints,
    Problem,
    Status,
    Timetable,
)

Breaks = tuple[int, int]  # the fewest and the most that a person can have


def forced(problem: Problem, may: dict[int, Bools]) -> Iterator[Conflict]:
    """Somebody whose slots alone ask for more breaks than the bound allows beside the one who can have fewest.

    Told once, of the person worst off, with all her meetings; `needed` is the least bound for these two.
    """
    fairness, people = problem.rules.fairness, problem.people
    if fairness == NONE or not len(people):
        return
    grouped = {p for group in people.groups for p in group}
    of_person: dict[int, list[int]] = {p: [] for p in range(len(people)) if p not in grouped}
    for r in may:
        for side in (int(problem.requests.a[r]), int(problem.requests.b[r])):
            if side in of_person:
                of_person[side].append(r)
    can = {
        p: both
        for p, rows in of_person.items()
        if (both := _breaks(problem, [may[r] for r in rows])) is not None
    }
    if not can:
        return
    worst = max(can, key=lambda p: can[p][0])
    calmest = min(can, key=lambda p: can[p][1])
    needed = can[worst][0] - can[calmest][1]
    if needed > fairness:
        yield Conflict(
            Cause.FAIRNESS,
            tuple(sorted(of_person[worst])),
            tuple(dict.fromkeys((worst, calmest))),
            needed=needed,
            there=fairness,
        )


def _breaks(problem: Problem, meetings: list[Bools]) -> Breaks | None:
    """From which slots are open and which are taken for certain; None where the meetings do not fit at all."""
    if len(meetings) < 2:
        return 0, 0
    reach = np.logical_or.reduce(meetings)
    held = np.logical_or.reduce([each & (each.sum() == 1) for each in meetings])
    runs_on = problem.slots.runs_on
    # meetings so far, in a meeting, had one today → fewest and most breaks
    states: dict[tuple[int, bool, bool], Breaks] = {(0, False, False): (0, 0)}
    for t in range(len(runs_on)):
        after: dict[tuple[int, bool, bool], Breaks] = {}
        for (count, busy, today), (low, high) in states.items():
            if not runs_on[t]:
                busy = today = False
            if not held[t]:
                _better(after, (count, False, today), (low, high))
            if reach[t] and count < len(meetings):
                more = int(today and not busy)
                _better(after, (count + 1, True, True), (low + more, high + more))
        states = after
    ends = [both for (count, _, _), both in states.items() if count == len(meetings)]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


def _better(
    states: dict[tuple[int, bool, bool], Breaks], state: tuple[int, bool, bool], both: Breaks
) -> None:
    low, high = states.get(state, both)
    states[state] = min(low, both[0]), max(high, both[1])


def unfair(problem: Problem, *, clock: Clock, limit: float, seed: int = 0) -> Conflict | None:
    """The conflict of a small problem that has timetables, but none within the bound of fairness; None otherwise.

    Told are those who would have too many breaks, and as `needed` the least bound that works; where `limit` seconds of
    `clock` do not do for a proof, the least bound that is known to work.
    """
    from everfair.engines.scheduling.exact import solve_exact  # its libraries are large

    fairness, began = problem.rules.fairness, clock()
    if fairness == NONE:
        return None

    def within(bound: int) -> Answer:
        rules = replace(problem.rules, fairness=bound, walking=0)
        left = max(0.01, limit - (clock() - began))
        return solve_exact(replace(problem, rules=rules), clock=clock, seed=seed, limit=left)

    if within(fairness).status is not Status.INFEASIBLE:
        return None
    known, table = None, within(NONE).table
    while table is not None:
        known = table
        smaller = int(np.ptp(measure(problem, known).breaks_per_person)) - 1
        table = within(smaller).table if smaller > fairness else None
    if known is None:
        return None
    breaks = measure(problem, known).breaks_per_person
    over = np.flatnonzero(breaks > breaks.min() + fairness)
    return Conflict(
        Cause.FAIRNESS,
        _meetings_of(problem, known, over),
        tuple(over.tolist()),
        needed=int(np.ptp(breaks)),
        there=fairness,
    )


def _meetings_of(problem: Problem, table: Timetable, people: Ints) -> tuple[int, ...]:
    rows = (table.slot != NONE) & (np.isin(table.a, people) | np.isin(table.b, people))
    return tuple(np.flatnonzero(rows).tolist())
