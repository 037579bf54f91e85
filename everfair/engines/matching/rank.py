"""Ranks candidates for seekers: one score for each pair from words, meaning, structure and behaviour, worth both sides' time.

How the score comes about, and what is guaranteed: docs/algorithms/matching.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from everfair.engines.matching.columns import Asked, Found, Lists, Numbers, Side
from everfair.engines.matching.index import Index, pack, prepare
from everfair.engines.matching.licences import holds
from everfair.engines.matching.pack import Codes, sector_parts
from everfair.engines.matching.types import (
    NONE,
    TOLERANCE,
    Floats,
    Ints,
    LanguageModel,
    Learned,
    Licence,
    MatchingError,
    Note,
    Options,
    Profile,
    Ranking,
    Sided,
)

BLOCK = 256  # seekers multiplied at once: 18,000 candidates give 18 MB of cosines
POOL = 4  # candidates kept for each place, for fairness to choose among


def rank(
    seekers: Sequence[Profile],
    candidates: Sequence[Profile] | Index,
    *,
    options: Options | None = None,
    model: LanguageModel | None = None,
    top: int = 20,
    seed: int = 0,
    threads: int = 1,
) -> Ranking:
    """The `top` best candidates of each seeker. Rows of the answer are those of `seekers`, numbers those of the candidates' rows.

    `model` is used where candidates are profiles; an index has its own. The same input and seed give the same answer, whatever
    `threads` is and however seekers are split into calls. Raises MatchingError for options out of range.
    """
    options = options or Options()
    _validate(options, top)
    index = candidates if isinstance(candidates, Index) else prepare(candidates, model=model, seed=seed)
    found = _empty(len(seekers), top)
    if not len(index):
        found.note[:] = Note.NO_CANDIDATES
    elif len(seekers):
        _rank(seekers, index, options, found, seed, threads)
    return Ranking(*found)


def rank_one(
    seeker: Profile, index: Index, *, options: Options | None = None, top: int = 20, seed: int = 0
) -> Ranking:
    """One seeker again, after a change: the row `rank` would give."""
    return rank([seeker], index, options=options, top=top, seed=seed)


def _validate(options: Options, top: int) -> None:
    shares = {"fairness": 1.0, "mutual": 0.5, "behaviour": 1.0, "terms": 1.0, "met": 1.0, "least": 1.0}
    for name, most in shares.items():
        if not 0 <= getattr(options, name) <= most:
            raise MatchingError(f"{name} is {getattr(options, name)}: choose a number from 0 to {most:g}")
    if options.per_firm < 1 or top < 1:
        raise MatchingError("per_firm and top must be at least 1")
    if options.calibration.slope <= 0:
        raise MatchingError("the calibration's slope must be above 0, else better matches would score lower")


def _empty(n: int, top: int) -> Found:
    return Found(
        np.full((n, top), NONE, np.int32),
        np.zeros((n, top), np.float32),
        np.full((n, top), NONE, np.int32),
        np.zeros((n, top), np.float32),
        np.zeros(n, np.float32),
        np.zeros(n, np.int8),
    )


def _rank(
    seekers: Sequence[Profile], index: Index, options: Options, found: Found, seed: int, threads: int
) -> None:
    from everfair.engines.matching.best import (
        rank_block,  # slow import: the compiler, which few processes need
    )

    codes = index.codes.with_sectors_of(seekers)
    tree = codes.tree()
    firms = max(len(index.firms), 1)
    numbers = _numbers(options, index, found.rows.shape[1], seed)
    offers = Lists(index.offers.at, index.offers.row, index.offers.weight)
    needs = Lists(index.needs.at, index.needs.row, index.needs.weight)
    wanting = [row for row in index.wanting if index.alive[row]]
    back_row = np.full(len(index.profiles), NONE, np.int32)
    back_row[wanting] = np.arange(len(wanting))

    def block(first: int) -> None:
        some = seekers[first : first + BLOCK]
        stated = [index.vocabulary.needs(p.seeks.texts) for p in some]
        across = [index.vocabulary.across(p.seeks.texts, index.lexicon) for p in some]
        said = [need or [told] * bool(len(told[0])) for need, told in zip(stated, across, strict=True)]
        side = pack(some, said, codes, index.model, {})
        asked = _asked(some, stated, across, index, codes, wanting)
        part = slice(first, first + BLOCK)
        rows = Found(
            found.rows[part], found.score[part], found.plain[part], found.plain_score[part], found.due[part], found.note[part]
        )  # fmt: skip
        ahead, back = _cosines(side, index.side)
        rank_block(
            tree, side, index.side, asked, offers, needs, back_row, index.alive,
            ahead, back, numbers, firms, rows,
        )  # fmt: skip

    starts = range(0, len(seekers), BLOCK)
    if threads < 2 or len(starts) < 2:
        for first in starts:
            block(first)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(block, starts):
            pass


def _numbers(options: Options, index: Index, top: int, seed: int) -> Numbers:
    return Numbers(
        float(options.mutual),
        float(options.behaviour),
        float(options.terms),
        int(options.per_firm),
        float(options.met),
        float(options.least),
        float(options.calibration.slope),
        float(options.calibration.middle),
        TOLERANCE * float(options.fairness) + 1e-12,
        index.floor,
        index.ceiling,
        not isinstance(index.model, Learned | Sided),
        int(seed) & 0x7FFF_FFFF_FFFF_FFFF,
        max(POOL * top, 40),
    )


def _cosines(seekers: Side, side: Side) -> tuple[Floats, Floats]:
    """Nearness of needs to offers, [seekers, candidates]; and of the candidates' needs to what seekers offer, if there are any."""
    n, candidates = len(seekers.firm), len(side.firm)
    none = np.zeros((n, 0), np.float32)
    if not seekers.need_vector.shape[1]:
        return np.zeros((n, candidates), np.float32), none
    ahead = seekers.need_vector @ side.offer_vector.T
    if not side.need_vector.any() or not seekers.offer_vector.any():
        return ahead, none
    return ahead, seekers.offer_vector @ side.need_vector.T


