"""The worth of every pair of a block, in compiled code: parts, both directions, the best of each seeker. What the numbers mean: rank."""

from typing import Any, TypeVar

import numba
import numpy as np

from everfair.engines.matching.columns import (
    BESIDE,
    BESIDE_WORDS,
    BUDGET,
    COUNTRIES,
    DATES,
    DELIVERY,
    INSIDE_WIDER,
    LANGUAGES,
    LICENCES,
    MEANING_ALONE,
    MODES,
    NO_SUBJECT,
    SAME_LANGUAGE,
    SECTOR_SHARE,
    SECTORS,
    SIZE,
    TEXT,
    TEXT_SHARE,
    UNKNOWN,
    W_BUDGET,
    W_COUNTRIES,
    W_DATES,
    W_DELIVERY,
    W_LANGUAGES,
    W_LICENCES,
    W_MODES,
    W_SIZE,
    WORDS_PART,
    WORST_BACK,
)
from everfair.engines.matching.pack import DEEPEST, OTHER, Facts, Wishes

F = TypeVar("F")


def compiled(function: F) -> F:
    """Compile at the first call, without Python's lock, and keep the machine code for the next process."""
    made: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return made  # type: ignore[no-any-return]


@compiled
def likeness(tree: Any, asked: int, offered: int) -> float:
    """How near an offered sector is to the one asked for: 1 for it and all below it."""
    asked_levels = offered_levels = common = 0
    for level in range(DEEPEST):
        a, b = tree[asked, level], tree[offered, level]
        if a < 0 and b < 0:
            break
        asked_levels += a >= 0
        offered_levels += b >= 0
        common += a >= 0 and a == b
    if common == asked_levels:
        return 1.0
    share = common / asked_levels
    return share * (INSIDE_WIDER if common == offered_levels else BESIDE)


@compiled
def met_words(wanted: Any, w: int, given: Any, g: int) -> bool:
    """Whether two rows of bits have one in common."""
    some = False
    for i in range(4):
        some |= wanted[w, i] & given[g, i] != 0
    return some


@compiled
def count_met(wanted: Any, w: int, given: Any, g: int) -> int:
    """How many bits two rows have in common."""
    n = 0
    for i in range(4):
        left = wanted[w, i] & given[g, i]
        while left:
            left &= left - np.uint64(1)
            n += 1
    return n


@compiled
def apart(first: Any, f: int, second: Any, s: int) -> bool:
    """Whether two ranges do not touch."""
    return bool(first[f, 0] > second[s, 1] or first[f, 1] < second[s, 0])


@compiled
def delivered(kind: int, there: int, asked: int) -> float:
    """Share of the countries asked for that are served; `kind` as in Facts.delivers."""
    if kind == 1:
        return there / asked
    return 1.0 if kind else UNKNOWN


@compiled
def terms_met(
    wishes: Wishes, w: int, w_step: int, facts: Facts, f: int, f_step: int, licences: Any, out: Any
) -> None:
    """Share of the structural wishes that hold, sectors aside; −1 where a hard one fails, 2 where there are none.

    Written for pairs (w, f), (w + w_step, f + f_step), …: one seeker's wishes with all candidates' facts, or the other way round.
    """
    # columns in variables of their own: compiled code would count references to all of them for every pair
    all_asked, all_hard, modes, country, deliver = (
        wishes.asked,
        wishes.hard,
        wishes.modes,
        wishes.country,
        wishes.deliver,
    )
    deliver_n, language, sizes, budget, days = (
        wishes.deliver_n,
        wishes.language,
        wishes.sizes,
        wishes.budget,
        wishes.dates,
    )
    own_modes, own_country, delivers, own_deliver = facts.modes, facts.country, facts.delivers, facts.deliver
    own_language, language_breadth, own_size = facts.language, facts.language_breadth, facts.size
    has_licence, price, own_days = facts.has_licence, facts.price, facts.dates
    for i in range(len(out)):
        asked, hard = np.int64(all_asked[w]), np.int64(all_hard[w])
        got = whole = 0.0
        failed = False
        if asked & MODES:
            value = UNKNOWN if not own_modes[f] else 1.0 if own_modes[f] & modes[w] else 0.0
            failed |= hard & MODES != 0 and value < 1
            got, whole = got + W_MODES * value, whole + W_MODES
        if asked & COUNTRIES:
            at = np.int64(own_country[f])
            value = UNKNOWN
            if at > 0:
                bit = np.uint64(1) << np.uint64(at & 63)
                value = 1.0 if at != OTHER and country[w, at >> 6] & bit else 0.0
            failed |= hard & COUNTRIES != 0 and value < 1
            got, whole = got + W_COUNTRIES * value, whole + W_COUNTRIES
        if asked & DELIVERY:
            value = delivered(delivers[f], count_met(deliver, w, own_deliver, f), deliver_n[w])
            failed |= hard & DELIVERY != 0 and value < 1
            got, whole = got + W_DELIVERY * value, whole + W_DELIVERY
        if asked & LANGUAGES:
            some = met_words(language, w, own_language, f)
            value = language_breadth[f] if some else UNKNOWN if language_breadth[f] > 1 else 0.0
            failed |= hard & LANGUAGES != 0 and not some
            got, whole = got + W_LANGUAGES * value, whole + W_LANGUAGES
        if asked & SIZE:
            size = np.int64(own_size[f])
            value = UNKNOWN if size < 0 else 1.0 if np.int64(sizes[w]) >> size & 1 else 0.0
            failed |= hard & SIZE != 0 and value < 1
            got, whole = got + W_SIZE * value, whole + W_SIZE
        if asked & LICENCES:
            value = licences[i] if has_licence[f] else UNKNOWN
            failed |= hard & LICENCES != 0 and value < 1
            got, whole = got + W_LICENCES * value, whole + W_LICENCES
        if asked & BUDGET:
            value = UNKNOWN if np.isnan(price[f, 0]) else 0.0 if apart(budget, w, price, f) else 1.0
            failed |= hard & BUDGET != 0 and value == 0
            got, whole = got + W_BUDGET * value, whole + W_BUDGET
        if asked & DATES:
            value = UNKNOWN if not own_days[f, 1] else 0.0 if apart(days, w, own_days, f) else 1.0
            failed |= hard & DATES != 0 and value == 0
            got, whole = got + W_DATES * value, whole + W_DATES
        out[i] = -1.0 if failed else got / whole if whole > 0 else 2.0
        w += w_step
        f += f_step


