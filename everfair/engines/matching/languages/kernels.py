"""Compiled inner loops of learning. Imported by learning only: a process that asks a model never holds the compiler."""

from typing import Any, TypeVar

import numba
import numpy as np

from everfair.engines.matching.languages.types import Floats, Ints, Longs

F = TypeVar("F")


def compiled(function: F) -> F:
    """Compile with numba at the first call and keep the machine code beside the source for the next process."""
    made: Any = numba.njit(cache=True)(function)
    return made  # type: ignore[no-any-return]


@compiled
def times(at: Longs, column: Ints, value: Floats, dense: Floats) -> Floats:
    """Sparse [n, m] times dense [m, k]."""
    n, k = len(at) - 1, dense.shape[1]
    result = np.zeros((n, k), np.float32)
    for row in range(n):
        for i in range(at[row], at[row + 1]):
            v, c = value[i], column[i]
            for j in range(k):
                result[row, j] += v * dense[c, j]
    return result


@compiled
def transposed_times(at: Longs, column: Ints, value: Floats, dense: Floats, m: int) -> Floats:
    """Transpose of sparse [n, m] times dense [n, k]."""
    n, k = len(at) - 1, dense.shape[1]
    result = np.zeros((m, k), np.float32)
    for row in range(n):
        for i in range(at[row], at[row + 1]):
            v, c = value[i], column[i]
            for j in range(k):
                result[c, j] += v * dense[row, j]
    return result


@compiled
def together(
    at: Longs,
    term: Ints,
    of_at: Longs,
    of_text: Ints,
    other_at: Longs,
    other: Ints,
    size: int,
    others: int,
    most: int,
) -> tuple[Ints, Ints, Floats]:
    """For each term the `most` terms of the other language it most often stands across from: (term, other, share).

    The share is the first step of model 1, a count in which a long text counts little, over both terms' sums (cosine).
    `of_*` are the texts of each term, `size` and `others` the sizes of the two vocabularies.
    """
    total = np.zeros(size, np.float64)
    other_total = np.zeros(others, np.float64)
    for text in range(len(at) - 1):
        n, m = at[text + 1] - at[text], other_at[text + 1] - other_at[text]
        for i in range(at[text], at[text + 1]):
            total[term[i]] += m / max(n, 1)
        for i in range(other_at[text], other_at[text + 1]):
            other_total[other[i]] += 1.0
    found_term = np.empty(size * most, np.int32)
    found_other = np.empty(size * most, np.int32)
    found_share = np.empty(size * most, np.float32)
    filled = 0
    count = np.zeros(others, np.float64)
    touched = np.empty(others, np.int32)
    for t in range(size):
        seen = 0
        for i in range(of_at[t], of_at[t + 1]):
            text = of_text[i]
            part = 1.0 / (at[text + 1] - at[text])
            for j in range(other_at[text], other_at[text + 1]):
                z = other[j]
                if count[z] == 0.0:
                    touched[seen] = z
                    seen += 1
                count[z] += part
        share = np.empty(seen, np.float64)
        for j in range(seen):
            z = touched[j]
            share[j] = count[z] / np.sqrt(total[t] * other_total[z])
            count[z] = 0.0
        order = np.argsort(-share, kind="mergesort")
        for j in order[:most]:
            found_term[filled] = t
            found_other[filled] = touched[j]
            found_share[filled] = share[j]
            filled += 1
    return found_term[:filled], found_other[:filled], found_share[:filled]


@compiled
def model_one(
    at: Longs,
    term: Ints,
    other_at: Longs,
    other: Ints,
    link_at: Longs,
    link_to: Ints,
    others: int,
    steps: int,
    none: float,
) -> Floats:
    """IBM model 1 over given links: for each link the chance that its term is told by its other term.

    `none` is the weight of "told by nothing". Expectation and maximisation, `steps` times, from equal chances.
    """
    size = len(link_at) - 1
    chance = np.ones(len(link_to), np.float64)
    for t in range(size):
        n = link_at[t + 1] - link_at[t]
        for i in range(link_at[t], link_at[t + 1]):
            chance[i] = 1.0 / n
    place = np.full(others, -1, np.int32)
    for _ in range(steps):
        expected = np.zeros(len(link_to), np.float64)
        for text in range(len(at) - 1):
            first, last = other_at[text], other_at[text + 1]
            share = np.full(last - first, none, np.float64)
            for j in range(first, last):
                place[other[j]] = j - first
            for i in range(at[text], at[text + 1]):
                for link in range(link_at[term[i]], link_at[term[i] + 1]):
                    j = place[link_to[link]]
                    if j >= 0:
                        share[j] += chance[link]
            for i in range(at[text], at[text + 1]):
                for link in range(link_at[term[i]], link_at[term[i] + 1]):
                    j = place[link_to[link]]
                    if j >= 0:
                        expected[link] += chance[link] / share[j]
            for j in range(first, last):
                place[other[j]] = -1
        for t in range(size):
            total = 0.0
            for i in range(link_at[t], link_at[t + 1]):
                total += expected[i]
            for i in range(link_at[t], link_at[t + 1]):
                chance[i] = expected[i] / total if total > 0.0 else 0.0
    return chance.astype(np.float32)
