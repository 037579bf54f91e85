"""The large solver from end to end: choose, place, repair, fill, polish, under a clock and with a bound."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from everfair.engines.scheduling.large import board as cells
from everfair.engines.scheduling.large.anneal import polish
from everfair.engines.scheduling.large.board import I8, I32
from everfair.engines.scheduling.large.bound import fewest_breaks
from everfair.engines.scheduling.large.build import Ground, adopt, as_timetable, ready
from everfair.engines.scheduling.large.flow import choose, fair_least
from everfair.engines.scheduling.large.search import all_ways, climb, place_all, smooth
from everfair.engines.scheduling.measure import worth
from everfair.engines.scheduling.types import (
    Aim,
    Answer,
    Clock,
    Ints,
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
HEAT = 0.01  # highest temperature of the climb, in mean weights
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
    plan: float = (
        0.0  # seconds of the limit not yet planned for: work follows from this, not from what a clock says
    )
    bound: int | None = None
    stopped: bool = False
    refused: bool = False  # the listener has had enough: not even the quick passes go on
    tight: I8 = field(default_factory=lambda: np.zeros(0, np.int8))  # [people] whose time is worth most
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
            self.refused = not self.report(told)
        self.stopped = self.stopped or self.refused or self.left() <= 0
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

    Work is counted in steps that follow from `limit` alone; so a machine that is quick enough gives the same answer for the
    same input, and a slow one is ended by the clock. UNKNOWN with a table: not everything could be placed.
    """
    began = clock()
    ground = ready(problem, seed)
    rng = np.array([np.random.default_rng([seed, 11]).integers(1, 2**63)], np.uint64)
    run = Run(problem, ground, rng, clock, began, limit, report)
    run.plan = limit
    run.order = _order(run, seed)
    run.tight = np.ones(len(problem.people), np.int8)
    adopted = None
    if start is not None:
        adopt(ground, start)
        adopted = as_timetable(ground), ground.board.req.copy()
    if problem.rules.aim is Aim.CHOOSE:
        _choose(run)
    else:
        _place_everything(run)
    if adopted is not None and worth(problem, adopted[0]) > worth(problem, as_timetable(ground)):
        restore(ground, adopted[1])
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
    board, requests = run.ground.board, run.problem.requests
    order = run.order
    possible = run.ground.open
    a, b = board.req[:, cells.A].astype(np.int64), board.req[:, cells.B].astype(np.int64)
    seats = int(run.problem.places.capacity.sum())
    most, least = board.per[:, cells.MOST].astype(np.int64), board.per[:, cells.LEAST].astype(np.int64)
    which = np.flatnonzero(possible)
    if run.problem.rules.share_first:
        least = fair_least(a[which], b[which], most, least, seats)
        board.per[:, cells.LEAST] = least
        board.total[cells.SHORT] = np.maximum(0, least - board.per[:, cells.COUNT]).sum()
    chosen = choose(a[which], b[which], requests.weight[which], most, least, seats)
    run.bound = chosen.bound if not run.problem.people.groups else _bound_of_groups(run, which, most, seats)
    run.tell("select")
    taken = np.zeros(len(requests), np.bool_)
    taken[which[chosen.taken]] = True
    reach = np.bincount(np.concatenate([a[taken], b[taken]]), minlength=len(most))
    run.tight = np.ascontiguousarray(reach >= most, np.int8)
    _bring_in(run, order[taken[order]], ((0, False),), "place")
    _bring_in(run, order[taken[order]], ((1 << 30, False), (1 << 30, True)), "repair")
    _bring_in(run, order, ((0, False), (6, False)), "repair")
    if not run.stopped and (run.bound is None or board.total[cells.WEIGHT] < run.bound):
        _climb(run, run.plan * _share_for_weight(run))
    if not run.stopped:
        _polish(run)


def _bound_of_groups(run: Run, which: Ints, most: Ints, seats: int) -> int:
    """No timetable weighs more, whoever of each group meets: a group is one more who wants as many as its people."""
    requests, groups = run.problem.requests, run.problem.people.groups
    together = np.array([most[list(dict.fromkeys(group))].sum() for group in groups], np.int64)
    most = np.concatenate((most, together))
    a, b = requests.a[which], requests.b[which]
    return choose(a, b, requests.weight[which], most, np.zeros_like(most), seats).bound


