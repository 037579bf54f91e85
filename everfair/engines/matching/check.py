"""An independent judge of any ranking: it reads profiles as they are and shares no code with `rank`. It finds faults, it mends none."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from everfair.engines.matching.types import (
    ANYWHERE,
    FIRST,
    NONE,
    SIZES,
    SMALL,
    TOLERANCE,
    Ground,
    Licence,
    Offers,
    Options,
    Profile,
    Ranking,
    Reason,
    Seeks,
    Wish,
)
from everfair.engines.text import fold_width, fold_word, simplify, terms

SLACK = 2e-6  # scores are told apart to one in a million


@dataclass(frozen=True, slots=True)
class Fault:
    """A property that does not hold: its name, the seeker's row, the candidates' rows."""

    code: str
    seeker: int
    candidates: tuple[int, ...] = ()
    detail: str = ""


def check(
    seekers: Sequence[Profile],
    candidates: Sequence[Profile],
    ranking: Ranking,
    *,
    options: Options | None = None,
    again: Ranking | None = None,
    reasons: Mapping[tuple[int, int], Sequence[Reason]] | None = None,
) -> list[Fault]:
    """Everything that is wrong with a ranking; empty if nothing is.

    `again` is a second answer to the same question with the same seed, `reasons` those given for (seeker, candidate).
    """
    options = options or Options()
    faults = list(_same(ranking, again)) if again is not None else []
    by_text: dict[object, list[int]] = defaultdict(list)
    for row, candidate in enumerate(candidates):
        by_text[_texts_of(candidate)].append(row)
    for s, seeker in enumerate(seekers):
        shape = list(_shape(s, ranking, len(candidates)))
        faults += shape
        if any(fault.code in ("no such candidate", "padding") for fault in shape):
            continue
        shown = [int(c) for c in ranking.index[s] if c != NONE]
        faults += (Fault("excluded", s, (c,)) for c in shown if not may_meet(seeker, candidates[c], options))
        faults += (Fault("hard wish", s, (c,)) for c in shown if not wishes_hold(seeker, candidates[c]))
        faults += _caps(s, ranking, candidates, options)
        faults += _order(s, ranking, candidates, options)
        faults += _lost(s, seeker, candidates, ranking, options)
        faults += _dominated(s, seeker, candidates, ranking, options, by_text)
    for (s, c), given in sorted((reasons or {}).items()):
        faults += (
            Fault("untrue reason", s, (c,), f"{one.ground} {dict(one.facts)}")
            for one in given
            if not is_true(one, seekers[s], candidates[c])
        )
    return faults


def _same(first: Ranking, second: Ranking) -> Iterator[Fault]:
    for name in ("index", "score", "plain", "note"):
        a, b = getattr(first, name), getattr(second, name)
        if a.shape != b.shape:
            yield Fault("another answer", NONE, (), name)
            return
        rows = np.flatnonzero((a != b).reshape(len(a), -1).any(axis=1))
        yield from (Fault("another answer", int(s), (), name) for s in rows)


def _shape(s: int, ranking: Ranking, candidates: int) -> Iterator[Fault]:
    rows, scores = ranking.index[s], ranking.score[s]
    n = int((rows != NONE).sum())
    if (rows[:n] == NONE).any() or (scores[n:] != 0).any():
        yield Fault("padding", s)
    if len(set(rows[:n].tolist())) < n:
        yield Fault("twice", s, tuple(rows[:n].tolist()))
    if n and (rows[:n].min() < 0 or rows[:n].max() >= candidates):
        yield Fault("no such candidate", s)
    if not np.isfinite(scores).all() or (scores < 0).any() or (scores > 1).any():
        yield Fault("score out of range", s)
    if (n > 0) != (ranking.note[s] in (0, 1)):
        yield Fault("note", s, (), f"{ranking.note[s]} with {n} places")


def may_meet(seeker: Profile, candidate: Profile, options: Options) -> bool:
    """Neither blocked by the other, not dismissed, not the same, and not met where those are left out."""
    names, own = {candidate.key, candidate.firm} - {""}, {seeker.key, seeker.firm} - {""}
    if names & (seeker.blocked | seeker.dismissed) or own & candidate.blocked:
        return False
    if seeker.key == candidate.key or (seeker.firm and seeker.firm == candidate.firm):
        return False
    return not (options.met == 0 and names & seeker.met)


def wishes_hold(seeker: Profile, candidate: Profile) -> bool:
    """Every hard wish of both."""
    sides = ((seeker.seeks, candidate.offers), (candidate.seeks, seeker.offers))
    return all(_holds(wish, seeks, offers) for seeks, offers in sides for wish in seeks.hard)


def _holds(wish: Wish, seeks: Seeks, offers: Offers) -> bool:
    """Whether a hard wish is shown to hold; budget and dates must only not be contradicted."""
    value = grade(wish, seeks, offers)
    if value is None:
        return True
    if wish in (Wish.BUDGET, Wish.DATES):
        return value > 0
    return value > 0 if wish is Wish.LANGUAGES else value >= 2


def grade(wish: Wish, seeks: Seeks, offers: Offers) -> float | None:
    """How a wish is met: 2 wholly, 0 not at all, between the two in part, 0.6 not known; None where it was not asked."""
    match wish:
        case Wish.SECTORS:
            asked = [_parts(path) for path in seeks.sectors if path.strip("/")]
            there = [_parts(path) for path in offers.sectors]
            return (
                (2 if any(b[: len(a)] == a for a in _lowest(asked) for b in there) else 0) if asked else None
            )
        case Wish.MODES:
            met: object = seeks.modes & offers.modes & 15
            return _graded(seeks.modes & 15, offers.modes & 15, bool(met))
        case Wish.COUNTRIES:
            return _graded(seeks.countries, offers.country, offers.country in seeks.countries)
        case Wish.DELIVERY:
            wanted = set(seeks.deliver_to) - {ANYWHERE}
            share = (
                1.0
                if ANYWHERE in offers.delivers_to
                else len(wanted & set(offers.delivers_to)) / max(len(wanted), 1)
            )
            return _graded(wanted, offers.delivers_to, share)
        case Wish.LANGUAGES:
            common = set(seeks.languages) & set(offers.languages)
            if seeks.languages and not offers.languages:
                return 0.0 if Wish.LANGUAGES in seeks.hard else 0.6
            return _graded(
                seeks.languages,
                offers.languages,
                min(1.0, math.sqrt(8 / max(len(set(offers.languages)), 1))) if common else 0,
            )
        case Wish.SIZES:
            wanted = set(seeks.sizes) & set(SIZES)
            return _graded(wanted, offers.size in SIZES, offers.size in wanted)
        case Wish.LICENCES:
            held = sum(any(_covers(h, r) for h in offers.licences) for r in seeks.licences)
            return _graded(seeks.licences, offers.licences, held / max(len(seeks.licences), 1))
        case Wish.BUDGET:
            return _graded(seeks.budget, offers.price, _touches(seeks.budget, offers.price))
        case Wish.DATES:
            return _graded(seeks.dates, offers.dates, _touches(seeks.dates, offers.dates))


def _graded(asked: object, known: object, share: float) -> float | None:
    if not asked:
        return None
    return 2 * float(share) if known else 0.6


def _touches(first: tuple[Any, Any] | None, second: tuple[Any, Any] | None) -> bool:
    return bool(first and second and max(first[0], second[0]) <= min(first[1], second[1]))


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)[:8]


def _lowest(paths: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Paths that are not merely above another one."""
    return [p for p in paths if not any(len(q) > len(p) and q[: len(p)] == p for q in paths)]


