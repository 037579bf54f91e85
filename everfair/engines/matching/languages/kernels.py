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
def times(at: Longs, column: Ints, value: Floats, dense: Floats, first: int, last: int) -> Floats:
    """Rows `first` to `last` of a sparse [n, m] times dense [m, k]."""
    k = dense.shape[1]
    result = np.zeros((last - first, k), np.float32)
    for row in range(first, last):
        for i in range(at[row], at[row + 1]):
            v, c = value[i], column[i]
            for j in range(k):
                result[row - first, j] += v * dense[c, j]
    return result


@compiled
def there_and_back(at: Longs, column: Ints, value: Floats, dense: Floats) -> Floats:
    """Sparse [n, m] times dense [m, k], then its transpose times that: [m, k], a row at a time, so that [n, k] is never held."""
    m, k = dense.shape
    result = np.zeros((m, k), np.float32)
    across = np.empty(k, np.float32)
    for row in range(len(at) - 1):
        across[:] = 0
        for i in range(at[row], at[row + 1]):
            v, c = value[i], column[i]
            for j in range(k):
                across[j] += v * dense[c, j]
        for i in range(at[row], at[row + 1]):
            v, c = value[i], column[i]
            for j in range(k):
                result[c, j] += v * across[j]
    return result


@compiled
def gathered(at: Longs, term: Ints, begin: Longs, end: Longs, size: int) -> tuple[Longs, Ints, Floats]:
    """Parts `begin` to `end` of each range as one text: where it starts, its terms in order, how often each stands there."""
    seen = np.full(size, -1, np.int64)
    starts = np.zeros(len(begin) + 1, np.int64)
    for text in range(len(begin)):
        distinct = 0
        for i in range(at[begin[text]], at[end[text]]):
            if seen[term[i]] != text:
                seen[term[i]] = text
                distinct += 1
        starts[text + 1] = starts[text] + distinct
    terms = np.empty(starts[-1], np.int32)
    counts = np.empty(starts[-1], np.float32)
    seen[:] = -1
    count = np.zeros(size, np.int32)
    for text in range(len(begin)):
        filled = starts[text]
        for i in range(at[begin[text]], at[end[text]]):
            t = term[i]
            if seen[t] != text:
                seen[t] = text
                count[t] = 0
                terms[filled] = t
                filled += 1
            count[t] += 1
        terms[starts[text] : filled].sort()
        for i in range(starts[text], filled):
            counts[i] = count[terms[i]]
    return starts, terms, counts


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
    start: Floats,
    steps: int,
    none: float,
) -> Floats:
    """IBM model 1 over given links: for each link the chance that its term is told by its other term.

    `none` is the weight of "told by nothing". Expectation and maximisation, `steps` times, from the chances in `start`.
    """
    size = len(link_at) - 1
    chance = start.astype(np.float64)
    widest = most = 0
    for text in range(len(at) - 1):
        links = 0
        for i in range(at[text], at[text + 1]):
            links += link_at[term[i] + 1] - link_at[term[i]]
        most = max(most, links)
        widest = max(widest, other_at[text + 1] - other_at[text])
    place = np.full(others, -1, np.int32)
    share = np.empty(widest, np.float64)
    met_link = np.empty(most, np.int64)  # the links of a text whose other term stands across
    met_place = np.empty(most, np.int32)
    for _ in range(steps):
        expected = np.zeros(len(link_to), np.float64)
        for text in range(len(at) - 1):
            first, last = other_at[text], other_at[text + 1]
            share[: last - first] = none
            for j in range(first, last):
                place[other[j]] = j - first
            met = 0
            for i in range(at[text], at[text + 1]):
                for link in range(link_at[term[i]], link_at[term[i] + 1]):
                    j = place[link_to[link]]
                    if j >= 0:
                        share[j] += chance[link]
                        met_link[met], met_place[met] = link, j
                        met += 1
            for i in range(met):
                expected[met_link[i]] += chance[met_link[i]] / share[met_place[i]]
            for j in range(first, last):
                place[other[j]] = -1
        for t in range(size):
            total = 0.0
            for i in range(link_at[t], link_at[t + 1]):
                total += expected[i]
            for i in range(link_at[t], link_at[t + 1]):
                chance[i] = expected[i] / total if total > 0.0 else 0.0
    return chance.astype(np.float32)
