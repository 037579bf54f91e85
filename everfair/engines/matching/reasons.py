"""Why a candidate is shown: facts that are true of both sides. Which words say them is `explain`'s and the room's work.

Only what both sides stated, and the reader's own interests, are looked at: never what the other side did, saved or dismissed.
"""

import math
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from everfair.engines.matching.columns import BESIDE, INSIDE_WIDER
from everfair.engines.matching.licences import satisfies
from everfair.engines.matching.pack import narrowest, sector_parts
from everfair.engines.matching.telling import Weight, is_telling
from everfair.engines.matching.types import (
    ANYWHERE,
    Fact,
    Ground,
    LanguageModel,
    Lexicon,
    Offers,
    Profile,
    Reason,
    Seeks,
)
from everfair.engines.text import Token, terms, tokens

MOST_WORDS = 5  # named in one reason
FIRST_READ = 1_500  # characters of a text looked through for words: its name, headline and titles …
READ = 4_000  # … and so many where none is found there
CLOSE = 0.5  # cosine from which two words count as saying the same
LINKED = (
    0.5  # from which a link of the lexicon may be named: the geometric mean of its weights there and back
)
MOST_COMPARED = 60  # words of each side held against each other in the model
_UNSPACED = re.compile("[\u3400-\u9fff\uf900-\ufaff]+")
_WEIGHTS = {
    Ground.WORDS: 0.65, Ground.MEANING: 0.6, Ground.SECTOR: 0.5, Ground.INTEREST: 0.45, Ground.DELIVERY: 0.3,
    Ground.LICENCE: 0.3, Ground.LANGUAGE: 0.25, Ground.MODE: 0.2, Ground.COUNTRY: 0.2, Ground.BUDGET: 0.2,
    Ground.SIZE: 0.15, Ground.DATES: 0.15,
}  # fmt: skip
THEIRS = 0.5  # what they look for counts less for the reader than what the reader looks for


def reasons(
    seeker: Profile,
    candidate: Profile,
    *,
    model: LanguageModel | None = None,
    usual: Mapping[str, int] | None = None,
    most: int | None = None,
) -> tuple[Reason, ...]:
    """Facts that speak for this candidate, the weightiest first, told to the seeker.

    `usual` (term → number of candidates that use it) puts telling words first, and words of more than `most` of them are not named
    (`most_usual`); nor are those that a fifth of the model's records use. Empty where nothing was asked for that holds.
    """
    weight = Weight(model, usual or {}, most)
    found = _one_way(seeker.seeks, candidate.offers, False, model, weight)
    found += _liked(seeker, candidate, weight)
    found += _one_way(candidate.seeks, seeker.offers, True, model, weight)
    return tuple(sorted(found, key=lambda r: (-r.weight, r.is_theirs, r.ground)))


def _one_way(
    seeks: Seeks, offers: Offers, is_theirs: bool, model: LanguageModel | None, weight: Weight
) -> list[Reason]:
    facts: list[tuple[Ground, float, dict[str, Fact]]] = []
    facts += _words(seeks, offers, weight)
    if model is not None and (not facts or not set(seeks.texts) & set(offers.texts)):
        facts += _meaning(seeks, offers, model, weight)
    facts += _sector(seeks, offers)
    facts += _terms(seeks, offers)
    share = THEIRS if is_theirs else 1.0
    return [Reason(ground, data, _WEIGHTS[ground] * part * share, is_theirs) for ground, part, data in facts]


@lru_cache(maxsize=256)
def _telling(text: str, language: str) -> Mapping[str, Token]:
    """Term → its first place in a text; single characters, figures and number words are left out. One need is held against many offers."""
    found: dict[str, Token] = {}
    for token in tokens(text[:READ], language):
        if token.kind == "word" and is_telling(token.term):
            found.setdefault(token.term, token)
    return MappingProxyType(found)


@lru_cache(maxsize=2048)
def _terms_in(text: str, language: str) -> frozenset[str]:
    """The telling terms of a text without their places: several times quicker."""
    return frozenset(term for term in terms(text, language).words if is_telling(term))


def _words(seeks: Seeks, offers: Offers, weight: Weight) -> list[tuple[Ground, float, dict[str, Fact]]]:
    """The same words in a need and an offer, as the need spells them: one reason for each language the need has words in."""
    found: list[tuple[Ground, float, dict[str, Fact]]] = []
    for asked_in, need in sorted(seeks.texts.items()):
        wanted = _telling(need, asked_in)
        best: list[str] = []
        best_language = ""
        for language, text in sorted(offers.texts.items()):
            common = sorted(
                _common_terms(wanted, text, language, weight),
                key=lambda t: (weight.usual.get(t, 0), wanted[t].start),
            )
            if len(common) > len(best):
                best, best_language = common, language
        if best:
            named = tuple(need[wanted[t].start : wanted[t].end] for t in best[:MOST_WORDS])
            facts: dict[str, Fact] = {"words": named, "language": best_language, "asked_in": asked_in}
            found.append((Ground.WORDS, 0.5 + 0.5 * len(best) / len(wanted), facts))
    return found


