"""Words of both sides as sparse vectors whose product is the share of a need that a text covers (BM25). Structure is packed elsewhere.

A need's weights add up to 1 (inverse document frequency), an offer's weights are BM25's saturation, below 1. So the product is a
share of 0 to 1 that says the same for short and for long needs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from everfair.engines.matching.types import Floats, Ints, Lexicon, Profile
from everfair.engines.text import terms

K1, B = 1.2, 0.75
LONGEST_TEXT = 20_000  # characters of a text that are read
MOST_TERMS = 64  # of a need: its most telling ones
MOST_ACROSS = 128  # terms of the other language that a need is told in
USUAL = 1 / (1 + K1)  # weight of a word that stands once in a text of usual length

Sparse = tuple[NDArray[np.int32], NDArray[np.float32]]
NOTHING: Sparse = (np.zeros(0, np.int32), np.zeros(0, np.float32))


def counted(text: str, language: str) -> Counter[str]:
    """Terms of a text with how often they stand in it."""
    return Counter(terms(text[:LONGEST_TEXT], language).words)


@dataclass(eq=False)
class Vocabulary:
    """Terms of the candidates, in how many of them each stands, and how long their texts usually are."""

    ids: dict[str, int] = field(default_factory=dict)
    frequency: list[int] = field(default_factory=list)
    documents: int = 0
    usual_length: dict[str, float] = field(default_factory=dict)

    def idf(self, term: int) -> float:
        """How telling a term is; the one of a term nobody uses for −1."""
        n = self.frequency[term] if 0 <= term < len(self.frequency) else 0
        return float(np.log1p((self.documents - n + 0.5) / (n + 0.5)))

    def id_of(self, term: str) -> int:
        """The number of a term, a new one where it has none yet."""
        found = self.ids.get(term)
        if found is None:
            found = self.ids[term] = len(self.ids)
            self.frequency.append(0)
        return found

    def offer(self, texts: Mapping[str, Counter[str]]) -> Sparse:
        """A candidate's texts as one vector; each language has its own length, so that a second one costs nothing."""
        best: dict[int, float] = {}
        for language, counts in texts.items():
            length = counts.total()
            usual = self.usual_length.get(language) or max(length, 1)
            norm = K1 * (1 - B + B * length / usual)
            for term, n in counts.items():
                number = self.id_of(term)
                best[number] = max(best.get(number, 0.0), n / (n + norm))
        return _sparse(best)

    def offering(self, texts: Mapping[str, str], lexicon: Lexicon | None = None) -> Sparse:
        """What a seeker offers, in terms that the candidates use; with a lexicon also in those of the other language."""
        best: dict[int, float] = {}
        for language, text in texts.items():
            counts = counted(text, language)
            length = counts.total()
            norm = K1 * (1 - B + B * length / (self.usual_length.get(language) or max(length, 1)))
            told: Mapping[str, float] = counts
            if lexicon is not None:
                told = lexicon.translated(counts, language) | counts
            for term, n in told.items():
                number = self.ids.get(term, -1)
                if number >= 0:
                    best[number] = max(best.get(number, 0.0), n / (n + norm))
        return _sparse(best)

    def needs(self, texts: Mapping[str, str], *, grow: bool = False) -> list[Sparse]:
        """A need's texts, one vector for each language that has words. `grow` gives new terms numbers (candidates' needs)."""
        found = []
        for language, text in sorted(texts.items()):
            counts = counted(text, language)
            weights: list[tuple[float, int]] = []
            for term, n in counts.items():
                number = self.id_of(term) if grow else self.ids.get(term, -1)
                weights.append((self.idf(number) * n, number))
            weights = sorted(weights, key=lambda w: (-w[0], w[1]))[:MOST_TERMS]
            total = sum(weight for weight, _ in weights)
            if total > 0:
                found.append(_sparse({n: w / total for w, n in weights if n >= 0}))
        return found

    def across(self, texts: Mapping[str, str], lexicon: Lexicon | None) -> Sparse:
        """A need told in one language in terms of the other; nothing without a lexicon, or where both are told."""
        if lexicon is None:
            return NOTHING
        told = [lexicon.across(counted(text, language), language) for language, text in sorted(texts.items())]
        told = [shares for shares in told if shares]
        if len(told) != 1:
            return NOTHING
        known = [(w, n) for term, w in told[0].items() if (n := self.ids.get(term, -1)) >= 0]
        return _sparse({n: w for w, n in sorted(known, key=lambda w: (-w[0], w[1]))[:MOST_ACROSS]})

    def interests(self, words: Mapping[str, float]) -> Sparse:
        """Words somebody is interested in; a rare word counts fully, one that everybody uses hardly, and many such still little."""
        rarest = self.idf(-1) or 1.0
        weights: dict[int, float] = {}
        for word, weight in sorted(words.items()):
            for term in counted(word, "en"):
                number = self.ids.get(term, -1)
                if number >= 0 and weight:
                    value = max(-1.0, min(1.0, weight)) * (self.idf(number) / rarest) ** 2 / USUAL
                    weights[number] = weights.get(number, 0.0) + value
        return _sparse(weights)


