"""What was learned of two languages, and what one may ask of it: vectors, and the terms a text would have in the other language.

Needs numpy only, so that a web process may ask. Learning is in `learn`, comparing in `similar`, bytes in `store`.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from everfair.engines.matching.languages.types import FEW_RECORDS, Floats, Links
from everfair.engines.text import terms

LONGEST_TEXT = 20_000  # characters of a text that are read
MOST_HELD = 0.5  # of a text's length that the space holds, from which on the text is wholly known
LEAST_HELD = 0.5  # of what is usual, up to which nothing is known of what a text is about
HUB_ANCHORS = 1_000
HUB_NEAREST = 10


def words_of(text: str, language: str) -> list[str]:
    """Terms of a text as search has them, in order, with repeats."""
    return terms(text[:LONGEST_TEXT], language).words


@dataclass(frozen=True, eq=False)
class BilingualModel:
    """Two languages in one space, and a lexicon between them. Learned by `learn`, kept by `store`."""

    languages: tuple[str, str]
    terms: tuple[tuple[str, ...], tuple[str, ...]]
    rarity: tuple[Floats, Floats]  # idf over whole records, for the lexicon's score
    idf: tuple[Floats, Floats]  # idf over all stretches, for the space
    space: tuple[Floats, Floats]  # [terms, d]
    into: tuple[
        Links, Links
    ]  # into the first language by terms of the second; into the second by terms of the first
    anchors: tuple[Floats, Floats]  # [≤ HUB_ANCHORS, d] whole records
    usual_length: tuple[float, float]  # words of a whole record
    usual_held: tuple[float, float]  # of a whole record's length that is left in the space
    records: int
    seed: int

    @property
    def is_thin(self) -> bool:
        """Too few bilingual records: say that matches across languages are by sector."""
        return self.records < FEW_RECORDS

    @property
    def width(self) -> int:
        """Length of the vectors; 0 where there was nothing to learn from."""
        return int(self.space[0].shape[1])

    @cached_property
    def numbers(self) -> tuple[dict[str, int], dict[str, int]]:
        """Term → its number, for each language."""
        first, second = ({term: i for i, term in enumerate(side)} for side in self.terms)
        return first, second

    @cached_property
    def told_by(self) -> tuple[Links, Links]:
        """Terms of each language → the terms of the other that tell them; the weights of one term add up to 1."""
        first, second = (_turned(links, len(side)) for links, side in zip(self.into, self.terms, strict=True))
        return first, second

    def side(self, language: str) -> int:
        """0 or 1, or −1 for a language the model does not know. "zh-Hant" is Chinese."""
        code = language.split("-")[0].casefold()
        return self.languages.index(code) if code in self.languages else -1

    def vectors(self, texts: Sequence[str], language: str) -> Floats:
        """[n, d] of unit length; a row of zeros where nothing of a text, or its language, is known."""
        return self._projected(texts, language)[0]

    def placed(self, texts: Sequence[str], language: str) -> tuple[Floats, Floats]:
        """The vectors, and [n] how far the model knows what each text is about, 0 to 1.

        A text of another trade has words the model never read, and words it read side by side with others only: little of it is
        left in the space. Half of what is left of the model's own records is nothing, all of that is 1.
        """
        found, held = self._projected(texts, language)
        side = self.side(language)
        if side < 0:
            return found, held
        usual = min(self.usual_held[side] or MOST_HELD, MOST_HELD)
        known = np.clip((held / usual - LEAST_HELD) / (1 - LEAST_HELD), 0, 1)
        return found, np.asarray(known, np.float32)

    def usual(self, term: str, language: str) -> float:
        """The share of the records that use a term; 0 where it, or its language, is not known, and with too few records."""
        side = self.side(language)
        number = self.numbers[side].get(term) if side >= 0 and not self.is_thin else None
        return 0.0 if number is None else min(1.0, math.exp(1 - float(self.rarity[side][number])))

    def held(self, texts: Sequence[str], language: str) -> Floats:
        """[n] the share of each text's length that is left in the space; words that are not known count as the rarest."""
        return self._projected(texts, language)[1]

    def _projected(self, texts: Sequence[str], language: str) -> tuple[Floats, Floats]:
        """Unit vectors, and the share of each text's length that its vector had before."""
        side = self.side(language)
        result = np.zeros((len(texts), self.width), np.float32)
        held = np.zeros(len(texts), np.float32)
        if side < 0 or not self.width:
            return result, held
        numbers, idf, directions = self.numbers[side], self.idf[side], self.space[side]
        rarest = float(idf.max())
        for row, text in enumerate(texts):
            counts = Counter(words_of(text, language))
            known = {number: n for word, n in counts.items() if (number := numbers.get(word)) is not None}
            if known:
                term = np.fromiter(known.keys(), np.int64, len(known))
                weight = (1 + np.log(np.fromiter(known.values(), np.float32, len(known)))) * idf[term]
                vector = weight @ directions[term]
                length = float(np.linalg.norm(vector))
                strange = sum((1 + math.log(n)) ** 2 for word, n in counts.items() if word not in numbers)
                result[row] = vector / max(length, 1e-12)
                held[row] = length / math.sqrt(float(weight @ weight) + strange * rarest**2)
        return result, held

    def translated(self, counts: Mapping[str, float], language: str) -> dict[str, float]:
        """The terms a text would have in the other language with how often, from its own terms in `language`.

        A term the other language does not know stays itself (names, figures). Empty for a third language.
        """
        side = self.side(language)
        if side < 0:
            return {}
        numbers, others = self.numbers[side], self.numbers[1 - side]
        links, names = self.into[1 - side], self.terms[1 - side]
        found: dict[str, float] = {}
        for term, count in counts.items():
            if term not in others:
                found[term] = found.get(term, 0.0) + count
            number = numbers.get(term)
            if number is None:
                continue
            first, last = int(links.at[number]), int(links.at[number + 1])
            for other, weight in zip(
                links.to[first:last].tolist(), links.weight[first:last].tolist(), strict=True
            ):
                found[names[other]] = found.get(names[other], 0.0) + count * weight
        return found

    def across(self, counts: Mapping[str, float], language: str) -> dict[str, float]:
        """A need's terms as terms of the other language, each with its share of the need; together at most 1.

        The need's own terms share by how rare they are, and each is divided among the terms that tell it: what `translated` does
        to every offer, done once to the need. A term that is not known stays itself. Empty for a third language.
        """
        side = self.side(language)
        if side < 0:
            return {}
        numbers, links, names, rarity = (
            self.numbers[side], self.told_by[side], self.terms[1 - side], self.rarity[side],
        )  # fmt: skip
        unknown = float(rarity.max(initial=1.0))
        found: dict[str, float] = {}
        total = 0.0
        for term, count in counts.items():
            number = numbers.get(term)
            weight = count * (unknown if number is None else float(rarity[number]))
            total += weight
            first, last = (0, 0) if number is None else links.at[number : number + 2].tolist()
            if first == last:
                found[term] = found.get(term, 0.0) + weight
            for other, share in zip(
                links.to[first:last].tolist(), links.weight[first:last].tolist(), strict=True
            ):
                found[names[other]] = found.get(names[other], 0.0) + weight * share
        return {term: weight / total for term, weight in found.items()}

    def translations(self, term: str, language: str, most: int = 5) -> list[tuple[str, float]]:
        """Terms of the other language that tell a term, surest first: for reasons and for asking a search index.

        A name that nobody translated is its own translation.
        """
        found = self.translated({term: 1.0}, language)
        if len(found) > 1:
            found.pop(term, None)
        return sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))[:most]


def _turned(links: Links, size: int) -> Links:
    """The same links, by the terms they lead to."""
    order = np.argsort(links.to, kind="stable")
    at = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(links.to, minlength=size), out=at[1:])
    term = np.repeat(np.arange(len(links.at) - 1, dtype=np.int32), np.diff(links.at))
    return Links(at, term[order], links.weight[order])