def _common_terms(wanted: Mapping[str, Token], text: str, language: str, weight: Weight) -> list[str]:
    """Terms of a need that an offer's text has and that tell something; what stands first in the text is enough."""
    text = _readable(text, wanted)
    for length in (FIRST_READ, READ):
        there = _terms_in(text[:length], language)
        found = [term for term in wanted if term in there and weight.tells(term, language)]
        if found or len(text) <= length:
            return found
    return []


def _readable(text: str, wanted: Collection[str]) -> str:
    """What of a text can hold the terms: cutting Chinese into words costs most, and no Latin term stands in it, nor the other way."""
    if all(term.isascii() for term in wanted):
        return _UNSPACED.sub(" ", text)
    if text.isascii() and not any(term.isascii() for term in wanted):
        return ""
    return text


def _meaning(
    seeks: Seeks, offers: Offers, model: LanguageModel, weight: Weight
) -> list[tuple[Ground, float, dict[str, Fact]]]:
    """Words of the need beside words of the offer in another language that lie closest to them."""
    best: list[tuple[float, str, str]] = []
    languages = ("", "")
    for asked_in, need in sorted(seeks.texts.items()):
        for language, text in sorted(offers.texts.items()):
            if language == asked_in:
                continue
            pairs = _closest(need, asked_in, text, language, model, weight)
            if pairs and (not best or _surest(pairs) > _surest(best)):
                best, languages = pairs, (asked_in, language)
    if not best:
        return []
    facts: dict[str, Fact] = {
        "words": tuple(asked for _, asked, _ in best),
        "theirs": tuple(offered for _, _, offered in best),
        "asked_in": languages[0],
        "language": languages[1],
    }
    return [(Ground.MEANING, min(_surest(best), 1.0), facts)]


def _surest(pairs: list[tuple[float, str, str]]) -> float:
    return max(sure for sure, _, _ in pairs)


def _closest(
    need: str, asked_in: str, text: str, language: str, model: LanguageModel, weight: Weight
) -> list[tuple[float, str, str]]:
    """(how surely, word of the need, word of the offer): what the model's lexicon links, else what lies close in its space."""
    asked = {term: at for term, at in _telling(need, asked_in).items() if weight.tells(term, asked_in)}
    there = {term: at for term, at in _telling(text, language).items() if weight.tells(term, language)}
    if not asked or not there:
        return []
    if isinstance(model, Lexicon):  # what merely lies near in its space does not say the same
        return [
            (sure, need[asked[a].start : asked[a].end], text[there[b].start : there[b].end])
            for sure, a, b in _linked(asked, (asked_in, language), there, model, weight)
        ]
    words = [need[t.start : t.end] for t in asked.values()][:MOST_COMPARED]
    others = [text[t.start : t.end] for t in there.values()][:MOST_COMPARED]
    near = np.asarray(model.vectors(words, asked_in)) @ np.asarray(model.vectors(others, language)).T
    found: list[tuple[float, str, str]] = []
    for flat in np.argsort(-near, axis=None, kind="stable")[: 4 * MOST_WORDS]:
        i, j = divmod(int(flat), len(others))
        is_new = words[i] != others[j] and all(
            words[i] != one and others[j] != other for _, one, other in found
        )
        if near[i, j] >= CLOSE and is_new and len(found) < MOST_WORDS:
            found.append((float(near[i, j]), words[i], others[j]))
    return found


def _linked(
    asked: Mapping[str, Token],
    languages: tuple[str, str],
    there: Mapping[str, Token],
    lexicon: Lexicon,
    weight: Weight,
) -> list[tuple[float, str, str]]:
    """Terms of the need with a term of the offer that tells them, the surest and rarest first, each named once.

    Two words that stand in the same few records are linked by chance: each has to be what the other most likely means.
    """
    asked_in, language = languages
    pairs = [
        (sure, term, other)
        for term in list(asked)[:MOST_COMPARED]
        for other, there_to in lexicon.translations(term, asked_in)
        if other in there and other != term
        if (sure := _both_ways(there_to, dict(lexicon.translations(other, language)).get(term, 0.0)))
        >= LINKED
    ]
    found: list[tuple[float, str, str]] = []

    def worth(pair: tuple[float, str, str]) -> tuple[float, int, str]:
        return -pair[0] * (1 - weight.share(pair[1], asked_in)), asked[pair[1]].start, pair[2]

    for sure, term, other in sorted(pairs, key=worth):
        if all(term != one and other != two for _, one, two in found):
            found.append((sure, term, other))
    return found[:MOST_WORDS]


def _both_ways(there: float, back: float) -> float:
    """How sure a link is, 0 to 1."""
    return math.sqrt(min(there, 1.0) * min(back, 1.0))


