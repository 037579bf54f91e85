"""Documents and queries must fall into the same terms, in every script."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everfair.engines.text import fold_word, read_query, simplify, terms, tokens, typed

SCRIPTS = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x24F),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0xFF01, max_codepoint=0xFFEE),
        st.characters(min_codepoint=0x300, max_codepoint=0x36F),
        st.characters(),
    ),
    max_size=80,
)


def words(text: str, language: str = "en") -> list[str]:
    return terms(text, language).words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("drone", "drones"),
        ("Translation Services", "translation service"),
        ("ＤＲＯＮＥ　１２３", "drone 123"),
        ("café résumé", "cafe resume"),
        ("Cafe\u0301", "Café"),
        ("通關服務", "通关服务"),
        ("雲端運算", "云端运算"),
        ("China’s ports", "China's port"),
        ("1,000 drones", "1000 drones"),
        ("Øresund Łódź", "oresund lodz"),
        ("ﬁnance", "finance"),
    ],
)
def test_forms_that_mean_the_same_have_the_same_terms(one: str, other: str) -> None:
    assert words(one) == words(other) != []


def test_latin_names_inside_chinese_stay_whole() -> None:
    assert words("使用DeepSeek与5G网络的B2B平台", "zh") == ["使用", "deepseek", "5g", "网络", "b2b", "平台"]


def test_stop_words_go_but_names_in_capitals_stay() -> None:
    assert words("the IT of it and the WHO") == ["it", "who"]
    assert words("我们的物流和仓储", "zh") == ["物流", "仓储"]


def test_an_unknown_chinese_name_is_cut_alike_everywhere() -> None:
    assert words("服贸会", "zh") == ["服", "贸", "会"]
    assert words("第五届服贸会召开", "zh")[-4:] == ["服", "贸", "会", "召开"]


def test_compounds_are_found_written_together() -> None:
    found = terms("e-commerce platform", "en")
    assert found.words == ["e", "commerc", "platform"]
    assert found.parts == words("ecommerce")


def test_long_chinese_words_give_the_words_inside() -> None:
    assert {"人工", "智能"} <= set(terms("人工智能", "zh").parts)


def test_stems_follow_the_language_of_the_text() -> None:
    assert words("Übersetzungen", "de") == words("Übersetzung", "de")
    assert words("переводов", "ru") == words("перевод", "ru")


def test_a_german_form_is_among_the_foreign_stems_of_the_query() -> None:
    (stem,) = words("Dienstleistungen", "de")
    (word,) = read_query("Dienstleistung").words
    assert stem in word.foreign


@pytest.mark.parametrize(
    "text", ["شركات الطيران", "перевод документов", "μετάφραση", "한국어 통역", "通訳サービス", "แปลภาษา"]
)
def test_every_script_gives_terms_with_true_offsets(text: str) -> None:
    found = tokens(text, "en")
    assert found
    assert all(text[token.start : token.end].strip() for token in found)


@given(SCRIPTS, st.sampled_from(["en", "zh", "de", "ar", "xx"]))
@settings(max_examples=300, deadline=None)
def test_tokens_and_terms_agree_and_offsets_lie_in_the_text(text: str, language: str) -> None:
    found = tokens(text, language)
    quick = terms(text, language)
    assert [t.term for t in found if t.kind == "word"] == quick.words
    assert sorted(t.term for t in found if t.kind == "part") == sorted(quick.parts)
    assert all(0 <= t.start < t.end <= len(text) for t in found)
    starts = [t.start for t in found if t.kind == "word"]
    assert starts == sorted(starts)
    assert all(term and not term.isspace() for term in quick.words + quick.parts + typed(text))


@given(SCRIPTS)
@settings(max_examples=200, deadline=None)
def test_whoever_types_a_document_finds_it(text: str) -> None:
    """Each query word's first phrase stands in the document that is the same text."""
    document = words(text[:200])
    for word in read_query(text[:200]).words:
        phrase = list(word.phrases[0])
        if any(term in document for term in phrase):
            assert any(document[i : i + len(phrase)] == phrase for i in range(len(document)))


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=30))
def test_simplifying_keeps_the_length(han: str) -> None:
    assert len(simplify(han)) == len(han)


@given(st.text(max_size=20))
def test_folding_a_word_twice_changes_nothing(word: str) -> None:
    folded = fold_word(unicodedata.normalize("NFKC", word))
    assert fold_word(unicodedata.normalize("NFKC", folded)).casefold() == folded.casefold()
