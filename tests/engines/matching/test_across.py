"""Ranking by the lexicon's words: a need in one language finds offers told only in the other, and says by which words."""

from collections import Counter

import pytest

from everfair.engines.matching import (
    Ground,
    LanguageModel,
    Lexicon,
    Offers,
    Options,
    Profile,
    Seeks,
    check,
    prepare,
    rank,
    reasons,
)
from everfair.engines.matching.check import is_true
from everfair.engines.matching.languages import Bilingual, BilingualModel
from everfair.engines.matching.languages.learn import learn
from tests.engines.matching.examples import Words

WHAT = {
    "insurance": "保险", "accounting": "记账", "translation": "翻译", "transport": "运输",
    "training": "培训", "design": "设计", "inspection": "检验",
}  # fmt: skip
WHOM = {
    "ships": "船舶", "hotels": "酒店", "farms": "农场", "hospitals": "医院", "schools": "学校",
    "airports": "机场", "museums": "博物馆", "banks": "银行", "mines": "矿山", "theatres": "剧院",
}  # fmt: skip
PAIRS = [(f"{a} for {x}", f"{y}{b}") for a, b in WHAT.items() for x, y in WHOM.items()]
PLAIN = Options(fairness=0)


@pytest.fixture(scope="module")
def model() -> BilingualModel:
    """Taught by 70 firms that tell what they do in both languages."""
    return learn([Bilingual([pair, (f"We do {pair[0]}.", f"我们做{pair[1]}。")]) for pair in PAIRS])


def taught() -> list[Profile]:
    return [
        Profile(f"firm:{n}", f"firm:{n}", offers=Offers({"en": english, "zh": chinese}))
        for n, (english, chinese) in enumerate(PAIRS)
    ]


@pytest.mark.parametrize(
    ("asks_in", "need", "tells_in", "offer"),
    [
        ("zh", "我们需要博物馆检验和设计", "en", "Inspection and design for museums"),
        ("en", "We need inspection and design for museums", "zh", "博物馆检验与设计"),
    ],
)
def test_who_tells_it_in_the_other_language_only_is_among_the_first_ten(
    model: BilingualModel, asks_in: str, need: str, tells_in: str, offer: str
) -> None:
    others = [
        Profile(f"only:{n}", offers=Offers({tells_in: pair[tells_in == "zh"]}))
        for n, pair in enumerate(PAIRS)
        if "museum" not in pair[0]
    ]
    candidates = [*taught(), *others, Profile("it", offers=Offers({tells_in: offer}))]
    seeker = Profile("person:1", seeks=Seeks({asks_in: need}))
    ranking = rank([seeker], candidates, model=model, options=PLAIN, top=20)
    shown = [candidates[row].key for row in ranking.index[0].tolist()]
    assert "it" in shown[:10]
    assert not any(key.startswith("only:") for key in shown[: shown.index("it")])
    again = rank([seeker], prepare(candidates, model=model), options=PLAIN, top=20)
    said = {(0, row): reasons(seeker, candidates[row], model=model) for row in ranking.index[0].tolist()}
    assert check([seeker], candidates, ranking, options=PLAIN, again=again, reasons=said) == []


def test_the_reason_names_the_pairs_of_words(model: BilingualModel) -> None:
    seeker = Profile("person:1", seeks=Seeks({"zh": "博物馆检验"}))
    firm = Profile("it", offers=Offers({"en": "Inspection for museums"}))
    found = {reason.ground: reason for reason in reasons(seeker, firm, model=model)}
    facts = found[Ground.MEANING].facts
    assert set(zip(facts["words"], facts["theirs"], strict=True)) == {  # type: ignore[arg-type]
        ("博物馆", "museums"), ("检验", "Inspection"),
    }  # fmt: skip
    assert (facts["asked_in"], facts["language"]) == ("zh", "en")
    assert is_true(found[Ground.MEANING], seeker, firm)


def test_a_name_in_common_does_not_hide_what_means_the_same(model: BilingualModel) -> None:
    seeker = Profile("person:1", seeks=Seeks({"zh": "Oracle 博物馆检验"}))
    firm = Profile("it", offers=Offers({"en": "Oracle inspection for museums"}))
    found = {reason.ground: reason.facts for reason in reasons(seeker, firm, model=model)}
    assert found[Ground.WORDS]["words"] == ("Oracle",)
    assert "Oracle" not in found[Ground.MEANING]["words"]
    assert "检验" in found[Ground.MEANING]["words"]


def test_what_one_offers_meets_a_need_told_in_the_other_language(model: BilingualModel) -> None:
    wants = [
        Profile("museum", seeks=Seeks({"zh": "博物馆检验"})),
        Profile("bank", seeks=Seeks({"zh": "银行翻译"})),
    ]
    seeker = Profile("firm:1", offers=Offers({"en": "inspection for museums"}))
    ranking = rank([seeker], wants, model=model, options=PLAIN, top=2)
    assert ranking.index[0].tolist() == [0, 1]
    assert ranking.score[0, 0] > ranking.score[0, 1]


def test_shares_of_a_need_add_up_to_one_at_most_and_names_stay_themselves(model: BilingualModel) -> None:
    found = model.across({"museum": 1, "oracle": 1}, "en")
    assert sum(found.values()) <= 1 + 1e-6
    assert found["oracle"] >= found["博物馆"] > 0.1
    assert model.across({"museum": 1}, "ar") == {}
    assert model.across({}, "en") == {}


def test_a_need_told_in_both_languages_is_not_translated(model: BilingualModel) -> None:
    words = prepare(taught(), model=model).vocabulary
    both = {"en": "inspection for museums", "zh": "博物馆检验"}
    assert len(words.across({"en": both["en"]}, model)[0])
    assert not len(words.across(both, model)[0])
    assert len(words.across({"en": both["en"], "ar": "فحص"}, model)[0])
    assert not len(words.across({"en": both["en"]}, None)[0])


def test_a_model_without_a_lexicon_ranks_by_its_space(model: BilingualModel) -> None:
    space: LanguageModel = Words()
    assert not isinstance(space, Lexicon)
    assert isinstance(model, Lexicon)
    candidates = [Profile("a", offers=Offers({"en": "legal"})), Profile("b", offers=Offers({"en": "cloud"}))]
    ranking = rank([Profile("s", seeks=Seeks({"zh": "云"}))], candidates, model=space, options=PLAIN, top=2)
    assert ranking.index[0].tolist() == [1, 0]


def test_across_turns_round_what_offers_are_translated_by(model: BilingualModel) -> None:
    for term in ("museum", "inspect"):
        shares = model.across({term: 1.0}, "en")
        for other, share in shares.items():
            assert model.translated(Counter([other]), "zh")[term] == pytest.approx(share, abs=1e-6)
