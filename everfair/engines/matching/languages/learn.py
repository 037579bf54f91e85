"""Learns what both languages say from records told in both. Needs the compiler; asking what was learned is `model`'s work."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from everfair.engines.matching.languages import kernels
from everfair.engines.matching.languages.align import aligned, characters
from everfair.engines.matching.languages.lexicon import learn_links
from everfair.engines.matching.languages.model import HUB_ANCHORS, LONGEST_TEXT, BilingualModel, words_of
from everfair.engines.matching.languages.space import learn_space
from everfair.engines.matching.languages.types import Bilingual, Documents, Floats, Links, Longs, ModelError

WIDTH = 256
MOST_CHARACTERS = 48_000_000  # of both languages that are read; beyond that records are drawn
MOST_TERMS = 50_000  # of a language, the most frequent ones
MANY_PARTS = 30_000  # from here on a term that stands in one part only teaches nothing and is left out
LEAST_SPACE_TERMS = 6  # of a stretch on either side, to be worth a row of the space
MOST_LESSON_TERMS = (
    3_000_000  # of the longer side that the lexicon, or the space, reads; beyond that lessons are drawn
)
LONGEST_LESSON = 160  # terms of a side; longer stretches teach the lexicon nothing that their parts do not
HELD_SAMPLE = 100  # records that show how much of a text the space holds
UNTAUGHT_LENGTH = 100.0  # words of a usual text where no record says
GLOSSARY_WEIGHT = 3  # times an entry of the glossary is read


class _Side:
    """One language's parts as numbered terms, repeats included."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.ids: defaultdict[str, int] = defaultdict()
        self.ids.default_factory = self.ids.__len__
        self.flat = array("i")
        self.at = array("q", [0])

    def add(self, text: str) -> None:
        self.flat.extend(map(self.ids.__getitem__, words_of(text, self.language)))
        self.at.append(len(self.flat))

    def add_again(self, part: int) -> None:
        """A part that was read before."""
        self.flat.extend(self.flat[self.at[part] : self.at[part + 1]])
        self.at.append(len(self.flat))

    def vocabulary(self) -> tuple[list[str], Documents]:
        """Terms kept, in order of spelling, and the parts in their numbers."""
        at, flat = np.array(self.at, np.int64), np.array(self.flat, np.int32)
        size, parts = len(self.ids), len(at) - 1
        every = np.arange(parts, dtype=np.int64)
        frequency = np.bincount(kernels.gathered(at, flat, every, every + 1, size)[1], minlength=size)
        names = list(self.ids)
        good = np.flatnonzero(frequency >= (2 if parts >= MANY_PARTS else 1))
        good = good[np.argsort(-frequency[good], kind="stable")][:MOST_TERMS]
        good = np.array(sorted(good.tolist(), key=names.__getitem__), np.int64)
        renumbered = np.full(size, -1, np.int32)
        renumbered[good] = np.arange(len(good), dtype=np.int32)
        flat = renumbered[flat]
        kept = flat >= 0
        at = np.concatenate([[0], np.cumsum(kept)])[at].astype(np.int64)
        return [names[i] for i in good], Documents(at, flat[kept], np.ones(int(kept.sum()), np.float32))


def learn(
    records: Iterable[Bilingual],
    *,
    glossary: Sequence[tuple[str, str]] = (),
    languages: tuple[str, str] = ("en", "zh"),
    seed: int = 0,
) -> BilingualModel:
    """A model of two languages, from records told in both and from pairs that are known to mean the same.

    Records with an empty half are passed over. With fewer than FEW_RECORDS the model says `is_thin`. The same records in the same
    order, glossary and seed give the same model. Raises ModelError if the two languages are one.
    """
    if languages[0] == languages[1]:
        raise ModelError(f"a model needs two languages, got {languages[0]!r} twice")
    told = [r for r in records if any(a.strip() and b.strip() for a, b in r.texts)]
    sides = _Side(languages[0]), _Side(languages[1])
    wholes, stretches, lessons = _read(_drawn(told, seed), glossary, sides)
    (first_terms, first), (second_terms, second) = (side.vocabulary() for side in sides)
    sizes = len(first_terms), len(second_terms)
    into = _links(first, second, np.array(lessons, np.int64).reshape(-1, 2), sizes, seed)
    rows = _bounded(np.array(stretches, np.int64).reshape(-1, 2), first, second, seed)
    one, two = _gathered(first, rows, sizes[0]), _gathered(second, rows, sizes[1])
    shorter = np.minimum(np.diff(one.at), np.diff(two.at))
    enough = shorter >= (LEAST_SPACE_TERMS if (shorter >= LEAST_SPACE_TERMS).sum() >= WIDTH else 1)
    one, two = _picked(one, enough), _picked(two, enough)
    idfs = _rarity(one, sizes[0]), _rarity(two, sizes[1])
    space = learn_space(one, two, idfs, WIDTH, seed)
    whole_rows = np.array(wholes, np.int64).reshape(-1, 2)
    texts = _gathered(first, whole_rows, sizes[0]), _gathered(second, whole_rows, sizes[1])
    lengths = tuple((float(t.count.sum()) / len(t) if len(t) else 0.0) or UNTAUGHT_LENGTH for t in texts)
    model = BilingualModel(
        languages=languages,
        terms=(tuple(first_terms), tuple(second_terms)),
        rarity=(_rarity(texts[0], sizes[0]), _rarity(texts[1], sizes[1])),
        idf=idfs,
        space=space,
        into=into,
        anchors=_anchors(texts, idfs, space, seed),
        usual_length=(lengths[0], lengths[1]),
        usual_held=(0.0, 0.0),
        records=len(told),
        seed=seed,
    )
    return replace(model, usual_held=_usual_held(model, told))


