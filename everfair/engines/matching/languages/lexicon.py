"""A lexicon learned from parts that say the same: which term tells which, and how surely. Vectors are `space`'s work."""

import numpy as np
from numpy.typing import NDArray

from everfair.engines.matching.languages import kernels
from everfair.engines.matching.languages.types import Documents, Floats, Links, Longs

MOST_LINKS = 24  # of a term, before the chances are learned
FIRST_STEPS, STEPS = 2, 4  # with all links, then without the doubtful ones
DOUBTFUL = 0.005  # links whose chance is below in both directions after the first steps
NONE = 1e-4  # weight of "told by nothing"
SUREST = 0.05  # links below are noise


def learn_links(first: Documents, second: Documents, sizes: tuple[int, int]) -> tuple[Links, Links]:
    """(into the first language by terms of the second, into the second by terms of the first).

    A link's strength is the mean of both directions' chances. The weights of all the ways to tell one term add up to 1, so that
    a term with many translations is no better off than a term with one.
    """
    one, two = _candidates(first, second, sizes)
    equal = [(1 / np.maximum(np.bincount(t, minlength=1), 1)).astype(np.float32)[t] for t in (one, two)]
    forward, backward = _both_ways(first, second, one, two, sizes, (equal[0], equal[1]), FIRST_STEPS)
    keep = np.maximum(forward, backward) >= DOUBTFUL
    one, two = one[keep], two[keep]
    forward, backward = _both_ways(first, second, one, two, sizes, (forward[keep], backward[keep]), STEPS)
    strength: Floats = (forward + backward) / np.float32(2)
    keep = strength >= SUREST
    one, two, strength = one[keep], two[keep], strength[keep].astype(np.float32)
    return (
        _links(two, one, strength / _sums(one, strength, sizes[0])[one], sizes[1]),
        _links(one, two, strength / _sums(two, strength, sizes[1])[two], sizes[0]),
    )


def _candidates(
    first: Documents, second: Documents, sizes: tuple[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Links worth learning: what stands across most often, seen from either side; sorted by the first term."""
    a, b, _ = kernels.together(
        first.at, first.term, *_texts_of(first, sizes[0]), second.at, second.term, *sizes, MOST_LINKS
    )
    d, c, _ = kernels.together(
        second.at,
        second.term,
        *_texts_of(second, sizes[1]),
        first.at,
        first.term,
        sizes[1],
        sizes[0],
        MOST_LINKS,
    )
    both = np.unique(np.concatenate([a.astype(np.int64) * sizes[1] + b, c.astype(np.int64) * sizes[1] + d]))
    return (both // max(sizes[1], 1)).astype(np.int32), (both % max(sizes[1], 1)).astype(np.int32)


def _texts_of(documents: Documents, size: int) -> tuple[Longs, NDArray[np.int32]]:
    """The texts that each term stands in."""
    text = np.repeat(np.arange(len(documents), dtype=np.int32), np.diff(documents.at))
    order = np.argsort(documents.term, kind="stable")
    return _starts(documents.term, size), text[order]


def _both_ways(
    first: Documents,
    second: Documents,
    one: NDArray[np.int32],
    two: NDArray[np.int32],
    sizes: tuple[int, int],
    start: tuple[Floats, Floats],
    steps: int,
) -> tuple[Floats, Floats]:
    """Chances of the links one → two and two → one, from chances to `start` with. Links are sorted by `one`, then `two`."""
    order, at = _sorted_by(two, one, sizes[1])
    backward = np.empty_like(start[1])
    backward[order] = kernels.model_one(
        second.at, second.term, first.at, first.term, at, one[order], sizes[0], start[1][order], steps, NONE
    )
    at = _starts(one, sizes[0])
    forward = kernels.model_one(
        first.at, first.term, second.at, second.term, at, two, sizes[1], start[0], steps, NONE
    )
    return forward, backward


def _sorted_by(key: NDArray[np.int32], then: NDArray[np.int32], size: int) -> tuple[Longs, Longs]:
    return np.lexsort((then, key)), _starts(key, size)


def _starts(term: NDArray[np.int32], size: int) -> Longs:
    at = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(term, minlength=size), out=at[1:])
    return at


def _sums(term: NDArray[np.int32], strength: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(term, strength, size), np.float32)


def _links(one: NDArray[np.int32], two: NDArray[np.int32], weight: Floats, size: int) -> Links:
    order, at = _sorted_by(one, two, size)
    return Links(at, two[order], weight[order].astype(np.float32))
