"""Rows → the engine's problem, and the engine's timetable → rows of a run. The thinking is the engine's."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise

import numpy as np

from everfair.engines.scheduling import (
    NONE,
    Aim,
    Loss,
    Problem,
    Requests,
    Rules,
    Timetable,
    weigh,
)
from everfair.engines.scheduling.types import Bools, Ints
from everfair.meetings.bridge import ground
from everfair.meetings.bridge.gate import Gate
from everfair.meetings.bridge.ground import AT_STAND, ONLINE, Clockwork, Pool
from everfair.meetings.bridge.pairs import Row, rows_of
from everfair.meetings.models import PlaceKind, Resource, Run
from everfair.meetings.queries.inputs import Inputs, Person

NO_LOSS = Loss()


@dataclass(frozen=True, eq=False)
class Made:
    """A problem with what its numbers stand for. `chosen[r]` is the row of the problem's request r."""

    problem: Problem
    rows: list[Row]
    chosen: list[int]
    people: list[Person]
    pools: list[Pool]
    clock: Clockwork
    masks: dict[str, Bools]
    inputs: Inputs
    start: Timetable | None = None
    loss: Loss = NO_LOSS

    @cached_property
    def staff(self) -> dict[int, list[int]]:
        """Exhibitor → its people who take part."""
        found: dict[int, list[int]] = defaultdict(list)
        for person in self.inputs.people.values():
            if person.exhibitor:
                found[person.exhibitor].append(person.pk)
        return found

    @property
    def digest(self) -> str:
        """Of what the run is made from: another one, and something changed meanwhile."""
        found = hashlib.sha256()
        people, requests = self.problem.people, self.problem.requests
        columns = (
            self.problem.slots.starts, people.free, people.most, people.least, self.problem.places.capacity,
            requests.a, requests.b, requests.wish, requests.locked, requests.fixed_slot, requests.places,
        )  # fmt: skip
        for column in columns:
            found.update(np.ascontiguousarray(column).tobytes())
        found.update(repr([(row.a, row.b, int(row.wish)) for row in self.rows]).encode())
        found.update(repr([person.pk for person in self.people]).encode())
        return found.hexdigest()


class NothingToPlace(Exception):
    """There is no slot, or no request that could be placed: nothing to solve."""


def make_problem(inputs: Inputs, kind: str, options: Mapping[str, int | bool], now: datetime) -> Made:
    """What the engine gets. Raises NothingToPlace; the engine's own ProblemError comes when it is solved."""
    rows = [_who_understand_each_other(row, inputs.people) for row in rows_of(inputs, kind, now)]
    pools = ground.pools_of(inputs)
    if not inputs.slots:
        raise NothingToPlace
    clock = ground.clockwork(inputs, now)
    kinds = _Kinds.of(pools, ground.firms_at_their_stand(inputs, clock, pools))
    gate = Gate(inputs, pools)
    suits = [_pools_for(row, inputs, pools, kinds, gate) for row in rows]
    chosen = [r for r, row in enumerate(rows) if row.can_be and (suits[r] or row.held)]
    if not chosen:
        raise NothingToPlace
    ids = sorted({who for r in chosen for who in (*rows[r].a, *rows[r].b)})
    people = [inputs.people[who] for who in ids]
    number = {who: p for p, who in enumerate(ids)}
    masks = ground.free_masks(inputs, clock, people)
    for p, person in enumerate(people):
        if person.exhibitor not in kinds.at_their_stand:
            masks[AT_STAND][p] = False
    _take_others(clock, number, masks, rows)
    sides = _Sides(number)
    a = np.array([sides.of(rows[r].a) for r in chosen], dtype=np.int64)
    b = np.array([sides.of(rows[r].b) for r in chosen], dtype=np.int64)
    free = masks["on_site"] | masks["online"] | masks[AT_STAND]
    held = np.zeros(free.shape, dtype=np.int64)
    for r in chosen:
        meeting = rows[r].held
        if meeting is not None:
            both = [number[rows[r].a[0]], number[rows[r].b[0]]]
            held[both, clock.number[meeting.slot]] = 1
    languages = sorted(ground.interpreters_of(inputs), key=sorted)
    speech = [_languages(rows[r], inputs.people, languages) for r in chosen]
    homes = _homes(rows, chosen, pools, clock, inputs)
    requests = _requests(rows, chosen, suits, a, b, speech, homes, pools, clock, masks, number, options, gate)
    loss = Loss()
    if kind == Run.Kind.REPAIR:
        loss = _loss(rows, chosen, number, masks, pools, homes, clock, inputs, gate)
    problem = Problem(
        clock.slots,
        ground.people_of(
            people, free | (held > 0), held, sides.groups(), clock, ground.longest_held(held, clock)
        ),
        ground.places_of(
            inputs,
            clock,
            pools,
            languages,
            [
                (homes[r], clock.number[meeting.slot], speech[i])
                for i, r in enumerate(chosen)
                if (meeting := rows[r].held) is not None
            ],
        ),
        requests,
        Rules(
            Aim.CHOOSE,
            breaks=int(options.get("breaks", 0)),
            walking=int(options.get("walking", 0)),
            share_first=bool(options.get("share_first", False)),
        ),
    )
    start = _start(rows, chosen, homes, clock, number) if kind == Run.Kind.REPAIR else None
    return Made(problem, rows, chosen, people, pools, clock, masks, inputs, start, loss)


