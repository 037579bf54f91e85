"""The second look at the best matches: words that stand together as in the query gain."""

from everfair.gateways.search.word_order import Wanted, order_scores

RARITY = {"body_en": {"cold": 2.0, "chain": 3.0, "logist": 1.0}}


def gains(*texts: str, terms: tuple[str, ...] = ("cold", "chain"), across: bool = False) -> list[float]:
    wanted = Wanted(terms, {"body_en": 1.0, "title_en": 2.5}, RARITY, across)
    return order_scores([{"body_en": text} for text in texts], wanted)


def test_side_by_side_gains_most_and_the_wrong_order_nothing() -> None:
    side, near, far, turned, none = gains(
        "cold chain a b c d e f g h i j",
        "cold a b chain c d e f g h i j",
        "cold a b c d e f g h i j chain",
        "chain cold a b c d e f g h i j",
        "a b c d e f g h i j k l",
    )
    assert side > near > far == turned == none == 0.0


def test_the_same_words_count_for_more_in_a_shorter_text() -> None:
    short, long = gains("cold chain", "cold chain " + "word " * 40)
    assert short > long > 0


def test_only_sentences_look_across_a_word() -> None:
    terms = ("cold", "logist", "chain")
    text = "cold a chain"
    assert gains(text, terms=terms, across=True)[0] > gains(text, terms=terms)[0] == 0.0


def test_words_a_field_does_not_have_gain_nothing() -> None:
    wanted = Wanted(("cold", "chain"), {"title_en": 2.5}, RARITY)
    assert order_scores([{"title_en": "cold chain"}], wanted) == [0.0]
