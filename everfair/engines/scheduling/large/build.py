"""A problem as a board and back as a timetable: people of groups are chosen here, confirmed meetings are set here."""

from dataclasses import dataclass

import numpy as np

from everfair.engines.scheduling.large import board as cells
from everfair.engines.scheduling.large.board import I32, Board, Log, Rich
from everfair.engines.scheduling.types import NONE, Bools, Ints, Problem, Timetable, Wish


@dataclass(frozen=True, eq=False)
class Ground:
    """A problem made ready: the board, what else holds, which requests may ever be placed."""

    board: Board
    rich: Rich
    log: Log
    open: Bools  # [requests] neither vetoed nor without any slot
    plain: bool  # one pool, nothing rich: the quick kernel may be used


def ready(problem: Problem, seed: int) -> Ground:
    """An empty board with everything confirmed in place."""
    people, requests, places = problem.people, problem.requests, problem.places
    n, count, pools = len(problem.slots), len(requests), len(places)
    tie = np.random.default_rng([seed, 7])
    free = people.free.astype(np.int8, order="C")
    a, b = _colleagues(problem, tie)
    req = np.full((count, 9), NONE, np.int32)
    req[:, cells.A], req[:, cells.B] = a, b
    req[:, cells.PLACE] = requests.places[:, 0] if requests.places.shape[1] else NONE
    req[:, cells.PINNED] = requests.locked
    req[:, cells.LANG] = np.where(requests.interpreter >= 0, requests.interpreter + pools, NONE)
    for column, asked in ((cells.GROUP_A, requests.a), (cells.GROUP_B, requests.b)):
        req[:, column] = np.where(asked >= len(people), asked - len(people), NONE)
    allowed = _narrow(problem, req)
    slots_there = people.free.sum(axis=1)
    per = np.zeros((len(people), 5), np.int32)
    per[:, cells.MOST] = np.where(people.most < 0, slots_there, np.minimum(people.most, slots_there))
    per[:, cells.RUN] = people.longest_run
    per[:, cells.LEAST] = np.minimum(np.maximum(people.least, 0), per[:, cells.MOST])
    day = np.cumsum(~problem.slots.runs_on).astype(np.int32)
    day -= day[0] if n else 0
    room = np.concatenate([places.capacity, places.interpreters.reshape(-1, n)]).astype(np.int32)
    suits = requests.places.astype(np.int32)
    if not suits.shape[1]:
        suits = np.full((count, 1), NONE, np.int32)
    made = Board(
        grid=np.full((len(people), n), NONE, np.int32),
        req=req,
        per=per,
        weight=np.array(requests.weight, np.int64),
        use=np.zeros_like(room),
        room=room,
        pools=np.array(suits, order="C"),
        free=free,
        allowed=allowed,
        day=day,
        days=np.zeros((len(people), int(day.max(initial=0)) + 1), np.int32),
        total=np.array([0, 0, 0, 0, per[:, cells.LEAST].sum()], np.int64),
    )
    rich = _rich(problem)
    may = (requests.wish != Wish.NEVER) & (suits >= 0).any(axis=1) & _meet_ever(problem, made)
    plain = bool(rich.on[0] == 0 and len(room) == 1)
    log = Log(np.zeros((20_000, 5), np.int32), np.zeros(1, np.int64), np.zeros(256, np.int32))
    ground = Ground(made, rich, log, may, plain)
    _confirm(problem, ground)
    return ground


def _meet_ever(problem: Problem, made: Board) -> Bools:
    """Requests whose sides have a slot in common that is allowed; groups are taken to have one."""
    requests, size = problem.requests, len(problem.people)
    both = problem.people.free[made.req[:, cells.A]] & problem.people.free[made.req[:, cells.B]]
    narrow = made.req[:, cells.NARROW]
    both[narrow >= 0] &= made.allowed[narrow[narrow >= 0]] > 0
    some: Bools = both.any(axis=1) | (requests.a >= size) | (requests.b >= size)
    return some


def _colleagues(problem: Problem, tie: np.random.Generator) -> tuple[Ints, Ints]:
    """For each side one person: of a group the one with most slots left for each request so far; ties by seed."""
    people, requests = problem.people, problem.requests
    a, b = requests.a.copy(), requests.b.copy()
    if not people.groups:
        return a, b
    size = len(people)
    load = np.bincount(np.concatenate([a[a < size], b[b < size]]), minlength=size).astype(float)
    hours = people.free.sum(axis=1) + tie.random(size) / 2
    for e in range(len(requests)):
        for side, other in ((a, b), (b, a)):
            if side[e] >= size:
                members = [p for p in people.groups[side[e] - size] if p != other[e]]
                common = [
                    p for p in members if other[e] >= size or (people.free[p] & people.free[other[e]]).any()
                ]
                pick = min(
                    common or members or people.groups[side[e] - size],
                    key=lambda p: (load[p] + 1) / (hours[p] + 0.1),
                )
                side[e] = pick
                load[pick] += 1
    return a, b


