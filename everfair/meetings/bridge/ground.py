"""Slots, people and places as the engine counts them. Arrays in, arrays out; wishes are in pairs.py."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from everfair.engines.scheduling.types import NONE, Bools, Ints, People, Places, Rest, Slots
from everfair.meetings.models import Resource, Slot
from everfair.meetings.queries.inputs import Inputs, Person, is_gone, is_shut

ONLINE = -1  # an area that is none
NOWHERE = -2
WAYS = ("on_site", "online")  # what FreeTime.place may say
AT_STAND = "at_stand"  # free on site, but on duty: at the own stand and nowhere else


@dataclass(frozen=True)
class Clockwork:
    """Slots with their numbers, and which day each is of."""

    slots: Slots
    number: dict[int, int]  # id → number
    day: list[str]
    is_to_come: Bools
    is_lunch: Bools


def clockwork(inputs: Inputs, now: datetime) -> Clockwork:
    """The edition's slots. One runs on from the one before where no more than the usual pause lies between them."""
    zone = ZoneInfo(inputs.zone)
    rows = inputs.slots
    starts = np.array([_minute(row.starts_at) for row in rows], dtype=np.int64)
    ends = np.array([_minute(row.ends_at) for row in rows], dtype=np.int64)
    day = [row.starts_at.astimezone(zone).date().isoformat() for row in rows]
    runs_on = np.zeros(len(rows), dtype=np.bool_)
    for t in range(1, len(rows)):
        runs_on[t] = day[t] == day[t - 1] and starts[t] - ends[t - 1] <= inputs.rules.pause
    return Clockwork(
        Slots(starts, ends, runs_on),
        {row.pk: t for t, row in enumerate(rows)},
        day,
        np.array([row.starts_at > now for row in rows], dtype=np.bool_),
        np.array([row.is_lunch for row in rows], dtype=np.bool_),
    )


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


def free_masks(inputs: Inputs, clock: Clockwork, people: Sequence[Person]) -> dict[str, Bools]:
    """[people, n] for each of WAYS: free then and there, before any meeting; AT_STAND: only at the own stand, by duty.

    Instants are compared, never hours of a clock.
    """
    n = len(clock.slots)
    found = {way: np.zeros((len(people), n), dtype=np.bool_) for way in WAYS}
    for p, person in enumerate(people):
        if not person.says_when_free:
            for mask in found.values():
                mask[p] = clock.is_to_come
        else:
            for begin, end, place in inputs.free.get(person.pk, ()):
                inside = (clock.slots.starts >= _minute(begin)) & (clock.slots.ends <= _minute(end))
                for way, mask in found.items():
                    if place in ("", way):
                        mask[p] |= inside
        if not person.is_on_site:
            found["on_site"][p] = False
        gone = ~clock.is_to_come
        for begin, end in inputs.busy.get(person.pk, ()):
            gone = gone | ((clock.slots.starts < _minute(end)) & (clock.slots.ends > _minute(begin)))
        for mask in found.values():
            mask[p] &= ~gone
    at_stand = np.zeros((len(people), n), dtype=np.bool_)
    for p, person in enumerate(people):
        for begin, end in inputs.at_stand.get(person.pk, ()):
            at_stand[p] |= (clock.slots.starts < _minute(end)) & (clock.slots.ends > _minute(begin))
    free_there = found["on_site"] & at_stand
    return {way: mask & ~at_stand for way, mask in found.items()} | {AT_STAND: free_there}


def firms_at_their_stand(inputs: Inputs, clock: Clockwork, pools: Sequence["Pool"]) -> set[int]:
    """Firms that meet at their stand alone, because people on duty there may meet.

    Those for which as many meetings fit so as if they went to tables and nobody on duty met anybody: the places at the
    stand and the people who can be there, counted slot by slot, against the people who can leave it.
    """
    on_duty = {inputs.people[who].exhibitor for who in inputs.at_stand if who in inputs.people}
    staff_of: dict[int | None, list[Person]] = defaultdict(list)
    for person in inputs.people.values():
        if person.exhibitor in on_duty:
            staff_of[person.exhibitor].append(person)
    found = set()
    for pool in pools:
        if pool.kind != Resource.Kind.STAND or pool.exhibitor is None or pool.exhibitor not in on_duty:
            continue
        staff = staff_of[pool.exhibitor]
        masks = free_masks(inputs, clock, staff)
        places = np.array(_left(pool.rows, inputs), dtype=np.int64)
        there = (masks["on_site"] | masks[AT_STAND]).sum(axis=0)
        if np.minimum(there, places).sum() >= masks["on_site"].sum():
            found.add(pool.exhibitor)
    return found


def people_of(
    people: Sequence[Person],
    free: Bools,
    held: Ints,
    groups: tuple[tuple[int, ...], ...],
    clock: Clockwork,
    longest: dict[int, int],
) -> People:
    """Who sits in meetings. `held` [people, n] is 1 where a locked meeting is: no limit of theirs is below that."""
    days = len(set(clock.day))
    most = np.full(len(people), NONE, dtype=np.int64)
    least = np.zeros(len(people), dtype=np.int64)
    run = np.full(len(people), NONE, dtype=np.int64)
    for p, person in enumerate(people):
        limits = [limit for limit in (person.most,) if limit is not None]
        if person.most_a_day is not None:
            limits.append(person.most_a_day * days)
        if limits:
            most[p] = max(min(limits), int(held[p].sum()))
        least[p] = min(person.least, most[p]) if limits else person.least
        if person.longest_run:
            run[p] = max(person.longest_run, longest.get(p, 0))
    least = np.minimum(least, free.sum(axis=1))
    return People(free, most, least, run, tuple(_lunches(people, held, clock)), groups)