class _Sides:
    """Numbers of people and of groups of colleagues, each group once."""

    def __init__(self, number: Mapping[int, int]) -> None:
        self.number = number
        self.seen: dict[tuple[int, ...], int] = {}

    def of(self, who: tuple[int, ...]) -> int:
        if len(who) == 1:
            return self.number[who[0]]
        group = tuple(self.number[one] for one in who)
        return len(self.number) + self.seen.setdefault(group, len(self.seen))

    def groups(self) -> tuple[tuple[int, ...], ...]:
        return tuple(self.seen)


@dataclass(frozen=True)
class _Kinds:
    """Numbers of pools by what they are, looked up once: a fair has thousands of stands."""

    lines: list[int]
    tables: list[int]
    stands: dict[int, list[int]]  # of each exhibitor
    at_their_stand: set[int]  # exhibitors who meet nowhere else

    @classmethod
    def of(cls, pools: Sequence[Pool], at_their_stand: set[int]) -> "_Kinds":
        stands: dict[int, list[int]] = defaultdict(list)
        for p, pool in enumerate(pools):
            if pool.exhibitor:
                stands[pool.exhibitor].append(p)
        by_kind = {
            kind: [p for p, pool in enumerate(pools) if pool.kind == kind]
            for kind in (Resource.Kind.LINE, Resource.Kind.TABLE)
        }
        return cls(by_kind[Resource.Kind.LINE], by_kind[Resource.Kind.TABLE], stands, at_their_stand)


def _pools_for(row: Row, inputs: Inputs, pools: Sequence[Pool], kinds: _Kinds, gate: Gate) -> list[int]:
    """Pools that suit, the preferred first: the firm's stand, tables of its hall, other tables; or the lines.

    Halls into which the gate does not let everybody who may sit there are left out.
    """
    if not row.can_be:
        return []
    on_site = all(any(inputs.people[who].is_on_site for who in side) for side in (row.a, row.b))
    if row.place == PlaceKind.ONLINE or not on_site:
        return list(kinds.lines)
    home = inputs.stands_in.get(row.exhibitor or 0)
    stand = gate.open_to(row, kinds.stands.get(row.exhibitor or 0, []))
    if stand and row.exhibitor in kinds.at_their_stand and row.place != PlaceKind.TABLE:
        return stand
    tables = gate.open_to(row, sorted(kinds.tables, key=lambda p: pools[p].area != home))
    if row.place == PlaceKind.TABLE:
        return [*tables, *stand] if not row.held else tables or stand
    return [*stand, *tables]


def _take_others(
    clock: Clockwork, number: Mapping[int, int], masks: Mapping[str, Bools], rows: Sequence[Row]
) -> None:
    """Colleagues who come along to a meeting that stays are busy then."""
    for row in rows:
        if row.held is None:
            continue
        for who in (*row.held.askers[1:], *row.held.asked[1:]):
            if who in number:
                for mask in masks.values():
                    mask[number[who], clock.number[row.held.slot]] = False


