"""More weight: requests that are out come in, those in their way go elsewhere or out. One seeded step at a time."""

import numpy as np
from numpy.typing import NDArray

from everfair.engines.scheduling.large.board import (
    BREAKS,
    COUNT,
    GAPS,
    GROUP_A,
    I8,
    I32,
    I64,
    MOST,
    PINNED,
    PLACE,
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
        if insert(b, r, log, e, draw(rng, n), effort, room) or by_colleagues(b, r, log, rng, e, effort, room):
            came += 1
    return came


@compiled
def by_colleagues(
    b: Board, r: Rich, log: Log, rng: NDArray[np.uint64], e: int, effort: int, room: bool
) -> bool:
    """Bring e in with other people of the groups that were asked."""
    n = b.day.shape[0]
    for side in range(2):
        g = b.req[e, GROUP_A + side]
        if g < 0:
            continue
        first = b.req[e, A + side]
        many = r.member_at[g + 1] - r.member_at[g]
        start = draw(rng, many)
        for i in range(many):
            b.req[e, A + side] = r.member[r.member_at[g] + (start + i) % many]
            log.n[0] = 0
            if b.req[e, A] != b.req[e, A + 1] and insert(b, r, log, e, draw(rng, n), effort, room):
                return True
        b.req[e, A + side] = first
    return False


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
def find_holes(b: Board, tight: I8, holes: I32) -> int:
    """Collect the people whose time is worth most and who still have some; how many there are."""
    count = 0
    for p in range(b.grid.shape[0]):
        if tight[p] != 0 and b.per[p, COUNT] < b.per[p, MOST]:
            holes[count] = p
            count += 1
    return count


@compiled
def shuffle(b: Board, log: Log, rng: NDArray[np.uint64], p: int) -> bool:
    """Exchange a slot that p has free for one that p has not, along a path; False if that cannot be."""
    n = b.day.shape[0]
    there = draw(rng, n)
    for _ in range(n):
        if b.grid[p, there] < 0 and b.free[p, there] != 0:
            break
        there = (there + 1) % n
    here = draw(rng, n)
    for _ in range(n):
        if b.grid[p, here] >= 0:
            break
        here = (here + 1) % n
    if b.grid[p, there] >= 0 or b.grid[p, here] < 0:
        return False
    length = trace(b, log, p, here, there)
    if length == 0:
        return False
    flip(b, log, length, here, there)
    return True


@compiled
def wanted_by(b: Board, rng: NDArray[np.uint64], at: I32, of: I32, p: int) -> int:
    """A request of p that is out, rather a heavy one; −1 if there is none."""
    many = at[p + 1] - at[p]
    if many == 0:
        return -1
    i = min(draw(rng, many), draw(rng, many))
    for _ in range(many):
        e = of[at[p] + i]
        if b.req[e, SLOT] < 0:
            return int(e)
        i = (i + 1) % many
    return -1


@compiled
def climb(
    b: Board,
    r: Rich,
    log: Log,
    rng: NDArray[np.uint64],
    at: I32,
    of: I32,
    order: I32,
    tight: I8,
    steps: int,
    heat: float,
    prices: I64,
) -> int:
    """Try `steps` changes at one temperature; how many were taken.

    `prices`: of one meeting short of a quota, of one break. `order`: requests that may be placed. `heat` is in weight.
    An eighth of the steps is spent on people who are `tight` (sought after) and have a hole in their diary.
    """
    n = b.day.shape[0]
    holes = np.zeros(b.grid.shape[0], np.int32)
    count = 0
    taken = 0
    noise = max(1, int(4 * heat))
    for step in range(steps):
        if step % 2000 == 0:
            count = find_holes(b, tight, holes)
        log.n[0] = 0
        weight = b.total[WEIGHT] - prices[0] * b.total[SHORT] - prices[1] * b.total[GAPS]
        dice = draw(rng, 8)
        good = False
        if count > 0 and dice < 1:
            p = holes[draw(rng, count)]
            if b.per[p, COUNT] >= b.per[p, MOST]:
                continue
            if draw(rng, 2) == 0:
                good = shuffle(b, log, rng, p)
            if not good or draw(rng, 2) == 0:
                e = wanted_by(b, rng, at, of, p)
                if e >= 0:
                    good = insert(b, r, log, e, draw(rng, n), 8, False)
                    if not good:
                        good = swap_in(b, r, log, rng, at, of, e, noise)
        else:
            e = order[draw(rng, order.shape[0])]
            if b.req[e, SLOT] >= 0:
                good = shuffle(b, log, rng, b.req[e, A + draw(rng, 2)])
            else:
                good = swap_in(b, r, log, rng, at, of, e, noise)
        if good and valid(b, r, log, 0):
            gain = b.total[WEIGHT] - prices[0] * b.total[SHORT] - prices[1] * b.total[GAPS] - weight
            if gain >= 0 or gain > heat * np.log((draw(rng, 1 << 20) + 1) / (1 << 20)):
                taken += 1
                continue
        undo(b, log, 0)
    return taken


@compiled
def way_of(b: Board, r: Rich, p: int) -> int:
    """What p's ways between meetings that run on cost."""
    cost = 0
    for t in range(1, b.day.shape[0]):
        e = b.grid[p, t - 1]
        f = b.grid[p, t]
        if e >= 0 and f >= 0 and b.day[t] == b.day[t - 1]:
            cost += r.price[r.area[b.req[e, PLACE]], r.area[b.req[f, PLACE]]]
    return cost


@compiled
def all_ways(b: Board, r: Rich) -> int:
    """What everybody's ways cost."""
    cost = 0
    for p in range(b.grid.shape[0]):
        cost += way_of(b, r, p)
    return cost


@compiled
def ways(b: Board, r: Rich, log: Log, length: int) -> int:
    """The same for everybody on the traced path."""
    cost = 0
    for i in range(length):
        cost += way_of(b, r, b.req[log.path[i], A]) + way_of(b, r, b.req[log.path[i], A + 1])
    return cost


@compiled
def smooth(
    b: Board,
    r: Rich,
    log: Log,
    rng: NDArray[np.uint64],
    order: I32,
    steps: int,
    heat: float,
    walking: float,
    cost: NDArray[np.float64],
) -> int:
    """Exchanges of slots and places that keep every rule and leave fewer breaks and ways; how many were taken.

    `walking` is what one unit of price counts in breaks, `cost[h]` prices h breaks of a person.
    """
    n = b.day.shape[0]
    taken = 0
    for _ in range(steps):
        log.n[0] = 0
        e = order[draw(rng, order.shape[0])]
        here = b.req[e, SLOT]
        if here < 0 or b.req[e, PINNED] > 0:
            continue
        p = b.req[e, A + draw(rng, 2)]
        q = p
        length = 1
        if walking > 0 and draw(rng, 4) == 0:
            k = b.pools[e, draw(rng, b.pools.shape[1])]
            if k < 0 or k == b.req[e, PLACE] or b.use[k, here] >= b.room[k, here]:
                continue
            log.path[0] = e
            before = walking * ways(b, r, log, 1)
            change(b, log, e, here, k)
        else:
            there = draw(rng, n)
            if b.grid[p, there] >= 0:
                continue
            length = trace(b, log, p, here, there)
            if length == 0:
                continue
            for i in range(length):
                q = b.req[log.path[i], A] + b.req[log.path[i], A + 1] - q
            before = cost[b.per[p, BREAKS]] + cost[b.per[q, BREAKS]]
            if walking > 0:
                before += walking * ways(b, r, log, length)
            flip(b, log, length, here, there)
        if valid(b, r, log, 0):
            after = 0.0
            if q != p:
                after += cost[b.per[p, BREAKS]] + cost[b.per[q, BREAKS]]
            if walking > 0:
                after += walking * ways(b, r, log, length)
            if after - before <= -heat * np.log((draw(rng, 1 << 20) + 1) / (1 << 20)):
                taken += 1
                continue
        undo(b, log, 0)
    return taken
