"""Vectors given from outside beside the fair's own space: they speak where both sides have them, and nowhere else."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from everfair.engines.matching import LanguageModel, Lexicon, Offers, Profile, Seeks, prepare, rank, update
from everfair.engines.matching.given import marks_of, with_given
from tests.engines.matching.examples import Taught, Told, Words

MARKS = (0.3, 0.9)


class Given:
    """Vectors of the texts it was made with; zeros for all others."""

    def __init__(self, rows: dict[str, list[float]]) -> None:
        self.rows = {text: np.array(row, np.float32) / np.linalg.norm(row) for text, row in rows.items()}

    def vectors(self, texts: Sequence[str], language: str) -> NDArray[np.float32]:
        """As they were given."""
        return np.array([self.rows.get(text, np.zeros(3)) for text in texts], np.float32).reshape(-1, 3)


def offering(key: str, **texts: str) -> Profile:
    return Profile(key=key, firm=key, offers=Offers(texts=texts))


def seeking(**texts: str) -> Profile:
    return Profile(key="seeker", seeks=Seeks(texts=texts))


FAIR = [
    offering("customs", en="customs for logistics"),
    offering("cloud", en="cloud for legal firms"),
    offering("training", en="training"),
    offering("both", en="cloud logistics", zh="云 物流"),
    offering("strange", en="umbrella repair"),
]


def order(candidates: list[Profile], model: LanguageModel | None, seeker: Profile) -> list[tuple[str, float]]:
    index = prepare(candidates, model=model, seed=3)
    found = rank([seeker], index, top=5, seed=3)
    return [
        (index.profiles[row].key, round(float(score), 5))
        for row, score in zip(found.index[0], found.score[0], strict=True)
        if row >= 0
    ]


@pytest.mark.parametrize("own", [Words(), Told(), Taught(), None])
@pytest.mark.parametrize("need", ["云", "物流 报关", "雨伞", "法律 云"])
def test_where_nothing_is_given_all_is_as_without(own: LanguageModel | None, need: str) -> None:
    assert order(FAIR, with_given(own, Given({}), MARKS), seeking(zh=need)) == order(
        FAIR, own, seeking(zh=need)
    )


@pytest.mark.parametrize("own", [Words(), Told(), Taught(), None])
def test_a_need_without_a_vector_is_ranked_as_without(own: LanguageModel | None) -> None:
    given = Given({text: [1, n, n * n] for n, one in enumerate(FAIR) for text in one.offers.texts.values()})
    assert order(FAIR, with_given(own, given, MARKS), seeking(zh="云")) == order(FAIR, own, seeking(zh="云"))


@pytest.mark.parametrize("own", [Words(), Taught(), None])
def test_the_product_of_two_rows_is_what_the_module_says(own: LanguageModel | None) -> None:
    given = Given({"云": [1, 0.2, 0], "cloud": [0.9, 0.5, 0.1], "报关": [0, 1, 0]})
    model = with_given(own, given, MARKS).fitted(FAIR, 3)
    offers = [{"en": "cloud"}, {"en": "customs"}]
    needs = [{"zh": "云"}, {"zh": "报关"}, {"zh": "物流"}]
    there, _known, _free = model.side(offers, is_need=False)
    asked, _known, is_free = model.side(needs, is_need=True)
    found = asked @ there.T
    cosine = float(given.rows["云"] @ given.rows["cloud"])
    assert found[0, 0] == pytest.approx((cosine - 0.3) / 0.6, abs=1e-5)
    assert found[1, 0] == pytest.approx((given.rows["报关"] @ given.rows["cloud"] - 0.3) / 0.6, abs=1e-5)
    if own is None:
        assert not found[:, 1].any()
    else:
        low, high = model.own_marks
        assert found[1, 1] == pytest.approx((1 - low) / (high - low), abs=1e-5)
        assert found[2, 0] == pytest.approx(-low / (high - low), abs=1e-5)
    if not isinstance(own, Words) or isinstance(own, Taught):
        assert is_free.tolist() == [True, True, False]


def test_given_vectors_join_what_nothing_else_connects() -> None:
    need, text = "雨天 用具", "umbrella repair"
    without = order(FAIR, Taught(), seeking(zh=need))
    given = Given({need: [1, 0, 0], **{t: [0, 1, 0.1] for one in FAIR for t in one.offers.texts.values()}})
    given.rows[text] = given.rows[need]
    found = order(FAIR, with_given(Taught(), given, MARKS), seeking(zh=need))
    assert found[0][0] == "strange"
    assert found[0][1] > found[1][1] + 0.1
    assert found[0][1] > dict(without)["strange"] + 0.1


def test_a_candidate_without_a_vector_is_neither_lost_nor_favoured() -> None:
    given = Given({"云": [1, 0, 0], "training": [0, 1, 0], "customs for logistics": [0, 1, 0]})
    found = dict(order(FAIR, with_given(Taught(), given, MARKS), seeking(zh="云")))
    without = dict(order(FAIR, Taught(), seeking(zh="云")))
    assert found["cloud"] == pytest.approx(without["cloud"], abs=1e-4)
    assert found["both"] == pytest.approx(without["both"], abs=1e-4)


def test_an_index_takes_a_vector_that_came_later() -> None:
    given = Given({"雨天": [1, 0, 0]})
    index = prepare(FAIR, model=with_given(Taught(), given, MARKS), seed=3)
    before = rank([seeking(zh="雨天")], index, top=5, seed=3)
    given.rows["umbrella repair"] = given.rows["雨天"]
    after = rank([seeking(zh="雨天")], update(index, [FAIR[4]]), top=5, seed=3)
    assert index.profiles[after.index[0][0]].key == "strange"
    assert after.score[0][0] > before.score[0][0] + 0.1


def test_words_are_told_by_the_lexicon_still() -> None:
    assert isinstance(with_given(Told(), Given({}), MARKS), Lexicon)
    assert not isinstance(with_given(Words(), Given({}), MARKS), Lexicon)
    assert not isinstance(with_given(None, Given({}), MARKS), Lexicon)
    assert with_given(Told(), Given({}), MARKS).translations("cloud", "en") == Told().translations(
        "cloud", "en"
    )


def test_marks_lie_apart_and_tell_near_from_far() -> None:
    random = np.random.default_rng(5)
    texts = random.standard_normal((60, 40)).astype(np.float32) + 1
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    openings = texts + 0.05 * random.standard_normal(texts.shape).astype(np.float32)
    openings /= np.linalg.norm(openings, axis=1, keepdims=True)
    low, high = marks_of(openings, texts)
    far = (openings @ texts.T)[~np.eye(60, dtype=bool)]
    assert (far < low).mean() == pytest.approx(0.95, abs=0.01)
    assert low < 0.8 < high
    few = marks_of(openings[:5], texts[:5])
    assert few[0] < few[1] <= 1
    same = np.ones((4, 3), np.float32) / np.sqrt(3)
    assert marks_of(same, same)[0] < marks_of(same, same)[1]
    assert marks_of(same[:0], same[:0])[0] < marks_of(same[:0], same[:0])[1]