def _narrow(problem: Problem, req: I32) -> cells.I8:
    """Rows of allowed slots for requests that have fewer than their people."""
    requests, n = problem.requests, len(problem.slots)
    some = (requests.session >= 0) | (requests.fixed_slot >= 0)
    if len(requests.not_in):
        some[requests.not_in[:, 0]] = True
    which = np.flatnonzero(some)
    req[which, cells.NARROW] = np.arange(len(which))
    rows = np.ones((max(1, len(which)), n), np.int8)
    for row, e in enumerate(which):
        if requests.session[e] >= 0:
            rows[row] &= requests.sessions[requests.session[e]].astype(np.int8)
        if requests.fixed_slot[e] >= 0:
            only = np.zeros(n, np.int8)
            only[requests.fixed_slot[e]] = 1
            rows[row] &= only
    for e, t in requests.not_in:
        rows[req[e, cells.NARROW], t] = 0
    return rows


def _rich(problem: Problem) -> Rich:
    people, places, requests = problem.people, problem.places, problem.requests
    n, count = len(problem.slots), len(requests)
    rests = people.rests
    links: list[list[tuple[int, int]]] = [[] for _ in range(count)] if len(requests.after) else []
    for first, second in requests.after:
        links[first].append((int(second), 1))
        links[second].append((int(first), -1))
    link_at = np.zeros(count + 1, np.int32)
    if links:
        link_at[1:] = np.cumsum([len(x) for x in links])
    flat = [pair for x in links for pair in x]
    members = [p for group in people.groups for p in group]
    member_at = np.cumsum([0, *(len(group) for group in people.groups)]).astype(np.int32)
    on = bool(
        rests
        or flat
        or people.groups
        or (people.longest_run >= 0).any()
        or (places.change > 0).any()
        or (problem.rules.walking and (places.price > 0).any())
    )
    area = np.zeros(len(places) + len(places.interpreters), np.int32)
    area[: len(places)] = places.area
    return Rich(
        on=np.array([on], np.int8),
        area=area,
        change=np.array(places.change, np.int32, order="C"),
        price=np.array(places.price, np.int32, order="C"),
        starts=np.array(problem.slots.starts, np.int64),
        ends=np.array(problem.slots.ends, np.int64),
        rest=np.array([x.slots for x in rests], np.int8).reshape(len(rests), n),
        resting=np.array([x.who for x in rests], np.int8).reshape(len(rests), len(people)),
        link_at=link_at,
        link=np.array(flat, np.int32).reshape(len(flat), 2),
        member_at=member_at,
        member=np.array(members, np.int32),
    )


def _confirm(problem: Problem, ground: Ground) -> None:
    """Set the locked meetings first, wherever they are; nothing moves them afterwards."""
    requests, board = problem.requests, ground.board
    for e in np.flatnonzero(requests.locked):
        t, k = int(requests.fixed_slot[e]), int(requests.locked_place[e])
        if t < 0:
            board.req[e, cells.PINNED] = 0  # no slot was given: nothing to hold
            continue
        suits = [x for x in board.pools[e] if x >= 0]
        if k < 0:
            open_ = [x for x in suits if board.use[x, t] < board.room[x, t]]
            k = int((open_ or suits or [NONE])[0])
        for column, group in ((cells.A, cells.GROUP_A), (cells.B, cells.GROUP_B)):
            g = board.req[e, group]
            if g >= 0:  # a colleague who is there and free
                for p in problem.people.groups[g]:
                    if (
                        board.free[p, t]
                        and board.grid[p, t] < 0
                        and p not in board.req[e, [cells.A, cells.B]]
                    ):
                        board.req[e, column] = p
                        break
        if k >= 0 and all(board.grid[board.req[e, side], t] < 0 for side in (cells.A, cells.B)):
            cells.put(board, int(e), t, k)


def adopt(ground: Ground, start: Timetable) -> None:
    """Place what a given timetable places, as far as it still keeps every rule."""
    board, log = ground.board, ground.log
    for e in np.flatnonzero((start.slot >= 0) & ground.open):
        t, k = int(start.slot[e]), int(start.place[e])
        if board.req[e, cells.SLOT] >= 0 or not (board.pools[e] == k).any():
            continue
        held = int(board.req[e, cells.A]), int(board.req[e, cells.B])
        board.req[e, cells.A], board.req[e, cells.B] = start.a[e], start.b[e]
        log.n[0] = 0
        if all(board.grid[p, t] < 0 for p in (start.a[e], start.b[e])) and cells.may(board, int(e), t):
            cells.change(board, log, int(e), t, k)
            if cells.valid(board, ground.rich, log, 0):
                continue
            cells.undo(board, log, 0)
        board.req[e, cells.A], board.req[e, cells.B] = held


def as_timetable(ground: Ground) -> Timetable:
    """What the board holds now."""
    req = ground.board.req.astype(np.int64)
    placed = req[:, cells.SLOT] >= 0
    return Timetable(
        slot=req[:, cells.SLOT],
        place=np.where(placed, req[:, cells.PLACE], NONE),
        a=req[:, cells.A],
        b=req[:, cells.B],
    )