def _lunches(people: Sequence[Person], held: Ints, clock: Clockwork) -> Iterable[Rest]:
    """One lunch a day for those who keep it, unless what they agreed to themselves lies in all of it."""
    keeps = np.array([person.keeps_lunch for person in people], dtype=np.bool_)
    by_day: dict[str, list[int]] = defaultdict(list)
    for t in np.flatnonzero(clock.is_lunch).tolist():
        by_day[clock.day[t]].append(t)
    for slots in by_day.values():
        mask = np.zeros(len(clock.slots), dtype=np.bool_)
        mask[slots] = True
        who = keeps & ~(held[:, slots].all(axis=1))
        if who.any():
            yield Rest(mask, who)


@dataclass(frozen=True)
class Pool:
    """Places that are as good as each other: the tables of a hall, the places of one stand, the lines."""

    kind: str
    area: int  # id, ONLINE or NOWHERE
    exhibitor: int | None
    rows: tuple[Resource, ...]


def pools_of(inputs: Inputs) -> list[Pool]:
    """Tables by hall, stands by firm, all lines, and a last one for agreed meetings that have no place."""
    found: dict[tuple[str, int, int | None], list[Resource]] = defaultdict(list)
    for row in inputs.resources:
        if row.kind == Resource.Kind.TABLE and row.area_id:
            found[(row.kind, row.area_id, None)].append(row)
        elif row.kind == Resource.Kind.STAND and row.exhibitor_id:
            area = inputs.stands_in.get(row.exhibitor_id, NOWHERE)
            found[(row.kind, area, row.exhibitor_id)].append(row)
        elif row.kind == Resource.Kind.LINE:
            found[(row.kind, ONLINE, None)].append(row)
    order = sorted(found, key=lambda key: (key[0], key[1], key[2] or 0))
    pools = [Pool(*key, tuple(sorted(found[key], key=lambda row: (row.number, row.pk)))) for key in order]
    return [*pools, Pool("", NOWHERE, None, ())]


def interpreters_of(inputs: Inputs) -> dict[frozenset[str], list[Resource]]:
    """Pairs of languages → who stands between them."""
    found: dict[frozenset[str], list[Resource]] = defaultdict(list)
    for row in inputs.resources:
        if row.kind == Resource.Kind.INTERPRETER and len(set(row.languages)) == 2:
            found[frozenset(row.languages)].append(row)
    return found


def places_of(
    inputs: Inputs,
    clock: Clockwork,
    pools: Sequence[Pool],
    languages: Sequence[frozenset[str]],
    locked: Sequence[tuple[int, int, int]],
) -> Places:
    """Capacities, the ways between areas, interpreters. `locked`: (pool, slot, row of languages or NONE) of agreed meetings."""
    areas = sorted({pool.area for pool in pools})
    number = {area: a for a, area in enumerate(areas)}
    capacity = np.array([_left(pool.rows, inputs) for pool in pools], dtype=np.int64)
    capacity = capacity.reshape(len(pools), len(clock.slots))
    speakers = interpreters_of(inputs)
    there = np.array([_left(speakers[pair], inputs) for pair in languages], dtype=np.int64)
    there = there.reshape(len(languages), len(clock.slots))
    used, talks = np.zeros_like(capacity), np.zeros_like(there)
    for pool, slot, pair in locked:
        used[pool, slot] += 1
        if pair != NONE:
            talks[pair, slot] += 1
    change = np.zeros((len(areas), len(areas)), dtype=np.int64)
    for a, one in enumerate(areas):
        for b, other in enumerate(areas):
            change[a, b] = minutes_between(one, other, inputs)
    return Places(
        capacity=np.maximum(capacity, used),
        area=np.array([number[pool.area] for pool in pools], dtype=np.int64),
        change=change,
        price=change.copy(),
        interpreters=np.maximum(there, talks),
    )


def _left(rows: Sequence[Resource], inputs: Inputs) -> list[int]:
    return [left_in(rows, slot, inputs) for slot in inputs.slots]


def left_in(rows: Sequence[Resource], slot: Slot, inputs: Inputs) -> int:
    """How many of places that stand together can be had in a slot; none while the doors of their hall are closed."""
    if not rows or is_shut(rows[0], slot, inputs):
        return 0
    return sum(not is_gone(row, slot) for row in rows)


def minutes_between(one: int, other: int, inputs: Inputs) -> int:
    """Walking between two halls, or from a table to a call."""
    if one == other or NOWHERE in (one, other):
        return 0
    if ONLINE in (one, other):
        return inputs.rules.buffer
    pair = " ".join(sorted((inputs.areas[one], inputs.areas[other])))
    return int(inputs.rules.walking.get(pair, 0))


def longest_held(held: Ints, clock: Clockwork) -> dict[int, int]:
    """Person → the longest run of agreed meetings."""
    longest: dict[int, int] = {}
    for p in np.flatnonzero(held.any(axis=1)).tolist():
        run = 0
        for t in range(held.shape[1]):
            run = (run + 1 if clock.slots.runs_on[t] else 1) if held[p, t] else 0
            longest[p] = max(longest.get(p, 0), run)
    return longest