def _asked(
    seekers: Sequence[Profile],
    stated: Sequence[Sequence[tuple[Ints, Floats]]],
    across: Sequence[tuple[Ints, Floats]],
    index: Index,
    codes: Codes,
    wanting: Sequence[int],
) -> Asked:
    words = index.vocabulary
    part = np.zeros(len(seekers) + 1, np.int64)
    np.cumsum([len(need) for need in stated], out=part[1:])
    needs = [pair for need in stated for pair in need]
    licence, shares = _licence_shares(seekers, index)
    return Asked(
        part,
        _lists(needs),
        _lists(across),
        _lists([words.offering(p.offers.texts, index.lexicon) for p in seekers]),
        _lists([words.interests(p.interests.words) for p in seekers]),
        _lists([_weights(p.interests.sectors, codes.sectors, is_path=True) for p in seekers]),
        _lists([_weights(p.interests.firms, index.firms) for p in seekers]),
        _lists([_rows(_excluded(p, index)) for p in seekers]),
        _lists([_rows(_rows_named(p.met, index)) for p in seekers]),
        licence,
        shares,
        _licences_back(seekers, index, wanting),
    )


def _lists(pairs: Sequence[tuple[NDArray[np.int32], NDArray[np.float32]]]) -> Lists:
    at = np.zeros(len(pairs) + 1, np.int64)
    np.cumsum([len(items) for items, _ in pairs], out=at[1:])
    if not at[-1]:
        return Lists(at, np.zeros(0, np.int32), np.zeros(0, np.float32))
    return Lists(at, np.concatenate([items for items, _ in pairs]), np.concatenate([w for _, w in pairs]))


_NOBODY = (np.zeros(0, np.int32), np.zeros(0, np.float32))


def _weights(
    weights: Mapping[str, float], numbers: Mapping[str, int], is_path: bool = False
) -> tuple[Ints, Floats]:
    if not weights:
        return _NOBODY
    known = {
        numbers[name]: max(-1.0, min(1.0, weight))
        for name, weight in sorted(
            (("/".join(sector_parts(k)) if is_path else k), w) for k, w in weights.items()
        )
        if name in numbers and weight
    }
    return np.array(list(known), np.int32), np.array(list(known.values()), np.float32)


def _rows(rows: Iterable[int]) -> tuple[Ints, Floats]:
    found = np.array(sorted(rows), np.int32)
    return (found, np.zeros(len(found), np.float32)) if len(found) else _NOBODY


def _rows_named(names: Iterable[str], index: Index) -> set[int]:
    """Rows whose key or firm is among the names."""
    rows: set[int] = set()
    for name in names:
        if name in index.row_of:
            rows.add(index.row_of[name])
        rows.update(index.rows_of_firm.get(name, ()))
    return rows


def _excluded(seeker: Profile, index: Index) -> set[int]:
    """Never shown: oneself, one's own firm, blocked by either side, dismissed."""
    rows = _rows_named(seeker.blocked | seeker.dismissed | {seeker.key}, index)
    if seeker.firm:
        rows.update(index.rows_of_firm.get(seeker.firm, ()))
    for name in (seeker.key, seeker.firm):
        rows.update(index.blocked_by.get(name, ()) if name else ())
    return rows


def _licence_shares(seekers: Sequence[Profile], index: Index) -> tuple[Ints, Floats]:
    """Share of each seeker's required licences that every candidate holds; those who require the same have one row."""
    row_of: dict[tuple[Licence, ...], int] = {}
    licence = np.full(len(seekers), NONE, np.int32)
    for i, seeker in enumerate(seekers):
        if seeker.seeks.licences:
            licence[i] = row_of.setdefault(seeker.seeks.licences, len(row_of))
    shares = np.zeros((len(row_of), len(index.profiles)), np.float32)
    for required, row in row_of.items():
        for c in index.licensed:
            shares[row, c] = holds(required, index.profiles[c].offers.licences)
    return licence, shares


def _licences_back(seekers: Sequence[Profile], index: Index, wanting: Sequence[int]) -> Floats:
    """Share of what each candidate in `wanting` requires that every seeker holds."""
    shares = np.zeros((len(wanting), len(seekers)), np.float32)
    holders = [i for i, p in enumerate(seekers) if p.offers.licences]
    for row, c in enumerate(wanting):
        for i in holders:
            shares[row, i] = holds(index.profiles[c].seeks.licences, seekers[i].offers.licences)
    return shares
