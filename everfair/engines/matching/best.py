"""The best candidates of each seeker of a block, one firm not too often, small and new firms with their share. Parts: kernel."""

from typing import Any

import numpy as np

from everfair.engines.matching.columns import (
    FIRST,
    LEAST_SUBJECT,
    NO_SUBJECT,
    SECTORS,
    STEPS,
    TONGUES,
    Asked,
    Found,
    Numbers,
    Side,
)
from everfair.engines.matching.kernel import (
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

HALF = np.uint64(TONGUES)
OPEN, MET, OUT = 0, 1, 2
AHEAD, BEHIND, NEAR, NEAR_BACK, UP, DOWN = range(6)


@compiled
def dot(a: Any, i: Any, b: Any, j: Any) -> float:
    """A product that does not depend on how many rows are multiplied at once."""
    total = 0.0
    for k in range(a.shape[1]):
        total += np.float64(a[i, k]) * np.float64(b[j, k])
    return total


@compiled
def interest_of(up: float, down: float, firm: float, word: float) -> float:
    """What the seeker's doings say about a candidate, −1 to 1: independent signs of liking, less the worst sign against."""
    said = 1 - np.exp(-abs(word))
    up = 1 - (1 - up) * (1 - max(firm, 0.0)) * (1 - (said if word > 0 else 0.0))
    return float(up - max(down, max(-firm, said if word < 0 else 0.0)))


@compiled
def fit_of(about: float, liked: bool, signs: float, terms: float, n: Any) -> float:
    """What one side gets: the subject, moved by interests, lessened by preferences that are not met."""
    fit = NO_SUBJECT if about < 0 else max(about, LEAST_SUBJECT)
    if liked:
        fit += n.behaviour * (signs * (1 - fit) if signs > 0 else signs * fit)
    return fit * (1 - n.terms + n.terms * terms) if terms <= 1 else fit


@compiled
def chance(raw: float, n: Any) -> float:
    """The calibrated score of a raw worth."""
    return float(1 / (1 + np.exp(-n.slope * (raw - n.middle))))


@compiled
def keep(
    scores: Any,
    lots: Any,
    rows: Any,
    size: int,
    score: Any,
    draw: Any,
    row: Any,
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
    top = found.rows.shape[1]
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
        found.rows[i, place], found.score[i, place] = rows[choice], scores[choice]
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
def read_words(
    s: int, asked: Any, offers: Any, needs: Any, tongue: Any, told: Any, words: Any, scratch: Any
) -> None:
    """Products of words with every candidate: 0 need with offers, 1 offer with needs, 2 interests with offers.

    The need in terms of the other language is for offers that are not `told` in its own `tongue`.
    """
    words[:] = 0
    for part in range(asked.part[s], asked.part[s + 1]):
        if part == asked.part[s]:
            add_words(asked.need, part, offers.at, offers.item, offers.weight, words[0])
            continue
        scratch[:] = 0
        add_words(asked.need, part, offers.at, offers.item, offers.weight, scratch)
        words[0] = np.maximum(words[0], scratch)
    if asked.across.at[s + 1] > asked.across.at[s]:
        scratch[:] = 0
        add_words(asked.across, s, offers.at, offers.item, offers.weight, scratch)
        for c in range(len(scratch)):
            if scratch[c] > words[0, c] and told[c] & tongue == 0:
                words[0, c] = scratch[c]
    add_words(asked.offer, s, needs.at, needs.item, needs.weight, words[1])
    add_words(asked.words, s, offers.at, offers.item, offers.weight, words[2])


@compiled
def read_parts(
    s: int, seekers: Side, side: Side, asked: Asked, back_row: Any, tables: Any, parts: Any, licences: Any
) -> None:
    """Everything about every candidate but words and meaning, in the rows of `parts` (AHEAD … DOWN)."""
    share = asked.licence[s]
    if share >= 0:
        licences[:] = asked.licence_share[share]
    terms_met(seekers.wishes, s, 0, side.facts, 0, 1, licences, parts[AHEAD])
    if len(asked.licence_back):
        for c in range(len(licences)):
            licences[c] = asked.licence_back[back_row[c], s] if back_row[c] >= 0 else 0.0
    terms_met(side.wishes, 0, 1, seekers.facts, s, 0, licences, parts[BEHIND])
    facts, wishes = side.facts, side.wishes
    if seekers.wishes.asked[s] & SECTORS:
        best_of(tables[0], facts.sector_at, facts.sector, parts[NEAR])
    if seekers.facts.has_subject[s]:
        best_of(tables[1], wishes.sector_at, wishes.sector, parts[NEAR_BACK])
    else:
        parts[NEAR_BACK] = 0
    if asked.sectors.at[s + 1] > asked.sectors.at[s]:
        best_of(tables[2], facts.sector_at, facts.sector, parts[UP])
        best_of(tables[3], facts.sector_at, facts.sector, parts[DOWN])
    else:
        parts[UP:] = 0


@compiled
def rank_block(
    tree: Any, seekers: Side, side: Side, asked: Asked, offers: Any, needs: Any, back_row: Any, alive: Any,
    cosines: Any, cosines_back: Any, n: Numbers, firms: int, found: Found,
) -> None:  # fmt: skip
    """Rank a block of seekers; write into `found`."""
    candidates = len(side.firm)
    tables = np.zeros((4, len(tree)), np.float32)
    words = np.zeros((3, candidates), np.float32)
    scratch = np.zeros(candidates, np.float32)
    licences = np.zeros(candidates, np.float32)
    parts = np.zeros((6, candidates), np.float32)
    state = np.zeros(candidates, np.int8)
    liking = np.zeros(firms, np.float32)
    taken = np.zeros(firms, np.int32)
    scores = np.zeros(n.pool, np.int64)
    final = np.zeros(n.pool, np.float64)
    lots = np.zeros(n.pool, np.uint64)
    rows = np.zeros(n.pool, np.int32)
    has_vectors = seekers.need_vector.shape[1] > 0
    has_back = cosines_back.shape[1] > 0
    firm_of, marks, breadth = side.firm, side.mark, side.facts.breadth
    back_asked, back_hard, is_protected = side.wishes.asked, side.wishes.hard, side.is_protected
    need_vector, offer_vector = seekers.need_vector, seekers.offer_vector
    to_offer, to_need = side.offer_vector, side.need_vector
    offer_known, offer_tongue = side.offer_known, side.offer_tongue
    back_known, back_tongue = side.need_known, side.need_tongue
    # words are told in their languages, whatever vectors are given
    told_in = offer_tongue | offer_tongue >> HALF
    for s in range(len(cosines)):
        prepare_tables(s, tree, seekers, asked, tables)
        asked_in = seekers.need_tongue[s] | seekers.need_tongue[s] >> HALF
        read_words(s, asked, offers, needs, asked_in, told_in, words, scratch)
        read_parts(s, seekers, side, asked, back_row, tables, parts, licences)
        mark_lists(asked.met, s, state, MET)
        mark_lists(asked.excluded, s, state, OUT)
        for j in range(asked.firms.at[s], asked.firms.at[s + 1]):
            liking[asked.firms.item[j]] = asked.firms.weight[j]
        liked = (
            asked.firms.at[s + 1] > asked.firms.at[s]
            or asked.sectors.at[s + 1] > asked.sectors.at[s]
            or asked.words.at[s + 1] > asked.words.at[s]
        )
        wanted = np.int64(seekers.wishes.asked[s])
        hard_sector = np.int64(seekers.wishes.hard[s]) & SECTORS != 0
        has_subject = seekers.facts.has_subject[s] > 0
        own_breadth = seekers.facts.breadth[s]
        own_mark = seekers.mark[s]
        known, tongue = seekers.need_known[s], seekers.need_tongue[s]
        own_known, own_tongue = seekers.offer_known[s], seekers.offer_tongue[s]
        speaking = wanted != 0 or liked
        size = there = fitting = 0
        for step in range(candidates + n.pool):
            # all candidates with products of whole blocks, then those in the pool again, exactly
            again = step >= candidates
            k = step - candidates
            if again and k >= size:
                break
            c = np.int64(rows[k]) if again else step
            if not again:
                if not alive[c] or state[c] == OUT:
                    continue
                there += 1
                if parts[AHEAD, c] < 0 or parts[BEHIND, c] < 0 or (state[c] == MET and n.met == 0):
                    continue
                if (hard_sector and parts[NEAR, c] < 1) or (
                    back_hard[c] & SECTORS and parts[NEAR_BACK, c] < 1
                ):
                    continue
                fitting += 1
                cosine, cosine_back = cosines[s, c], cosines_back[s, c] if has_back else np.float32(0)
            else:
                cosine = np.float32(dot(need_vector, s, to_offer, c)) if has_vectors else np.float32(0)
                cosine_back = np.float32(dot(offer_vector, s, to_need, c)) if has_vectors else np.float32(0)
            signs = 0.0
            if liked:
                signs = interest_of(
                    parts[UP, c] * breadth[c], parts[DOWN, c], liking[firm_of[c]], words[2, c]
                )
            about = subject(
                wanted, words[0, c], cosine, known * offer_known[c], tongue & offer_tongue[c] == 0, n,
                parts[NEAR, c] * breadth[c],
            )  # fmt: skip
            fit = fit_of(about, liked, signs, parts[AHEAD, c], n)
            asks = np.int64(back_asked[c])
            back = -1.0
            knows_back = False
            if asks:
                speaking = True
                about = subject(
                    asks, words[1, c], cosine_back, own_known * back_known[c], own_tongue & back_tongue[c] == 0, n,
                    parts[NEAR_BACK, c] * own_breadth,
                )  # fmt: skip
                back = fit_of(about, False, 0.0, parts[BEHIND, c], n)
                knows_back = about < 0 or has_subject
            raw = together(wanted != 0 or liked, fit, knows_back, back, n.mutual)
            raw *= n.met if state[c] == MET else 1.0
            score = np.int64(raw * STEPS + 0.5)
            if again:
                scores[k] = score
                taken[firm_of[c]] = 0
            elif size < n.pool or score >= scores[0]:
                draw = lot(n.seed, own_mark, marks[c])
                size = keep(scores, lots, rows, size, score, draw, c, firm_of, taken, n.per_firm)
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
            draw01 = (lot(n.seed, own_mark, np.uint64(1)) >> np.uint64(11)) * (1.0 / (1 << 53))
            arrange(final, rows, kept, is_protected, draw01, n, s, found)
        found.note[s] = 0 if fitting and speaking else 1 if fitting else 4 if there else 3
        mark_lists(asked.met, s, state, OPEN)
        mark_lists(asked.excluded, s, state, OPEN)
        for j in range(asked.firms.at[s], asked.firms.at[s + 1]):
            liking[asked.firms.item[j]] = 0