def _sector(seeks: Seeks, offers: Offers) -> list[tuple[Ground, float, dict[str, Fact]]]:
    best = (0.0, "", "")
    for asked in narrowest(seeks.sectors):
        for offered in narrowest(offers.sectors):
            near = distance(asked, offered)
            if near > best[0]:
                best = (near, asked, offered)
    if best[0] < 0.3:
        return []
    common = _common(best[1], best[2])
    facts: dict[str, Fact] = {
        "sector": "/".join(sector_parts(best[1])[:common]),
        "asked": best[1],
        "offered": best[2],
        "is_inside": int(best[0] == 1),
    }
    return [(Ground.SECTOR, best[0], facts)]


def distance(asked: str, offered: str) -> float:
    """The likeness of two sectors, as the score takes it."""
    levels, common = len(sector_parts(asked)), _common(asked, offered)
    if common == levels:
        return 1.0
    return common / levels * (INSIDE_WIDER if common == len(sector_parts(offered)) else BESIDE)


def _common(first: str, second: str) -> int:
    n = 0
    for a, b in zip(sector_parts(first), sector_parts(second), strict=False):
        if a != b:
            break
        n += 1
    return n


def _terms(seeks: Seeks, offers: Offers) -> list[tuple[Ground, float, dict[str, Fact]]]:
    """Structural wishes that hold."""
    found: list[tuple[Ground, float, dict[str, Fact]]] = []
    modes = seeks.modes & offers.modes & 15
    if modes:
        found.append((Ground.MODE, 1.0, {"modes": tuple(str(i + 1) for i in range(4) if modes >> i & 1)}))
    if offers.country and offers.country in seeks.countries:
        found.append((Ground.COUNTRY, 1.0, {"country": offers.country}))
    wanted = [code for code in dict.fromkeys(seeks.deliver_to) if code != ANYWHERE]
    served = [code for code in wanted if ANYWHERE in offers.delivers_to or code in offers.delivers_to]
    if served:
        facts: dict[str, Fact] = {
            "countries": tuple(served),
            "is_anywhere": int(ANYWHERE in offers.delivers_to),
        }
        found.append((Ground.DELIVERY, len(served) / len(wanted), facts))
    common = tuple(code for code in dict.fromkeys(seeks.languages) if code in offers.languages)
    if common:
        found.append((Ground.LANGUAGE, 1.0, {"languages": common}))
    if offers.size and offers.size in seeks.sizes:
        found.append((Ground.SIZE, 1.0, {"size": offers.size}))
    for required in seeks.licences:
        held = next((one for one in offers.licences if satisfies(one, required)), None)
        if held is not None:
            found.append((Ground.LICENCE, 1.0, {"name": held.name, "countries": tuple(required.valid_in)}))
    if seeks.budget and offers.price and _touch(seeks.budget, offers.price):
        low, high = max(seeks.budget[0], offers.price[0]), min(seeks.budget[1], offers.price[1])
        found.append((Ground.BUDGET, 1.0, {"low": round(low), "high": round(high)}))
    if seeks.dates and offers.dates and _touch(seeks.dates, offers.dates):
        first, last = max(seeks.dates[0], offers.dates[0]), min(seeks.dates[1], offers.dates[1])
        found.append((Ground.DATES, 1.0, {"first": first.isoformat(), "last": last.isoformat()}))
    return found


def _touch(
    first: tuple[float, float] | tuple[object, object], second: tuple[float, float] | tuple[object, object]
) -> bool:
    return bool(first[0] <= second[1] and second[0] <= first[1])  # type: ignore[operator]


def _liked(seeker: Profile, candidate: Profile, weight_of: Weight) -> list[Reason]:
    """The seeker's own interests that this candidate meets. Told to the seeker only, who may remove them."""
    found = []
    weight = seeker.interests.firms.get(candidate.firm, 0.0) if candidate.firm else 0.0
    if weight > 0:
        found.append(
            Reason(Ground.INTEREST, {"firm": candidate.firm}, _WEIGHTS[Ground.INTEREST] * min(weight, 1.0))
        )
    offered = narrowest(candidate.offers.sectors)
    liked = {
        path: weight * max((distance(path, one) for one in offered), default=0.0)
        for path, weight in sorted(seeker.interests.sectors.items())
        if weight > 0 and path.strip("/")
    }
    best = max(liked, key=lambda path: liked[path], default="")
    if best and liked[best] >= 0.3:
        facts: dict[str, Fact] = {"sector": best}
        found.append(Reason(Ground.INTEREST, facts, _WEIGHTS[Ground.INTEREST] * min(liked[best], 1.0)))
    words = _liked_words(seeker.interests.words, candidate.offers, weight_of)
    if words:
        found.append(Reason(Ground.INTEREST, {"words": words}, _WEIGHTS[Ground.INTEREST] * 0.8))
    return found


def _liked_words(words: Mapping[str, float], offers: Offers, weight: Weight) -> tuple[str, ...]:
    liked = sorted((word for word, weight in words.items() if weight > 0), key=lambda w: (-words[w], w))
    found = []
    for word in liked:
        terms_of = _terms_in(word, "en")
        if any(
            term in _terms_in(text[:READ], language) and weight.tells(term, language)
            for language, text in offers.texts.items()
            for term in terms_of
        ):
            found.append(word)
    return tuple(found[:MOST_WORDS])
