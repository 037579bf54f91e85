"""The best candidates of each seeker of a block, one firm not too often, small and new firms with their share. Parts: kernel."""

from typing import Any

import numpy as np

from everfair.engines.matching.kernel import (
    FIRST,
    LICENCES,
    NO_SUBJECT,
    SECTORS,
    STEPS,
    TEXT,
    Asked,
    Found,
    Numbers,
    Side,
    add_words,
    best_of,
    compiled,
    fill_table,
    likeness,
    lot,
    lower,
    sift,
    subject,
    swap,
    terms_met,
    together,
)

OPEN, MET, OUT = 0, 1, 2


@compiled
def dot(a: Any, i: int, b: Any, j: int) -> float:
    """A product that does not depend on how many rows are multiplied at once."""
    total = 0.0
    for k in range(a.shape[1]):
        total += np.float64(a[i, k]) * np.float64(b[j, k])
    return total


@compiled
def interest_of(tables: Any, firm: float, word: float, side: Any, c: int) -> float:
    """What the seeker's doings say about a candidate, −1 to 1: independent signs of liking, less the worst sign against."""
    up = down = 0.0
    for j in range(side.facts.sector_at[c], side.facts.sector_at[c + 1]):
        node = side.facts.sector[j]
        up, down = max(up, tables[2, node]), max(down, tables[3, node])
    up *= side.facts.breadth[c]
    said = 1 - np.exp(-abs(word))
    up = 1 - (1 - up) * (1 - max(firm, 0.0)) * (1 - (said if word > 0 else 0.0))
    return up - max(down, max(-firm, said if word < 0 else 0.0))


@compiled
def worth(
    s: int, c: int, seekers: Any, side: Any, tables: Any, words: Any, row_licence: float, row_back: float,
    firm: float, cosine: float, cosine_back: float, state: int, liked: bool, n: Any,
) -> float:  # fmt: skip
    """The raw worth of a meeting, 0 to 1; −1 where a hard wish of either side fails."""
    wishes, back_wishes = seekers.wishes, side.wishes
    ahead = terms_met(wishes, s, side.facts, c, row_licence)
    behind = terms_met(back_wishes, c, seekers.facts, s, row_back)
    if ahead < 0 or behind < 0:
        return -1.0
    asked, back_asked = wishes.asked[s], back_wishes.asked[c]
    near = best_of(tables[0], side.facts.sector_at, side.facts.sector, c) if asked & SECTORS else 0.0
    near_back = (
        best_of(tables[1], back_wishes.sector_at, back_wishes.sector, c) if back_asked & SECTORS else 0.0
    )
    if (wishes.hard[s] & SECTORS and near < 1) or (back_wishes.hard[c] & SECTORS and near_back < 1):
        return -1.0
    about = subject(asked, words[0, c], cosine, n.floor, n.bend, near * side.facts.breadth[c])
    fit = NO_SUBJECT if about < 0 else about
    if liked:
        signs = interest_of(tables, firm, words[2, c], side, c)
        fit += n.behaviour * (signs * (1 - fit) if signs > 0 else signs * fit)
    if ahead <= 1:
        fit *= 1 - n.terms + n.terms * ahead
    about = subject(
        back_asked, words[1, c], cosine_back, n.floor_back, n.bend, near_back * seekers.facts.breadth[s]
    )
    back = NO_SUBJECT if about < 0 else about
    if behind <= 1:
        back *= 1 - n.terms + n.terms * behind
    knows_back = back_asked != 0 and (about < 0 or seekers.facts.has_subject[s] > 0)
    value = together(asked != 0 or liked, fit, knows_back, back, n.mutual)
    return value * n.met if state == MET else value


@compiled
def chance(raw: float, n: Any) -> float:
    """The calibrated score of a raw worth."""
    return 1 / (1 + np.exp(-n.slope * (raw - n.middle)))


