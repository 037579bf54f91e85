"""Rankings of random fairs stand before the judge; the same question has the same answer, however it is put."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from everfair.engines.matching import (
    NONE,
    Calibration,
    Interests,
    MatchingError,
    Note,
    Offers,
    Options,
    Profile,
    Seeks,
    Wish,
    check,
    prepare,
    rank,
    rank_one,
    reasons,
    update,
)
from tests.engines.matching.examples import Words, fairs

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # a fair is not made smaller for minutes when it fails
calm = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), phases=QUICK)
options = st.builds(
    Options,
    fairness=st.sampled_from([0.0, 0.3, 1.0]),
    mutual=st.sampled_from([0.0, 0.3, 0.5]),
    per_firm=st.integers(1, 3),
    met=st.sampled_from([0.0, 0.25, 1.0]),
)


@calm
@given(fairs(), options, st.booleans(), st.integers(0, 5))
def test_the_judge_finds_nothing_in_any_fair(fair, chosen, with_model, seed):
    seekers, candidates = fair
    model = Words() if with_model else None
    first = rank(seekers, candidates, options=chosen, model=model, top=6, seed=seed)
    second = rank(seekers, candidates, options=chosen, model=model, top=6, seed=seed)
    why = {
        (s, c): reasons(seekers[s], candidates[c], model=model)
        for s in range(len(seekers))
        for c in first.index[s].tolist()
        if c != NONE
    }
    assert check(seekers, candidates, first, options=chosen, again=second, reasons=why) == []


@calm
@given(fairs(), st.integers(0, 3))
def test_one_by_one_and_in_threads_the_answer_is_the_same(fair, seed):
    seekers, candidates = fair
    index = prepare(candidates, model=Words())
    together = rank(seekers * 200, index, top=5, seed=seed, threads=2)
    for s, seeker in enumerate(seekers):
        alone = rank_one(seeker, index, top=5, seed=seed)
        last = len(together) - len(seekers) + s
        assert (alone.index[0] == together.index[last]).all()
        assert (alone.score[0] == together.score[last]).all()


@calm
@given(fairs(), st.data())
def test_an_updated_index_ranks_structure_like_a_new_one(fair, data):
    seekers, candidates = fair
    if not candidates:
        return
    bare = [
        replace(c, offers=replace(c.offers, texts={}), seeks=replace(c.seeks, texts={})) for c in candidates
    ]
    before = data.draw(st.permutations(range(len(bare))))
    old = [replace(bare[i], offers=bare[j].offers) for i, j in enumerate(before)]
    index = update(prepare(old), bare)
    new, whole = rank(seekers, index, top=6), rank(seekers, prepare(bare), top=6)
    assert (new.index == whole.index).all()
    assert (new.score == whole.score).all()


def profile(key, text="", **facts):
    return Profile(key, firm=facts.pop("firm", key), offers=Offers({"en": text} if text else {}, **facts))


def wants(text="", **facts):
    return Profile("seeker", seeks=Seeks({"en": text} if text else {}, **facts))


def order(seeker, candidates, **more):
    return [c for c in rank([seeker], candidates, top=len(candidates), **more).index[0].tolist() if c != NONE]


def test_words_put_the_right_one_first():
    fair = [
        profile("a", "Legal advice on mergers"),
        profile("b", "Customs brokerage and freight"),
        profile("c", "Cloud hosting"),
    ]
    assert order(wants("customs brokerage for machine parts"), fair)[0] == 1


def test_meaning_finds_the_firm_that_writes_only_english():
    fair = [profile("a", "legal services"), profile("b", "logistics and customs"), profile("c", "training")]
    seeker = Profile("s", seeks=Seeks({"zh": "寻找报关和物流公司"}))
    assert order(seeker, fair, model=Words())[0] == 1


def test_a_firm_that_looks_for_me_comes_before_its_equal_and_one_that_looks_for_others_after():
    need = Seeks(sectors=("2/2.A",))
    fair = [profile("a", "customs"), profile("b", "customs"), profile("c", "customs")]
    fair[0] = replace(fair[0], seeks=Seeks(sectors=("1/1.A",)))
    fair[2] = replace(fair[2], seeks=need)
    seeker = Profile("s", seeks=Seeks({"en": "customs"}), offers=Offers(sectors=("2/2.A",)))
    assert order(seeker, fair) == [2, 1, 0]
    assert order(replace(seeker, offers=Offers()), fair, options=Options(fairness=0)) != [], (
        "nothing offered: one-sided"
    )
    one_sided = rank([replace(seeker, offers=Offers())], fair, top=3)
    assert len(set(one_sided.score[0].tolist())) == 1


def test_a_hard_wish_filters_and_a_preference_only_lowers():
    fair = [
        profile("a", "customs", country="DE"),
        profile("b", "customs", country="CN"),
        profile("c", "customs"),
    ]
    prefers = wants("customs", countries=("CN",))
    assert order(prefers, fair) == [1, 2, 0]
    needs = wants("customs", countries=("CN",), hard=frozenset({Wish.COUNTRIES}))
    assert order(needs, fair) == [1]
    nobody = wants("customs", countries=("FR",), hard=frozenset({Wish.COUNTRIES}))
    assert rank([nobody], fair).note[0] == Note.NONE_FIT


def test_a_hard_sector_unknown_to_the_fair_finds_nobody_in_the_one_above():
    fair = [profile("a", sectors=("1/1.A",))]
    assert order(wants(sectors=("1/1.A/1.A.z",), hard=frozenset({Wish.SECTORS})), fair) == []


def test_nearer_sectors_come_first():
    sectors = ["2", "1/1.A/1.A.b", "1/1.A", "1/1.A/1.A.a"]
    fair = [profile(path, sectors=(path,)) for path in sectors]
    assert order(wants(sectors=("1/1.A/1.A.a",)), fair) == [3, 2, 1, 0]


def test_interests_raise_and_dislikes_lower_and_dismissed_ones_stay_away():
    fair = [
        profile("a", "customs", sectors=("1/1.A",)),
        profile("b", "customs", sectors=("1/1.B",)),
        profile("c", "customs"),
    ]
    seeker = replace(wants("customs"), interests=Interests(sectors={"1/1.B": 0.9, "1/1.A": -0.9}))
    assert order(seeker, fair) == [1, 2, 0]
    assert order(replace(seeker, dismissed=frozenset({"b"})), fair) == [2, 0]


def test_one_firm_has_no_more_than_its_places():
    fair = [profile(f"o{i}", "customs brokerage", firm="one") for i in range(10)] + [
        profile("other", "customs")
    ]
    found = order(wants("customs brokerage"), fair, options=Options(per_firm=2))
    assert len(found) == 3
    assert found[2] == 10


def test_who_stuffs_does_not_rise():
    every = tuple(f"{i}/{i}.{c}" for i in range(1, 13) for c in "ABC")
    texts = {f"{i}/{i}.{c}": f"{c}word{i} services for trade in part{i}" for i in range(1, 13) for c in "ABC"}
    fair = [profile(sector, text, sectors=(sector,)) for sector, text in texts.items()]
    stuffer = profile("stuffer", " ".join(texts.values()) * 3, sectors=every)
    for sector, text in texts.items():
        ranking = order(wants(text, sectors=(sector,)), [*fair, stuffer])
        honest = [p.key for p in fair].index(sector)
        assert ranking.index(honest) < ranking.index(len(fair)), sector


def test_equally_good_small_firms_get_their_share_and_no_more_is_given_up_than_set():
    fair = [profile(f"l{i}", "customs brokerage", country="CN", size="large") for i in range(10)]
    fair += [profile(f"s{i}", "customs brokerage", size="small") for i in range(10)]
    seeker = wants("customs brokerage", countries=("CN",))
    by_score = rank([seeker], fair, options=Options(fairness=0), top=10)
    assert {fair[c].offers.size for c in by_score.index[0].tolist()} == {"large"}
    gap = by_score.plain_score[0, 0] - rank([seeker], fair[10:], top=1).plain_score[0, 0]
    shared = rank([seeker], fair, options=Options(fairness=1), top=10)
    small = sum(fair[c].offers.size == "small" for c in shared.index[0].tolist())
    assert gap > 0.1, "too far apart to count as equally good"
    assert small == 0
    equal = [replace(p, offers=replace(p.offers, country="CN")) for p in fair]
    shared = rank(
        [replace(seeker, key=f"v{i}") for i in range(200)], equal, options=Options(fairness=0.5), top=10
    )
    places = np.isin(shared.index, np.arange(10, 20)).sum(axis=1)
    assert (places >= np.floor(shared.due)).all()
    assert shared.due.mean() == pytest.approx(5, abs=0.3)
    assert 5 <= places.mean() < 6


def test_lots_are_drawn_by_seed_where_all_are_equal():
    fair = [profile(f"c{i}", "customs") for i in range(30)]
    first, same, other = (order(wants("customs"), fair, seed=seed) for seed in (1, 1, 2))
    assert first == same
    assert first != other


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("🙂", Note.NOTHING_STATED),
        ("the of and", Note.NOTHING_STATED),
        ("", Note.NOTHING_STATED),
        ("Zollabfertigung", Note.RANKED),
    ],
)
def test_a_need_that_says_nothing_is_a_draw(text, note):
    fair = [profile(f"c{i}", "customs brokerage") for i in range(5)]
    ranking = rank([Profile("s", seeks=Seeks({"de": text}))], fair, model=Words(), top=5)
    assert ranking.note[0] == note
    assert sorted(ranking.index[0].tolist()) == [0, 1, 2, 3, 4]


def test_a_need_of_fifty_thousand_words_is_read_and_ranked():
    fair = [profile("a", "legal advice"), profile("b", "customs brokerage")]
    assert order(wants("customs brokerage " * 25_000), fair) == [1, 0]


def test_an_empty_fair_one_exhibitor_and_everyone_blocked():
    seeker = wants("customs")
    assert rank([seeker], []).note.tolist() == [Note.NO_CANDIDATES]
    assert rank([], []).index.shape == (0, 20)
    assert order(seeker, [profile("a", "legal")]) == [0]
    fair = [profile(f"c{i}", "customs") for i in range(3)]
    hermit = replace(seeker, blocked=frozenset(p.key for p in fair))
    ranking = rank([hermit], fair)
    assert ranking.note[0] == Note.ALL_EXCLUDED
    assert (ranking.index == NONE).all()


def test_a_removed_candidate_is_gone_and_a_changed_one_is_found_again():
    index = prepare([profile("a", "customs brokerage"), profile("b", "legal advice")])
    index = update(
        index, [profile("b", "customs brokerage and freight"), profile("c", "freight insurance")], ["a"]
    )
    assert order_in(index, wants("freight insurance")) == ["c", "b"]
    assert len(index) == 2
    assert order_in(update(index, [profile("a", "freight")]), wants("freight"))[0] == "a"


def order_in(index, seeker):
    return [index.profiles[c].key for c in rank([seeker], index).index[0].tolist() if c != NONE]


def test_wrong_input_is_told():
    with pytest.raises(MatchingError, match="fairness is 2"):
        rank([], [], options=Options(fairness=2))
    with pytest.raises(MatchingError, match="'a' is there twice"):
        rank([wants("x")], [profile("a"), profile("a")])
    with pytest.raises(MatchingError, match="slope"):
        rank([], [], options=Options(calibration=Calibration(slope=0)))
    with pytest.raises(MatchingError, match="255 different countries"):
        prepare([profile(f"c{i}", country=f"x{i}") for i in range(300)])
