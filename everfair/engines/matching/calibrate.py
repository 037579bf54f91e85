"""What a score means, learned from matches that turned out right or not. The order of matches never changes by it."""

from collections.abc import Sequence

import numpy as np

from everfair.engines.matching.types import Calibration, MatchingError

FEWEST = 20  # right and wrong ones each, below which nothing can be said
ROUNDS = 50
PRIOR = 1.0  # a pull towards the calibration in use, worth about one match


def calibrate(
    scores: Sequence[float], was_right: Sequence[bool], used: Calibration | None = None
) -> Calibration:
    """The calibration with which scores would have been the share of right ones (logistic regression on the raw worth).

    `scores` are those shown under the calibration `used`. Raises MatchingError where there is too little to learn from.
    """
    used = used or Calibration()
    right = np.asarray(was_right, dtype=np.float64)
    if min(right.sum(), len(right) - right.sum()) < FEWEST:
        raise MatchingError(
            f"at least {FEWEST} right and {FEWEST} wrong matches are needed to learn what a score means"
        )
    shown = np.clip(np.asarray(scores, dtype=np.float64), 1e-9, 1 - 1e-9)
    raw = used.middle + np.log(shown / (1 - shown)) / used.slope
    x = np.stack([raw, np.ones(len(raw))], axis=1)
    start = np.array([used.slope, -used.slope * used.middle])
    weights = np.zeros(2)  # where Newton's steps are safe: the start may be far off
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (right - chance) - PRIOR * (weights - start)
        bend = (x * (chance * (1 - chance))[:, None]).T @ x + PRIOR * np.eye(2)
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    if weights[0] <= 0:
        raise MatchingError(
            "better matches turned out right less often: this feedback does not measure what a score says"
        )
    return Calibration(float(weights[0]), float(-weights[1] / weights[0]))
