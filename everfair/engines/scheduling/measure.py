"""What a timetable is worth: placed, weight, breaks, walking, shares. Fast, so that solvers may ask too; judges nothing."""

from dataclasses import dataclass

import numpy as np

from everfair.engines.scheduling.types import NONE, Aim, Bools, Ints, Problem, Timetable, Wish


@dataclass(frozen=True, eq=False)
class Measures:
    """The figures of one timetable, partial ones too."""

    placed: int
    weight: int
    breaks: int
    walking: int
    breaks_per_person: Ints  # [people]
    smallest_share: (
        float  # of what a side asked for and may have, the smallest share that it got; 1.0 without requests
    )
    short_of_least: int  # meetings that people lack to what they wish at least


def measure(problem: Problem, table: Timetable) -> Measures:
    """The figures of `table`, which has to be well formed (see `check`) but may break rules."""
    placed = table.slot != NONE
    people, n = len(problem.people), len(problem.slots)
    busy = np.zeros((people, n), dtype=np.bool_)
    area = np.zeros((people, n), dtype=np.int64)
    for side in (table.a, table.b):
        busy[side[placed], table.slot[placed]] = True
        area[side[placed], table.slot[placed]] = problem.places.area[table.place[placed]]
    breaks = breaks_of(busy, problem.slots.runs_on)
    seats = np.bincount(np.concatenate((table.a[placed], table.b[placed])), minlength=people)
    return Measures(
        placed=int(placed.sum()),
        weight=int(problem.requests.weight[placed].sum()),
        breaks=int(breaks.sum()),
        walking=_walking(problem, busy, area),
        breaks_per_person=breaks,
        smallest_share=float(shares(problem, placed).min(initial=1.0)),
        short_of_least=int(np.maximum(problem.people.least - seats, 0).sum()),
    )


def worth(problem: Problem, table: Timetable) -> tuple[float, ...]:
    """What is maximised, the first thing first; to compare two timetables of one problem that break no other rule.

    Place all: how many are placed, fairness, breaks, ways. Choose: quotas, the smallest share if asked for, then the weight
    less what breaks and ways cost.
    """
    figures, rules = measure(problem, table), problem.rules
    ways = figures.walking * rules.walking
    if rules.aim is Aim.PLACE_ALL:
        spread = int(np.ptp(figures.breaks_per_person)) if len(problem.people) else 0
        unfair = 0 if rules.fairness == NONE else max(0, spread - rules.fairness)
        return (figures.placed, -unfair, -figures.breaks, -ways)
    share = figures.smallest_share if rules.share_first else 0.0
    return (-figures.short_of_least, share, figures.weight - figures.breaks * rules.breaks - ways)


def breaks_of(busy: Bools, runs_on: Bools) -> Ints:
    """Breaks of each row of `busy` [people, n]: runs of meetings less one, day by day; a day begins where nothing runs on."""
    if busy.shape[1] == 0:
        return np.zeros(len(busy), dtype=np.int64)
    goes_on = np.zeros_like(busy)
    goes_on[:, 1:] = busy[:, 1:] & busy[:, :-1] & runs_on[1:]
    runs = (busy & ~goes_on).sum(axis=1)
    first_of_day = np.union1d([0], np.flatnonzero(~runs_on))
    days_with = np.logical_or.reduceat(busy, first_of_day, axis=1).sum(axis=1)
    return np.asarray(runs - days_with, dtype=np.int64)


def shares(problem: Problem, placed: Bools) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What each side (a person or a group, without vetoes) got of the meetings asked for; at most as many as it may have."""
    requests, people = problem.requests, problem.people
    sides = len(people) + len(people.groups)
    alive = requests.wish != Wish.NEVER
    asked = np.zeros(sides, dtype=np.int64)
    got = np.zeros(sides, dtype=np.int64)
    for side in (requests.a, requests.b):
        asked += np.bincount(side[alive], minlength=sides)
        got += np.bincount(side[alive & placed], minlength=sides)
    limited = np.flatnonzero(people.most != NONE)
    asked[limited] = np.minimum(asked[limited], people.most[limited])
    concerned = asked > 0
    return np.asarray(got[concerned] / asked[concerned], dtype=np.float64)


def _walking(problem: Problem, busy: Bools, area: Ints) -> int:
    price = problem.places.price
    if not price.any():
        return 0
    following = busy[:, 1:] & busy[:, :-1] & problem.slots.runs_on[1:]
    return int(price[area[:, :-1][following], area[:, 1:][following]].sum())
