"""A timetable as open diaries, for few changes: what hinders a meeting here and now, put it in, take it out.

For a repair and for reasons; the solvers of many thousand meetings have compiled code of their own.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from everfair.engines.scheduling import allowed
from everfair.engines.scheduling.types import NONE, Bools, Cause, Ints, Problem, Timetable


class Seat(NamedTuple):
    """Where and when a meeting is, and who sits in it."""

    slot: int
    place: int
    a: int
    b: int


class Diaries:
    """Everybody's diary, and how many places and interpreters are taken."""

    def __init__(self, problem: Problem, table: Timetable) -> None:
        """`table` may break no rule of a person in two meetings at a time; it is copied."""
        self.problem = problem
        people, n = len(problem.people), len(problem.slots)
        self.slot, self.place, self.a, self.b = (
            column.copy() for column in (table.slot, table.place, table.a, table.b)
        )
        rows = np.flatnonzero(table.slot != NONE)
        slots = self.slot[rows]
        self.at: Ints = np.full((people, n), NONE, dtype=np.int64)
        self.at[self.a[rows], slots] = rows
        self.at[self.b[rows], slots] = rows
        self.used: Ints = np.zeros_like(problem.places.capacity)
        np.add.at(self.used, (self.place[rows], slots), 1)
        self.talking: Ints = np.zeros_like(problem.places.interpreters)
        spoken = problem.requests.interpreter[rows]
        np.add.at(self.talking, (spoken[spoken != NONE], slots[spoken != NONE]), 1)
        self.seats: Ints = np.bincount(np.concatenate((self.a[rows], self.b[rows])), minlength=people)
        begins = np.union1d([0], np.flatnonzero(~problem.slots.runs_on))
        day = np.searchsorted(begins, np.arange(n), side="right") - 1
        self._day_first = begins[day].tolist()
        self._day_end = np.append(begins[1:], n)[day].tolist()
        self._far = bool(problem.places.change.any())

    def table(self) -> Timetable:
        """What the diaries hold now."""
        return Timetable(self.slot.copy(), self.place.copy(), self.a.copy(), self.b.copy())

    def seat(self, r: int) -> Seat:
        return Seat(int(self.slot[r]), int(self.place[r]), int(self.a[r]), int(self.b[r]))

    def take(self, r: int) -> Seat:
        """Takes a placed meeting out; where it was."""
        seat = self.seat(r)
        self.at[[seat.a, seat.b], seat.slot] = NONE
        self._count(r, seat, -1)
        self.slot[r] = self.place[r] = NONE
        return seat

    def put(self, r: int, seat: Seat) -> None:
        """Places a meeting where nothing hinders it."""
        self.slot[r], self.place[r], self.a[r], self.b[r] = seat
        self.at[[seat.a, seat.b], seat.slot] = r
        self._count(r, seat, 1)

    def _count(self, r: int, seat: Seat, by: int) -> None:
        self.used[seat.place, seat.slot] += by
        self.seats[[seat.a, seat.b]] += by
        language = self.problem.requests.interpreter[r]
        if language != NONE:
            self.talking[language, seat.slot] += by

    # What a request may have --------------------------------------------------------------------------------
    def members(self, side: int) -> tuple[int, ...]:
        """The person, or the colleagues who may stand in for each other."""
        people = self.problem.people
        return (side,) if side < len(people) else people.groups[side - len(people)]

    def pairs(self, r: int) -> Iterator[tuple[int, int]]:
        """Who may sit in the meeting: one of each side, not the same person twice; those with fewer meetings first."""
        requests = self.problem.requests
        sides = [
            sorted(self.members(int(side)), key=lambda person: int(self.seats[person]))
            for side in (requests.a[r], requests.b[r])
        ]
        return ((a, b) for a in sides[0] for b in sides[1] if a != b)

    def pools(self, r: int) -> list[int]:
        """Pools that suit, preferred ones first."""
        requests = self.problem.requests
        if requests.locked[r] and requests.locked_place[r] != NONE:
            return [int(requests.locked_place[r])]
        return [pool for pool in requests.places[r].tolist() if pool != NONE]

    def open_to(self, r: int) -> Bools:
        """[n] slots the request may lie in by itself, whoever else meets."""
        return np.asarray(allowed.allowed(self.problem, np.array([r]))[0])

    # What hinders -------------------------------------------------------------------------------------------
    def room(self, r: int, slot: int) -> list[int]:
        """Pools that suit and have a place left in the slot; none if an interpreter is lacking."""
        return (
            []
            if self.mute(r, slot)
            else [
                pool
                for pool in self.pools(r)
                if self.used[pool, slot] < self.problem.places.capacity[pool, slot]
            ]
        )

    def mute(self, r: int, slot: int) -> bool:
        """Whether an interpreter is needed and none is left."""
        language = int(self.problem.requests.interpreter[r])
        return language != NONE and bool(
            self.talking[language, slot] >= self.problem.places.interpreters[language, slot]
        )

    def full(self, person: int) -> bool:
        """Whether a person has as many meetings as she wants."""
        most = int(self.problem.people.most[person])
        return most != NONE and int(self.seats[person]) >= most

    def hindrance(self, r: int, seat: Seat) -> Cause | None:
        """What else stands against a meeting whose people, place and interpreter are free; None if nothing does."""
        if self.full(seat.a) or self.full(seat.b):
            return Cause.CAP
        for person in (seat.a, seat.b):
            if self._tired(person, seat.slot):
                return Cause.PAUSE
            if self._far and self._too_far(person, seat):
                return Cause.WAY
        return Cause.ORDER if self._out_of_order(r, seat.slot) else None

    def _tired(self, person: int, slot: int) -> bool:
        people, runs_on = self.problem.people, self.problem.slots.runs_on
        row = self.at[person]
        longest = int(people.longest_run[person])
        if longest != NONE:
            first = last = slot
            while first > 0 and runs_on[first] and row[first - 1] != NONE:
                first -= 1
            while last + 1 < len(row) and runs_on[last + 1] and row[last + 1] != NONE:
                last += 1
            if last - first + 1 > longest:
                return True
        for rest in people.rests:
            if rest.who[person] and rest.slots[slot]:
                taken = row != NONE
                taken[slot] = True
                if taken[rest.slots].all():
                    return True
        return False

    def _too_far(self, person: int, seat: Seat) -> bool:
        places, slots = self.problem.places, self.problem.slots
        others = np.flatnonzero(self.at[person] != NONE)
        areas = places.area[self.place[self.at[person, others]]]
        here = places.area[seat.place]
        earlier = others < seat.slot
        before = slots.starts[seat.slot] - slots.ends[others] < places.change[areas, here]
        behind = slots.starts[others] - slots.ends[seat.slot] < places.change[here, areas]
        return bool(np.where(earlier, before, behind).any())

    def _out_of_order(self, r: int, slot: int) -> bool:
        after = self.problem.requests.after
        if not len(after):
            return False
        first = self.slot[after[after[:, 1] == r, 0]]
        second = self.slot[after[after[:, 0] == r, 1]]
        return bool((first >= slot).any() or ((second != NONE) & (second <= slot)).any())

    def breaks_added(self, person: int, slot: int) -> int:
        """How many breaks a meeting in an idle slot adds to a person's day: −1, 0 or 1."""
        runs_on, row = self.problem.slots.runs_on, self.at[person]
        before = slot > 0 and runs_on[slot] and row[slot - 1] != NONE
        behind = slot + 1 < len(row) and runs_on[slot + 1] and row[slot + 1] != NONE
        if before or behind:
            return -1 if before and behind else 0
        return int((row[self._day_first[slot] : self._day_end[slot]] != NONE).any())
