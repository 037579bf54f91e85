"""Random problems with everything a fair may ask for, and losses that strike them. Small, so that what fails can be read."""

from collections.abc import Sequence

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from everfair.engines.scheduling import (
    NONE,
    Aim,
    Loss,
    People,
    Places,
    Problem,
    Requests,
    Rest,
    Rules,
    Slots,
    Timetable,
    Wish,
    validate,
)
from everfair.engines.scheduling.diaries import Diaries, Seat
from everfair.engines.scheduling.types import Bools, Ints

FEATURES = (
    "gaps", "caps", "runs", "rests", "groups", "areas", "stands", "languages",
    "sessions", "fixed", "forbidden", "order", "vetoes", "locked",
)  # fmt: skip


@st.composite
def problems(
    draw: st.DrawFn, *, aim: Aim | None = None, most_requests: int = 14, most_slots: int = 8
) -> Problem:
    """A valid problem. Which features it has is drawn one by one, so that a failing one shrinks to what matters."""
    has = {name for name in FEATURES if draw(st.booleans(), label=name)}
    rng = np.random.default_rng(draw(st.integers(0, 10_000), label="content"))
    slots = draw(st.integers(1, most_slots), label="slots")
    people = draw(st.integers(2, 9), label="people")
    requests = draw(st.integers(1, most_requests), label="requests")
    chosen = aim if aim is not None else draw(st.sampled_from(list(Aim)))
    pools = 3 if "stands" in has else 1
    made = Problem(
        _slots(rng, slots),
        _people(rng, people, slots, has),
        _places(rng, pools, slots, has),
        _requests(rng, requests, people, slots, pools, has),
        Rules(
            chosen,
            fairness=draw(st.sampled_from([NONE, 1, 2]), label="fairness")
            if chosen is Aim.PLACE_ALL
            else NONE,
            breaks=draw(st.integers(0, 3), label="breaks"),
            walking=draw(st.integers(0, 1), label="walking"),
            share_first=chosen is Aim.CHOOSE and draw(st.booleans(), label="share first"),
        ),
    )
    if "locked" in has:
        made = _with_locks(rng, made)
    validate(made)
    return made


def _slots(rng: np.random.Generator, n: int) -> Slots:
    gaps = rng.choice([0, 0, 5, 30], size=n)
    starts = np.cumsum(gaps + 15).astype(np.int64)
    runs_on = rng.random(n) < 0.8
    runs_on[0] = False
    return Slots(starts, starts + 15, runs_on)


def _people(rng: np.random.Generator, count: int, n: int, has: set[str]) -> People:
    most = np.where(rng.random(count) < 0.4, rng.integers(1, n + 1, count), NONE)
    longest = np.where(rng.random(count) < 0.3, rng.integers(1, n + 1, count), NONE)
    nobody = np.full(count, NONE, dtype=np.int64)
    caps = most.astype(np.int64) if "caps" in has else nobody
    least = np.minimum(rng.integers(0, 2, count), np.where(caps == NONE, n, caps))
    rest = Rest(np.arange(n) < min(2, n), rng.random(count) < 0.5)
    return People(
        free=rng.random((count, n)) < 0.75 if "gaps" in has else np.ones((count, n), dtype=np.bool_),
        most=caps,
        least=least.astype(np.int64),
        longest_run=longest.astype(np.int64) if "runs" in has else nobody,
        rests=(rest,) if "rests" in has else (),
        groups=((0, 1), tuple(range(max(0, count - 3), count))) if "groups" in has else (),
    )


def _places(rng: np.random.Generator, pools: int, n: int, has: set[str]) -> Places:
    areas = 2 if "areas" in has else 1
    change = rng.choice([0, 0, 5, 20], size=(areas, areas)).astype(np.int64)
    np.fill_diagonal(change, 0)
    return Places(
        capacity=rng.integers(0, 4, (pools, n)).astype(np.int64),
        area=rng.integers(0, areas, pools).astype(np.int64),
        change=np.maximum(change, change.T),
        price=np.ones((areas, areas), dtype=np.int64) - np.eye(areas, dtype=np.int64),
        interpreters=rng.integers(0, 2, (1 if "languages" in has else 0, n)).astype(np.int64),
    )


