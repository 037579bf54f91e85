"""Fewer breaks without touching what was chosen: exchanges of two slots along a path, accepted as in annealing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from everfair.engines.scheduling.large.board import (
    BREAKS,
    GAPS,
    I32,
    NARROW,
    OVER,
    PINNED,
    SLOT,
    A,
    B,
    Board,
    Log,
    compiled,
)


@compiled
def shift_gap(grid: I32, day: I32, days: I32, p: int, here: int, there: int) -> int:
    """How many breaks more p has when the meeting `here` moves to `there`, which is free."""
    n = day.shape[0]
    g = grid[p]
    d = day[here]
    f = day[there]
    runs = 0
    if here > 0 and day[here - 1] == d and g[here - 1] >= 0:
        runs += 1
    if here + 1 < n and day[here + 1] == d and g[here + 1] >= 0:
        runs += 1
    if there > 0 and there - 1 != here and day[there - 1] == f and g[there - 1] >= 0:
        runs -= 1
    if there + 1 < n and there + 1 != here and day[there + 1] == f and g[there + 1] >= 0:
        runs -= 1
    if d != f:
        if days[p, d] == 1:
            runs += 1
        if days[p, f] == 0:
            runs -= 1
    return runs


@compiled
def polish(
    b: Board,
    log: Log,
    rng: NDArray[np.uint64],
    order: I32,
    steps: int,
    hot: float,
    cold: float,
    over_price: float,
    cost: NDArray[np.float64],
) -> int:
    """Try `steps` exchanges while the temperature falls from hot to cold; how many were taken.

    For one pool only. `cost[h]` prices h breaks of a person; tables may be overdrawn for `over_price` each on the way.
    """
    grid, req, per, free, allowed, day, days = b.grid, b.req, b.per, b.free, b.allowed, b.day, b.days
    use, room, path = b.use[0], b.room[0], log.path
    n = day.shape[0]
    taken = 0
    logs = np.empty(1024)
    for i in range(1024):
        logs[i] = -np.log((i + 0.5) / 1024)
    margin = 0.0  # the most that the other end of a path can make good
    for i in range(min(12, cost.shape[0] - 1)):
        margin = max(margin, 2 * (cost[i + 1] - cost[i]))
    temperature = hot
    falling = (cold / hot) ** (1.0 / max(1, steps // 1000))
    x = rng[0]
    for step in range(steps):
        if step % 1000 == 999:
            temperature *= falling
        x ^= x << np.uint64(13)
        x ^= x >> np.uint64(7)
        x ^= x << np.uint64(17)
        z = x >> np.uint64(8)
        e = order[z % np.uint64(order.shape[0])]
        z2 = (x * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)
        here = req[e, SLOT]
        p = req[e, A + np.int64(z2 & np.uint64(1))]
        there: Any = np.int64((z2 >> np.uint64(5)) % np.uint64(n))
        if z2 & np.uint64(14) != 0:  # mostly beside another meeting of p
            forward = z2 & np.uint64(16) != 0
            if forward:
                while there < n and (grid[p, there] < 0 or there == here):
                    there += 1
                while there < n and grid[p, there] >= 0:
                    there += 1
                if there >= n:
                    continue
            else:
                while there >= 0 and (grid[p, there] < 0 or there == here):
                    there -= 1
                while there >= 0 and grid[p, there] >= 0:
                    there -= 1
                if there < 0:
                    continue
        elif grid[p, there] >= 0:
            continue
        h = per[p, BREAKS]
        first = shift_gap(grid, day, days, p, here, there)
        limit = temperature * logs[(x >> np.uint64(33)) & np.uint64(1023)]
        delta = cost[h + first] - cost[h]
        if delta - margin - over_price > limit:
            continue
        length = 0
        q = p
        s = here
        t = there
        good = True
        while True:
            f = grid[q, s]
            if f < 0:
                break
            one = req[f, A]
            two = req[f, B]
            row = req[f, NARROW]
            if (
                length >= 60
                or free[one, t] == 0
                or free[two, t] == 0
                or req[f, PINNED] != 0
                or (row >= 0 and allowed[row, t] == 0)
            ):
                good = False
                break
            path[length] = f
            length += 1
            q = one + two - q
            s, t = t, s
        if not good:
            continue
        # q is busy at t and free at s now
        last = shift_gap(grid, day, days, q, t, s)
        g = per[q, BREAKS]
        delta += cost[g + last] - cost[g]
        over = 0
        if length % 2 == 1:
            if use[there] >= room[there]:
                over += 1
            if use[here] > room[here]:
                over -= 1
            delta += over_price * over
        if delta > limit:
            continue
        taken += 1
        for i in range(length):
            f = path[i]
            grid[req[f, A], req[f, SLOT]] = -1
            grid[req[f, B], req[f, SLOT]] = -1
        for i in range(length):
            f = path[i]
            s = here + there - req[f, SLOT]
            req[f, SLOT] = s
            grid[req[f, A], s] = f
            grid[req[f, B], s] = f
        per[p, BREAKS] += first
        per[q, BREAKS] += last
        days[p, day[here]] -= 1
        days[p, day[there]] += 1
        if length % 2 == 1:
            use[here] -= 1
            use[there] += 1
            days[q, day[here]] -= 1
            days[q, day[there]] += 1
        else:
            days[q, day[there]] -= 1
            days[q, day[here]] += 1
        b.total[GAPS] += first + last
        b.total[OVER] += over
    rng[0] = x
    return taken
