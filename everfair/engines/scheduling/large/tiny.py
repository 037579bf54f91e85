"""A timetable of a handful of people that touches every compiled function once; for warming only."""

import numpy as np

from everfair.engines.scheduling.types import (
    NONE,
    Aim,
    Ints,
    People,
    Places,
    Problem,
    Requests,
    Rules,
    Slots,
    Wish,
)


def tiny_problem(aim: Aim) -> Problem:
    """Four buyers, four sellers, four slots, two tables; more requests than the tables hold."""
    n = 4
    starts = np.arange(n, dtype=np.int64) * 30
    runs_on = np.ones(n, np.bool_)
    runs_on[0] = False
    pairs = [(a, 4 + b) for a in range(4) for b in range(4) if aim is Aim.CHOOSE or (a + b) % 4 < 2]
    count = len(pairs)
    zero = np.zeros((1, 1), np.int64)

    def none(length: int) -> Ints:
        return np.full(length, NONE, np.int64)

    return Problem(
        Slots(starts, starts + 30, runs_on),
        People(np.ones((8, n), np.bool_), none(8), np.zeros(8, np.int64), none(8)),
        Places(np.full((1, n), 2, np.int64), np.zeros(1, np.int64), zero, zero, np.zeros((0, n), np.int64)),
        Requests(
            a=np.array([a for a, _ in pairs], np.int64),
            b=np.array([b for _, b in pairs], np.int64),
            wish=np.full(count, Wish.MUTUAL, np.int64),
            weight=np.arange(1, count + 1, dtype=np.int64),
            session=none(count),
            sessions=np.zeros((0, n), np.bool_),
            places=np.zeros((count, 1), np.int64),
            interpreter=none(count),
            fixed_slot=none(count),
            locked=np.zeros(count, np.bool_),
            locked_place=none(count),
            not_in=np.zeros((0, 2), np.int64),
            after=np.zeros((0, 2), np.int64),
        ),
        Rules(aim),
    )
