"""The second look at the best matches: how the words of a query stand together in them. Plain Python.

The index could answer this too, with phrase queries; but each would walk through all documents that have both
words, to score a hundred of them.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NEIGHBOURS = 0.1  # two words of the query standing side by side
NEAR = 0.2  # the same two words, in this order, with at most NEAR_WORDS between them
NEAR_WORDS = 8
ACROSS_ONE = 0.1  # words with one word between them, in query and text
FREQUENT_ENOUGH, LENGTH_COUNTS = 1.2, 0.75  # k1 and b of BM25

Places = dict[str, list[int]]


@dataclass(frozen=True)
class Wanted:
    """The query's words in order; each field's weight, and the rarity (idf) of the words it has."""

    terms: tuple[str, ...]
    weights: Mapping[str, float]
    rarity: Mapping[str, Mapping[str, float]]
    across: bool = False

    @property
    def pairs(self) -> list[tuple[str, str, bool]]:
        """(first, second, whether with one word of the query between them), without repeats."""
        near = [(first, second, False) for first, second in itertools.pairwise(self.terms)]
        far = [(one, two, True) for one, two in zip(self.terms, self.terms[2:], strict=False)]
        return list(dict.fromkeys([*near, *(far if self.across else ())]))


def order_scores(documents: Sequence[Mapping[str, str]], wanted: Wanted) -> list[float]:
    """What each document's score gains. A document is its running terms, parted by spaces, by field."""
    gains = [0.0] * len(documents)
    pairs = wanted.pairs
    for field, weight in wanted.weights.items():
        rarity = wanted.rarity.get(field, {})
        of_field = [
            (first, second, is_across, rarity[first] + rarity[second])
            for first, second, is_across in pairs
            if first in rarity and second in rarity
        ]
        if not of_field:
            continue
        texts = [document.get(field, "").split() for document in documents]
        filled = sum(1 for text in texts if text)
        usual = sum(map(len, texts)) / filled if filled else 1.0
        for i, text in enumerate(texts):
            found = [at for at, term in enumerate(text) if term in rarity]
            if len(found) > 1:
                length = FREQUENT_ENOUGH * (1 - LENGTH_COUNTS + LENGTH_COUNTS * len(text) / usual)
                gains[i] += weight * _gain(text, found, of_field, length)
    return gains


def _gain(
    text: Sequence[str], found: Sequence[int], pairs: Sequence[tuple[str, str, bool, float]], length: float
) -> float:
    places: Places = {}
    for at in found:
        places.setdefault(text[at], []).append(at)
    gain = 0.0
    for first, second, is_across, worth in pairs:
        if first not in places or second not in places:
            continue
        side = near = across = 0
        for one in places[first]:
            for other in places[second]:
                gap = other - one
                if 1 <= gap <= NEAR_WORDS + 1:
                    near += 1
                    side += gap == 1
                    across += gap == 2
        if is_across:
            gain += ACROSS_ONE * worth * _saturated(across, length)
        elif near:
            gain += worth * (NEIGHBOURS * _saturated(side, length) + NEAR * _saturated(near, length))
    return gain


def _saturated(times: int, length: float) -> float:
    return (1 + FREQUENT_ENOUGH) * times / (times + length) if times else 0.0