def _share_for_weight(run: Run) -> float:
    """How much of the time is for weight: little where next to nothing is left to gain."""
    weight = int(run.ground.board.total[cells.WEIGHT])
    if run.bound is not None and run.bound - weight <= run.bound * 0.00005:
        return 0.05
    return 0.88 if run.ground.plain and not run.problem.rules.breaks else 0.4


def _bring_in(run: Run, order: I32, passes: tuple[tuple[int, bool], ...], step: str) -> None:
    ground = run.ground
    for effort, room in passes:
        for part in np.array_split(order, max(1, len(order) // (20_000 if effort == 0 else 1_000))):
            if run.refused or (run.stopped and effort > 0) or not len(part):
                break  # what is quick is done even after time: a table without it would be of no use
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
    pace = min(seconds, run.left())
    if not len(run.order) or pace <= 0:
        return
    weight = run.problem.requests.weight[run.order]
    scale = float(max(1.0, weight.mean()))
    prices = np.array([4 * int(weight.max(initial=1)), run.problem.rules.breaks], np.int64)
    at, of = _adjacent(run)
    steps = int(seconds * CLIMBS_A_SECOND / CHUNKS)
    best = _worth(run, prices), board.req.copy()
    began, done = run.clock(), 0.0
    while done < 1:
        heat = scale * HEAT * (1 - done) ** 2 + 1e-9
        climb(board, ground.rich, ground.log, run.rng, at, of, run.order, run.tight, steps, heat, prices)
        done = min(1.0, max(done + 1 / CHUNKS, (run.clock() - began) / pace))
        worth = _worth(run, prices)
        if worth > best[0]:
            best = worth, board.req.copy()
        if not run.tell("polish") or board.total[cells.WEIGHT] == run.bound:
            break
    run.plan -= seconds * done
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


def _polish(run: Run) -> None:
    """Fewer breaks and ways with the same meetings; the best state without overdrawn tables is kept."""
    ground, board = run.ground, run.ground.board
    order = run.order[board.req[run.order, cells.SLOT] >= 0]
    pace = min(run.plan, run.left())
    if not len(order) or pace <= 0:
        return
    began, steps = run.clock(), int(run.plan * POLISHES_A_SECOND / CHUNKS)
    cost, walking = _cost_of_breaks(run), _walking(run)
    best = _standing(run, cost), board.req.copy()
    hot, cold = HOT, COLD
    done = 0.0
    while done < 1:
        now = min(1.0, max(done + 1 / CHUNKS, (run.clock() - began) / pace))
        there, here = hot * (cold / hot) ** done, hot * (cold / hot) ** now
        price = 0.6 + 2.4 * max(0.0, (now - 0.8) / 0.2)
        if ground.plain:
            polish(board, ground.log, run.rng, order, steps, there, here, price, cost)
        else:
            smooth(board, ground.rich, ground.log, run.rng, order, steps // 50, there, walking, cost)
        done = now
        if board.total[cells.OVER] == 0:
            standing = _standing(run, cost)
            if standing <= best[0]:
                best = standing, board.req.copy()
        if not run.tell("polish"):
            break
        if (
            run.bound is not None
            and best[0][:3] <= (0, run.bound, 0)
            and run.problem.rules.aim is Aim.PLACE_ALL
        ):
            break
    if board.total[cells.OVER] or _standing(run, cost) > best[0]:
        restore(ground, best[1])


def _walking(run: Run) -> float:
    """What a unit of way counts beside a break. Where all have to be placed, the longest way less than any break."""
    rules, price = run.problem.rules, run.problem.places.price
    if rules.aim is Aim.CHOOSE or not rules.walking:
        return rules.walking / max(1, rules.breaks)
    return 0.5 / max(1, int(price.max(initial=0)))


def _standing(run: Run, cost: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """How good the diaries are, less is better: fairness, breaks and ways as `Rules` has it, then evenness."""
    board, rules = run.ground.board, run.problem.rules
    breaks = board.per[:, cells.BREAKS]
    ways = 0.0
    if rules.walking and run.problem.places.price.any():
        ways = float(rules.walking * all_ways(board, run.ground.rich))
    gaps, uneven = float(board.total[cells.GAPS]), float(cost[breaks].sum())
    if rules.aim is Aim.CHOOSE:
        return 0.0, gaps * rules.breaks + ways, 0.0, uneven
    return _unfair(run), gaps, ways, uneven


def _cost_of_breaks(run: Run) -> NDArray[np.float64]:
    """What h breaks of one person cost: h and a little more, and much more above the bound of fairness."""
    breaks = np.arange(len(run.problem.slots) + 3, dtype=np.float64)
    fairness = run.problem.rules.fairness
    if fairness >= 0 and run.problem.rules.aim is Aim.PLACE_ALL:
        breaks += 20 * np.maximum(0, breaks - fairness)
        return breaks
    breaks += UNEVEN * breaks * (breaks - 1)
    return breaks


def _place_everything(run: Run) -> None:
    board = run.ground.board
    run.bound = fewest_breaks(board)
    _bring_in(run, run.order, ((0, False), (1 << 30, False), (1 << 30, True)), "place")
    wanted = _wanted(run)
    for _ in range(3):
        if board.total[cells.PLACED] == wanted or run.stopped:
            break
        _climb(run, run.plan * 0.4)
        _bring_in(run, run.order, ((400, True),), "repair")
    if not run.stopped:
        _polish(run)


def _fair(run: Run) -> bool:
    """Whether the bound of fairness is kept."""
    return _unfair(run) == 0


def _unfair(run: Run) -> int:
    """By how many breaks the bound of fairness is passed."""
    breaks = run.ground.board.per[:, cells.BREAKS]
    fairness = run.problem.rules.fairness
    return 0 if fairness < 0 or not len(breaks) else max(0, int(breaks.max() - breaks.min()) - fairness)


def _wanted(run: Run) -> int:
    """How many requests have to be placed where all have to be."""
    return int((run.problem.requests.wish != Wish.NEVER).sum())


def _answer(run: Run, seed: int) -> Answer:
    total = run.ground.board.total
    placed, weight, breaks = (int(total[i]) for i in (cells.PLACED, cells.WEIGHT, cells.GAPS))
    choose_best = run.problem.rules.aim is Aim.CHOOSE
    done = choose_best or (placed == _wanted(run) and _fair(run))
    rules = run.problem.rules
    best = breaks == run.bound and not (
        rules.walking and run.problem.places.price.any()
    )  # ways are not bounded
    if choose_best:  # nothing else is asked for, and the weight is all there can be
        best = weight == run.bound and not (
            rules.breaks or rules.walking or rules.share_first or total[cells.SHORT]
        )
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
    """Compile everything once, so that the first timetable does not wait for it; a second call only loads it."""
    from everfair.engines.scheduling.large.tiny import tiny_problem

    for aim in Aim:
        problem = tiny_problem(aim)
        solve_large(problem, clock=lambda: 0.0, limit=0.01)
    ground = ready(problem, 0)
    rng = np.ones(1, np.uint64)
    run = Run(problem, ground, rng, lambda: 0.0, 0.0, 1.0, None)
    run.order, run.tight = _order(run, 0), np.ones(len(problem.people), np.int8)
    at, of = _adjacent(run)
    board, rich, log = ground.board, ground.rich, ground.log
    place_all(board, rich, log, rng, run.order, 9, True)
    prices, cost = np.zeros(2, np.int64), _cost_of_breaks(run)
    climb(board, rich, log, rng, at, of, run.order, run.tight, 1, 1.0, prices)
    smooth(board, rich, log, rng, run.order, 1, 1.0, 0.0, cost)
    all_ways(board, rich)
    polish(board, log, rng, run.order, 1, 0.4, 0.1, 1.0, cost)
    e = int(np.flatnonzero(board.req[:, cells.SLOT] >= 0)[0])
    t, k = int(board.req[e, cells.SLOT]), int(board.req[e, cells.PLACE])
    log.n[0] = 0
    cells.change(board, log, e, t, k)  # the few that are also called one by one
    if cells.may(board, e, t) and cells.valid(board, rich, log, 0):
        cells.undo(board, log, 0)
    cells.lift(board, e)
    cells.put(board, e, t, k)
