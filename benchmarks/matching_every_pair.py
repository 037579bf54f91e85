"""Every candidate's score for one seeker at once, from the profiles alone: the full product that a ranking is held against.

Shares no code with the engine's index, columns or compiled loops: words are counted here, wishes graded by `check`, numbers as in
`matching_reference`, whose plain score tests hold this against. In double precision, a few hundred times as fast as pair by pair.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching_reference import (
    TERMS,
    Corpus,
    Meaning,
    likeness,
    lowest,
    score,
    seriously,
    soft,
    tongues,
    words,
)
from everfair.engines.matching import (
    Interests,
    LanguageModel,
    Learned,
    Lexicon,
    Offers,
    Options,
    Profile,
    Seeks,
    Wish,
)
from everfair.engines.matching.check import grade, may_meet, wishes_hold

Doubles = NDArray[np.float64]
FIELDS = {
    Wish.MODES: ("modes", "modes"), Wish.COUNTRIES: ("countries", "country"), Wish.DELIVERY: ("deliver_to", "delivers_to"),
    Wish.LANGUAGES: ("languages", "languages"), Wish.SIZES: ("sizes", "size"), Wish.LICENCES: ("licences", "licences"),
    Wish.BUDGET: ("budget", "price"), Wish.DATES: ("dates", "dates"), Wish.SECTORS: ("sectors", "sectors"),
}  # fmt: skip


class EveryPair:
    """Candidates read once; `scores` answers for one seeker. `scale`: the cosines that say nothing and all."""

    def __init__(
        self,
        candidates: Sequence[Profile],
        model: LanguageModel | None = None,
        scale: tuple[float, float] = (0.1, 0.8),
    ) -> None:
        self.candidates, self.model, self.scale = candidates, model, scale
        self.corpus = Corpus(candidates, model if isinstance(model, Lexicon) else None)
        self.offered = self._offered()
        self.wanted, self.asks_words = self._wanted()
        self.offer_vector = np.array([self.vector(c.offers.texts)[0] for c in candidates])
        self.need_vector = np.array([self.vector(c.seeks.texts)[0] for c in candidates])
        self.offer_known = np.array([self.vector(c.offers.texts)[1] for c in candidates])
        self.need_known = np.array([self.vector(c.seeks.texts)[1] for c in candidates])
        self.told = [tongues(c.offers.texts) for c in candidates]
        self.told_need = [tongues(c.seeks.texts) for c in candidates]
        self.kept: dict[object, Doubles] = {}

    def vector(self, texts: Any) -> tuple[Doubles, float]:
        """Direction of a row's texts, and how far it is known."""
        if self.model is None:
            return np.zeros(1), 0.0
        total: Any = 0.0
        known = []
        for language, text in sorted(texts.items()):
            if text.strip():
                if isinstance(self.model, Learned):
                    found, share = self.model.placed([text[:20_000]], language)
                else:
                    found = self.model.vectors([text[:20_000]], language)
                    share = np.any(found != 0, axis=1)
                total = total + found[0].astype(np.float64)
                known += [float(share[0])] if np.any(found[0] != 0) else []
        if isinstance(total, float):
            total = np.zeros(np.asarray(self.model.vectors(["-"], "en")).shape[1])
        return total / max(float(np.linalg.norm(total)), 1e-9), sum(known) / max(len(known), 1)

    def _offered(self) -> dict[str, tuple[NDArray[np.int64], Doubles]]:
        """Term → who says it, and BM25's weight of it there, in the language that has most of it."""
        found: dict[str, dict[int, float]] = {}
        for row, candidate in enumerate(self.candidates):
            for language, text in candidate.offers.texts.items():
                counts = words(text, language)
                norm = 1.2 * (
                    0.25 + 0.75 * counts.total() / self.corpus.usual.get(language, max(counts.total(), 1))
                )
                for term, n in counts.items():
                    there = found.setdefault(term, {})
                    there[row] = max(there.get(row, 0.0), n / (n + norm))
        return {t: (np.array(list(rows)), np.array(list(rows.values()))) for t, rows in found.items()}

    def _wanted(self) -> tuple[dict[str, tuple[NDArray[np.int64], Doubles]], NDArray[np.bool_]]:
        """Term → whose need it stands in, and its share of that need."""
        found: dict[str, dict[int, float]] = {}
        asks = np.zeros(len(self.candidates), np.bool_)
        for row, candidate in enumerate(self.candidates):
            for language, text in candidate.seeks.texts.items():
                for term, share in self.shares(text, language):
                    asks[row] = True
                    there = found.setdefault(term, {})
                    there[row] = there.get(row, 0.0) + share
        return {t: (np.array(list(rows)), np.array(list(rows.values()))) for t, rows in found.items()}, asks

    def shares(self, text: str, language: str) -> list[tuple[str, float]]:
        """The most telling terms of a need, each with its share."""
        asked = sorted(
            ((self.corpus.idf(t) * n, t) for t, n in words(text, language).items()), key=lambda w: -w[0]
        )[:64]
        whole = sum(weight for weight, _ in asked)
        return [(term, weight / whole) for weight, term in asked] if whole else []

    def scores(self, seeker: Profile, options: Options) -> Doubles:
        """[candidates] 0..1, −1 for whom the seeker may not be shown."""
        there = np.array([may_meet(seeker, c, options) for c in self.candidates]) & self.holds(seeker)
        if seeker.interests != Interests():
            return np.where(there, self._one_by_one(seeker, options), -1.0)
        need, known = self.vector(seeker.seeks.texts)
        cosine = self.offer_vector @ need
        own, own_known = self.vector(seeker.offers.texts)
        cosine_back = self.need_vector @ own
        about = self.about(seeker.seeks, self.covered(seeker.seeks), cosine, known * self.offer_known)
        fit = self.lessened(
            np.where(np.isnan(about), 0.3, np.maximum(about, 0.01)), self.terms(seeker.seeks), options
        )
        about_back = self.about_back(
            seeker.offers, self.covered_back(seeker.offers), cosine_back, own_known * self.need_known
        )
        back = self.lessened(
            np.where(np.isnan(about_back), 0.3, np.maximum(about_back, 0.01)),
            self.terms_back(seeker.offers),
            options,
        )
        asks = bool(sum(len(words(t, la)) for la, t in seeker.seeks.texts.items())) or any(
            grade(wish, seeker.seeks, Offers()) is not None for wish in Wish
        )
        knows = asks | (cosine != 0)
        says = any(seeker.offers.texts.values()) or bool(seeker.offers.sectors)
        knows_back = (self.asks_back | (cosine_back != 0)) & (np.isnan(about_back) | says)
        both = np.maximum(fit, 0.001) ** (1 - options.mutual) * np.maximum(back, 0.02) ** options.mutual
        raw = np.where(knows_back, np.where(knows, both, back), np.where(knows, fit, 0.3))
        met = np.array([bool({c.key, c.firm} & seeker.met) for c in self.candidates])
        raw = raw * np.where(met, options.met, 1.0)
        found = 1 / (1 + np.exp(-options.calibration.slope * (raw - options.calibration.middle)))
        return np.where(there, found, -1.0)

    def _one_by_one(self, seeker: Profile, options: Options) -> Doubles:
        need, known = self.vector(seeker.seeks.texts)
        own, own_known = self.vector(seeker.offers.texts)
        learned = isinstance(self.model, Learned)
        return np.array(
            [
                score(
                    seeker, c, self.corpus,
                    Meaning(float(self.offer_vector[i] @ need), known * self.offer_known[i], self.scale, learned),
                    Meaning(float(self.need_vector[i] @ own), own_known * self.need_known[i], self.scale, learned), options,
                )
                for i, c in enumerate(self.candidates)
            ]
        )  # fmt: skip

    @cached_property
    def asks_back(self) -> NDArray[np.bool_]:
        """Who asks for anything but meaning."""
        structure = [any(grade(w, c.seeks, Offers()) is not None for w in Wish) for c in self.candidates]
        return self.asks_words | np.array(structure)

    def covered(self, seeks: Seeks) -> Doubles | None:
        """The share of the need that each candidate's words cover; None where it has no words."""
        said = [(la, text) for la, text in seeks.texts.items() if words(text, la)]
        if not said:
            return None
        best = np.zeros(len(self.candidates))
        for language, text in said:
            best = np.maximum(best, self.product(dict(self.shares(text, language))))
        if self.corpus.lexicon is not None:
            told = [
                s
                for la, text in seeks.texts.items()
                if (s := self.corpus.lexicon.across(words(text, la), la))
            ]
            if len(told) == 1:
                known = sorted(((w, t) for t, w in told[0].items() if t in self.corpus.known), reverse=True)[
                    :128
                ]
                across = self.product({t: w for w, t in known})
                best = np.where(self.shared(seeks, self.told), best, np.maximum(best, across))
        return np.minimum(best, 1.0)

    def product(self, shares: dict[str, float]) -> Doubles:
        """Shares of terms with what each candidate says of them."""
        total = np.zeros(len(self.candidates))
        for term, share in shares.items():
            if term in self.offered:
                rows, weights = self.offered[term]
                total[rows] += share * weights
        return total

    def covered_back(self, offers: Offers) -> Doubles:
        """The share of each candidate's need that the seeker's words cover."""
        total = np.zeros(len(self.candidates))
        said = {t for la, text in offers.texts.items() for t in words(text, la)}
        if self.corpus.lexicon is not None:
            for la, text in offers.texts.items():
                said |= set(self.corpus.lexicon.translated(words(text, la), la))
        for term in said & set(self.wanted):
            rows, share = self.wanted[term]
            total[rows] += share * self.corpus.saturated(term, offers.texts, back=True)
        return np.minimum(total, 1.0)

    def shared(self, one: Seeks | Offers, told: Sequence[set[str]]) -> NDArray[np.bool_]:
        """Who tells something in one of these languages."""
        own = tongues(one.texts)
        return np.array([bool(own & other) for other in told])

    def text(
        self, covered: Doubles, cosine: Doubles, known: Doubles, is_shared: NDArray[np.bool_]
    ) -> Doubles:
        """Words and meaning together."""
        low, high = self.scale
        near = np.clip((cosine - low) / (high - low), 0, 1) * known
        apart = np.maximum(1 - (1 - 0.8 * covered) * (1 - 0.3 * near), 0.7 * near)
        alike = 1 - (1 - 0.8 * covered) * (1 - 0.05 * near)
        return np.where(is_shared & isinstance(self.model, Learned), alike, apart)

    def about(self, seeks: Seeks, covered: Doubles | None, cosine: Doubles, known: Doubles) -> Doubles:
        """How well the need's subject is met; nan where none was asked."""
        found = np.full(len(self.candidates), np.nan)
        if covered is not None:
            found = self.text(covered, cosine, known, self.shared(seeks, self.told))
        if grade(Wish.SECTORS, seeks, Offers()) is None:
            return found
        asked = lowest(seeks.sectors)
        best = self.each(
            "offers", "sectors", lambda o: near_sectors(asked, lowest(o.sectors)), ("near", seeks.sectors)
        )
        return np.where(np.isnan(found), best, 0.65 * found + 0.35 * best)

    def about_back(self, offers: Offers, covered: Doubles, cosine: Doubles, known: Doubles) -> Doubles:
        """The same for each candidate's need and what the seeker offers."""
        text = self.text(covered, cosine, known, self.shared(offers, self.told_need))
        text = np.where(self.asks_words, text, np.nan)
        there = lowest(offers.sectors)
        near = self.each(
            "seeks", "sectors", lambda s: near_sectors(lowest(s.sectors), there), ("back", offers.sectors)
        )
        asks = np.array([grade(Wish.SECTORS, c.seeks, Offers()) is not None for c in self.candidates])
        return np.where(asks, np.where(np.isnan(text), near, 0.65 * text + 0.35 * near), text)

    def each(self, side: str, field: str, value: Callable[[Any], float], key: object) -> Doubles:
        """A value of one field of every candidate, worked out once for those that state the same."""
        if key not in self.kept:
            seen: dict[object, float] = {}
            rows = []
            for candidate in self.candidates:
                stated = getattr(candidate, side)
                what = getattr(stated, field), side == "seeks" and stated.hard
                if what not in seen:
                    seen[what] = value(stated)
                rows.append(seen[what])
            self.kept[key] = np.array(rows)
        return self.kept[key]

    def terms(self, seeks: Seeks) -> Doubles:
        """Share of the seeker's preferences that hold; nan where there are none."""
        return self.met(lambda w: self.each(
            "offers", FIELDS[w][1], lambda o: not_nan(soft(w, seeks, o)), (w, getattr(seeks, FIELDS[w][0]), w in seeks.hard)
        ))  # fmt: skip

    def terms_back(self, offers: Offers) -> Doubles:
        """The same for each candidate's preferences."""
        return self.met(lambda w: self.each(
            "seeks", FIELDS[w][0], lambda s: not_nan(soft(w, s, offers)), ("back", w, getattr(offers, FIELDS[w][1]))
        ))  # fmt: skip

    def met(self, graded: Callable[[Wish], Doubles]) -> Doubles:
        """The weighted mean of grades, leaving out what was not asked."""
        got, whole = np.zeros(len(self.candidates)), np.zeros(len(self.candidates))
        for wish, weight in TERMS.items():
            value = graded(wish)
            got += np.where(np.isnan(value), 0, weight * value)
            whole += np.where(np.isnan(value), 0, weight)
        return np.where(whole > 0, got / np.maximum(whole, 1e-9), np.nan)

    def lessened(self, fit: Doubles, met: Doubles, options: Options) -> Doubles:
        """Less what preferences that are not met take."""
        return np.where(np.isnan(met), fit, fit * (1 - options.terms + options.terms * np.nan_to_num(met)))

    def holds(self, seeker: Profile) -> NDArray[np.bool_]:
        """Whose hard wishes and the seeker's own hold."""
        asked = np.array([bool(c.seeks.hard) for c in self.candidates]) | bool(seeker.seeks.hard)
        found = np.ones(len(self.candidates), np.bool_)
        for row in np.flatnonzero(asked):
            found[row] = wishes_hold(seeker, self.candidates[row])
        return found


def near_sectors(asked: list[list[str]], there: list[list[str]]) -> float:
    """The likeness of the nearest of an offer's sectors, less for who states many."""
    return max((likeness(a, b) for a in asked for b in there), default=0.0) * seriously(len(there))


def not_nan(value: float | None) -> float:
    """None as nan."""
    return float("nan") if value is None else value
