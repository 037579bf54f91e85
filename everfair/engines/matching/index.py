"""Candidates made ready once, and changed cheaply: columns, words, vectors. Ranking against them is `rank`'s work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from everfair.engines.matching.columns import TONGUES, Side
from everfair.engines.matching.pack import Codes, Facts, Wishes, pack_facts, pack_wishes
from everfair.engines.matching.types import (
    SMALL,
    Bools,
    Floats,
    LanguageModel,
    Learned,
    Lexicon,
    MatchingError,
    Profile,
    Sided,
)
from everfair.engines.matching.words import (
    LONGEST_TEXT,
    Postings,
    Sparse,
    Vocabulary,
    counted,
    learn_vocabulary,
    postings,
    replaced,
    summed,
)

SAMPLE = 256  # texts that show how near to each other texts are which have to do with each other, and which have not
FEW = 30  # fewer texts than this show nothing
USUAL = (0.1, 0.8)
OPENING = 200  # characters of an offer's text that stand for a need
BATCH = 4096


@dataclass(frozen=True, eq=False)
class Index:
    """Candidates ready to be ranked. A row stays a candidate's row through updates; `alive` is False for removed ones."""

    profiles: Sequence[
        Profile
    ]  # of an index out of a file, read when looked at: never all of them for one list
    row_of: Mapping[str, int]  # key → row
    rows_of_firm: Mapping[str, tuple[int, ...]]
    blocked_by: Mapping[str, tuple[int, ...]]  # key or firm → rows that block it
    licensed: tuple[int, ...]  # rows that hold licences
    wanting: tuple[int, ...]  # rows that require licences
    side: Side
    codes: Codes
    vocabulary: Vocabulary
    offers: Postings
    needs: Postings
    alive: Bools
    firms: Mapping[str, int]
    floor: float  # cosine that says nothing …
    ceiling: float  # … and one that says all
    model: LanguageModel | None
    changed: int = 0  # rows changed since the words were counted; prepare anew at a tenth

    def __len__(self) -> int:
        return int(self.alive.sum())

    @cached_property
    def keys(self) -> Sequence[str]:
        """Row → key, without looking at the profile."""
        return list(self.row_of)  # rows are numbered in the order of their keys

    @property
    def lexicon(self) -> Lexicon | None:
        """The model, where it knows which terms tell each other."""
        return self.model if isinstance(self.model, Lexicon) else None


def prepare(candidates: Sequence[Profile], *, model: LanguageModel | None = None, seed: int = 0) -> Index:
    """Make candidates ready. Raises MatchingError for a key that is there twice."""
    row_of = {profile.key: row for row, profile in enumerate(candidates)}
    if len(row_of) < len(candidates):
        seen: set[str] = set()
        twice = next(p.key for p in candidates if p.key in seen or seen.add(p.key))  # type: ignore[func-returns-value]
        raise MatchingError(f"candidate {twice!r} is there twice: give each candidate a key of its own")
    if isinstance(model, Sided):
        model = model.fitted(candidates, seed)
    codes = Codes()
    codes.learn(candidates)
    vocabulary, counts = learn_vocabulary(candidates)
    firms: dict[str, int] = {}
    offers = [vocabulary.offer(found) for found in counts]
    needs = [vocabulary.needs(p.seeks.texts, grow=True) for p in candidates]
    side = pack(candidates, needs, codes, model, firms)
    size = len(vocabulary.ids)
    return Index(
        tuple(candidates),
        row_of,
        *_lookups(enumerate(candidates)),
        side,
        codes,
        vocabulary,
        postings(offers, size),
        postings([summed(need) for need in needs], size),
        np.ones(len(candidates), np.bool_),
        firms,
        *scale(candidates, side.offer_vector, model, seed),
        model,
    )