@compiled
def subject(asked: Any, words: float, cosine: Any, known: Any, foreign: bool, n: Any, sector: float) -> float:
    """How well the subject is met, 0 to 1; −1 where none was asked. Words and meaning support each other.

    Meaning counts as far as both texts are `known`. In a `foreign` language it may stand alone; in the same one words decide.
    """
    text = -1.0
    if asked & TEXT:
        near = min(max(0.0, (cosine - n.floor) / (n.ceiling - n.floor)), 1.0) * known
        covered = WORDS_PART * min(words, 1.0)
        if foreign or n.same:
            text = max(1 - (1 - covered) * (1 - BESIDE_WORDS * near), MEANING_ALONE * near)
        else:
            text = 1 - (1 - covered) * (1 - SAME_LANGUAGE * near)
    if asked & SECTORS:
        return TEXT_SHARE * text + SECTOR_SHARE * sector if text >= 0 else sector
    return text


@compiled
def together(known: bool, fit: float, back_known: bool, back: float, mutual: float) -> float:
    """The worth of a meeting for both: a weighted geometric mean, or the one side's that is known."""
    if known and back_known:
        return float(max(fit, 0.001) ** (1 - mutual) * max(back, WORST_BACK) ** mutual)
    if known:
        return fit
    return back if back_known else NO_SUBJECT


@compiled
def lot(seed: int, seeker: Any, candidate: Any) -> Any:
    """A number drawn for a pair, the same at every call."""
    z = np.uint64(seed) + seeker * np.uint64(0x9E3779B97F4A7C15) ^ candidate
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled
def add_words(lists: Any, i: int, at: Any, rows: Any, weights: Any, out: Any) -> None:
    """Add the product of list i of terms with every row's terms."""
    for j in range(lists.at[i], lists.at[i + 1]):
        term, value = lists.item[j], lists.weight[j]
        for k in range(at[term], at[term + 1]):
            out[rows[k]] += value * weights[k]


@compiled
def fill_table(tree: Any, table: Any, at: Any, sector: Any, row: int, asks: bool) -> None:
    """Per node of the tree the likeness to the best of a row's sectors, which asks for it or offers it."""
    table[:] = 0
    for j in range(at[row], at[row + 1]):
        for node in range(len(table)):
            value = likeness(tree, sector[j], node) if asks else likeness(tree, node, sector[j])
            table[node] = max(table[node], value)


@compiled
def best_of(table: Any, at: Any, sector: Any, out: Any) -> None:
    """The best entry of a table among every row's sectors."""
    for row in range(len(out)):
        best = 0.0
        for j in range(at[row], at[row + 1]):
            best = max(best, table[sector[j]])
        out[row] = best


@compiled
def lower(scores: Any, lots: Any, i: int, j: int) -> bool:
    """Whether entry i stands below entry j; lots decide between equal scores."""
    return bool(scores[i] < scores[j] or (scores[i] == scores[j] and lots[i] < lots[j]))


@compiled
def swap(scores: Any, lots: Any, rows: Any, i: int, j: int) -> None:
    """Exchange two entries."""
    scores[i], scores[j] = scores[j], scores[i]
    lots[i], lots[j] = lots[j], lots[i]
    rows[i], rows[j] = rows[j], rows[i]


@compiled
def sift(scores: Any, lots: Any, rows: Any, i: int, size: int) -> None:
    """Bring entry i of a heap, whose lowest is first, to its place."""
    while i > 0 and lower(scores, lots, i, (i - 1) // 2):
        swap(scores, lots, rows, i, (i - 1) // 2)
        i = (i - 1) // 2
    while True:
        least = i
        for child in (2 * i + 1, 2 * i + 2):
            if child < size and lower(scores, lots, child, least):
                least = child
        if least == i:
            return
        swap(scores, lots, rows, i, least)
        i = least
