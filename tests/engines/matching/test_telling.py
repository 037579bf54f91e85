"""Words given as reasons carry weight: no numbers, no single letters, nothing that much of the fair says, in either language."""

import pytest

from everfair.engines.matching import (
    Ground,
    Interests,
    Offers,
    Profile,
    Seeks,
    most_usual,
    prepare,
    reasons,
)
from everfair.engines.matching.languages import Bilingual, BilingualModel
from everfair.engines.matching.languages.learn import learn
from everfair.engines.matching.telling import is_telling
from everfair.engines.text import terms

NUMBERS = {
    "en": ["forty", "one", "Twenty-one", "first", "third", "hundreds", "dozen", "2024", "24/7", "10,000", "a", "X"],
    "zh": ["四十", "第一", "三家", "两个", "百分之二十", "十年", "一百万元", "2024", "二〇二四年", "第三次", "萬", "云"],
}  # fmt: skip
TELLING = {
    "en": ["customs", "Secondary", "firsthand", "b2b", "5G", "tension"],
    "zh": ["报关", "三维", "第三方", "二维码", "千兆", "多语种", "万向节"],
}


@pytest.mark.parametrize(("language", "word"), [(la, w) for la, words in NUMBERS.items() for w in words])
def test_number_words_figures_and_single_letters_tell_nothing(language: str, word: str) -> None:
    assert not [term for term in terms(word, language).words if is_telling(term)]


@pytest.mark.parametrize(("language", "word"), [(la, w) for la, words in TELLING.items() for w in words])
def test_words_that_only_look_like_numbers_are_kept(language: str, word: str) -> None:
    assert any(is_telling(term) for term in terms(word, language).words)


@pytest.mark.parametrize(
    ("language", "need", "offer", "told"),
    [
        (
            "en",
            "Forty vans, one warehouse in 2024",
            "One of forty firms with a warehouse since 2024",
            ("warehouse",),
        ),
        ("zh", "2024年四十辆货车、一个仓库", "四十家公司之一,2024年起有一个仓库", ("仓库",)),
    ],
)
def test_a_number_in_common_is_no_reason(language: str, need: str, offer: str, told: tuple[str, ...]) -> None:
    seeker = Profile("s", seeks=Seeks({language: need}), offers=Offers({language: offer}))
    candidate = Profile("c", offers=Offers({language: offer}), seeks=Seeks({language: need}))
    found = [one for one in reasons(seeker, candidate) if one.ground is Ground.WORDS]
    assert [one.facts["words"] for one in found] == [told, told]


@pytest.mark.parametrize(
    ("language", "need", "offer"), [("en", "forty or one", "one, forty"), ("zh", "四十个", "一共四十个")]
)
def test_where_nothing_but_numbers_is_in_common_no_words_are_named(
    language: str, need: str, offer: str
) -> None:
    seeker, candidate = (
        Profile("s", seeks=Seeks({language: need})),
        Profile("c", offers=Offers({language: offer})),
    )
    assert reasons(seeker, candidate) == ()


@pytest.mark.parametrize(
    ("language", "common", "rare"), [("en", "services", "brokerage"), ("zh", "服务", "报关")]
)
def test_what_a_fifth_of_the_candidates_say_is_no_reason(language: str, common: str, rare: str) -> None:
    fair = [Profile(f"c{i}", offers=Offers({language: common if i % 2 else "船"})) for i in range(40)]
    fair.append(Profile("it", offers=Offers({language: f"{common} {rare}"})))
    words = prepare(fair).vocabulary
    usual = {term: words.frequency[number] for term, number in words.ids.items()}
    seeker = Profile(
        "s", seeks=Seeks({language: f"{common} {rare}"}), interests=Interests(words={common: 1.0})
    )
    found = {
        one.ground: one.facts["words"] for one in reasons(seeker, fair[-1], usual=usual, most=most_usual(41))
    }
    assert found == {Ground.WORDS: (rare,)}
    assert reasons(seeker, fair[1], usual=usual, most=most_usual(41)) == ()
    assert Ground.INTEREST in {one.ground for one in reasons(seeker, fair[1], usual=usual)}


@pytest.fixture(scope="module")
def model() -> BilingualModel:
    """60 firms that all do services, each of some trade; one in six has forty of something."""
    trades = [
        ("insurance", "保险"), ("brokerage", "报关"), ("translation", "翻译"), ("training", "培训"),
        ("inspection", "检验"), ("accounting", "记账"),
    ]  # fmt: skip
    return learn(
        [
            Bilingual([(f"{a} services, forty a year" if i % 6 == 5 else f"{a} services", f"{b}服务" + "每年四十次" * (i % 6 == 5))])
            for i in range(60)
            for a, b in [trades[i % 6]]
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asks_in", "need", "tells_in", "offer", "word"),
    [
        ("zh", "四十次报关服务", "en", "Forty brokerage services", "报关"),
        ("en", "Forty brokerage services", "zh", "四十次报关服务", "brokerage"),
    ],
)
def test_what_every_record_says_and_numbers_are_no_reason_across_languages(
    model: BilingualModel, asks_in: str, need: str, tells_in: str, offer: str, word: str
) -> None:
    found = reasons(
        Profile("s", seeks=Seeks({asks_in: need})),
        Profile("c", offers=Offers({tells_in: offer})),
        model=model,
    )
    assert [one.facts["words"] for one in found if one.ground is Ground.MEANING] == [(word,)]


def test_the_share_of_records_that_use_a_term(model: BilingualModel) -> None:
    (service,), (broker,) = terms("services", "en").words, terms("brokerage", "en").words
    assert model.usual(service, "en") == pytest.approx(1, abs=0.01)
    assert model.usual(broker, "en") == pytest.approx(1 / 6, abs=0.02)
    assert model.usual(broker, "ar") == model.usual("zebra", "en") == 0


def test_a_word_of_the_same_language_that_every_record_says_is_no_reason(model: BilingualModel) -> None:
    for language, words in (("en", "services"), ("zh", "服务")):
        seeker = Profile("s", seeks=Seeks({language: words}))
        assert reasons(seeker, Profile("c", offers=Offers({language: words})), model=model) == ()
        assert len(reasons(seeker, Profile("c", offers=Offers({language: words})))) == 1
