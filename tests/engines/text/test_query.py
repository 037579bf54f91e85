"""What a searcher's text asks for."""

import pytest

from everfair.engines.text import (
    LONGEST_QUERY,
    is_within_one_edit,
    needles,
    one_edit_variants,
    read_query,
    synonym_table,
)


def test_operators_are_plain_characters() -> None:
    assert read_query('+-&&||!(){}[]^"~*?:\\/ ').words == ()
    assert [w.text for w in read_query("title:drone AND (price:[1 TO 2])").words] == [
        "title", "drone", "price", "1", "2",
    ]  # fmt: skip


def test_a_query_of_ten_thousand_characters_is_cut_and_said_so() -> None:
    query = read_query("drone " * 2000)
    assert query.was_shortened
    assert len(query.text) <= LONGEST_QUERY
    assert not read_query("drone").was_shortened


def test_a_query_of_stop_words_keeps_them() -> None:
    assert [w.phrases for w in read_query("it").words] == [(("it",),)]


def test_unknown_chinese_is_one_word_to_be_found_side_by_side() -> None:
    (word,) = read_query("服贸会").words
    assert word.phrases == (("服", "贸", "会"),)
    assert word.characters == "服贸会"


def test_only_words_of_five_letters_forgive_typing_errors() -> None:
    assert [w.spelling for w in read_query("logistics port").words] == ["logistics", ""]


def test_synonyms_reach_across_languages_and_several_words() -> None:
    table = synonym_table([["customs clearance", "报关", "清关"]])
    (word,) = read_query("Customs Clearance", table).words
    assert ("报关",) in word.synonyms
    assert ("清", "关") in word.synonyms or ("清关",) in word.synonyms
    (back, rest) = read_query("報關代理", table).words
    assert back.synonyms[0] == word.phrases[0]
    assert rest.synonyms == ()
    assert word.phrases[0] in needles(read_query("报关", table)).phrases


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("drone", "drone", True),
        ("drone", "drne", True),
        ("drone", "dronee", True),
        ("drone", "drane", True),
        ("drone", "rdone", True),
        ("drone", "drnoe", True),
        ("drone", "dreno", False),
        ("drone", "dr", False),
        ("drone", "ordne", False),
        ("", "a", True),
    ],
)
def test_one_edit(first: str, second: str, expected: bool) -> None:
    assert is_within_one_edit(first, second) is expected
    assert is_within_one_edit(second, first) is expected


def test_every_variant_is_one_edit_away() -> None:
    variants = set(one_edit_variants("cargo"))
    assert all(is_within_one_edit("cargo", variant) for variant in variants)
    assert {"cargo", "argo", "acrgo", "cargos", "carga"} <= variants
