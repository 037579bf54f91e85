"""More weight: requests that are out come in, those in their way go elsewhere or out. One seeded step at a time."""

import numpy as np
from numpy.typing import NDArray

from everfair.engines.scheduling.large.board import (
    COUNT,
    GAPS,
    I32,
    I64,
    MOST,
    PINNED,
    SHORT,
    SLOT,
    WEIGHT,
    A,
    Board,
    Log,
    Rich,
    change,
    compiled,
    draw,
    may,
    pool_for,
    undo,
    valid,
)
from everfair.engines.scheduling.large.paths import flip, insert, trace


@compiled
def place_all(
    b: Board, r: Rich, log: Log, rng: NDArray[np.uint64], order: I32, effort: int, room: bool
) -> int:
    """Bring in, in this order, every request that is out and finds room; how many came in."""
    n = b.day.shape[0]
    came = 0
    for i in range(order.shape[0]):
        e = order[i]
        if b.req[e, SLOT] >= 0:
            continue
        log.n[0] = 0
        if insert(b, r, log, e, draw(rng, n), effort, room):
            came += 1
    return came


@compiled
def refill(b: Board, r: Rich, log: Log, at: I32, of: I32, z: int, t: int) -> int:
    """Place in slot t, where z became free, the heaviest request of z that is out and whose other side is free."""
    if b.grid[z, t] >= 0 or b.per[z, COUNT] >= b.per[z, MOST] or b.free[z, t] == 0:
        return -1
    for i in range(at[z], at[z + 1]):
        f = of[i]
        if b.req[f, SLOT] >= 0:
            continue
        x = b.req[f, A]
        y = b.req[f, A + 1]
        if x != z and y != z:
            continue
        y = x + y - z
        if b.grid[y, t] >= 0 or b.per[y, COUNT] >= b.per[y, MOST] or not may(b, f, t):
            continue
        k = pool_for(b, f, t)
        if k < 0:
            continue
        mark = log.n[0]
        change(b, log, f, t, k)
        if valid(b, r, log, mark):
            return int(f)
        undo(b, log, mark)
    return -1


@compiled
def least_of(b: Board, p: int, but: int) -> int:
    """The lightest meeting of p that may move, in another slot than `but`; −1 if there is none."""
    best = -1
    for t in range(b.day.shape[0]):
        e = b.grid[p, t]
        if e >= 0 and t != but and b.req[e, PINNED] == 0 and (best < 0 or b.weight[e] < b.weight[best]):
            best = e
    return best


@compiled
def swap_in(
    b: Board, r: Rich, log: Log, rng: NDArray[np.uint64], at: I32, of: I32, e: int, noise: int
) -> bool:
    """Bring e in where least weight is in its way; who goes out tries to come in elsewhere. False: nothing possible."""
    n = b.day.shape[0]
    x = b.req[e, A]
    y = b.req[e, A + 1]
    t = -1
    best = np.int64(1) << 60
    for s in range(n):
        if not may(b, e, s):
            continue
        cost = np.int64(draw(rng, noise))
        f = b.grid[x, s]
        g = b.grid[y, s]
        if (f >= 0 and b.req[f, PINNED] != 0) or (g >= 0 and b.req[g, PINNED] != 0):
            continue
        if f >= 0:
            cost += b.weight[f]
        if g >= 0:
            cost += b.weight[g]
        if f < 0 and g < 0 and pool_for(b, e, s) < 0:
            continue
        if cost < best:
            best = cost
            t = s
    if t < 0:
        return False
    out = np.full(4, -1)
    for side in range(2):
        p = b.req[e, A + side]
        f = b.grid[p, t]
        if f < 0 and b.per[p, COUNT] >= b.per[p, MOST]:
            f = least_of(b, p, t)
            if f < 0:
                return False
        if f >= 0:
            out[side] = f
            out[2 + side] = b.req[f, SLOT]
            change(b, log, f, -1, -1)
    k = pool_for(b, e, t)
    if k < 0:
        return False
    mark = log.n[0]
    change(b, log, e, t, k)
    if not valid(b, r, log, mark):
        return False
    for side in range(2):
        f = out[side]
        if f < 0:
            continue
        p = b.req[e, A + side]
        z = b.req[f, A] + b.req[f, A + 1] - p
        if not insert(b, r, log, f, draw(rng, n), 6, False) or b.grid[z, out[2 + side]] < 0:
            refill(b, r, log, at, of, z, out[2 + side])
        if out[2 + side] != t:
            refill(b, r, log, at, of, p, out[2 + side])
    return True


@compiled
def climb(
    b: Board,
    r: Rich,
    log: Log,
    rng: NDArray[np.uint64],
    at: I32,
    of: I32,
    order: I32,
    steps: int,
    heat: float,
    prices: I64,
) -> int:
    """Try `steps` changes at one temperature; how many were taken.

    `prices`: of one meeting short of a quota, of one break. `order`: requests that may be placed. `heat` is in weight.
    """
    n = b.day.shape[0]
    people = b.grid.shape[0]
    taken = 0
    noise = max(1, int(4 * heat))
    for _ in range(steps):
        log.n[0] = 0
        weight = b.total[WEIGHT] - prices[0] * b.total[SHORT] - prices[1] * b.total[GAPS]
        e = order[draw(rng, order.shape[0])]
        if b.req[e, SLOT] >= 0:
            p = b.req[e, A + draw(rng, 2)]
            here = b.req[e, SLOT]
            there = draw(rng, n)
            if b.grid[p, there] >= 0 or people == 0:
                continue
            length = trace(b, log, p, here, there)
            if length == 0:
                continue
            flip(b, log, length, here, there)
            good = valid(b, r, log, 0)
        else:
            good = swap_in(b, r, log, rng, at, of, e, noise) and valid(b, r, log, 0)
        if good:
            gain = b.total[WEIGHT] - prices[0] * b.total[SHORT] - prices[1] * b.total[GAPS] - weight
            if gain >= 0 or gain > heat * np.log((draw(rng, 1 << 20) + 1) / (1 << 20)):
                taken += 1
                continue
        undo(b, log, 0)
    return taken
