"""The diaries the large solver works on, as arrays that compiled code changes. What is worth a change is decided elsewhere."""

from typing import Any, NamedTuple, TypeAlias, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

I8: TypeAlias = NDArray[np.int8]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
F = TypeVar("F")

# columns of Board.req
SLOT, PLACE, A, B, PINNED, NARROW, LANG, GROUP_A, GROUP_B = range(9)
# columns of Board.per
COUNT, MOST, BREAKS, RUN, LEAST = range(5)
# entries of Board.total
WEIGHT, PLACED, GAPS, OVER, SHORT = range(5)


def compiled(function: F) -> F:
    """Compile with numba at the first call and keep the machine code beside the source for the next process."""
    made: Any = numba.njit(cache=True)(function)
    return made  # type: ignore[no-any-return]


class Board(NamedTuple):
    """Who meets when. `total` follows every change: weight, placed, breaks, places overdrawn, quotas short."""

    grid: I32  # [people, n] request, −1 = free
    req: I32  # [requests, 9]
    per: I32  # [people, 5]
    weight: I64  # [requests]
    use: I32  # [pools + languages, n] taken
    room: I32  # [pools + languages, n] there
    pools: I32  # [requests, k] suitable, −1 padded
    free: I8  # [people, n]
    allowed: I8  # [rows, n] slots of a request with a NARROW row
    day: I32  # [n]
    days: I32  # [people, days] meetings of a day
    total: I64  # [5]


class Rich(NamedTuple):
    """What only some fairs have; `on[0]` is 0 where none of it matters and nothing here is looked at."""

    on: I8  # [1]
    area: I32  # [pools + languages]
    change: I32  # [areas, areas] minutes
    price: I32  # [areas, areas]
    starts: I64  # [n]
    ends: I64  # [n]
    rest: I8  # [rests, n]
    resting: I8  # [rests, people]
    link_at: I32  # [requests + 1] into link
    link: I32  # [links, 2] other request, 1 = it comes later, −1 = it comes earlier
    member_at: I32  # [groups + 1] into member
    member: I32


class Log(NamedTuple):
    """What was changed since a mark, so that it can be taken back exactly."""

    row: I32  # [length, 5] request, slot, place, a, b before
    n: I64  # [1]
    path: I32  # [length] requests of the alternating path at hand