def pack(
    profiles: Sequence[Profile],
    needs: Sequence[Sequence[Sparse]],
    codes: Codes,
    model: LanguageModel | None,
    firms: dict[str, int],
) -> Side:
    """Columns of profiles with their `needs` in words. Gives firms numbers; whoever names none is a firm of its own."""
    offer_vector, offer_known, offer_free = _side([p.offers.texts for p in profiles], model, is_need=False)
    need_vector, need_known, need_free = _side([p.seeks.texts for p in profiles], model, is_need=True)
    return Side(
        pack_facts([p.offers for p in profiles], codes),
        pack_wishes([p.seeks for p in profiles], has_text(needs, need_vector), codes),
        offer_vector,
        need_vector,
        offer_known,
        need_known,
        tongues([codes.told_in(p.offers.texts) for p in profiles], offer_free, TONGUES),
        tongues([codes.told_in(p.seeks.texts) for p in profiles], need_free, 0),
        np.array([firms.setdefault(p.firm or "\0" + p.key, len(firms)) for p in profiles], np.int32),
        np.array([mark(p.key) for p in profiles], np.uint64),
        np.array([is_protected(p) for p in profiles], np.uint8),
    )


def has_text(needs: Sequence[Sequence[Sparse]], need_vector: Floats) -> list[bool]:
    """Whose need says something: terms, or a place in the model's space. One emoji says nothing."""
    near = np.any(need_vector != 0, axis=1)
    return [bool(words) or bool(near[i]) for i, words in enumerate(needs)]


def is_protected(profile: Profile) -> bool:
    """Small or new: those whose share of the first places is kept."""
    return profile.is_new or profile.offers.size in SMALL


def mark(key: str) -> int:
    """64 bits that stand for a key when lots are drawn."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little")


def _side(
    texts: Sequence[Mapping[str, str]], model: LanguageModel | None, *, is_need: bool
) -> tuple[Floats, Floats, Bools]:
    """Vectors, how far each is known, and where meaning counts in every language alike, if it does so on both sides."""
    if isinstance(model, Sided):
        return model.side(texts, is_need=is_need)
    return *placed(texts, model), np.zeros(len(texts), np.bool_)


def tongues(told_in: Sequence[int], is_free: Bools, half: int) -> NDArray[np.uint64]:
    """Languages as bits, twice; a free row has them once, needs and offers in different halves, so that two free rows share none."""
    low = np.array(told_in, np.uint64) & np.uint64((1 << TONGUES) - 1)
    both = low | low << np.uint64(TONGUES)
    return np.where(is_free, low << np.uint64(half), both)


def vectors(texts: Sequence[Mapping[str, str]], model: LanguageModel | None) -> Floats:
    """[n, d] the mean direction of each row's texts, zeros where nothing is known."""
    return placed(texts, model)[0]


def placed(texts: Sequence[Mapping[str, str]], model: LanguageModel | None) -> tuple[Floats, Floats]:
    """`vectors`, and [n] how far the model knows what each row's texts are about: the mean of those it gives a vector for."""
    known, counted_in = np.zeros(len(texts), np.float32), np.zeros(len(texts), np.float32)
    if model is None:
        return np.zeros((len(texts), 0), np.float32), known
    total: NDArray[np.float32] | None = None
    by_language: dict[str, list[int]] = {}
    for row, languages in enumerate(texts):
        for language, text in languages.items():
            if text.strip():
                by_language.setdefault(language, []).append(row)
    for language, rows in sorted(by_language.items()):
        for start in range(0, len(rows), BATCH):
            some = rows[start : start + BATCH]
            found, share = _asked(model, [texts[r][language][:LONGEST_TEXT] for r in some], language)
            if total is None:
                total = np.zeros((len(texts), found.shape[1]), np.float32)
            np.add.at(total, some, found)
            np.add.at(known, some, share)
            np.add.at(counted_in, some, np.any(found != 0, axis=1))
    if total is None:
        width = np.asarray(model.vectors(["-"], "en")).shape[1]
        return np.zeros((len(texts), width), np.float32), known
    length = np.linalg.norm(total, axis=1, keepdims=True)
    total /= np.where(length > 1e-9, length, 1)
    return total, np.asarray(known / np.maximum(counted_in, 1), np.float32)