def _who_understand_each_other(row: Row, people: Mapping[int, Person]) -> Row:
    """Of several colleagues those who share a language with the other side; all of them where nobody does."""
    if row.held is not None or row.needs_interpreter or len(row.a) * len(row.b) < 2:
        return row

    def share(one: int, other: int) -> bool:
        mine, theirs = set(people[one].languages), set(people[other].languages)
        return not mine or not theirs or bool(mine & theirs)

    b = tuple(other for other in row.b if all(share(one, other) for one in row.a))
    if b:
        return replace(row, b=b)
    a = tuple(one for one in row.a if all(share(one, other) for other in row.b))
    if a:
        return replace(row, a=a)
    pair = next(((one, other) for one in row.a for other in row.b if share(one, other)), None)
    return replace(row, a=(pair[0],), b=(pair[1],)) if pair else row


def _languages(row: Row, people: Mapping[int, Person], pairs: Sequence[frozenset[str]]) -> int:
    """Row of the pair of languages an interpreter is needed for; NONE where they understand each other or none is there."""
    mine = [set(people[who].languages) for who in row.a]
    theirs = [set(people[who].languages) for who in row.b]
    is_known = all(mine) and all(theirs)
    if not row.needs_interpreter and (not is_known or any(one & other for one in mine for other in theirs)):
        return NONE
    spoken, other = set().union(*mine), set().union(*theirs)
    for number, pair in enumerate(pairs):
        first, second = sorted(pair)
        if (first in spoken and second in other) or (second in spoken and first in other):
            return number
    return NONE


def _homes(
    rows: Sequence[Row], chosen: Sequence[int], pools: Sequence[Pool], clock: Clockwork, inputs: Inputs
) -> dict[int, int]:
    """Row → pool of each meeting there is. Agreed ones too close for the way count as nowhere: people settled it."""
    of = {place.pk: p for p, pool in enumerate(pools) for place in pool.rows}
    nowhere = len(pools) - 1
    homes: dict[int, int] = {}
    diaries: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for r in chosen:
        meeting = rows[r].held
        if meeting is None:
            continue
        homes[r] = of.get(meeting.resource or 0, nowhere)
        if rows[r].is_locked:
            for who in (rows[r].a[0], rows[r].b[0]):
                diaries[who].append((clock.number[meeting.slot], r))
    for diary in diaries.values():
        diary.sort()
        for (t, one), (u, other) in pairwise(diary):
            way = ground.minutes_between(pools[homes[one]].area, pools[homes[other]].area, inputs)
            if clock.slots.starts[u] - clock.slots.ends[t] < way:
                homes[one] = homes[other] = nowhere
    return homes


def _requests(
    rows: Sequence[Row],
    chosen: Sequence[int],
    suits: Sequence[list[int]],
    a: Ints,
    b: Ints,
    speech: Sequence[int],
    homes: Mapping[int, int],
    pools: Sequence[Pool],
    clock: Clockwork,
    masks: Mapping[str, Bools],
    number: Mapping[int, int],
    options: Mapping[str, int | bool],
    gate: Gate,
) -> Requests:
    count = len(chosen)
    wish = np.array([rows[r].wish for r in chosen], dtype=np.int64)
    met = np.array([rows[r].met_before for r in chosen], dtype=np.bool_)
    width = max((len(suits[r]) for r in chosen), default=1) or 1
    places = np.full((count, width), NONE, dtype=np.int64)
    fixed, home = np.full(count, NONE, dtype=np.int64), np.full(count, NONE, dtype=np.int64)
    locked = np.zeros(count, dtype=np.bool_)
    not_in: list[tuple[int, int]] = []
    free = np.logical_or.reduce(list(masks.values()))
    is_online = [bool(suits[r]) and pools[suits[r][0]].area == ONLINE for r in chosen]
    for i, r in enumerate(chosen):
        row, own = rows[r], suits[r]
        if row.held is not None and (row.is_locked or homes[r] not in own):
            is_shut = not row.is_locked and not gate.open_to(row, [homes[r]])
            home_or_none = [len(pools) - 1] if is_shut and not own else [] if is_shut else [homes[r]]
            own = [*home_or_none, *(p for p in own if p != homes[r])][:width]
        places[i, : len(own)] = own
        if row.held is not None and row.is_locked:
            fixed[i], home[i], locked[i] = clock.number[row.held.slot], homes[r], True
        else:
            own_slot = clock.number[row.held.slot] if row.held else NONE
            is_at_stand = row.exhibitor is not None and all(pools[p].exhibitor == row.exhibitor for p in own)
            hosts = gate.staff_of(row) if is_at_stand else frozenset()
            closed = _closed(row, free, masks, number, is_online[i], hosts)
            not_in += [(i, t) for t in closed if t != own_slot]
    score = np.array([rows[r].score for r in chosen], dtype=np.float64)
    weight = weigh(wish, seed=int(options.get("seed", 0)), met_before=met, score=score)
    return Requests(
        a, b, wish, weight,
        session=np.full(count, NONE, dtype=np.int64),
        sessions=np.zeros((0, len(clock.slots)), dtype=np.bool_),
        places=places,
        interpreter=np.array(speech, dtype=np.int64),
        fixed_slot=fixed,
        locked=locked,
        locked_place=home,
        not_in=np.array(not_in, dtype=np.int64).reshape(-1, 2),
        after=np.zeros((0, 2), dtype=np.int64),
    )  # fmt: skip