def _sparse(weights: Mapping[int, float]) -> Sparse:
    if not weights:
        return NOTHING
    ids = np.fromiter(weights.keys(), np.int32, len(weights))
    values = np.fromiter(weights.values(), np.float32, len(weights))
    order = np.argsort(ids, kind="stable")
    return ids[order], values[order]


def learn_vocabulary(profiles: Iterable[Profile]) -> tuple[Vocabulary, list[dict[str, Counter[str]]]]:
    """Count the words of the candidates' offers and needs."""
    vocabulary = Vocabulary()
    lengths: dict[str, list[int]] = {}
    texts = []
    for profile in profiles:
        counts = {
            language: counted(text, language)
            for language, text in sorted(profile.offers.texts.items())
            if text
        }
        texts.append(counts)
        for language, found in counts.items():
            lengths.setdefault(language, []).append(found.total())
        for term in set().union(*counts.values()) if counts else ():
            vocabulary.frequency[vocabulary.id_of(term)] += 1
        for language, text in profile.seeks.texts.items():
            for term in counted(text, language):
                vocabulary.id_of(term)
        vocabulary.documents += bool(counts)
    vocabulary.usual_length = {lang: max(float(np.mean(n)), 1.0) for lang, n in lengths.items()}
    return vocabulary, texts


@dataclass(frozen=True, eq=False)
class Postings:
    """Rows by term: term t stands in `row[at[t]:at[t+1]]` with the `weight` there."""

    at: NDArray[np.int64]  # [terms + 1]
    row: Ints
    weight: Floats


def postings(rows: Sequence[Sparse], size: int) -> Postings:
    """Invert one vector a row; `size` is the number of terms."""
    lengths = np.array([len(ids) for ids, _ in rows], np.int64)
    owner = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)
    term = np.concatenate([ids for ids, _ in rows]) if len(rows) else NOTHING[0]
    weight = np.concatenate([w for _, w in rows]) if len(rows) else NOTHING[1]
    order = np.argsort(term, kind="stable")
    at = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(term, minlength=size), out=at[1:])
    return Postings(at, owner[order], weight[order])


def replaced(old: Postings, gone: NDArray[np.bool_], rows: Mapping[int, Sparse], size: int) -> Postings:
    """Postings without the rows in `gone` [rows], and with the new vectors of `rows`."""
    term = np.repeat(np.arange(len(old.at) - 1, dtype=np.int32), np.diff(old.at))
    keep = ~gone[old.row]
    term, row, weight = term[keep], old.row[keep], old.weight[keep]
    new_term = np.concatenate([ids for ids, _ in rows.values()] or [NOTHING[0]])
    new_weight = np.concatenate([w for _, w in rows.values()] or [NOTHING[1]])
    new_row = np.repeat(np.array(list(rows), np.int32), [len(ids) for ids, _ in rows.values()])
    order = np.argsort(new_term, kind="stable")
    new_term, new_row, new_weight = new_term[order], new_row[order], new_weight[order]
    place = np.searchsorted(term, new_term, side="right")
    at = np.zeros(size + 1, np.int64)
    np.cumsum(
        np.bincount(term, minlength=size) + np.bincount(new_term, minlength=size),
        out=at[1:],
    )
    return Postings(at, np.insert(row, place, new_row), np.insert(weight, place, new_weight))


def summed(needs: Sequence[Sparse]) -> Sparse:
    """Needs in several languages as one vector, for candidates' needs."""
    if len(needs) < 2:
        return needs[0] if needs else NOTHING
    weights: dict[int, float] = {}
    for ids, values in needs:
        for number, value in zip(ids.tolist(), values.tolist(), strict=True):
            weights[number] = weights.get(number, 0.0) + value
    return _sparse(weights)
