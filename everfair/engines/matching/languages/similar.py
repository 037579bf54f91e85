"""How near texts are across the two languages: the lexicon's share of a need covered, and the space's cosine, in one score."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from everfair.engines.matching.languages.model import HUB_NEAREST, BilingualModel, words_of
from everfair.engines.matching.languages.types import Floats, Ints

K1, B = 1.2, 0.75
SPACE = 0.05  # weight of the space beside the lexicon, chosen inside the learning half


@dataclass(frozen=True, eq=False)
class Candidates:
    """Texts in one language, ready to be asked for in the other. Grows by `plus`."""

    language: str
    vectors: Floats  # [n, d]
    hubs: Floats  # [n] how near a text lies to anything at all in the other language
    words: tuple[dict[str, float], ...]  # terms in the asking language → weight 0..1 (BM25)

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def postings(self) -> dict[str, tuple[Ints, Floats]]:
        """Term → the rows that have it, and its weight in each. Made at the first question."""
        rows: dict[str, list[int]] = {}
        weights: dict[str, list[float]] = {}
        for row, words in enumerate(self.words):
            for term, weight in words.items():
                rows.setdefault(term, []).append(row)
                weights.setdefault(term, []).append(weight)
        return {t: (np.array(found, np.int32), np.array(weights[t], np.float32)) for t, found in rows.items()}

    def plus(self, other: "Candidates") -> "Candidates":
        """Both, those of `other` behind."""
        return Candidates(
            self.language,
            np.concatenate([self.vectors, other.vectors]),
            np.concatenate([self.hubs, other.hubs]),
            self.words + other.words,
        )


def candidates(model: BilingualModel, texts: Sequence[str], language: str) -> Candidates:
    """Make texts ready; one text takes about a millisecond. Texts of a third language are never near."""
    side = model.side(language)
    vectors = model.vectors(texts, language)
    return Candidates(
        language, vectors, _hubs(model, vectors, side), tuple(_words(model, t, language) for t in texts)
    )


def _words(model: BilingualModel, text: str, language: str) -> dict[str, float]:
    counts = Counter(words_of(text, language))
    usual = model.usual_length[max(model.side(language), 0)]
    norm = K1 * (1 - B + B * counts.total() / usual)
    found = model.translated(counts, language)
    return {term: count / (count + norm) for term, count in found.items()}


def _hubs(model: BilingualModel, vectors: Floats, side: int) -> Floats:
    """Mean cosine to the nearest whole records of the other language."""
    anchors = model.anchors[1 - side] if side >= 0 else model.anchors[0][:0]
    if not len(anchors) or not len(vectors):
        return np.zeros(len(vectors), np.float32)
    near = np.partition(vectors @ anchors.T, -min(HUB_NEAREST, len(anchors)), axis=1)
    return np.asarray(near[:, -min(HUB_NEAREST, len(anchors)) :].mean(axis=1), np.float32)


def similarity(
    model: BilingualModel, texts: Sequence[str], language: str, among: Candidates, space: float = SPACE
) -> Floats:
    """[texts, candidates]: higher is nearer, 0 is nothing in common. Texts in the other language than the candidates'."""
    side = model.side(language)
    result = np.zeros((len(texts), len(among)), np.float32)
    if side < 0 or model.side(among.language) != 1 - side:
        return result
    asked = model.vectors(texts, language)
    unknown = float(model.rarity[side].max(initial=1.0))
    for i, text in enumerate(texts):
        total = 0.0
        for term in sorted(set(words_of(text, language))):
            number = model.numbers[side].get(term)
            idf = unknown if number is None else float(model.rarity[side][number])
            total += idf
            if (found := among.postings.get(term)) is not None:
                result[i, found[0]] += np.float32(idf) * found[1]
        result[i] /= max(total, 1e-9)
    has = (np.abs(asked).sum(1) > 0)[:, None] & (np.abs(among.vectors).sum(1) > 0)[None]
    own = _hubs(model, asked, side)
    return result + np.float32(space) * np.where(
        has, 2 * (asked @ among.vectors.T) - among.hubs[None] - own[:, None], 0
    ).astype(np.float32)
