"""The score of a pair written down plainly and slowly, as docs/algorithms/matching.md says it: what the fast one is held against."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from everfair.engines.matching import Interests, Lexicon, Offers, Options, Profile, Seeks
from everfair.engines.matching.check import grade
from everfair.engines.matching.types import Wish
from everfair.engines.text import terms

Vector = Sequence[float]
TERMS = {
    Wish.MODES: 1.0, Wish.COUNTRIES: 0.7, Wish.DELIVERY: 1.0, Wish.LANGUAGES: 1.0,
    Wish.SIZES: 0.5, Wish.LICENCES: 1.0, Wish.BUDGET: 0.7, Wish.DATES: 0.5,
}  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """What a model says of a need and an offer: all 0 without a model."""

    cosine: float = 0.0
    known: float = 1.0  # of both together
    scale: tuple[float, float] = (0.1, 0.8)
    is_learned: bool = False  # from the fair


class Corpus:
    """What the candidates' words say: frequencies and usual lengths."""

    def __init__(self, candidates: Sequence[Profile], lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon
        counted = [[(la, words(t, la)) for la, t in c.offers.texts.items() if t] for c in candidates]
        self.documents = sum(bool(texts) for texts in counted)
        self.frequency = Counter(term for texts in counted for term in set().union(*(c for _, c in texts)))
        lengths: dict[str, list[int]] = {}
        for texts in counted:
            for language, counts in texts:
                lengths.setdefault(language, []).append(counts.total())
        self.usual = {la: max(sum(n) / len(n), 1.0) for la, n in lengths.items()}
        needed = {term for c in candidates for la, t in c.seeks.texts.items() for term in words(t, la)}
        self.known = needed | set(self.frequency)
        self.firms = {c.firm for c in candidates if c.firm}

    def is_liking(self, liked: Interests) -> bool:
        """Whether any interest is about something that is there."""
        told = any(weight and set(words(word, "en")) & self.known for word, weight in liked.words.items())
        firm = any(weight and firm in self.firms for firm, weight in liked.firms.items())
        return told or firm or any(liked.sectors.values())

    def idf(self, term: str) -> float:
        """How telling a term is."""
        n = self.frequency[term]
        return math.log1p((self.documents - n + 0.5) / (n + 0.5))

    def covered(self, need: str, language: str, offered: Mapping[str, str], back: bool = False) -> float:
        """The share of a need's words that an offer covers; `back`: the offer is the seeker's, and told in both languages."""
        asked = sorted(words(need, language).items(), key=lambda w: -self.idf(w[0]) * w[1])[:64]
        whole = sum(self.idf(term) * n for term, n in asked)
        return (
            sum(self.idf(t) * n * self.saturated(t, offered, back) for t, n in asked) / whole
            if whole
            else 0.0
        )

    def covered_across(self, needs: Mapping[str, str], offered: Mapping[str, str]) -> float:
        """The same for a need told in one language only, in the words of the other."""
        if self.lexicon is None:
            return 0.0
        told = [self.lexicon.across(words(text, la), la) for la, text in needs.items()]
        told = [shares for shares in told if shares]
        if len(told) != 1:
            return 0.0
        known = sorted(((w, t) for t, w in told[0].items() if t in self.known), reverse=True)[:128]
        return sum(share * self.saturated(term, offered) for share, term in known)

    def saturated(self, term: str, offered: Mapping[str, str], back: bool = False) -> float:
        """BM25's weight of a term in the language that has most of it."""
        best = 0.0
        for language, text in offered.items():
            counts: Mapping[str, float] = words(text, language)
            length = sum(counts.values())
            norm = 1.2 * (0.25 + 0.75 * length / (self.usual.get(language) or max(length, 1)))
            if back and self.lexicon is not None:
                counts = {**self.lexicon.translated(counts, language), **counts}
            n = counts.get(term, 0.0)
            best = max(best, n / (n + norm))
        return best


def words(text: str, language: str) -> Counter[str]:
    """Terms of a text."""
    return Counter(terms(text[:20_000], language).words)


def score(
    seeker: Profile,
    candidate: Profile,
    corpus: Corpus,
    meaning: "Meaning",
    back_meaning: "Meaning",
    options: Options,
) -> float:
    """The calibrated score of a pair that may meet and whose hard wishes hold."""
    asks = states(seeker.seeks, corpus, meaning.cosine != 0)
    asked_back = states(candidate.seeks, corpus, back_meaning.cosine != 0)
    liked = corpus.is_liking(seeker.interests)
    about = subject(seeker.seeks, candidate.offers, corpus, meaning, back=False)
    fit = lessened(moved(about, seeker, candidate, corpus, options), seeker.seeks, candidate.offers, options)
    about_back = subject(candidate.seeks, seeker.offers, corpus, back_meaning, back=True)
    back = lessened(
        0.3 if about_back is None else max(about_back, 0.01), candidate.seeks, seeker.offers, options
    )
    says = any(seeker.offers.texts.values()) or bool(seeker.offers.sectors)
    raw = 0.3
    if asks or liked:
        raw = fit
    if asked_back and (about_back is None or says):
        raw = (
            max(fit, 0.001) ** (1 - options.mutual) * max(back, 0.02) ** options.mutual
            if asks or liked
            else back
        )
    if {candidate.key, candidate.firm} & seeker.met:
        raw *= options.met
    return 1 / (1 + math.exp(-options.calibration.slope * (raw - options.calibration.middle)))


def states(seeks: Seeks, corpus: Corpus, has_vector: bool) -> bool:
    """Whether anything is asked."""
    says = has_vector or any(words(text, la) for la, text in seeks.texts.items())
    return says or any(grade(wish, seeks, Offers()) is not None for wish in Wish)


def subject(seeks: Seeks, offers: Offers, corpus: Corpus, meaning: "Meaning", back: bool) -> float | None:
    """How well words, meaning and sectors are met; None where none of them was asked."""
    said = [(t, la) for la, t in seeks.texts.items() if words(t, la)]
    text = None
    if said:
        covers = [corpus.covered(t, la, offers.texts, back) for t, la in said]
        if not back and not tongues(seeks.texts) & tongues(offers.texts):
            covers.append(corpus.covered_across(seeks.texts, offers.texts))
        low, high = meaning.scale
        near = min(max(0.0, (meaning.cosine - low) / (high - low)), 1.0) * meaning.known
        covered = min(sum(covers) if back else max(covers), 1.0)
        if meaning.is_learned and tongues(seeks.texts) & tongues(offers.texts):
            text = 1 - (1 - 0.8 * covered) * (1 - 0.05 * near)
        else:
            text = max(1 - (1 - 0.8 * covered) * (1 - 0.3 * near), 0.7 * near)
    if grade(Wish.SECTORS, seeks, offers) is None:
        return text
    there = lowest(offers.sectors)
    best = max((likeness(a, b) for a in lowest(seeks.sectors) for b in there), default=0.0) * seriously(
        len(there)
    )
    return best if text is None else 0.65 * text + 0.35 * best


def tongues(texts: Mapping[str, str]) -> set[str]:
    """The languages a text is told in: those that say a third of the fullest or more; a Chinese character says three letters."""
    said = {
        code.split("-")[0].lower(): sum(1 + 2 * (ord(m) > 0x2E7F) for m in text if m.isalnum())
        for code, text in texts.items()
    }
    return {code for code, amount in said.items() if amount and 3 * amount >= max(said.values())}


def moved(
    about: float | None, seeker: Profile, candidate: Profile, corpus: Corpus, options: Options
) -> float:
    """The subject, moved by interests."""
    fit = 0.3 if about is None else max(about, 0.01)
    liked = seeker.interests
    there = lowest(candidate.offers.sectors)
    near = {p: max((likeness(p, b) for b in there), default=0.0) for p in liked.sectors}
    up = max((w * near[p] for p, w in liked.sectors.items() if w > 0), default=0.0) * seriously(len(there))
    down = max((-w * near[p] for p, w in liked.sectors.items() if w < 0), default=0.0)
    firm = liked.firms.get(candidate.firm, 0.0) if candidate.firm else 0.0
    rarest = math.log1p((corpus.documents + 0.5) / 0.5)
    word = sum(
        weight * (corpus.idf(term) / rarest) ** 2 * corpus.saturated(term, candidate.offers.texts) * 2.2
        for w, weight in liked.words.items()
        for term in words(w, "en")
    )
    told = 1 - math.exp(-abs(word))
    up = 1 - (1 - up) * (1 - max(firm, 0)) * (1 - (told if word > 0 else 0))
    sign = up - max(down, -firm, told if word < 0 else 0.0)
    return fit + options.behaviour * (sign * (1 - fit) if sign > 0 else sign * fit)


def lessened(fit: float, seeks: Seeks, offers: Offers, options: Options) -> float:
    """Less what preferences that are not met take."""
    grades = {wish: value for wish in TERMS if (value := soft(wish, seeks, offers)) is not None}
    if not grades:
        return fit
    met = sum(TERMS[wish] * value for wish, value in grades.items()) / sum(TERMS[wish] for wish in grades)
    return fit * (1 - options.terms + options.terms * met)


def soft(wish: Wish, seeks: Seeks, offers: Offers) -> float | None:
    """How far a wish is met, 0 to 1, 0.3 where nothing is known."""
    if wish is Wish.LANGUAGES and seeks.languages and not offers.languages:
        return 0.3
    value = grade(wish, seeks, offers)
    return None if value is None else value / 2


def lowest(paths: Sequence[str]) -> list[list[str]]:
    """Sectors without those that are only above others."""
    parts = {tuple(p for p in path.split("/") if p)[:8] for path in paths if path.strip("/")}
    return [list(p) for p in parts if not any(len(q) > len(p) and q[: len(p)] == p for q in parts)]


def likeness(asked: Sequence[str] | str, offered: Sequence[str]) -> float:
    """How near a sector is to one asked for."""
    first = [p for p in asked.split("/") if p] if isinstance(asked, str) else list(asked)
    common = 0
    while common < min(len(first), len(offered)) and first[common] == offered[common]:
        common += 1
    if common == len(first):
        return 1.0
    return common / len(first) * (0.8 if common == len(offered) else 0.6)


def seriously(sectors: int) -> float:
    """How much each of many sectors counts."""
    return 1.0 if sectors <= 3 else math.sqrt(3 / sectors)
