"""The large solver from end to end: choose, place, repair, fill, polish, under a clock and with a bound."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from everfair.engines.scheduling.large import board as cells
from everfair.engines.scheduling.large.anneal import polish
from everfair.engines.scheduling.large.board import I32
from everfair.engines.scheduling.large.bound import fewest_breaks
from everfair.engines.scheduling.large.build import Ground, adopt, as_timetable, ready
from everfair.engines.scheduling.large.flow import choose
from everfair.engines.scheduling.large.search import climb, place_all
from everfair.engines.scheduling.types import (
    Aim,
    Answer,
    Clock,
    Problem,
    Progress,
    Report,
    Status,
    Timetable,
    Wish,
)

CLIMBS_A_SECOND = (
    120_000  # steps that a slow machine does in a second: the work is counted in them, not in time
)
POLISHES_A_SECOND = 7_000_000
HOT, COLD = 0.4, 0.1  # temperatures of the polish, in breaks
UNEVEN = 0.03  # what it costs besides that the same breaks fall on few people
CHUNKS = 200  # the clock is looked at, and progress told, so often in each phase


@dataclass
class Run:
    """One solve under way: what is where, how much time is left, who listens."""

    problem: Problem
    ground: Ground
    rng: NDArray[np.uint64]
    clock: Clock
    began: float
    limit: float
    report: Report | None
    bound: int | None = None
    stopped: bool = False
    order: I32 = field(default_factory=lambda: np.zeros(0, np.int32))

    def left(self) -> float:
        """Seconds that remain."""
        return self.limit - (self.clock() - self.began)

    def tell(self, step: str) -> bool:
        """Report where it stands; False once there is no time left or the listener has had enough."""
        total = self.ground.board.total
        if self.report is not None and not self.stopped:
            told = Progress(
                self.clock() - self.began,
                step,
                int(total[cells.PLACED]),
                int(total[cells.WEIGHT]),
                int(total[cells.GAPS]),
                self.bound,
            )
            self.stopped = not self.report(told)
        self.stopped = self.stopped or self.left() <= 0
        return not self.stopped


def solve_large(
    problem: Problem,
    *,
    clock: Clock,
    seed: int = 0,
    limit: float = 20.0,
    start: Timetable | None = None,
    report: Report | None = None,
) -> Answer:
    """The best timetable within `limit` seconds of `clock`; it keeps every rule, and comes with its bound.

    Work is counted in steps that follow from `limit`; so a machine that is quick enough gives the same answer for the
    same input, and a slow one is ended by the clock. UNKNOWN with a table: not everything could be placed.
    """
    began = clock()
    ground = ready(problem, seed)
    rng = np.array([np.random.default_rng([seed, 11]).integers(1, 2**63)], np.uint64)
    run = Run(problem, ground, rng, clock, began, limit, report)
    run.order = _order(run, seed)
    if start is not None:
        adopt(ground, start)
    if problem.rules.aim is Aim.CHOOSE:
        _choose(run)
    else:
        _place_everything(run)
    return _answer(run, seed)


def _order(run: Run, seed: int) -> I32:
    """Requests that may be placed, heavier ones first, ties by seed; in PLACE_ALL those with least choice first."""
    ground, requests = run.ground, run.problem.requests
    which = np.flatnonzero(ground.open & (ground.board.req[:, cells.PINNED] <= 0))
    tie = np.random.default_rng([seed, 13]).random(len(which))
    if run.problem.rules.aim is Aim.CHOOSE:
        key = -requests.weight[which]
    else:
        a, b = ground.board.req[which, cells.A], ground.board.req[which, cells.B]
        key = (ground.board.free[a] & ground.board.free[b]).sum(axis=1, dtype=np.int64)
        narrow = ground.board.req[which, cells.NARROW]
        key[narrow >= 0] = np.minimum(key[narrow >= 0], ground.board.allowed[narrow[narrow >= 0]].sum(axis=1))
    return np.ascontiguousarray(which[np.lexsort((tie, key))], np.int32)


def _choose(run: Run) -> None:
    board, requests, rules = run.ground.board, run.problem.requests, run.problem.rules
    order = run.order
    possible = run.ground.open
    a, b = board.req[:, cells.A].astype(np.int64), board.req[:, cells.B].astype(np.int64)
    seats = int(run.problem.places.capacity.sum())
    most, least = board.per[:, cells.MOST].astype(np.int64), board.per[:, cells.LEAST].astype(np.int64)
    which = np.flatnonzero(possible)
    chosen = choose(a[which], b[which], requests.weight[which], most, least, seats)
    run.bound = chosen.bound if not run.problem.people.groups else None
    if not run.tell("select"):
        return
    taken = np.zeros(len(requests), np.bool_)
    taken[which[chosen.taken]] = True
    _bring_in(run, order[taken[order]], ((0, False),), "place")
    _bring_in(run, order[taken[order]], ((1 << 30, False), (1 << 30, True)), "repair")
    _bring_in(run, order, ((0, False), (40, False), (400, True)), "repair")
    if not run.stopped and (run.bound is None or board.total[cells.WEIGHT] < run.bound):
        _climb(run, run.left() * _share_for_weight(run))
    if not run.stopped and (run.ground.plain and not rules.breaks):
        _polish(run, run.left())


def _share_for_weight(run: Run) -> float:
    """How much of the time is for weight: little where next to nothing is left to gain."""
    weight = int(run.ground.board.total[cells.WEIGHT])
    if not run.ground.plain or run.problem.rules.breaks:
        return 0.9
    if run.bound is not None and run.bound - weight <= run.bound * 0.00005:
        return 0.05
    return 0.8


def _bring_in(run: Run, order: I32, passes: tuple[tuple[int, bool], ...], step: str) -> None:
    ground = run.ground
    for effort, room in passes:
        for part in np.array_split(order, max(1, len(order) // (20_000 if effort == 0 else 1_000))):
            if run.stopped or not len(part):
                break
            place_all(ground.board, ground.rich, ground.log, run.rng, part, effort, room)
            run.tell(step)


def _adjacent(run: Run) -> tuple[I32, I32]:
    """Requests of each person, heavier first: where each begins, and which."""
    req, people = run.ground.board.req, len(run.problem.people)
    order = run.order
    ends = np.concatenate([req[order, cells.A], req[order, cells.B]])
    both = np.concatenate([order, order])
    rank = np.concatenate([np.arange(len(order))] * 2)
    sort = np.lexsort((rank, ends))
    at = np.zeros(people + 1, np.int32)
    at[1:] = np.cumsum(np.bincount(ends, minlength=people))
    return at, np.ascontiguousarray(both[sort], np.int32)


def _climb(run: Run, seconds: float) -> None:
    """Local search on the weight, started cold; the best state is kept."""
    ground, board = run.ground, run.ground.board
    if not len(run.order):
        return
    weight = run.problem.requests.weight[run.order]
    scale = float(max(1.0, weight.mean()))
    prices = np.array([4 * int(weight.max(initial=1)), run.problem.rules.breaks], np.int64)
    at, of = _adjacent(run)
    until = run.left() - seconds
    steps = int(seconds * CLIMBS_A_SECOND / CHUNKS)
    best = _worth(run, prices), board.req.copy()
    for chunk in range(CHUNKS):
        heat = scale * 0.08 * (1 - chunk / CHUNKS) ** 2 + 1e-9
        climb(board, ground.rich, ground.log, run.rng, at, of, run.order, steps, heat, prices)
        worth = _worth(run, prices)
        if worth > best[0]:
            best = worth, board.req.copy()
        if not run.tell("polish") or run.left() < until or board.total[cells.WEIGHT] == run.bound:
            break
    if _worth(run, prices) < best[0]:
        restore(ground, best[1])


def _worth(run: Run, prices: NDArray[np.int64]) -> int:
    total = run.ground.board.total
    return int(total[cells.WEIGHT] - prices[0] * total[cells.SHORT] - prices[1] * total[cells.GAPS])


def restore(ground: Ground, req: I32) -> None:
    """Make the board what it was when `req` was copied from it."""
    board = ground.board
    for e in np.flatnonzero((board.req[:, cells.SLOT] >= 0) & (board.req != req).any(axis=1)):
        cells.lift(board, int(e))
    for e in np.flatnonzero((board.req[:, cells.SLOT] < 0) & (req[:, cells.SLOT] >= 0)):
        board.req[e] = req[e]
        t, k = int(req[e, cells.SLOT]), int(req[e, cells.PLACE])
        board.req[e, cells.SLOT] = -1
        cells.put(board, int(e), t, k)


def _polish(run: Run, seconds: float) -> None:
    """Fewer breaks with the same meetings; the best state without overdrawn tables is kept."""
    ground, board = run.ground, run.ground.board
    order = run.order[board.req[run.order, cells.SLOT] >= 0]
    if not len(order) or seconds <= 0:
        return
    began, limit = run.clock(), seconds
    steps = int(seconds * POLISHES_A_SECOND / CHUNKS)
    cost = _cost_of_breaks(run)
    best = float(cost[board.per[:, cells.BREAKS]].sum()), board.req.copy()
    hot, cold = HOT, COLD
    done = 0.0
    while done < 1:
        now = min(1.0, max(done + 1 / CHUNKS, (run.clock() - began) / limit))
        there, here = hot * (cold / hot) ** done, hot * (cold / hot) ** now
        price = 0.6 + 2.4 * max(0.0, (now - 0.8) / 0.2)
        polish(board, ground.log, run.rng, order, steps, there, here, price, cost)
        done = now
        if board.total[cells.OVER] == 0:
            worth = float(cost[board.per[:, cells.BREAKS]].sum())
            if worth <= best[0]:
                best = worth, board.req.copy()
        if not run.tell("polish"):
            break
        if run.bound is not None and run.problem.rules.aim is Aim.PLACE_ALL and best[0] <= run.bound:
            break
    if board.total[cells.OVER] or float(cost[board.per[:, cells.BREAKS]].sum()) > best[0]:
        restore(ground, best[1])


def _cost_of_breaks(run: Run) -> NDArray[np.float64]:
    """What h breaks of one person cost: h and a little more, and much more above the bound of fairness."""
    breaks = np.arange(len(run.problem.slots) + 3, dtype=np.float64)
    fairness = run.problem.rules.fairness
    if fairness >= 0 and run.problem.rules.aim is Aim.PLACE_ALL:
        return breaks + 20 * np.maximum(0, breaks - fairness)
    return breaks + UNEVEN * breaks * (breaks - 1)


def _place_everything(run: Run) -> None:
    board = run.ground.board
    run.bound = fewest_breaks(board)
    _bring_in(run, run.order, ((0, False), (1 << 30, False), (1 << 30, True)), "place")
    wanted = _wanted(run)
    while board.total[cells.PLACED] < wanted and not run.stopped:
        before = board.total[cells.PLACED]
        _climb(run, run.left() * 0.3)
        if board.total[cells.PLACED] == before and run.left() < 0.3 * run.limit:
            break
    if not run.stopped and run.ground.plain:
        _polish(run, run.left())


def _wanted(run: Run) -> int:
    """How many requests have to be placed where all have to be."""
    return int((run.problem.requests.wish != Wish.NEVER).sum())


def _answer(run: Run, seed: int) -> Answer:
    total = run.ground.board.total
    placed, weight, breaks = (int(total[i]) for i in (cells.PLACED, cells.WEIGHT, cells.GAPS))
    choose_best = run.problem.rules.aim is Aim.CHOOSE
    done = choose_best or placed == _wanted(run)
    best = weight == run.bound and not run.problem.rules.breaks if choose_best else breaks == run.bound
    status = Status.OPTIMAL if done and best else Status.FEASIBLE if done else Status.UNKNOWN
    seconds = run.clock() - run.began
    return Answer(
        status,
        as_timetable(run.ground),
        placed,
        weight,
        breaks,
        run.bound,
        seconds,
        seed,
        run.problem.rules.aim,
    )


def warm() -> None:
    """Compile everything once, so that the first timetable does not wait for it."""
    from everfair.engines.scheduling.large.tiny import tiny_problem

    for aim in Aim:
        solve_large(tiny_problem(aim), clock=lambda: 0.0, limit=0.01)
