"""Marked words are the ones that were found, in the text as people wrote it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from everfair.engines.text import highlight, needles, read_query, snippet, synonym_table


def marked(text: str, query: str, language: str = "en", forgive: bool = False) -> list[str]:
    found = needles(read_query(query), forgive)
    return [text[span.start : span.end] for span in highlight(text, language, found)]


def test_word_forms_and_case() -> None:
    assert marked("Drones and a DRONE", "drone") == ["Drones", "DRONE"]


def test_traditional_and_full_width_originals_are_marked_as_written() -> None:
    assert marked("我們提供通關服務", "通关", "zh") == ["通關"]
    assert marked("全新ＡＩ芯片", "ai", "zh") == ["ＡＩ"]
    assert marked("㍿東京 e\u0301cole", "ecole") == ["e\u0301cole"]


def test_unknown_names_only_side_by_side() -> None:
    assert marked("服贸会上，会员服务", "服贸会", "zh") == ["服贸会"]


def test_words_inside_longer_words() -> None:
    assert marked("人工智能平台", "智能", "zh") == ["智能"]
    assert marked("An e-commerce shop", "ecommerce") == ["e-commerce"]


def test_neighbours_are_one_span() -> None:
    assert marked("customs clearance desk", "customs clearance") == ["customs clearance"]


def test_synonyms_are_marked() -> None:
    found = needles(read_query("customs clearance", synonym_table([["customs clearance", "报关"]])))
    text = "代理报关业务"
    assert [text[s.start : s.end] for s in highlight(text, "zh", found)] == ["报关"]


def test_typing_errors_are_marked_only_when_forgiven() -> None:
    assert marked("Ocean logistics", "logsitics") == []
    assert marked("Ocean logistics", "logsitics", forgive=True) == ["logistics"]


def test_snippet_shows_the_place_that_matches() -> None:
    text = "Nothing to see. " * 30 + "Here customs clearance is done in one day. " + "Nothing more. " * 30
    cut = snippet(text, "en", needles(read_query("customs clearance")), width=120)
    assert "customs clearance" in cut.text
    assert cut.is_cut_before
    assert cut.is_cut_after
    assert [cut.text[s.start : s.end] for s in cut.spans] == ["customs clearance"]
    assert not cut.text.startswith("o ")


@given(st.text(max_size=400), st.text(max_size=40), st.integers(20, 100))
@settings(max_examples=200, deadline=None)
def test_spans_are_ordered_apart_and_inside(text: str, query: str, width: int) -> None:
    found = needles(read_query(query), forgive=True)
    cut = snippet(text, "en", found, width)
    for whole, spans in ((text, highlight(text, "en", found)), (cut.text, cut.spans)):
        end = -1
        for span in spans:
            assert end < span.start < span.end <= len(whole)
            end = span.end
    assert cut.text in text
    assert len(cut.text) <= width or cut.text == text
