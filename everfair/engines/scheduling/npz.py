"""Reads the arrays of the generator of large instances. Files are opened elsewhere."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from everfair.engines.scheduling.types import (
    NONE,
    Aim,
    Ints,
    People,
    Places,
    Problem,
    Requests,
    Rules,
    Slots,
    Wish,
)

SLOT_MINUTES = 20
NEEDED = ("P", "T", "a", "b", "w", "avail", "cap", "L")


class NpzError(ValueError):
    """An array is missing or does not fit; `name` says which."""

    def __init__(self, name: str, told: str) -> None:
        super().__init__(f"`{name}` {told}")
        self.name = name


def read_npz(arrays: Mapping[str, NDArray[Any]]) -> Problem:
    """The problem in these arrays; every meeting to be placed where all weights are 1, the best choice otherwise.

    P, T: people, slots (at most 64); a, b, w: int[M]; avail: uint64[P], bit t = free in slot t; cap: int[P]; L: int[T]
    tables. Raises NpzError.
    """
    for name in NEEDED:
        if name not in arrays:
            raise NpzError(name, "is missing in the file.")
    people, n = _count(arrays, "P"), _count(arrays, "T")
    if n > 64:
        raise NpzError("T", f"is {n}; this format holds 64 slots at most.")
    count = len(_row(arrays, "a", None))
    a, b, weight = (_row(arrays, name, count) for name in ("a", "b", "w"))
    for name, side in (("a", a), ("b", b)):
        if count and not (side.min() >= 0 and side.max() < people):
            raise NpzError(name, f"holds a person that is not within 0 to {people - 1}.")
    if (weight < 0).any():
        raise NpzError("w", "holds a negative weight.")
    free = np.asarray(arrays["avail"], np.uint64)
    if free.shape != (people,):
        raise NpzError("avail", f"needs one entry for each of {people} people.")
    bits = (free[:, None] >> np.arange(n, dtype=np.uint64)) & np.uint64(1)
    starts = np.arange(n, dtype=np.int64) * SLOT_MINUTES
    runs_on = np.arange(n) > 0
    zero = np.zeros((1, 1), np.int64)

    def none(length: int) -> Ints:
        return np.full(length, NONE, np.int64)

    return Problem(
        Slots(starts, starts + SLOT_MINUTES, runs_on),
        People(bits.astype(np.bool_), _row(arrays, "cap", people), np.zeros(people, np.int64), none(people)),
        Places(
            _row(arrays, "L", n)[None, :],
            np.zeros(1, np.int64),
            zero,
            zero.copy(),
            np.zeros((0, n), np.int64),
        ),
        Requests(
            a=a,
            b=b,
            wish=np.full(count, Wish.MUTUAL, np.int64),
            weight=weight,
            session=none(count),
            sessions=np.zeros((0, n), np.bool_),
            places=np.zeros((count, 1), np.int64),
            interpreter=none(count),
            fixed_slot=none(count),
            locked=np.zeros(count, np.bool_),
            locked_place=none(count),
            not_in=np.zeros((0, 2), np.int64),
            after=np.zeros((0, 2), np.int64),
        ),
        Rules(Aim.PLACE_ALL if count and (weight == 1).all() else Aim.CHOOSE),
    )


def _count(arrays: Mapping[str, NDArray[Any]], name: str) -> int:
    value = np.asarray(arrays[name])
    if value.size != 1 or int(value.reshape(-1)[0]) < 1:
        raise NpzError(name, "has to be one number above 0.")
    return int(value.reshape(-1)[0])


def _row(arrays: Mapping[str, NDArray[Any]], name: str, length: int | None) -> Ints:
    value = np.asarray(arrays[name])
    if value.ndim != 1 or (length is not None and len(value) != length):
        raise NpzError(name, "has to be a row" + (f" of {length} numbers." if length is not None else "."))
    return value.astype(np.int64)
