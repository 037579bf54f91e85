"""Placing with alternating paths: exchange two slots along a path, make room at the tables, bring one request in."""

from everfair.engines.scheduling.large.board import (
    COUNT,
    MOST,
    OVER,
    PINNED,
    PLACE,
    A,
    B,
    Board,
    Log,
    Rich,
    change,
    compiled,
    gap_change,
    may,
    pool_for,
    undo,
    valid,
)


@compiled
def trace(b: Board, log: Log, p: int, here: int, there: int) -> int:
    """Follow the path from p, busy `here` and free `there`; its length, or 0 if somebody on it may not change.

    The requests are left in log.path; odd ones (first, third …) lie `here`.
    """
    length = 0
    while True:
        e = b.grid[p, here]
        if e < 0:
            return length
        if length >= 200 or b.req[e, PINNED] != 0 or not may(b, e, there):
            return 0
        log.path[length] = e
        length += 1
        p = b.req[e, A] + b.req[e, B] - p
        here, there = there, here


@compiled
def flip(b: Board, log: Log, length: int, here: int, there: int) -> None:
    """Exchange the two slots along the traced path."""
    for i in range(length):
        change(b, log, log.path[i], -1, -1)
    for i in range(length):
        e = log.path[i]
        t = there if i % 2 == 0 else here
        k = b.req[e, PLACE]
        if b.use[k, t] >= b.room[k, t]:
            other = pool_for(b, e, t)
            if other >= 0:
                k = other
        change(b, log, e, t, k)


@compiled
def make_room(b: Board, r: Rich, log: Log, k: int, full: int, start: int) -> bool:
    """Move one meeting more out of an overdrawn slot than into it, to a slot with room."""
    people, n = b.grid.shape
    for i in range(n):
        other = (start + i) % n
        if other == full or b.use[k, other] >= b.room[k, other]:
            continue
        for j in range(people):
            p = (start + j) % people
            e = b.grid[p, full]
            if e < 0 or b.grid[p, other] >= 0 or b.req[e, PLACE] != k:
                continue
            length = trace(b, log, p, full, other)
            if length % 2 == 0:
                continue
            mark = log.n[0]
            before = b.use[k, full]
            flip(b, log, length, full, other)
            if b.use[k, full] < before and b.use[k, other] <= b.room[k, other]:
                return True
            undo(b, log, mark)
    return False


@compiled
def direct(b: Board, r: Rich, log: Log, e: int, start: int) -> bool:
    """Place a request where both are free and a place is, with the fewest new breaks; then where most room is left."""
    n = b.day.shape[0]
    x = b.req[e, A]
    y = b.req[e, B]
    if b.per[x, COUNT] >= b.per[x, MOST] or b.per[y, COUNT] >= b.per[y, MOST]:
        return False
    tried = 0
    while tried < 4:
        best = -1
        best_cost = 1 << 30
        best_pool = -1
        seen = 0
        for i in range(n):
            t = (start + i) % n
            if b.grid[x, t] >= 0 or b.grid[y, t] >= 0 or not may(b, e, t):
                continue
            k = pool_for(b, e, t)
            if k < 0:
                continue
            gaps = gap_change(b.grid, b.day, b.days, x, t) + gap_change(b.grid, b.day, b.days, y, t)
            cost = gaps * 100000 - (b.room[k, t] - b.use[k, t])
            if tried > 0:  # the best one broke a rule: any other, in turn
                seen += 1
                if seen == tried:
                    best, best_pool = t, k
            elif cost < best_cost:
                best, best_cost, best_pool = t, cost, k
        if best < 0:
            return False
        mark = log.n[0]
        change(b, log, e, best, best_pool)
        if valid(b, r, log, mark):
            return True
        undo(b, log, mark)
        tried += 1
    return False


@compiled
def insert(b: Board, r: Rich, log: Log, e: int, start: int, effort: int, room: bool) -> bool:
    """Bring one request in: directly, or after exchanging two slots along a path from either side.

    `effort` bounds the paths tried; `room` lets others move when tables are short. Nothing is changed on failure.
    """
    n = b.day.shape[0]
    if direct(b, r, log, e, start):
        return True
    for side in range(2):
        p = b.req[e, A + side]
        q = b.req[e, B - side]
        if b.per[p, COUNT] >= b.per[p, MOST] or b.per[q, COUNT] >= b.per[q, MOST]:
            return False
        for i in range(n):
            here = (start + i) % n
            if b.grid[p, here] >= 0 or not may(b, e, here):
                continue
            if b.grid[q, here] < 0:
                if room and attempt(b, r, log, e, here, start):
                    return True
                continue
            for j in range(n):
                there = (start + j) % n
                if there == here or b.grid[q, there] >= 0:
                    continue
                if effort <= 0:
                    return False
                effort -= 1
                length = trace(b, log, q, here, there)
                if length == 0:
                    continue
                mark = log.n[0]
                flip(b, log, length, here, there)
                if (
                    b.grid[p, here] < 0
                    and b.grid[q, here] < 0
                    and settle(b, r, log, e, here, there, start, room)
                ):
                    return True
                undo(b, log, mark)
    return False


@compiled
def attempt(b: Board, r: Rich, log: Log, e: int, t: int, start: int) -> bool:
    """Place where both are free though no table is, if one can be made free."""
    mark = log.n[0]
    if settle(b, r, log, e, t, t, start, True):
        return True
    undo(b, log, mark)
    return False


@compiled
def settle(b: Board, r: Rich, log: Log, e: int, here: int, there: int, start: int, room: bool) -> bool:
    """Place e `here` after a flip and make overdrawn tables good; the caller takes back on failure."""
    k = pool_for(b, e, here)
    if k < 0:
        if not room:
            return False
        k = b.pools[e, 0]
        if k < 0:
            return False
    change(b, log, e, here, k)
    if b.total[OVER] > 0:
        if not room:
            return False
        for t in (here, there):
            for pool in range(b.use.shape[0]):
                while b.use[pool, t] > b.room[pool, t]:
                    if log.n[0] > log.row.shape[0] - 2000 or not make_room(b, r, log, pool, t, start):
                        return False
    return valid(b, r, log, 0)
