"""A timetable as pairs [meeting, slot], counted from 1: how files and the command tell it. Judges nothing."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from everfair.engines.scheduling.types import NONE, Ints, Problem, Timetable


class AssignmentError(ValueError):
    """Such pairs cannot be a timetable of this problem."""


def as_assignment(table: Timetable) -> list[list[int]]:
    """Each placed meeting with its slot, in the order of the meetings."""
    placed = np.flatnonzero(table.slot != NONE)
    return np.column_stack((placed + 1, table.slot[placed] + 1)).tolist()  # type: ignore[no-any-return]


def read_assignment(problem: Problem, pairs: Sequence[Sequence[int]]) -> Timetable:
    """The timetable that the pairs mean: the first colleague of a group, the first suiting place with room.

    Raises AssignmentError for meetings or slots that the problem does not have.
    """
    requests, people = problem.requests, problem.people
    slot: Ints = np.full(len(requests), NONE, dtype=np.int64)
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2 or not all(type(number) is int for number in pair):
            raise AssignmentError(f"{pair} is not a pair [meeting, slot] of whole numbers.")
        meeting, then = pair
        if not 1 <= meeting <= len(requests):
            raise AssignmentError(
                f"there is no meeting {meeting}: they are counted from 1 to {len(requests)}."
            )
        if not 1 <= then <= len(problem.slots):
            raise AssignmentError(
                f"meeting {meeting}: there is no slot {then}; they are 1 to {len(problem.slots)}."
            )
        if slot[meeting - 1] != NONE:
            raise AssignmentError(f"meeting {meeting} is there twice.")
        slot[meeting - 1] = then - 1
    first = np.array([*range(len(people)), *(group[0] for group in people.groups)], dtype=np.int64)
    unplaced = slot == NONE
    a, b = (np.where(unplaced, NONE, first[side]) for side in (requests.a, requests.b))
    return Timetable(slot=slot, place=_places(problem, slot), a=a, b=b)


def _places(problem: Problem, slot: Ints) -> Ints:
    """The first suiting pool with room; without any, the first that suits, for the judge to see."""
    place: Ints = np.full(len(slot), NONE, dtype=np.int64)
    used: Counter[tuple[int, int]] = Counter()
    for r in np.flatnonzero(slot != NONE).tolist():
        t = int(slot[r])
        locked = problem.requests.locked_place[r] if problem.requests.locked[r] else NONE
        suiting = (
            [locked] if locked != NONE else [k for k in problem.requests.places[r].tolist() if k != NONE]
        )
        room = [k for k in suiting if used[k, t] < problem.places.capacity[k, t]]
        place[r] = (room or suiting)[0]
        used[place[r], t] += 1
    return place
