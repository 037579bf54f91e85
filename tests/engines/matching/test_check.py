"""The judge finds what is wrong: each property broken by hand once."""

from dataclasses import replace

import numpy as np
import pytest

from everfair.engines.matching import (
    Ground,
    Licence,
    Offers,
    Options,
    Profile,
    Reason,
    Seeks,
    Wish,
    check,
    rank,
)


def firm(key, **facts):
    own = facts.pop("firm", key)
    return Profile(key, own, offers=Offers({"en": "customs brokerage"}, **facts))


SEEKER = Profile(
    "s",
    "mine",
    Seeks({"en": "customs"}, countries=("CN",), hard=frozenset({Wish.MODES}), modes=1),
    blocked=frozenset({"b"}),
)
FAIR = [
    firm("a", modes=1, country="CN"),
    firm("b", modes=1),
    firm("c", modes=2),
    firm("d", modes=1, country="DE"),
    firm("e", firm="d", modes=1),
    firm("f", firm="d", modes=1),
    firm("g", firm="mine", modes=1),
]


def codes(rows, scores=None, note=0, candidates=FAIR, **more):
    """Faults of a list of rows."""
    ranking = rank([SEEKER], candidates, top=4)
    index = np.array([rows], np.int32)
    score = np.array([scores or np.where(index[0] >= 0, 0.5, 0)], np.float32)
    broken = replace(
        ranking, index=index, score=score, plain=index, plain_score=score, note=np.array([note], np.int8),
        due=np.zeros(1, np.float32),
    )  # fmt: skip
    return {fault.code for fault in check([SEEKER], candidates, broken, **more)}


def test_a_sound_ranking_has_no_fault():
    ranking = rank([SEEKER], FAIR, top=4)
    assert ranking.index[0].tolist() in ([0, 4, 5, -1], [0, 5, 4, -1])
    assert check([SEEKER], FAIR, ranking, again=rank([SEEKER], FAIR, top=4)) == []


@pytest.mark.parametrize(
    ("rows", "scores", "code"),
    [
        ([0, 4, 1, -1], None, "excluded"),
        ([0, 4, 6, -1], None, "excluded"),
        ([0, 4, 2, -1], None, "hard wish"),
        ([0, 3, 4, 5], None, "too many of one firm"),
        ([0, -1, 4, 5], None, "padding"),
        ([0, 4, 4, -1], None, "twice"),
        ([0, 4, 9, -1], None, "no such candidate"),
        ([0, 4, 5, -1], [0.9, 0.5, 1.4, 0], "score out of range"),
        ([0, 4, 5, -1], [0.5, 0.4, 0.9, 0], "a worse match stands before a better one"),
        ([0, 4, -1, -1], None, "candidates lost"),
        ([3, 0, 4, -1], [0.6, 0.5, 0.4, 0], "dominated before dominating"),
        ([4, 5, -1, -1], [0.6, 0.5, 0, 0], "dominated instead of dominating"),
    ],
)
def test_each_fault_is_found(rows, scores, code):
    assert code in codes(rows, scores)


def test_another_answer_is_found():
    first = rank([SEEKER], FAIR, top=4)
    other = replace(first, index=first.index[:, ::-1])
    assert {fault.code for fault in check([SEEKER], FAIR, first, again=other)} == {"another answer"}


def test_a_missed_share_is_found():
    ranking = rank([SEEKER], FAIR, top=4)
    short = replace(ranking, due=np.array([2.5], np.float32))
    assert [fault.code for fault in check([SEEKER], FAIR, short)] == [
        "small and new firms have less than their share"
    ]


def test_a_note_that_does_not_fit_is_found():
    assert "note" in codes([0, 4, 5, -1], note=4)


@pytest.mark.parametrize(
    "reason",
    [
        Reason(Ground.WORDS, {"words": ("translation",), "language": "en", "asked_in": "en"}, 1),
        Reason(Ground.COUNTRY, {"country": "DE"}, 1),
        Reason(Ground.MODE, {"modes": ("2",)}, 1),
        Reason(Ground.LANGUAGE, {"languages": ("en",)}, 1),
        Reason(Ground.SECTOR, {"sector": "1", "asked": "1", "offered": "1", "is_inside": 1}, 1),
        Reason(Ground.DELIVERY, {"countries": ("CN",), "is_anywhere": 0}, 1),
        Reason(Ground.LICENCE, {"name": "ISO", "countries": ()}, 1),
        Reason(Ground.SIZE, {"size": "small"}, 1),
        Reason(Ground.BUDGET, {"low": 1, "high": 2}, 1),
        Reason(Ground.INTEREST, {"firm": "a"}, 1),
        Reason(Ground.INTEREST, {"words": ("customs",)}, 1),
        Reason(
            Ground.MEANING,
            {"words": ("报关",), "theirs": ("customs",), "asked_in": "zh", "language": "en"},
            1,
        ),
    ],
)
def test_an_untrue_reason_is_found(reason):
    ranking = rank([SEEKER], FAIR, top=4)
    faults = check([SEEKER], FAIR, ranking, reasons={(0, 0): [reason]})
    assert [fault.code for fault in faults] == ["untrue reason"]


def test_a_reason_from_the_other_sides_doings_is_a_fault():
    nosy = replace(FAIR[0], interests=replace(FAIR[0].interests, firms={"mine": 1.0}))
    told = Reason(Ground.INTEREST, {"firm": "mine"}, 1, is_theirs=True)
    ranking = rank([SEEKER], [nosy], top=4)
    assert [f.code for f in check([SEEKER], [nosy], ranking, reasons={(0, 0): [told]})] == ["untrue reason"]


def test_hard_licences_want_every_country():
    need = Seeks(licences=(Licence("iso 27001", ("CN", "DE")),), hard=frozenset({Wish.LICENCES}))
    fair = [
        firm("half", licences=(Licence("ISO 27001:2022", ("CN",)),)),
        firm("all", licences=(Licence("ＩＳＯ 27001", ("*",)),)),
    ]
    ranking = rank([Profile("s", seeks=need)], fair, top=2)
    assert ranking.index[0].tolist() == [1, -1]
    assert check([Profile("s", seeks=need)], fair, ranking, options=Options()) == []