@compiled
def keep(
    scores: Any,
    lots: Any,
    rows: Any,
    size: int,
    score: Any,
    draw: Any,
    row: int,
    firms: Any,
    taken: Any,
    most: int,
) -> int:
    """Put a candidate into the pool if it belongs there, no more than `most` of one firm. Answers the pool's size."""
    firm = firms[row]
    at = -1
    if taken[firm] >= most:
        for i in range(size):
            if firms[rows[i]] == firm and (at < 0 or lower(scores, lots, i, at)):
                at = i
    elif size < len(scores):
        scores[size], lots[size], rows[size] = score, draw, row
        taken[firm] += 1
        sift(scores, lots, rows, size, size + 1)
        return size + 1
    else:
        at = 0
    if score < scores[at] or (score == scores[at] and draw < lots[at]):
        return size
    taken[firms[rows[at]]] -= 1
    taken[firm] += 1
    scores[at], lots[at], rows[at] = score, draw, row
    sift(scores, lots, rows, at, size)
    return size


@compiled
def arrange(
    scores: Any, rows: Any, size: int, is_protected: Any, draw: float, n: Any, i: int, found: Any
) -> None:
    """Write a seeker's list: by score, and among equally good ones small and new firms in their share of the first places.

    Equally good as the best one left are those less than `tolerance` below it. Each place adds the share of small and new firms
    among them to what is due; one of them takes the place when fewer than due stand already (systematic rounding by `draw`).
    """
    top = found.index.shape[1]
    used = np.zeros(size, np.bool_)
    due = placed = 0.0
    first = 0
    for place in range(min(top, size)):
        found.plain[i, place], found.plain_score[i, place] = rows[place], scores[place]
        while used[first]:
            first += 1
        choice = first
        if place < FIRST:
            equal = protected = 0
            best = -1
            for j in range(first, size):
                if scores[j] < scores[first] - n.tolerance:
                    break
                if used[j]:
                    continue
                equal += 1
                if is_protected[rows[j]]:
                    protected += 1
                    if best < 0:
                        best = j
            due += protected / equal
            if best >= 0 and placed < due - draw:
                choice = best
            placed += is_protected[rows[choice]]
        used[choice] = True
        found.index[i, place], found.score[i, place] = rows[choice], scores[choice]
    found.due[i] = due


@compiled
def mark_lists(lists: Any, i: int, state: Any, value: int) -> None:
    for j in range(lists.at[i], lists.at[i + 1]):
        state[lists.item[j]] = value


@compiled
def prepare_tables(s: int, tree: Any, seekers: Any, asked: Any, tables: Any) -> None:
    """0: what is asked, 1: what is offered to the other side, 2 and 3: sectors liked and disliked."""
    fill_table(tree, tables[0], seekers.wishes.sector_at, seekers.wishes.sector, s, True)
    fill_table(tree, tables[1], seekers.facts.sector_at, seekers.facts.sector, s, False)
    tables[2:] = 0
    for j in range(asked.sectors.at[s], asked.sectors.at[s + 1]):
        weight = asked.sectors.weight[j]
        row = 2 if weight > 0 else 3
        for node in range(tables.shape[1]):
            value = abs(weight) * likeness(tree, asked.sectors.item[j], node)
            tables[row, node] = max(tables[row, node], value)


@compiled
def read_words(s: int, asked: Any, offers: Any, needs: Any, words: Any, scratch: Any) -> None:
    """Products of words with every candidate: 0 need with offers, 1 offer with needs, 2 interests with offers."""
    words[:] = 0
    for part in range(asked.part[s], asked.part[s + 1]):
        if part == asked.part[s]:
            add_words(asked.need, part, offers.at, offers.item, offers.weight, words[0])
            continue
        scratch[:] = 0
        add_words(asked.need, part, offers.at, offers.item, offers.weight, scratch)
        words[0] = np.maximum(words[0], scratch)
    add_words(asked.offer, s, needs.at, needs.item, needs.weight, words[1])
    add_words(asked.words, s, offers.at, offers.item, offers.weight, words[2])


