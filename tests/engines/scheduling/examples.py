"""Small problems made by hand: everything that a test does not name is as plain as can be."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from everfair.engines.scheduling import (
    NONE,
    Aim,
    People,
    Places,
    Problem,
    Requests,
    Rest,
    Rules,
    Slots,
    Timetable,
    Wish,
)
from everfair.engines.scheduling.types import Ints

SLOT, PAUSE = 15, 0  # minutes


def ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def clock() -> float:
    """A clock that stands still: what an engine does must not hang on time."""
    return 0.0


def problem(
    pairs: Sequence[tuple[int, int]],
    *,
    slots: int = 3,
    people: int | None = None,
    days: Sequence[int] = (0,),
    pause: int = PAUSE,
    aim: Aim = Aim.PLACE_ALL,
    fairness: int = NONE,
    free: dict[int, Sequence[int]] | None = None,
    most: dict[int, int] | None = None,
    longest_run: dict[int, int] | None = None,
    rests: Sequence[tuple[Sequence[int], Sequence[int]]] = (),
    groups: Sequence[Sequence[int]] = (),
    capacity: Sequence[Sequence[int]] | None = None,
    area: Sequence[int] | None = None,
    change: Sequence[Sequence[int]] = ((0,),),
    price: Sequence[Sequence[int]] | None = None,
    interpreters: Sequence[Sequence[int]] = (),
    wish: dict[int, Wish] | None = None,
    weight: dict[int, int] | None = None,
    session: dict[int, int] | None = None,
    sessions: Sequence[Sequence[int]] = (),
    places: dict[int, Sequence[int]] | None = None,
    interpreter: dict[int, int] | None = None,
    fixed: dict[int, int] | None = None,
    locked: dict[int, tuple[int, int]] | None = None,
    not_in: Sequence[tuple[int, int]] = (),
    after: Sequence[tuple[int, int]] = (),
) -> Problem:
    """A problem of requests `pairs`; sets of slots and people are given as their numbers, `locked` as (slot, place)."""
    count = people if people is not None else 1 + max(max(pair) for pair in pairs)
    rows = len(pairs)
    room = np.full((1, slots), 99) if capacity is None else np.array(capacity)
    everywhere = list(range(len(room)))
    suits = np.array([_padded((places or {}).get(r, everywhere), len(room)) for r in range(rows)])
    available = np.ones((count, slots), dtype=np.bool_)
    for person, when in (free or {}).items():
        available[person] = _mask(when, slots)
    starts = np.arange(slots, dtype=np.int64) * (SLOT + pause)
    runs_on = ~_mask(days, slots)
    held = locked or {}
    return Problem(
        Slots(starts, starts + SLOT, runs_on),
        People(
            available,
            _column(most, count, NONE),
            _column(None, count, 0),
            _column(longest_run, count, NONE),
            tuple(Rest(_mask(when, slots), _mask(who, count)) for when, who in rests),
            tuple(tuple(group) for group in groups),
        ),
        Places(
            room.astype(np.int64),
            ints(area or [0] * len(room)),
            np.array(change, dtype=np.int64),
            np.array(price or np.zeros_like(change), dtype=np.int64),
            np.array(interpreters, dtype=np.int64).reshape(-1, slots),
        ),
        Requests(
            ints(a for a, _b in pairs),
            ints(b for _a, b in pairs),
            _column(wish, rows, int(Wish.BUYER)),
            _column(weight, rows, 1),
            _column(session, rows, NONE),
            np.array([_mask(when, slots) for when in sessions], dtype=np.bool_).reshape(-1, slots),
            suits.astype(np.int64),
            _column(interpreter, rows, NONE),
            _column((fixed or {}) | {r: slot for r, (slot, _place) in held.items()}, rows, NONE),
            _mask(list(held), rows),
            _column({r: place for r, (_slot, place) in held.items()}, rows, NONE),
            np.array(not_in, dtype=np.int64).reshape(-1, 2),
            np.array(after, dtype=np.int64).reshape(-1, 2),
        ),
        Rules(aim, fairness),
    )


def table(
    made: Problem, slots: Sequence[int], places: Sequence[int] | None = None, **sides: Any
) -> Timetable:
    """A timetable of those slots, everywhere in pool 0 unless said; `a` and `b` where colleagues stand in."""
    slot = ints(slots)
    place = np.where(slot == NONE, NONE, 0) if places is None else ints(places)
    a, b = (ints(sides[name]) if name in sides else getattr(made.requests, name) for name in ("a", "b"))
    return Timetable(slot, place, a, b)


def _mask(numbers: Sequence[int], n: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    mask = np.zeros(n, dtype=np.bool_)
    mask[list(numbers)] = True
    return mask


def _column(given: dict[int, int] | dict[int, Wish] | None, n: int, default: int) -> Ints:
    return ints(int((given or {}).get(row, default)) for row in range(n))


def _padded(numbers: Sequence[int], n: int) -> list[int]:
    return [*numbers, *[NONE] * (n - len(numbers))]