def _asked(model: LanguageModel, texts: Sequence[str], language: str) -> tuple[Floats, Floats]:
    """Vectors, and how far each is known; a model that cannot tell knows what it has a vector for."""
    if isinstance(model, Learned):
        found, known = model.placed(texts, language)
        return np.nan_to_num(np.asarray(found, np.float32)), np.asarray(known, np.float32)
    found = np.nan_to_num(np.asarray(model.vectors(texts, language), np.float32))
    return found, np.any(found != 0, axis=1).astype(np.float32)


def scale(
    profiles: Sequence[Profile], vector: Floats, model: LanguageModel | None, seed: int
) -> tuple[float, float]:
    """What a cosine says in this fair and model: the openings of offers are asked as if they were needs.

    The first number is how near an opening comes to somebody else's offer in nineteen of twenty cases, the second how near to its own
    in one of ten.
    """
    if isinstance(model, Sided):
        return model.marks
    known = np.flatnonzero(np.any(vector != 0, axis=1))
    if model is None or len(known) < FEW:
        return USUAL
    rows = np.sort(np.random.default_rng(seed).permutation(known)[:SAMPLE])
    openings = [
        {la: text[:OPENING] for la, text in profiles[row].offers.texts.items()} for row in rows.tolist()
    ]
    cosine = vectors(openings, model) @ vector[rows].T
    own = np.eye(len(rows), dtype=np.bool_)
    floor = float(np.clip(np.quantile(cosine[~own], 0.95), 0.0, 0.7))
    return floor, max(float(np.quantile(cosine[own], 0.9)), floor + 0.2)


def update(index: Index, changed: Sequence[Profile], removed: Sequence[str] = ()) -> Index:
    """The index with candidates changed, added or removed; the old one stays as it was.

    How telling a word is, and the usual length, stay as prepared. Prepare anew when `changed` reaches a tenth of the rows.
    """
    fresh = {profile.key: profile for profile in changed}
    row_of = dict(index.row_of)
    rows = [row_of.setdefault(key, len(row_of)) for key in fresh]
    changed_rows = dict(zip(rows, fresh.values(), strict=True))
    profiles = Overlaid(index.profiles, changed_rows)
    codes = Codes(
        dict(index.codes.sectors),
        dict(index.codes.countries),
        dict(index.codes.languages),
        dict(index.codes.tongues),
    )
    codes.learn(list(fresh.values()))
    old_words = index.vocabulary
    words = Vocabulary(
        dict(old_words.ids), list(old_words.frequency), old_words.documents, dict(old_words.usual_length)
    )
    firms = dict(index.firms)
    stated = [words.needs(profile.seeks.texts, grow=True) for profile in fresh.values()]
    small = pack(list(fresh.values()), stated, codes, index.model, firms)
    needs = {row: summed(need) for row, need in zip(rows, stated, strict=True)}
    offers: dict[int, Sparse] = {}
    for row, profile in zip(rows, fresh.values(), strict=True):
        offers[row] = words.offer(
            {la: counted(text, la) for la, text in sorted(profile.offers.texts.items())}
        )
    gone = np.zeros(len(profiles), np.bool_)
    gone[rows] = True
    alive = np.ones(len(profiles), np.bool_)
    alive[: len(index.alive)] = index.alive
    alive[rows] = True
    for key in removed:
        if key in row_of:
            alive[row_of[key]] = False
    size = len(words.ids)
    return Index(
        profiles,
        row_of,
        *_looked_up_again(index, changed_rows),
        _joined(index.side, small, rows, len(profiles)),
        codes,
        words,
        replaced(index.offers, gone, offers, size),
        replaced(index.needs, gone, needs, size),
        alive,
        firms,
        index.floor,
        index.ceiling,
        index.model,
        index.changed + len(rows) + len(removed),
    )