def _requests(
    rng: np.random.Generator, count: int, people: int, n: int, pools: int, has: set[str]
) -> Requests:
    sides = people + (2 if "groups" in has else 0)
    a = rng.integers(0, sides, count)
    b = (a + rng.integers(1, sides, count)) % sides
    none = np.full(count, NONE, dtype=np.int64)
    wish = rng.integers(Wish.NEVER if "vetoes" in has else Wish.SUGGESTION, Wish.MUST + 1, count)
    suits = np.stack([rng.permutation(pools) for _ in range(count)])
    suits[:, 1:][rng.random((count, pools - 1)) < 0.4] = NONE
    return Requests(
        a=a.astype(np.int64),
        b=b.astype(np.int64),
        wish=wish.astype(np.int64),
        weight=rng.integers(0, 20, count).astype(np.int64),
        session=rng.integers(NONE, 2, count).astype(np.int64) if "sessions" in has else none,
        sessions=np.stack([np.arange(n) < (n + 1) // 2, np.arange(n) >= n // 2]),
        places=suits.astype(np.int64),
        interpreter=rng.integers(NONE, 1, count).astype(np.int64) if "languages" in has else none,
        fixed_slot=np.where(rng.random(count) < 0.2, rng.integers(0, n, count), NONE).astype(np.int64)
        if "fixed" in has
        else none,
        locked=np.zeros(count, dtype=np.bool_),
        locked_place=none.copy(),
        not_in=_pairs(rng, 3 if "forbidden" in has else 0, count, n),
        after=_after(rng, count) if "order" in has else _pairs(rng, 0, count, count),
    )


def _pairs(rng: np.random.Generator, m: int, first: int, second: int) -> Ints:
    return np.stack([rng.integers(0, first, m), rng.integers(0, second, m)], axis=1).astype(np.int64)


def _after(rng: np.random.Generator, count: int) -> Ints:
    pairs = _pairs(rng, 2, count, count)
    return pairs[pairs[:, 0] < pairs[:, 1]]


def _with_locks(rng: np.random.Generator, made: Problem) -> Problem:
    """Locks some meetings of a timetable that is possible, with the people in it as the ones asked for."""
    filled = greedy(made, rng.permutation(len(made.requests)).tolist())
    locked = (filled.slot != NONE) & (rng.random(len(made.requests)) < 0.3)
    requests = made.requests
    return Problem(
        made.slots,
        made.people,
        made.places,
        Requests(
            np.where(locked, filled.a, requests.a),
            np.where(locked, filled.b, requests.b),
            requests.wish,
            requests.weight,
            requests.session,
            requests.sessions,
            requests.places,
            requests.interpreter,
            np.where(locked, filled.slot, requests.fixed_slot),
            locked,
            np.where(locked & (rng.random(len(requests)) < 0.7), filled.place, NONE),
            requests.not_in,
            requests.after,
        ),
        made.rules,
    )


def greedy(made: Problem, order: Sequence[int]) -> Timetable:
    """Puts one request after the other where nothing hinders it, those without a veto, locked ones first."""
    nothing = np.full(len(made.requests), NONE, dtype=np.int64)
    diaries = Diaries(made, Timetable(nothing, nothing, nothing, nothing))
    held = made.requests.locked.astype(int) + (made.requests.locked & (made.requests.locked_place != NONE))
    for r in sorted((r for r in order if made.requests.wish[r] != Wish.NEVER), key=lambda r: -int(held[r])):
        seat = first_seat(diaries, r)
        if seat is not None:
            diaries.put(r, seat)
    done = diaries.table()
    assume(bool((done.slot[made.requests.locked] != NONE).all()))
    return done


def first_seat(diaries: Diaries, r: int) -> Seat | None:
    free, at = diaries.problem.people.free, diaries.at
    for a, b in diaries.pairs(r):
        idle: Bools = diaries.open_to(r) & free[a] & free[b] & (at[a] == NONE) & (at[b] == NONE)
        for slot in np.flatnonzero(idle).tolist():
            for pool in diaries.room(r, slot):
                seat = Seat(slot, pool, a, b)
                if diaries.hindrance(r, seat) is None:
                    return seat
    return None


@st.composite
def losses(draw: st.DrawFn, made: Problem) -> Loss:
    """One or two of everything that breaks on the day."""
    requests, people, n, pools = len(made.requests), len(made.people), len(made.slots), len(made.places)
    slot = st.integers(0, n - 1)
    return Loss(
        cancelled=tuple(draw(st.sets(st.integers(0, requests - 1), max_size=2))),
        not_free=tuple(draw(st.lists(st.tuples(st.integers(0, people - 1), slot), max_size=2))),
        lost_places=tuple(
            draw(st.lists(st.tuples(st.integers(0, pools - 1), slot, st.integers(1, 2)), max_size=2))
        ),
    )
