"""Every reason the engine can give has a sentence that takes the engine's parameters, in both languages."""

import re

from django.utils.translation import override

from everfair.engines.matching import Message
from everfair.engines.matching.explain import all_codes
from everfair.web.match_words import SENTENCES, sentence, sentences


def test_there_is_a_sentence_for_every_code_and_no_other() -> None:
    assert set(SENTENCES) == set(all_codes())


def test_sentences_take_parameters_the_engine_gives() -> None:
    for code, parameters in all_codes().items():
        wanted = set(re.findall(r"%\((\w+)\)", str(SENTENCES[code])))
        assert wanted <= set(parameters), code


def test_facts_become_words_of_the_reader() -> None:
    sectors = {"1/1.B": {"en": "Computer services", "zh": "计算机服务"}}
    facts = {"sector": "1/1.B", "asked": "1/1.B", "offered": "1/1.B"}
    assert sentence(Message("sector_same", facts), sectors) == "Works in your sector: Computer services"
    licence = Message("licence", {"name": "ISO 27001", "countries": ()})
    assert sentence(licence, sectors) == "Holds a licence you need: ISO 27001"
    assert "10,000" in sentence(Message("budget", {"low": 10000, "high": 20000}), sectors)


def test_words_told_in_two_languages_are_read_in_ones_own() -> None:
    told = [
        Message("words", {"words": ("customs",), "language": "en", "asked_in": "en"}),
        Message("their_words", {"words": ("vins",), "language": "fr", "asked_in": "fr"}),
        Message("words", {"words": ("报关",), "language": "zh", "asked_in": "zh"}),
    ]
    assert sentences(told, {}) == ["Offers what you ask for: customs", "Looks for what you offer: vins"]
    with override("zh-hans"):
        vins, customs = sentences(told, {})
    assert "报关" in customs
    assert "vins" in vins
    old = Message("words", {"words": ("kept",), "language": "en"})  # as meetings kept them before
    assert sentences([old], {}) == ["Offers what you ask for: kept"]