def _covers(held: Licence, required: Licence) -> bool:
    def plain(name: str) -> str:
        return " ".join(simplify(fold_word(fold_width(name))).split())

    return plain(required.name) in plain(held.name) and (
        ANYWHERE in held.valid_in
        or all(country in (*held.valid_in, ANYWHERE) for country in required.valid_in)
    )


def _caps(s: int, ranking: Ranking, candidates: Sequence[Profile], options: Options) -> Iterator[Fault]:
    for rows in (ranking.index[s], ranking.plain[s]):
        firms = Counter(candidates[c].firm for c in rows.tolist() if c != NONE and candidates[c].firm)
        for firm, n in firms.items():
            if n > options.per_firm:
                yield Fault("too many of one firm", s, (), f"{firm}: {n}")


def is_small_or_new(profile: Profile) -> bool:
    """Whether fairness protects it."""
    return profile.is_new or profile.offers.size in SMALL


def _order(s: int, ranking: Ranking, candidates: Sequence[Profile], options: Options) -> Iterator[Fault]:
    plain, scores = ranking.plain_score[s].astype(float), ranking.score[s].astype(float)
    if (np.diff(plain) > SLACK).any():
        yield Fault("scores not in order", s)
    n = int((ranking.index[s] != NONE).sum())
    tolerance = TOLERANCE * options.fairness
    for place in range(n - 1):
        most = scores[place + 1 : n].max()
        if scores[place] < most - (tolerance if place < FIRST else 0) - SLACK:
            yield Fault("a worse match stands before a better one", s, (int(ranking.index[s, place]),))
    got = sum(is_small_or_new(candidates[c]) for c in ranking.index[s, :FIRST].tolist() if c != NONE)
    if got < math.floor(float(ranking.due[s]) + 1e-6) and not math.isclose(
        got, float(ranking.due[s]), abs_tol=1e-4
    ):
        yield Fault("small and new firms have less than their share", s, (), f"{got} of {ranking.due[s]}")