@compiled
def draw(rng: NDArray[np.uint64], below: int) -> int:
    """A number in 0 … below − 1 (xorshift; rng holds one word, never 0)."""
    x = rng[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    rng[0] = x
    return int(np.int64((x >> np.uint64(33)) % np.uint64(below)))


@compiled
def gap_change(grid: I32, day: I32, days: I32, p: int, t: int) -> int:
    """How many breaks more person p has when slot t, free now, is taken."""
    n = day.shape[0]
    runs = 1
    if t > 0 and day[t - 1] == day[t] and grid[p, t - 1] >= 0:
        runs -= 1
    if t + 1 < n and day[t + 1] == day[t] and grid[p, t + 1] >= 0:
        runs -= 1
    if days[p, day[t]] == 0:
        runs -= 1
    return runs


@compiled
def lift(b: Board, e: int) -> None:
    """Take a placed request out."""
    t = b.req[e, SLOT]
    k = b.req[e, PLACE]
    for side in range(2):
        p = b.req[e, A + side]
        b.grid[p, t] = -1
        b.days[p, b.day[t]] -= 1
        b.per[p, COUNT] -= 1
        if b.per[p, COUNT] < b.per[p, LEAST]:
            b.total[SHORT] += 1
        gaps = gap_change(b.grid, b.day, b.days, p, t)
        b.per[p, BREAKS] -= gaps
        b.total[GAPS] -= gaps
    if b.use[k, t] > b.room[k, t]:
        b.total[OVER] -= 1
    b.use[k, t] -= 1
    lang = b.req[e, LANG]
    if lang >= 0:
        if b.use[lang, t] > b.room[lang, t]:
            b.total[OVER] -= 1
        b.use[lang, t] -= 1
    b.req[e, SLOT] = -1
    b.total[WEIGHT] -= b.weight[e]
    b.total[PLACED] -= 1


@compiled
def put(b: Board, e: int, t: int, k: int) -> None:
    """Place a request that is out, in slot t and pool k; both people are free then."""
    for side in range(2):
        p = b.req[e, A + side]
        gaps = gap_change(b.grid, b.day, b.days, p, t)
        b.per[p, BREAKS] += gaps
        b.total[GAPS] += gaps
        b.grid[p, t] = e
        b.days[p, b.day[t]] += 1
        if b.per[p, COUNT] < b.per[p, LEAST]:
            b.total[SHORT] -= 1
        b.per[p, COUNT] += 1
    b.use[k, t] += 1
    if b.use[k, t] > b.room[k, t]:
        b.total[OVER] += 1
    lang = b.req[e, LANG]
    if lang >= 0:
        b.use[lang, t] += 1
        if b.use[lang, t] > b.room[lang, t]:
            b.total[OVER] += 1
    b.req[e, SLOT] = t
    b.req[e, PLACE] = k
    b.total[WEIGHT] += b.weight[e]
    b.total[PLACED] += 1


@compiled
def change(b: Board, log: Log, e: int, t: int, k: int) -> None:
    """Move, place (t ≥ 0) or take out (t < 0) a request, and remember how it was."""
    i = log.n[0]
    log.row[i, 0] = e
    log.row[i, 1] = b.req[e, SLOT]
    log.row[i, 2] = b.req[e, PLACE]
    log.row[i, 3] = b.req[e, A]
    log.row[i, 4] = b.req[e, B]
    log.n[0] = i + 1
    if b.req[e, SLOT] >= 0:
        lift(b, e)
    if t >= 0:
        put(b, e, t, k)


@compiled
def undo(b: Board, log: Log, mark: int) -> None:
    """Take back, last first, everything that was changed since the mark."""
    for i in range(log.n[0] - 1, mark - 1, -1):
        e = log.row[i, 0]
        if b.req[e, SLOT] >= 0:
            lift(b, e)
        b.req[e, A] = log.row[i, 3]
        b.req[e, B] = log.row[i, 4]
        if log.row[i, 1] >= 0:
            put(b, e, log.row[i, 1], log.row[i, 2])
        else:
            b.req[e, PLACE] = log.row[i, 2]
    log.n[0] = mark


@compiled
def may(b: Board, e: int, t: int) -> bool:
    """Whether the request and both its people allow slot t, whatever else is in it."""
    row = b.req[e, NARROW]
    return bool(
        b.free[b.req[e, A], t] != 0 and b.free[b.req[e, B], t] != 0 and (row < 0 or b.allowed[row, t] != 0)
    )


@compiled
def pool_for(b: Board, e: int, t: int) -> int:
    """A suitable pool with room in slot t, preferred ones first; −1 if there is none."""
    lang = b.req[e, LANG]
    if lang >= 0 and b.use[lang, t] >= b.room[lang, t]:
        return -1
    for i in range(b.pools.shape[1]):
        k = b.pools[e, i]
        if k >= 0 and b.use[k, t] < b.room[k, t]:
            return int(k)
    return -1


@compiled
def person_ok(b: Board, r: Rich, p: int) -> bool:
    """Pauses, longest run and ways of one person's diary."""
    n = b.day.shape[0]
    for i in range(r.rest.shape[0]):
        if r.resting[i, p] != 0:
            kept = r.rest[i].max() == 0
            for t in range(n):
                if r.rest[i, t] != 0 and b.grid[p, t] < 0:
                    kept = True
                    break
            if not kept:
                return False
    run = 0
    for t in range(n):
        e = b.grid[p, t]
        if t > 0 and b.day[t] != b.day[t - 1]:
            run = 0
        if e < 0:
            run = 0
            continue
        run += 1
        if b.per[p, RUN] >= 0 and run > b.per[p, RUN]:
            return False
        here = r.area[b.req[e, PLACE]]
        for early in range(t):
            f = b.grid[p, early]
            if f >= 0 and r.change[r.area[b.req[f, PLACE]], here] > r.starts[t] - r.ends[early]:
                return False
    return True


@compiled
def order_ok(b: Board, r: Rich, e: int) -> bool:
    """Whether a request lies right to all placed ones it is ordered with."""
    t = b.req[e, SLOT]
    for i in range(r.link_at[e], r.link_at[e + 1]):
        other = b.req[r.link[i, 0], SLOT]
        if t >= 0 and other >= 0 and (other - t) * r.link[i, 1] <= 0:
            return False
    return True


@compiled
def valid(b: Board, r: Rich, log: Log, mark: int) -> bool:
    """Whether everything changed since the mark keeps every rule."""
    if b.total[OVER] > 0:
        return False
    for i in range(mark, log.n[0]):
        e = log.row[i, 0]
        x = b.req[e, A]
        y = b.req[e, B]
        if b.req[e, SLOT] >= 0 and (b.per[x, COUNT] > b.per[x, MOST] or b.per[y, COUNT] > b.per[y, MOST]):
            return False
        if r.on[0] != 0 and not (person_ok(b, r, x) and person_ok(b, r, y) and order_ok(b, r, e)):
            return False
    return True
