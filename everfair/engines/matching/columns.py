"""What compiled code reads and writes, and the numbers of the score: columns, ragged lists, constants. Needs no compiler itself."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from everfair.engines.matching.pack import Facts, Wishes

UNKNOWN = 0.3  # a wish the other side says nothing about
NO_SUBJECT = 0.3  # nothing was asked in words or sectors, nothing is known of interests
LEAST_SUBJECT = 0.01  # a subject that is not met at all, so that preferences still order
WORST_BACK = 0.02  # the other side's benefit never counts less, so that one's own still orders
WORDS_PART, BESIDE_WORDS, MEANING_ALONE = (
    0.8,
    0.3,
    0.7,
)  # the most each says; see docs for how they were chosen
SAME_LANGUAGE = 0.05  # as BESIDE_WORDS, where need and offer are told in one language: its words decide
TEXT_SHARE, SECTOR_SHARE = 0.65, 0.35
INSIDE_WIDER, BESIDE = 0.8, 0.6  # sector distance: the candidate's is above the asked one; only relatives
SECTORS, MODES, COUNTRIES, DELIVERY, LANGUAGES, SIZE, LICENCES, BUDGET, DATES, TEXT = (
    1 << i for i in range(10)
)
W_MODES, W_COUNTRIES, W_DELIVERY, W_LANGUAGES, W_SIZE, W_LICENCES, W_BUDGET, W_DATES = (
    1.0, 0.7, 1.0, 1.0, 0.5, 1.0, 0.7, 0.5,
)  # fmt: skip
TONGUES = 32  # languages of texts that are told apart; each has two bits, see Side
STEPS = 1_000_000  # scores are told apart to one in a million; closer ones are equal
FIRST = 10


class Side(NamedTuple):
    """One side's columns. Vectors [n, d] hold zeros where nothing is known; d = 0 without a model."""

    facts: Facts
    wishes: Wishes
    offer_vector: NDArray[np.float32]
    need_vector: NDArray[np.float32]
    offer_known: NDArray[np.float32]  # [n] how far the model knows what a row's texts are about, 0 to 1
    need_known: NDArray[np.float32]  # [n]
    offer_tongue: NDArray[np.uint64]  # [n] languages of the texts as bits, twice: meaning is measured across
    need_tongue: NDArray[np.uint64]  # [n] languages where two rows share none; see `index.tongues`
    firm: NDArray[np.int32]  # [n]
    mark: NDArray[np.uint64]  # [n] of the key, for drawing lots
    is_protected: NDArray[np.uint8]  # [n] small or new


class Lists(NamedTuple):
    """Ragged lists: list i is `item[at[i]:at[i+1]]` with its `weight`."""

    at: NDArray[np.int64]
    item: NDArray[np.int32]
    weight: NDArray[np.float32]


class Asked(NamedTuple):
    """What a block of seekers brings beside its columns."""

    part: NDArray[np.int64]  # [n + 1] languages of each seeker's need, into `need`
    need: Lists  # terms by language of a need
    across: Lists  # the need's terms in the other language, for offers not told in its own
    offer: Lists  # terms of what the seeker offers
    words: Lists  # terms of interest
    sectors: Lists  # nodes of interest
    firms: Lists  # firms of interest
    excluded: Lists  # rows never shown
    met: Lists  # rows met already
    licence: NDArray[np.int32]  # [n] row of `licence_share`, −1 = none required
    licence_share: NDArray[np.float32]  # [k, candidates]
    licence_back: NDArray[np.float32]  # [m, n] for candidates that require licences


class Numbers(NamedTuple):
    """Options and what was learned from the fair, as plain numbers."""

    mutual: float
    behaviour: float
    terms: float
    per_firm: int
    met: float
    least: float
    slope: float
    middle: float
    tolerance: float
    floor: float  # cosine that says nothing
    ceiling: float  # cosine that says all
    same: bool  # whether meaning counts in the same language as across languages: a model that was not learned from the fair
    seed: int
    pool: int


class Found(NamedTuple):
    """What comes out, [n, top] each, and per seeker."""

    rows: NDArray[np.int32]
    score: NDArray[np.float32]
    plain: NDArray[np.int32]
    plain_score: NDArray[np.float32]
    due: NDArray[np.float32]
    note: NDArray[np.int8]