def _lost(
    s: int, seeker: Profile, candidates: Sequence[Profile], ranking: Ranking, options: Options
) -> Iterator[Fault]:
    """A list is shorter than asked only where there are no more candidates."""
    if options.least > 0:
        return
    per_firm: Counter[str] = Counter()
    for candidate in candidates:
        if may_meet(seeker, candidate, options) and wishes_hold(seeker, candidate):
            per_firm[candidate.firm or "\0" + candidate.key] += 1
    due = min(sum(min(n, options.per_firm) for n in per_firm.values()), ranking.index.shape[1])
    if int((ranking.index[s] != NONE).sum()) != due:
        yield Fault("candidates lost", s, (), f"{due} are there")


def _texts_of(candidate: Profile) -> object:
    return (tuple(sorted(candidate.offers.texts.items())), repr(candidate.seeks))


def dominates(seeker: Profile, better: Profile, worse: Profile) -> bool:
    """Same texts, same needs, and in nothing that was asked or liked is `better` behind, in something it is ahead."""
    if _texts_of(better) != _texts_of(worse) or seeker.interests.sectors:
        return False
    liked = seeker.interests.firms
    if liked.get(better.firm, 0) < liked.get(worse.firm, 0):
        return False
    if ({better.key, better.firm} & seeker.met) != ({worse.key, worse.firm} & seeker.met):
        return False
    a, b = better.offers, worse.offers
    if len(_lowest([_parts(p) for p in set(a.sectors)])) > len(_lowest([_parts(p) for p in set(b.sectors)])):
        return False
    ahead = False
    for wish in Wish:
        first, second = grade(wish, seeker.seeks, a), grade(wish, seeker.seeks, b)
        if first is None or second is None:
            continue
        if wish is Wish.SECTORS and not (first == 2 or set(a.sectors) == set(b.sectors)):
            return False
        if first < second:
            return False
        ahead |= first > second
    return ahead


