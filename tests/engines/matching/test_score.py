"""The fast score is the documented one, written down plainly in benchmarks/matching_reference.py; and calibration means what it says."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.matching_every_pair import EveryPair
from benchmarks.matching_reference import Corpus, Meaning, score
from everfair.engines.matching import (
    NONE,
    Calibration,
    Learned,
    MatchingError,
    Options,
    calibrate,
    prepare,
    rank,
)
from everfair.engines.matching.index import placed
from tests.engines.matching.examples import Taught, Told, Words, fairs

FREE = Options(fairness=0, per_firm=99)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(fairs(), st.sampled_from([Words(), Told(), Taught()]))
def test_every_score_is_the_one_of_the_plain_formula(fair, model):
    seekers, candidates = fair
    if not candidates:
        return
    index = prepare(candidates, model=model)
    ranking = rank(seekers, index, options=FREE, top=len(candidates))
    corpus = Corpus(candidates, index.lexicon)
    need, need_known = placed([s.seeks.texts for s in seekers], model)
    offer, offer_known = placed([s.offers.texts for s in seekers], model)
    _, candidate_known = placed([c.offers.texts for c in candidates], model)
    _, candidate_need_known = placed([c.seeks.texts for c in candidates], model)
    scale, learned = (index.floor, index.ceiling), isinstance(model, Learned)
    ahead, back = need @ index.side.offer_vector.T, offer @ index.side.need_vector.T
    for s, seeker in enumerate(seekers):
        for c, shown in zip(ranking.index[s].tolist(), ranking.score[s].tolist(), strict=True):
            if c != NONE:
                plain = score(
                    seeker,
                    candidates[c],
                    corpus,
                    Meaning(float(ahead[s, c]), float(need_known[s] * candidate_known[c]), scale, learned),
                    Meaning(
                        float(back[s, c]), float(offer_known[s] * candidate_need_known[c]), scale, learned
                    ),
                    FREE,
                )
                assert shown == pytest.approx(plain, abs=1e-4), (seeker, candidates[c])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(fairs(), st.sampled_from([None, Words(), Told(), Taught()]))
def test_nobody_is_missing_from_the_full_product(fair, model):
    """Every pair's score worked out beside the index, all at once: the ranking has the same scores and the same best."""
    seekers, candidates = fair
    if not candidates:
        return
    index = prepare(candidates, model=model)
    every = EveryPair(candidates, model, (index.floor, index.ceiling))
    ranking = rank(seekers, index, options=FREE, top=len(candidates))
    for s, seeker in enumerate(seekers):
        full = every.scores(seeker, FREE)
        shown = {
            c: score
            for c, score in zip(ranking.index[s].tolist(), ranking.score[s].tolist(), strict=True)
            if c != NONE
        }
        assert sorted(shown) == np.flatnonzero(full >= 0).tolist()
        for c, value in shown.items():
            assert value == pytest.approx(full[c], abs=1e-4), (seeker, candidates[c])


def test_calibration_finds_what_made_the_outcomes():
    draw = np.random.default_rng(3)
    raw = draw.random(20_000)
    right = draw.random(20_000) < 1 / (1 + np.exp(-4 * (raw - 0.7)))
    shown = 1 / (1 + np.exp(-9 * (raw - 0.5)))
    found = calibrate(shown.tolist(), right.tolist(), Calibration(9, 0.5))
    assert found.slope == pytest.approx(4, abs=0.3)
    assert found.middle == pytest.approx(0.7, abs=0.03)


def test_calibration_refuses_too_little_and_upside_down_feedback():
    with pytest.raises(MatchingError, match="at least 20"):
        calibrate([0.5] * 30, [True] * 30)
    with pytest.raises(MatchingError, match="less often"):
        calibrate([0.9] * 100 + [0.1] * 100, [False] * 100 + [True] * 100)
