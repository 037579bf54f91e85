"""Mends a timetable after a loss with the fewest meetings moved. Nothing is planned anew; what is confirmed stays or goes.

A meeting that lost its slot or its place looks for another one, first without touching others, then by moving one other
meeting, then two. Room that becomes free is offered to requests left over. See docs/algorithms/timetables.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from everfair.engines.scheduling import allowed
from everfair.engines.scheduling.diaries import Diaries, Seat
from everfair.engines.scheduling.types import (
    NONE,
    Bools,
    Clock,
    Ints,
    Loss,
    Moved,
    Problem,
    Repair,
    Timetable,
    Wish,
)
from everfair.engines.scheduling.validate import ProblemError

SLOT_LOST, PLACE_LOST, ROOM_MADE = "its slot was lost", "its place was lost", "to make room"
OTHERS = 2  # how many other meetings may move for one that lost its slot or place
TRIES = 300  # seats tried for one such meeting when others have to move
GUESTS = 8  # meetings of a full pool that are tried as the one to go
OFFERS = 40  # requests left over that are offered what became free


def lose(problem: Problem, loss: Loss, *, seed: int = 0) -> Problem:
    """The problem after `loss`: people less free, places fewer, cancelled requests never.

    Locks whose meeting cannot stay (a person is away, no place is left) are opened, but the slot stays fixed, so such a
    meeting never moves. Raises ProblemError when the loss names what is not there.
    """
    _validate(problem, loss)
    free, capacity = problem.people.free.copy(), problem.places.capacity.copy()
    wish, locked = problem.requests.wish.copy(), problem.requests.locked.copy()
    for person, slot in loss.not_free:
        free[person, slot] = False
    for pool, slot, count in loss.lost_places:
        capacity[pool, slot] = max(0, int(capacity[pool, slot]) - count)
    wish[list(loss.cancelled)] = Wish.NEVER
    locked[list(loss.cancelled)] = False
    changed = replace(
        problem,
        people=replace(problem.people, free=free),
        places=replace(problem.places, capacity=capacity),
        requests=replace(problem.requests, wish=wish, locked=locked),
    )
    _open_locks(changed, loss, np.random.default_rng(seed))
    return changed


def _open_locks(problem: Problem, loss: Loss, draw: np.random.Generator) -> None:
    """Opens, in place, locks that the loss broke: of too many meetings at a place the lightest, ties by lot."""
    requests = problem.requests
    struck = np.array([slot for _person, slot in loss.not_free], dtype=np.int64)
    rows = np.flatnonzero(requests.locked & np.isin(requests.fixed_slot, struck))
    possible = allowed.common(problem, rows)[np.arange(len(rows)), requests.fixed_slot[rows]]
    requests.locked[rows[~possible]] = False
    for pool, slot, _count in loss.lost_places:
        here = requests.locked & (requests.fixed_slot == slot) & (requests.locked_place == pool)
        rows = np.flatnonzero(here)
        too_many = len(rows) - int(problem.places.capacity[pool, slot])
        if too_many > 0:
            lightest = np.lexsort((draw.random(len(rows)), requests.weight[rows]))[:too_many]
            requests.locked[rows[lightest]] = False


def _validate(problem: Problem, loss: Loss) -> None:
    requests, people, n = len(problem.requests), len(problem.people), len(problem.slots)
    if not all(0 <= r < requests for r in loss.cancelled):
        raise ProblemError("loss.cancelled", "names a request that is not there.")
    if not all(0 <= person < people and 0 <= slot < n for person, slot in loss.not_free):
        raise ProblemError("loss.not_free", "names a person or a slot that is not there.")
    for pool, slot, count in loss.lost_places:
        if not (0 <= pool < len(problem.places) and 0 <= slot < n):
            raise ProblemError("loss.lost_places", "names a pool or a slot that is not there.")
        if count < 1:
            raise ProblemError("loss.lost_places", "how many are lost has to be 1 or more.")


def repair(
    problem: Problem,
    table: Timetable,
    loss: Loss,
    *,
    clock: Clock,
    seed: int = 0,
    limit: float = 5.0,
    fill: bool = True,
) -> Repair:
    """`table` after `loss`. For one loss at most three meetings move: the one that was hit and two others.

    The answer is good for `lose(problem, loss, seed=seed)`, but for locked meetings that are dropped. Meetings locked in `problem`
    keep their slot and locked place, at most a colleague steps in; those that cannot are among `dropped`. `fill` offers
    freed room to requests left over, those of most weight first, ties by `seed`. The work is bounded by steps, so that
    the same input gives the same answer; `limit` seconds only guard against a machine that stands still. Raises
    ProblemError for a loss that means nothing.
    """
    changed = lose(problem, loss, seed=seed)
    mending = _Mending(changed, problem.requests.locked, table, clock, seed, limit)
    freed = mending.clear(loss)
    mending.settle()
    filled = mending.fill(freed) if fill else ()
    return Repair(mending.diaries.table(), tuple(mending.moved), tuple(sorted(mending.dropped)), filled)


class _Mending:
    """One repair on its way."""

    def __init__(
        self, problem: Problem, confirmed: Bools, table: Timetable, clock: Clock, seed: int, limit: float
    ) -> None:
        self.problem = problem
        self.confirmed = confirmed
        self.diaries = Diaries(problem, table)
        self.clock = clock
        self.until = clock() + limit
        self.draw = np.random.default_rng(seed)
        self.tries = TRIES
        self.homeless: dict[int, tuple[Seat, str]] = {}  # lost its slot or place: where it was, why
        self.moved: list[Moved] = []
        self.dropped: list[int] = []

    # Taking out -----------------------------------------------------------------------------------------------
    def clear(self, loss: Loss) -> list[Seat]:
        """Takes out what cannot stay. Returns what cancelled meetings left free."""
        freed = [self.diaries.take(r) for r in loss.cancelled if self.diaries.slot[r] != NONE]
        for person, slot in loss.not_free:
            r = int(self.diaries.at[person, slot])
            if r != NONE:
                self._unhouse(r, SLOT_LOST)
        for pool, slot, _count in loss.lost_places:
            for r in self._evicted(pool, slot):
                self._unhouse(r, PLACE_LOST)
        return freed

    def _unhouse(self, r: int, why: str) -> None:
        self.homeless[r] = (self.diaries.take(r), why)

    def _evicted(self, pool: int, slot: int) -> list[int]:
        """Who leaves a pool that became too small: unconfirmed meetings that find another pool in the slot, then the lightest."""
        too_many = int(self.diaries.used[pool, slot] - self.problem.places.capacity[pool, slot])
        if too_many <= 0:
            return []
        here = np.flatnonzero((self.diaries.slot == slot) & (self.diaries.place == pool)).tolist()
        requests = self.problem.requests

        def order(r: int) -> tuple[int, bool, int, float]:
            tied = int(requests.locked[r]) + int(requests.locked[r] and requests.locked_place[r] == pool)
            elsewhere = [other for other in self.diaries.room(r, slot) if other != pool]
            return tied, not elsewhere, int(requests.weight[r]), float(self.draw.random())

        # A confirmed meeting whose lock the loss opened has to go whatever it weighs.
        lost = [r for r in here if self.confirmed[r] and not requests.locked[r]]
        others = sorted((r for r in here if r not in lost), key=order)
        return [*lost, *others][:too_many]

    # Putting in -----------------------------------------------------------------------------------------------
    def settle(self) -> None:
        """Finds room for everything homeless, the heaviest first, with as few other meetings moved as can be."""
        weight = self.problem.requests.weight
        waiting = sorted(self.homeless, key=lambda r: (-int(weight[r]), float(self.draw.random())))
        for r in waiting:
            if self.confirmed[r] and not self.problem.requests.locked[r]:
                self.dropped.append(r)
                continue
            self.tries = TRIES
            for others in range(1 if self.confirmed[r] else OTHERS + 1):
                steps = self._place(r, self.homeless[r][0].slot, others, frozenset(self.homeless))
                if steps is not None:
                    self._tell(r, steps)
                    break
            else:
                self.dropped.append(r)

    def _place(
        self, r: int, near: int, others: int, settled: frozenset[int]
    ) -> list[tuple[int, Seat, Seat]] | None:
        """Puts `r` in, moving up to `others` meetings not in `settled`; (request, from, to) of each of those, or None.

        `others` 0 needs an idle slot. Otherwise the people or places of one slot are made idle by moving who is there.
        """
        direct = self._direct(r, near)
        if direct is not None:
            self.diaries.put(r, direct)
            return []
        if not others:
            return None
        for seat, blockers in self._blocked(r, others, settled):
            self.tries -= 1
            if self.tries < 0 or self.clock() > self.until:
                return None
            steps = self._push(r, seat, blockers, others, settled)
            if steps is not None:
                return steps
        return None

    def _push(
        self, r: int, seat: Seat, blockers: Sequence[int], others: int, settled: frozenset[int]
    ) -> list[tuple[int, Seat, Seat]] | None:
        """Puts `r` where `blockers` sit and finds room for them; everything as before when that fails."""
        before = [(each, self.diaries.take(each)) for each in blockers]
        if self.diaries.hindrance(r, seat) is not None or not self._holds(r, seat):
            for each, old in before:
                self.diaries.put(each, old)
            return None
        self.diaries.put(r, seat)
        steps: list[tuple[int, Seat, Seat]] = []
        left = others - len(blockers)
        for each, old in before:
            further = self._place(each, old.slot, left, settled | {r, *blockers})
            if further is None:
                self._undo(r, before, steps)
                return None
            steps += [*further, (each, old, self.diaries.seat(each))]
            left -= len(further)
        return steps

    def _undo(self, r: int, before: list[tuple[int, Seat]], steps: list[tuple[int, Seat, Seat]]) -> None:
        self.diaries.take(r)
        for each, _old, _new in steps:
            self.diaries.take(each)
        blockers = {each for each, _old in before}
        for each, old, _new in steps:
            if each not in blockers:
                self.diaries.put(each, old)
        for each, old in before:
            self.diaries.put(each, old)

    def _holds(self, r: int, seat: Seat) -> bool:
        return seat.place in self.diaries.room(r, seat.slot)

    def _direct(self, r: int, near: int) -> Seat | None:
        """The best seat that nothing hinders: fewest breaks more, then close to slot `near`, then the preferred pool."""
        best: tuple[int, int, int] | None = None
        found = None
        free, at = self.problem.people.free, self.diaries.at
        open_to = self.diaries.open_to(r)
        for a, b in self.diaries.pairs(r):
            if self.diaries.full(a) or self.diaries.full(b):
                continue
            idle = open_to & free[a] & free[b] & (at[a] == NONE) & (at[b] == NONE)
            for slot in np.flatnonzero(idle).tolist():
                for rank, pool in enumerate(self.diaries.room(r, slot)):
                    seat = Seat(slot, pool, a, b)
                    breaks = self.diaries.breaks_added(a, slot) + self.diaries.breaks_added(b, slot)
                    key = (breaks, abs(slot - near), rank)
                    if (best is None or key < best) and self.diaries.hindrance(r, seat) is None:
                        best, found = key, seat
        return found

    def _blocked(self, r: int, others: int, settled: frozenset[int]) -> Iterator[tuple[Seat, list[int]]]:
        """Seats that up to `others` movable meetings stand against, those with fewer in the way first."""
        found: list[tuple[int, Seat, list[int]]] = []
        if not (self.diaries.used < self.problem.places.capacity).any():
            return iter(())  # whoever makes room needs a place as well
        free, at = self.problem.people.free, self.diaries.at
        open_to = self.diaries.open_to(r)
        for a, b in self.diaries.pairs(r):
            for slot in np.flatnonzero(open_to & free[a] & free[b]).tolist():
                diaries = sorted({int(at[a, slot]), int(at[b, slot])} - {NONE})
                if len(diaries) > others or not all(self._movable(each, settled) for each in diaries):
                    continue
                found += [
                    (len(way), seat, way)
                    for seat, way in self._seats(r, slot, a, b, diaries, others, settled)
                ]
        found.sort(key=lambda each: each[0])
        return ((seat, blockers) for _count, seat, blockers in found)

    def _seats(
        self, r: int, slot: int, a: int, b: int, diaries: list[int], others: int, settled: frozenset[int]
    ) -> Iterator[tuple[Seat, list[int]]]:
        """Pools of one slot, with who has to go there: the two people's own meetings, and one more where all is taken."""
        roomy = self.diaries.room(r, slot)
        for pool in self.diaries.pools(r):
            seat = Seat(slot, pool, a, b)
            if pool in roomy or any(self.diaries.place[each] == pool for each in diaries):
                if diaries:
                    yield seat, diaries
            elif len(diaries) < others:
                here = np.flatnonzero((self.diaries.slot == slot) & (self.diaries.place == pool))
                for each in self.draw.permutation(here).tolist()[:GUESTS]:
                    if each not in diaries and self._movable(each, settled):
                        yield seat, [*diaries, each]

    def _movable(self, r: int, settled: frozenset[int]) -> bool:
        return r not in settled and not self.confirmed[r]

    def _tell(self, r: int, steps: list[tuple[int, Seat, Seat]]) -> None:
        old, why = self.homeless[r]
        new = self.diaries.seat(r)
        self.moved.append(Moved(r, old.slot, new.slot, old.place, new.place, why))
        for each, before, after in steps:
            self.moved.append(
                Moved(each, before.slot, after.slot, before.place, after.place, ROOM_MADE, for_request=r)
            )

    # Offering what is free --------------------------------------------------------------------------------------
    def fill(self, freed: Sequence[Seat]) -> tuple[int, ...]:
        """Places requests left over into what became free, up to one for each person whom the loss gave time; which."""
        filled: list[int] = []
        seats = [*freed, *(old for r, (old, _why) in self.homeless.items() if r in self.dropped)]
        for r in self._candidates(seats).tolist()[:OFFERS]:
            if len(filled) >= 2 * len(seats):
                break
            seat = self._direct(r, seats[0].slot)
            if seat is not None:
                self.diaries.put(r, seat)
                filled.append(r)
        return tuple(filled)

    def _candidates(self, freed: Sequence[Seat]) -> Ints:
        """Requests left over that the freed people or places may serve, the heaviest first, ties by lot."""
        requests, people = self.problem.requests, self.problem.people
        waiting = (self.diaries.slot == NONE) & (requests.wish != Wish.NEVER)
        waiting[self.dropped] = False
        rows = np.flatnonzero(waiting) if freed else np.zeros(0, dtype=np.int64)
        idle = people.free & (self.diaries.at == NONE)
        idle[(people.most != NONE) & (self.diaries.seats >= people.most)] = False
        concerned = np.zeros(len(people), dtype=np.bool_)
        concerned[[person for seat in freed for person in (seat.a, seat.b)]] = True
        if people.groups:
            idle = np.concatenate((idle, [idle[list(group)].any(axis=0) for group in people.groups]))
            concerned = np.concatenate((concerned, [concerned[list(group)].any() for group in people.groups]))
        a, b = requests.a[rows], requests.b[rows]
        served = concerned[a] | concerned[b]
        for slot in {seat.slot for seat in freed}:
            then = idle[:, slot].copy()
            served |= then[a] & then[b]
        rows = rows[served]
        may = allowed.allowed(self.problem, rows, self.diaries.used)
        rows = rows[(idle[requests.a[rows]] & idle[requests.b[rows]] & may).any(axis=1)]
        return np.asarray(rows[np.lexsort((self.draw.random(len(rows)), -requests.weight[rows]))])
