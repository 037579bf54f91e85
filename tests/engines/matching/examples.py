"""Small fairs for tests of matching, and a model that knows a few words in two languages."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from everfair.engines.matching import Interests, Licence, Offers, Profile, Seeks, Wish
from everfair.engines.text import terms

MEANS = {
    "物流": 0, "logistics": 0, "报关": 1, "customs": 1, "法律": 2, "legal": 2, "云": 3, "cloud": 3,
    "翻译": 4, "translation": 4, "培训": 5, "training": 5,
}  # fmt: skip


class Words:
    """A model of six meanings; texts in a third language mean nothing to it."""

    def vectors(self, texts: Sequence[str], language: str) -> NDArray[np.float32]:
        """Unit vectors, or zeros."""
        found = np.zeros((len(texts), 6), np.float32)
        for row, text in enumerate(texts):
            for word, meaning in MEANS.items():
                if language in ("en", "zh") and word in text:
                    found[row, meaning] = 1
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1)


class Told(Words):
    """The same with a lexicon: each of the words is told by the one of the other language."""

    def __init__(self) -> None:
        self.pairs: dict[str, dict[str, str]] = {"en": {}, "zh": {}}
        for (chinese, _), (english, _) in zip(
            list(MEANS.items())[::2], list(MEANS.items())[1::2], strict=True
        ):
            (one,), (two,) = terms(english, "en").words, terms(chinese, "zh").words
            self.pairs["en"][one], self.pairs["zh"][two] = two, one

    def across(self, counts: Mapping[str, float], language: str) -> dict[str, float]:
        """Each word as the other one, all weighing the same."""
        told = self.pairs.get(language)
        whole = sum(counts.values())
        return {} if told is None else {told.get(t, t): n / whole for t, n in counts.items()}

    def translated(self, counts: Mapping[str, float], language: str) -> dict[str, float]:
        """Each word as the other one."""
        told = self.pairs.get(language)
        return {} if told is None else {told.get(t, t): n for t, n in counts.items()}

    def translations(self, term: str, language: str, most: int = 5) -> list[tuple[str, float]]:
        """The other word."""
        return sorted(self.translated({term: 1.0}, language).items())[:most]


class Taught(Told):
    """The same, which also says how far it knows a text: the share of its words it has a meaning for."""

    def placed(self, texts: Sequence[str], language: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The vectors and the shares."""
        known = []
        for text in texts:
            found = terms(text, language).words
            known.append(sum(word in self.pairs.get(language, {}) for word in found) / max(len(found), 1))
        return self.vectors(texts, language), np.array(known, np.float32)

    def usual(self, term: str, language: str) -> float:
        """Everybody does translation here."""
        return 0.5 if term in (self.pairs["zh"].get("翻译"), "翻译") else 0.0


ENGLISH = [
    "logistics",
    "customs",
    "legal",
    "cloud",
    "translation",
    "training",
    "advice",
    "brokerage",
    "services",
]
CHINESE = ["物流", "报关", "法律", "云", "翻译", "培训", "咨询"]
SECTORS = ["1", "1/1.A", "1/1.A/1.A.a", "1/1.A/1.A.b", "1/1.B", "1/1.B/1.B.a", "2", "2/2.A"]
COUNTRIES = ["CN", "DE", "KE", "BR"]
LANGUAGES = ["en", "zh", "ar"]

_days = st.integers(0, 30).map(lambda n: date.fromordinal(738_000 + n))


def _some(values: Sequence[str], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


_texts = st.fixed_dictionaries(
    {},
    optional={
        "en": st.lists(st.sampled_from(ENGLISH), min_size=1, max_size=6).map(" ".join),
        "zh": st.lists(st.sampled_from(CHINESE), min_size=1, max_size=4).map("、".join),
    },
)
_spans = st.none() | st.tuples(_days, _days).map(lambda d: (min(d), max(d)))
_amounts = st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)).map(
    lambda a: (float(min(a)), float(max(a)))
)
_licences = st.lists(
    st.builds(Licence, st.sampled_from(["", "ISO 27001", "customs"]), _some(COUNTRIES, 2)), max_size=2
)

needs = st.builds(
    Seeks,
    texts=_texts,
    sectors=_some(SECTORS),
    modes=st.integers(0, 15),
    countries=_some(COUNTRIES),
    deliver_to=_some(COUNTRIES, 2),
    languages=_some(LANGUAGES),
    sizes=_some(["micro", "small", "medium", "large"], 2),
    licences=_licences.map(tuple),
    budget=_amounts,
    dates=_spans,
    hard=st.frozensets(st.sampled_from(list(Wish)), max_size=2),
)
offers = st.builds(
    Offers,
    texts=_texts,
    sectors=_some(SECTORS, 5),
    modes=st.integers(0, 15),
    country=st.sampled_from(["", *COUNTRIES]),
    delivers_to=_some([*COUNTRIES, "*"]),
    languages=_some(LANGUAGES),
    size=st.sampled_from(["", "micro", "small", "medium", "large"]),
    licences=_licences.map(tuple),
    price=_amounts,
    dates=_spans,
)
_weights = st.floats(-1, 1, allow_nan=False).map(lambda w: round(w, 2))
interests = st.builds(
    Interests,
    sectors=st.dictionaries(st.sampled_from(SECTORS), _weights, max_size=2),
    firms=st.dictionaries(st.sampled_from(["f0", "f1", "f2"]), _weights, max_size=2),
    words=st.dictionaries(st.sampled_from(ENGLISH[:4]), _weights, max_size=2),
)


@st.composite
def fairs(draw: st.DrawFn) -> tuple[list[Profile], list[Profile]]:
    """Seekers and candidates; some candidates are others with a fact left out, so that one dominates the other."""
    candidates: list[Profile] = []
    for i in range(draw(st.integers(0, 14))):
        if candidates and draw(st.booleans()):
            twin = draw(st.sampled_from(candidates))
            parts = {name: getattr(twin.offers, name) for name in Offers.__dataclass_fields__}
            emptied = draw(st.sampled_from(["modes", "country", "delivers_to", "size", "price", "dates"]))
            parts[emptied] = getattr(Offers(), emptied)
            side = Profile(f"c{i}", f"f{draw(st.integers(0, 5))}", seeks=twin.seeks, offers=Offers(**parts))
        else:
            asks = draw(needs) if draw(st.integers(0, 3)) == 0 else Seeks()
            side = Profile(
                f"c{i}", draw(st.sampled_from(["", "f0", "f1", "f2"])), asks, draw(offers), draw(st.booleans()),
                blocked=frozenset(draw(_some(["s0", "g1"], 1))),
            )  # fmt: skip
        candidates.append(side)
    names = ["f0", "f1", "c0", "c1", "c2", "c3"]
    seekers = [
        Profile(
            f"s{i}", draw(st.sampled_from(["", "g1", "f2"])), draw(needs | st.just(Seeks())), draw(offers | st.just(Offers())),
            interests=draw(interests | st.just(Interests())), blocked=frozenset(draw(_some(names, 2))),
            dismissed=frozenset(draw(_some(names, 2))), met=frozenset(draw(_some(names, 2))),
        )
        for i in range(draw(st.integers(1, 3)))
    ]  # fmt: skip
    return seekers, candidates