def _dominated(
    s: int,
    seeker: Profile,
    candidates: Sequence[Profile],
    ranking: Ranking,
    options: Options,
    by_text: Mapping[object, list[int]],
) -> Iterator[Fault]:
    shown = ranking.plain[s].tolist()
    place = {c: i for i, c in enumerate(shown) if c != NONE}
    firms = Counter(candidates[c].firm for c in place)
    for worse, at in place.items():
        for better in by_text[_texts_of(candidates[worse])]:
            if better == worse or not dominates(seeker, candidates[better], candidates[worse]):
                continue
            if not (
                may_meet(seeker, candidates[better], options) and wishes_hold(seeker, candidates[better])
            ):
                continue
            if better in place:
                if ranking.plain_score[s, place[better]] < ranking.plain_score[s, at] - SLACK:
                    yield Fault("dominated before dominating", s, (worse, better))
            elif not candidates[better].firm or firms[candidates[better].firm] < options.per_firm:
                yield Fault("dominated instead of dominating", s, (worse, better))


def is_true(reason: Reason, seeker: Profile, candidate: Profile) -> bool:
    """Whether a reason's facts stand in both profiles."""
    facts: Mapping[str, Any] = reason.facts
    if reason.ground is Ground.INTEREST:
        return not reason.is_theirs and _is_liked(facts, seeker, candidate)
    seeks, offers = (candidate.seeks, seeker.offers) if reason.is_theirs else (seeker.seeks, candidate.offers)
    match reason.ground:
        case Ground.WORDS:
            need = seeks.texts.get(facts["asked_in"], "")
            return all(word in need and _says(offers.texts, word) for word in facts["words"])
        case Ground.MEANING:
            need = seeks.texts.get(facts["asked_in"], "")
            text = offers.texts.get(facts["language"], "")
            return all(word in need for word in facts["words"]) and all(
                word in text for word in facts["theirs"]
            )
        case Ground.SECTOR:
            both = [_parts(path) for path in (facts["asked"], facts["offered"])]
            common, inside = _parts(facts["sector"]), both[1][: len(both[0])] == both[0]
            return (
                both[0] in map(_parts, seeks.sectors)
                and both[1] in map(_parts, offers.sectors)
                and all(path[: len(common)] == common for path in both)
                and bool(facts["is_inside"]) == inside
            )
        case Ground.MODE:
            return all((seeks.modes & offers.modes) >> (int(mode) - 1) & 1 for mode in facts["modes"])
        case Ground.COUNTRY:
            return facts["country"] == offers.country and offers.country in seeks.countries
        case Ground.DELIVERY:
            there = set(offers.delivers_to)
            return all(
                c in seeks.deliver_to and (c in there or ANYWHERE in there) for c in facts["countries"]
            )
        case Ground.LANGUAGE:
            return set(facts["languages"]) <= set(seeks.languages) & set(offers.languages)
        case Ground.SIZE:
            return facts["size"] == offers.size and offers.size in seeks.sizes
        case Ground.LICENCE:
            wanted = [one for one in seeks.licences if one.valid_in == facts["countries"]]
            return any(
                one.name == facts["name"] and any(_covers(one, r) for r in wanted) for one in offers.licences
            )
        case Ground.BUDGET:
            return _touches(seeks.budget, offers.price)
        case _:
            return _touches(seeks.dates, offers.dates)


def _says(texts: Mapping[str, str], word: str) -> bool:
    """Whether a text has a word in any of its forms."""
    return any(
        set(terms(word, language).words) & set(_all_terms(text, language)) for language, text in texts.items()
    ) or any(word in text for text in texts.values())


def _all_terms(text: str, language: str) -> list[str]:
    found = terms(text, language)
    return [*found.words, *found.parts]


def _is_liked(facts: Mapping[str, Any], seeker: Profile, candidate: Profile) -> bool:
    interests = seeker.interests
    if "firm" in facts:
        return facts["firm"] == candidate.firm and interests.firms.get(candidate.firm, 0) > 0
    if "sector" in facts:
        root = _parts(facts["sector"])[:1]
        near = any(_parts(path)[:1] == root for path in candidate.offers.sectors)
        return interests.sectors.get(facts["sector"], 0) > 0 and near
    return all(
        interests.words.get(word, 0) > 0 and _says(candidate.offers.texts, word) for word in facts["words"]
    )
