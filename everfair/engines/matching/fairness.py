"""What fairness did to lists already made: places of small and new firms before and after, and what it cost. It changes nothing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from everfair.engines.matching.index import Index
from everfair.engines.matching.types import FIRST, NONE, Floats, Ints, Ranking


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """Figures of the first ten places of all lists. Shares and scores are 0..1."""

    lists: int  # with at least one place
    places: int
    candidates: int
    protected: int  # candidates that are small or new
    due: float  # places that are their share among equally good matches
    before: int  # places of theirs by score alone
    after: int
    changed: int  # lists whose first ten are others, or stand in another order
    cost: float  # mean score of a place given up
    largest_cost: float  # the most that one list's mean score fell
    uneven_before: float  # Gini coefficient of places over all candidates, 0 = all alike
    uneven_after: float


def fairness_report(ranking: Ranking, index: Index) -> FairnessReport:
    """Compare each list with the one that scores alone would give."""
    plain, shown = ranking.plain[:, :FIRST], ranking.index[:, :FIRST]
    is_protected = index.side.is_protected.astype(np.bool_)
    filled = shown != NONE
    lists = int(filled.any(axis=1).sum())
    in_list = np.maximum(filled.sum(axis=1), 1)
    cost = (ranking.plain_score[:, :FIRST].sum(axis=1) - ranking.score[:, :FIRST].sum(axis=1)) / in_list
    places = int(filled.sum())
    return FairnessReport(
        lists,
        places,
        len(index),
        int((is_protected & index.alive).sum()),
        float(ranking.due.sum(dtype=np.float64)),
        _places(plain, is_protected),
        _places(shown, is_protected),
        int((plain != shown).any(axis=1).sum()),
        float((cost * in_list).sum() / max(places, 1)),
        float(max(cost.max(initial=0.0), 0.0)),
        _uneven(plain, index.alive),
        _uneven(shown, index.alive),
    )


def _places(rows: Ints, is_protected: NDArray[np.bool_]) -> int:
    return int(is_protected[rows[rows != NONE]].sum())


def _uneven(rows: Ints, alive: NDArray[np.bool_]) -> float:
    """Gini coefficient of how often each candidate is shown."""
    counts: Floats = np.sort(np.bincount(rows[rows != NONE], minlength=len(alive))[alive]).astype(np.float32)
    total = float(counts.sum(dtype=np.float64))
    if not total:
        return 0.0
    n = len(counts)
    order = np.arange(1, n + 1)
    return float((2 * (order * counts).sum(dtype=np.float64)) / (n * total) - (n + 1) / n)