@compiled
def rank_block(
    tree: Any, seekers: Side, side: Side, asked: Asked, offers: Any, needs: Any, back_row: Any, alive: Any,
    cosines: Any, cosines_back: Any, start: int, n: Numbers, firms: int, found: Found,
) -> None:  # fmt: skip
    """Rank the seekers from `start` on, one for each row of `cosines`; write into `found`."""
    candidates = len(side.firm)
    tables = np.zeros((4, len(tree)), np.float32)
    words = np.zeros((3, candidates), np.float32)
    scratch = np.zeros(candidates, np.float32)
    state = np.zeros(candidates, np.int8)
    liking = np.zeros(firms, np.float32)
    taken = np.zeros(firms, np.int32)
    scores = np.zeros(n.pool, np.int64)
    final = np.zeros(n.pool, np.float64)
    lots = np.zeros(n.pool, np.uint64)
    rows = np.zeros(n.pool, np.int32)
    has_vectors = seekers.need_vector.shape[1] > 0
    for i in range(len(cosines)):
        s = start + i
        prepare_tables(s, tree, seekers, asked, tables)
        read_words(s, asked, offers, needs, words, scratch)
        mark_lists(asked.met, s, state, MET)
        mark_lists(asked.excluded, s, state, OUT)
        for j in range(asked.firms.at[s], asked.firms.at[s + 1]):
            liking[asked.firms.item[j]] = asked.firms.weight[j]
        liked = (
            asked.firms.at[s + 1] > asked.firms.at[s]
            or asked.sectors.at[s + 1] > asked.sectors.at[s]
            or asked.words.at[s + 1] > asked.words.at[s]
        )
        share = asked.licence[s]
        size = there = fitting = 0
        speaking = seekers.wishes.asked[s] != 0 or liked
        for c in range(candidates):
            if not alive[c] or state[c] == OUT:
                continue
            there += 1
            back = asked.licence_back[back_row[c], s] if back_row[c] >= 0 else 0.0
            raw = worth(
                s, c, seekers, side, tables, words, asked.licence_share[share, c] if share >= 0 else 0.0, back,
                liking[side.firm[c]], cosines[i, c], cosines_back[i, c] if cosines_back.shape[1] else 0.0,
                state[c], liked, n,
            )  # fmt: skip
            if raw < 0 or (state[c] == MET and n.met == 0):
                continue
            fitting += 1
            speaking = speaking or side.wishes.asked[c] != 0
            score = np.int64(raw * STEPS + 0.5)
            if size == n.pool and score < scores[0]:
                continue
            draw = lot(n.seed, seekers.mark[s], side.mark[c])
            size = keep(scores, lots, rows, size, score, draw, c, side.firm, taken, n.per_firm)
        for k in range(size):
            c = rows[k]
            taken[side.firm[c]] = 0
            ahead = dot(seekers.need_vector, s, side.offer_vector, c) if has_vectors else 0.0
            behind = dot(seekers.offer_vector, s, side.need_vector, c) if has_vectors else 0.0
            back = asked.licence_back[back_row[c], s] if back_row[c] >= 0 else 0.0
            raw = worth(
                s, c, seekers, side, tables, words, asked.licence_share[share, c] if share >= 0 else 0.0, back,
                liking[side.firm[c]], ahead, behind, state[c], liked, n,
            )  # fmt: skip
            scores[k] = np.int64(max(raw, 0.0) * STEPS + 0.5)
        for k in range(1, size):
            j = k
            while j > 0 and lower(scores, lots, j - 1, j):
                swap(scores, lots, rows, j - 1, j)
                j -= 1
        kept = 0
        for k in range(size):
            final[k] = chance(scores[k] / STEPS, n)
            kept += final[k] >= n.least
        if kept:
            draw01 = (lot(n.seed, seekers.mark[s], np.uint64(1)) >> np.uint64(11)) * (1.0 / (1 << 53))
            arrange(final, rows, kept, side.is_protected, draw01, n, i, found)
        found.note[i] = 0 if fitting and speaking else 1 if fitting else 4 if there else 3
        mark_lists(asked.met, s, state, OPEN)
        mark_lists(asked.excluded, s, state, OPEN)
        for j in range(asked.firms.at[s], asked.firms.at[s + 1]):
            liking[asked.firms.item[j]] = 0


__all__ = ["LICENCES", "TEXT", "chance", "rank_block"]
