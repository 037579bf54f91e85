"""Two models as one: the fair's own space, and vectors given from outside for pairs where both sides have them. Fetches and learns nothing.

A pair of texts is measured by given vectors where both have one, else in the fair's own space, so that a text without one
(not public, or not fetched yet) is neither lost nor favoured. One product of two rows says just that. Let g be 1 where a text
has a given vector, k how far the own model knows the text, f and c the own space's marks (the cosine that says nothing, and
the one that says all), F and C those of given vectors:

    near = k k' (own · own' − f) / (c − f) · (1 − g g') + (given · given' − F) / (C − F) · g g'
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from everfair.engines.matching.index import FEW, USUAL, placed, scale
from everfair.engines.matching.types import Bools, Floats, LanguageModel, Learned, Lexicon, Profile

SAMPLE = 512  # candidates by which the own space's marks are told
LEAST_APART = 0.1  # between the two marks of given vectors


@dataclass(frozen=True, eq=False)
class GivenModel:
    """`given` answers with rows of zeros for texts it does not have. `own` None: too few bilingual records to learn from."""

    given: LanguageModel
    own: LanguageModel | None
    given_marks: tuple[float, float]
    own_marks: tuple[float, float] = USUAL
    marks: tuple[float, float] = (0.0, 1.0)  # of the whole: products say at once how near

    def vectors(self, texts: Sequence[str], language: str) -> NDArray[np.float32]:
        """Single words and phrases are asked of the own space: nothing is given for them."""
        if self.own is None:
            return np.zeros((len(texts), 0), np.float32)
        return self.own.vectors(texts, language)

    def placed(self, texts: Sequence[str], language: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """As the own model has it; one that cannot tell knows what it has a vector for."""
        if isinstance(self.own, Learned):
            return self.own.placed(texts, language)
        found = self.vectors(texts, language)
        return found, np.any(found != 0, axis=1).astype(np.float32)

    def usual(self, term: str, language: str) -> float:
        """As the own model has it."""
        return self.own.usual(term, language) if isinstance(self.own, Learned) else 0.0

    def fitted(self, candidates: Sequence[Profile], seed: int) -> "GivenModel":
        """With the own space's marks among these candidates."""
        if self.own is None:
            return self
        told = [row for row, one in enumerate(candidates) if any(one.offers.texts.values())]
        chosen = np.sort(np.random.default_rng(seed).permutation(told)[:SAMPLE]).astype(int).tolist()
        some = [candidates[row] for row in chosen]
        found, _known = placed([one.offers.texts for one in some], self.own)
        return replace(self, own_marks=scale(some, found, self.own, seed))

    def side(self, texts: Sequence[Mapping[str, str]], *, is_need: bool) -> tuple[Floats, Floats, Bools]:
        """[n, d] as the module says; [n] how far each is known: wholly, where it has a given vector.

        [n] where meaning counts in every language alike: where given vectors speak, which no two languages taught. Rows of needs
        are multiplied with rows of offers only.
        """
        own, share = placed(texts, self.own)
        given, _share = placed(texts, self.given)
        has = np.any(given != 0, axis=1)
        known = np.where(has, np.float32(1), share)
        is_free = has if self.own is None or isinstance(self.own, Learned) else np.ones_like(has)
        g, k = has.astype(np.float32)[:, None], share[:, None]
        there = np.any(own != 0, axis=1).astype(np.float32)[:, None]
        if is_need:  # where one side alone has a given vector, its share is in the row instead
            k = np.where(g > 0, k, there)
            parts = [k * own, (1 - g) * own, k, (1 - g) * there, given, g]
        else:
            (low, high), (given_low, given_high) = self.own_marks, self.given_marks
            own, level = own / (high - low), there * -low / (high - low)
            apart = given_high - given_low
            parts = [
                (1 - g) * own,
                g * k * own,
                (1 - g) * level,
                g * k * level,
                given / apart,
                g * -given_low / apart,
            ]
        return np.concatenate(parts, axis=1, dtype=np.float32), np.asarray(known, np.float32), is_free


@dataclass(frozen=True, eq=False)
class GivenWithLexicon(GivenModel):
    """The same where the own model has a lexicon: words keep being told by it."""

    @property
    def _lexicon(self) -> Lexicon:
        assert isinstance(self.own, Lexicon)
        return self.own

    def across(self, counts: Mapping[str, float], language: str) -> dict[str, float]:
        """As the own model has it."""
        return self._lexicon.across(counts, language)

    def translated(self, counts: Mapping[str, float], language: str) -> dict[str, float]:
        """As the own model has it."""
        return self._lexicon.translated(counts, language)

    def translations(self, term: str, language: str, most: int = 5) -> list[tuple[str, float]]:
        """As the own model has it."""
        return self._lexicon.translations(term, language, most)


def with_given(
    own: LanguageModel | None, given: LanguageModel, given_marks: tuple[float, float]
) -> GivenModel:
    """Both as one. The marks of given vectors are told by `marks_of`."""
    kind = GivenWithLexicon if isinstance(own, Lexicon) else GivenModel
    low, high = given_marks
    return kind(given, own, (low, max(high, low + LEAST_APART)))


def marks_of(openings: Floats, texts: Floats) -> tuple[float, float]:
    """What a cosine of given vectors says: row i of `openings` is how text i begins, asked as if it were a need.

    As for the own space: how near an opening comes to another text in nineteen of twenty cases, and to its own in one of ten.
    Fewer than FEW texts show little: then half of what lies above is said to be all.
    """
    n = len(texts)
    if n < 2:
        return USUAL
    cosine = openings @ texts.T
    own = np.eye(n, dtype=np.bool_)
    low = float(np.clip(np.quantile(cosine[~own], 0.95), 0.0, 0.95))
    high = float(np.quantile(cosine[own], 0.9)) if n >= FEW else (1 + low) / 2
    return low, min(max(high, low + LEAST_APART), 1.0 + LEAST_APART)
