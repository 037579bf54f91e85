"""Which words of a reason tell something."""

import pytest

from everfair.engines.matching import Message, Offers, Profile, Seeks, explain, prepare, reasons
from everfair.matchmaking.bridge.usual import Usual, telling

TEXTS = [
    "Hotel booking system, kept by six people", "Cloud accounting system", "Ledger system for ports", "Cold chain system",
]  # fmt: skip


@pytest.fixture
def usual() -> Usual:
    firms = [Profile(key=f"exhibitor:{n}", offers=Offers(texts={"en": text})) for n, text in enumerate(TEXTS)]
    return Usual(prepare(firms))


def _words(*words: str) -> Message:
    return Message("words", {"words": words, "language": "en"})


def test_words_of_everybody_and_of_no_meaning_go_where_others_remain(usual: Usual) -> None:
    (one,) = telling([_words("booking", "system", "six", "people")], usual)
    assert one.facts["words"] == ("booking",)


def test_a_reason_without_a_telling_word_goes_unless_it_is_the_only_one(usual: Usual) -> None:
    empty, other = _words("system", "people"), Message("size", {"size": "small"})
    assert telling([empty, other], usual) == (other,)
    assert telling([empty], usual) == (empty,)


def test_telling_words_stand_first_in_the_engines_reasons(usual: Usual) -> None:
    need = Profile(key="person:1", seeks=Seeks(texts={"en": "Six people keep a system of hotel booking"}))
    firm = Profile(key="exhibitor:0", offers=Offers(texts={"en": TEXTS[0]}))
    (message,) = telling(explain(reasons(need, firm, usual=usual)), usual)
    assert message.facts["words"] == ("hotel", "booking")


def test_words_of_a_firm_that_was_looked_at_are_not_said_beside_it(usual: Usual) -> None:
    firm = Message("interest_firm", {"firm": "exhibitor:1"})
    looked = Message("interest_words", {"words": ("ledger",)})
    assert telling([firm, looked], usual) == (firm,)
    assert telling([looked], usual) == (looked,)


def test_chinese_words_are_judged_too(usual: Usual) -> None:
    (one,) = telling([_words("可以", "冷链", "需要")], usual)
    assert one.facts["words"] == ("冷链",)