def _drawn(records: list[Bilingual], seed: int) -> list[Bilingual]:
    """All records, or as many as may be read, drawn by the seed and left in order."""
    sizes = np.array([min(characters(record.texts), 2 * LONGEST_TEXT) for record in records], np.int64)
    if sizes.sum() <= MOST_CHARACTERS:
        return records
    order = np.random.default_rng(seed).permutation(len(records))
    taken = order[np.cumsum(sizes[order]) <= MOST_CHARACTERS]
    return [records[i] for i in sorted(taken.tolist())]


def _read(
    records: Sequence[Bilingual], glossary: Sequence[tuple[str, str]], sides: tuple[_Side, _Side]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[tuple[int, int]]]:
    """Fills the sides; (whole records, stretches for the space, stretches and parts for the lexicon) as ranges of parts.

    A part that was read before (headings, slogans) teaches once.
    """
    wholes, stretches, lessons = [], [], []
    seen: dict[tuple[str, str], int] = {}
    for record in records:
        start = len(sides[0].at) - 1
        found = aligned([(a[:LONGEST_TEXT], b[:LONGEST_TEXT]) for a, b in record.texts])
        for i, pair in enumerate(found.parts, start):
            if (before := seen.setdefault(pair, i)) < i:
                sides[0].add_again(before)
                sides[1].add_again(before)
                continue
            sides[0].add(pair[0])
            sides[1].add(pair[1])
            stretches.append((i, i + 1))
            lessons.append((i, i + 1))
        for a, b in found.stretches:
            stretches.append((start + a, start + b))
            lessons.append((start + a, start + b))
        wholes.append((start, len(sides[0].at) - 1))
    for one, two in glossary:
        if one.strip() and two.strip():
            sides[0].add(one)
            sides[1].add(two)
            lessons.extend([(len(sides[0].at) - 2, len(sides[0].at) - 1)] * GLOSSARY_WEIGHT)
    return wholes, stretches, lessons


def _usual_held(model: BilingualModel, records: Sequence[Bilingual]) -> tuple[float, float]:
    """How much of records is left in the space, unknown words counted: some of them, drawn by the seed."""
    drawn = np.random.default_rng(model.seed).permutation(len(records))[:HELD_SAMPLE]
    found = []
    for side, language in enumerate(model.languages):
        texts = ["\n".join(pair[side] for pair in records[i].texts) for i in sorted(drawn.tolist())]
        held = model.held(texts, language)
        found.append(float(held[held > 0].mean()) if (held > 0).any() else 0.0)
    return found[0], found[1]


def _gathered(parts: Documents, ranges: Longs, size: int) -> Documents:
    """Each range of parts as one text, terms counted."""
    return Documents(*kernels.gathered(parts.at, parts.term, ranges[:, 0].copy(), ranges[:, 1].copy(), size))


def _picked(documents: Documents, which: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Documents:
    lengths = np.diff(documents.at)
    keep = np.repeat(which, lengths)
    at = np.concatenate([[0], np.cumsum(lengths[which])]).astype(np.int64)
    return Documents(at, documents.term[keep], documents.count[keep])


def _rarity(documents: Documents, size: int) -> Floats:
    """Inverse document frequency: 1 for a term of every text."""
    frequency = np.bincount(documents.term, minlength=size)
    return (np.log((1 + len(documents)) / (1 + frequency)) + 1).astype(np.float32)


def _links(
    first: Documents, second: Documents, lessons: Longs, sizes: tuple[int, int], seed: int
) -> tuple[Links, Links]:
    ranges = _bounded(lessons, first, second, seed)
    one, two = _gathered(first, ranges, sizes[0]), _gathered(second, ranges, sizes[1])
    n, m = np.diff(one.at), np.diff(two.at)
    good = (n > 0) & (m > 0) & (n <= LONGEST_LESSON) & (m <= LONGEST_LESSON)
    if not good.any():
        good = (n > 0) & (m > 0)
    return learn_links(_picked(one, good), _picked(two, good), sizes)


def _bounded(ranges: Longs, first: Documents, second: Documents, seed: int) -> Longs:
    """All ranges of parts, or as many as may be read, drawn by the seed and left in order; single parts go first."""
    lengths = np.maximum(*(side.at[ranges[:, 1]] - side.at[ranges[:, 0]] for side in (first, second)))
    if lengths.sum() <= MOST_LESSON_TERMS:
        return ranges
    drawn = np.random.default_rng(seed).permutation(len(ranges))
    order = drawn[np.argsort(np.diff(ranges, axis=1)[drawn, 0] > 1, kind="stable")]
    return ranges[np.sort(order[np.cumsum(lengths[order]) <= MOST_LESSON_TERMS])]


def _anchors(
    texts: tuple[Documents, Documents], idfs: tuple[Floats, Floats], space: tuple[Floats, Floats], seed: int
) -> tuple[Floats, Floats]:
    """Where whole records lie, drawn by the seed: what near means there is measured against them."""
    n = len(texts[0])
    drawn = np.sort(np.random.default_rng(seed).permutation(n)[:HUB_ANCHORS])
    which = np.zeros(n, np.bool_)
    which[drawn] = True
    found = []
    for documents, idf, directions in zip(texts, idfs, space, strict=True):
        some = _picked(documents, which)
        weight = (1 + np.log(np.maximum(some.count, 1))) * idf[some.term]
        rows = [weight[a:b] @ directions[some.term[a:b]] for a, b in pairwise(some.at.tolist())]
        found.append(_unit(np.array(rows, np.float32).reshape(len(some), directions.shape[1])))
    return found[0], found[1]


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), np.float32)