def _closed(
    row: Row,
    free: Bools,
    masks: Mapping[str, Bools],
    number: Mapping[int, int],
    is_online: bool,
    hosts: frozenset[int],
) -> Sequence[int]:
    """Slots in which somebody of a side is `free`, but not where this meeting would be. `hosts` are met at their own stand."""
    both = (*row.a, *row.b)
    who = [number[one] for one in both]
    outside = free[who] & ~masks["online" if is_online else "on_site"][who]
    if hosts:
        is_host = np.array([one in hosts for one in both])
        outside &= ~(masks[AT_STAND][who] & is_host[:, None])
    found: list[int] = np.flatnonzero(outside.any(axis=0)).tolist()
    return found


def _loss(
    rows: Sequence[Row],
    chosen: Sequence[int],
    number: Mapping[int, int],
    masks: Mapping[str, Bools],
    pools: Sequence[Pool],
    homes: Mapping[int, int],
    clock: Clockwork,
    inputs: Inputs,
    gate: Gate,
) -> Loss:
    """What broke since the meetings were made: people not free any more or not let in, places gone or shut."""
    gone: set[tuple[int, int]] = set()
    used: dict[tuple[int, int], int] = defaultdict(int)
    for r in chosen:
        row = rows[r]
        if row.held is None:
            continue
        slot = clock.number[row.held.slot]
        used[homes[r], slot] += 1
        if not row.is_locked and clock.is_to_come[slot]:
            home = pools[homes[r]]
            mask = masks["online" if home.area == ONLINE else "on_site"]
            hosts = gate.staff_of(row) if home.exhibitor and home.exhibitor == row.exhibitor else frozenset()
            for who in (row.a[0], row.b[0]):
                is_free = mask[number[who], slot] or (who in hosts and masks[AT_STAND][number[who], slot])
                if not is_free or not gate.lets_in(who, homes[r]):
                    gone.add((number[who], slot))
    lost = []
    for (pool, slot), count in sorted(used.items()):
        left = ground.left_in(pools[pool].rows, inputs.slots[slot], inputs)
        if pools[pool].kind and count > left and clock.is_to_come[slot]:
            lost.append((pool, slot, count - left))
    return Loss(not_free=tuple(sorted(gone)), lost_places=tuple(lost))


def _start(
    rows: Sequence[Row],
    chosen: Sequence[int],
    homes: Mapping[int, int],
    clock: Clockwork,
    number: Mapping[int, int],
) -> Timetable:
    """The meetings there are, as the timetable to mend."""
    slot = np.full(len(chosen), NONE, dtype=np.int64)
    place, a, b = slot.copy(), slot.copy(), slot.copy()
    for i, r in enumerate(chosen):
        meeting = rows[r].held
        if meeting is not None:
            slot[i], place[i] = clock.number[meeting.slot], homes[r]
            a[i], b[i] = number[rows[r].a[0]], number[rows[r].b[0]]
    return Timetable(slot, place, a, b)