class Overlaid(Sequence[Profile]):
    """Profiles with some changed or added, the others as they were: nothing is copied for one change."""

    def __init__(self, base: Sequence[Profile], changed: Mapping[int, Profile]) -> None:
        self.base: Sequence[Profile] = base.base if isinstance(base, Overlaid) else base
        self.over: dict[int, Profile] = {**(base.over if isinstance(base, Overlaid) else {}), **changed}
        self.size = max(len(base), *(row + 1 for row in changed)) if changed else len(base)

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, row: Any) -> Any:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(self.size))]
        if not -self.size <= row < self.size:
            raise IndexError(row)
        row %= self.size
        return self.over[row] if row in self.over else self.base[row]


Lookups = tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]], tuple[int, ...], tuple[int, ...]]


def _lookups(rows: Iterable[tuple[int, Profile]]) -> Lookups:
    """Rows by firm, rows by whom they block, rows with licences, rows that require some."""
    firms: dict[str, list[int]] = {}
    blocked: dict[str, list[int]] = {}
    licensed, wanting = [], []
    for row, profile in rows:
        if profile.firm:
            firms.setdefault(profile.firm, []).append(row)
        for name in profile.blocked:
            blocked.setdefault(name, []).append(row)
        if profile.offers.licences:
            licensed.append(row)
        if profile.seeks.licences:
            wanting.append(row)
    return (
        {firm: tuple(rows) for firm, rows in firms.items()},
        {name: tuple(rows) for name, rows in blocked.items()},
        tuple(licensed),
        tuple(wanting),
    )


def _looked_up_again(index: Index, changed: Mapping[int, Profile]) -> Lookups:
    """The index's lookups with these rows as they are now."""
    gone = set(changed)
    firms, blocked, licensed, wanting = _lookups(changed.items())
    old = _lookups((row, index.profiles[row]) for row in changed if row < len(index.profiles))
    found = []
    for before, was, now in ((index.rows_of_firm, old[0], firms), (index.blocked_by, old[1], blocked)):
        rows = dict(before)
        for name in was.keys() | now.keys():
            left = {*rows.get(name, ())} - gone | {*now.get(name, ())}
            rows[name] = tuple(sorted(left))
            if not left:
                del rows[name]
        found.append(rows)
    return (
        found[0],
        found[1],
        tuple(sorted({*index.licensed} - gone | {*licensed})),
        tuple(sorted({*index.wanting} - gone | {*wanting})),
    )


def _joined(old: Side, new: Side, rows: Sequence[int], n: int) -> Side:
    """Columns of `old` with `rows` taken from `new`."""
    source = np.arange(n)
    before = len(old.firm)
    source[list(rows)] = before + np.arange(len(rows))
    if old.offer_vector.shape[1] != new.offer_vector.shape[1] and rows:
        raise MatchingError("the model gives vectors of another length than before: prepare the index anew")
    parts: dict[str, Any] = {}
    for name in set(Side._fields) - {"facts", "wishes"}:
        parts[name] = np.concatenate([getattr(old, name), getattr(new, name)])[source]
    facts = Facts(**_columns(old.facts, new.facts, source))
    wishes = Wishes(**_columns(old.wishes, new.wishes, source))
    return Side(facts=facts, wishes=wishes, **parts)


def _columns(old: Facts | Wishes, new: Facts | Wishes, source: NDArray[np.int64]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in old._fields:
        if name not in ("sector_at", "sector"):
            made[name] = np.concatenate([getattr(old, name), getattr(new, name)])[source]
    at = np.concatenate([old.sector_at, new.sector_at[1:] + old.sector_at[-1]])
    flat = np.concatenate([old.sector, new.sector])
    lengths = np.diff(at)[source]
    made["sector_at"] = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    offset = np.repeat(at[:-1][source] - made["sector_at"][:-1], lengths)
    made["sector"] = flat[offset + np.arange(len(offset))].astype(np.int32)
    return made
