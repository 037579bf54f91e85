from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everfair.gateways.markup import first_sentence, to_text
from everfair.gateways.tables import read_rows


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One &amp; two</p><p>three<br>four</p>", "One & two\nthree\nfour"),
        ("<ul><li>a</li><li>b</li></ul><script>x()</script>", "a\nb"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a b\n1 2"),
        ("# 标题\n\n**咨询**服务，见[网站](https://a.example)。", "标题\n咨询服务，见网站。"),
        ("Plain words, 1 < 2 & 3 > 2", "Plain words, 1 < 2 & 3 > 2"),
        ("R&amp;D services", "R&D services"),
        ("<h2>a</h2>b", "a\nb"),
        ("<p>broken <b>tags<p>everywhere", "broken tags\neverywhere"),
        ("", ""),
    ],
)
def test_only_the_words_remain(markup: str, text: str) -> None:
    assert to_text(markup) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("We plan. We build.", "We plan."),
        ("我们提供咨询服务。也提供培训。", "我们提供咨询服务。"),
        ("“值得信赖！”客户说。", "“值得信赖！”"),
        ("真的吗？是的。", "真的吗？"),
        (
            "Acme Co. Ltd. offers advice, e.g. on law. More follows.",
            "Acme Co. Ltd. offers advice, e.g. on law.",
        ),
        ("Version 2.0 is out! Get it.", "Version 2.0 is out!"),
        ("Visit acme.example for more. Thanks.", "Visit acme.example for more."),
        ("Founded in 1990. We plan.", "Founded in 1990."),
        ("1. Planning. 2. Building.", "1. Planning."),
        ("J. Smith founded it. In 1990.", "J. Smith founded it."),
        ("Heading\nText below.", "Heading"),
        ("no end at all", "no end at all"),
        ("本公司成立于1990年，总部在U.S. 东部。其他。", "本公司成立于1990年，总部在U.S. 东部。"),
        ("", ""),
    ],
)
def test_first_sentence_in_both_scripts(text: str, sentence: str) -> None:
    assert first_sentence(text, 200) == sentence


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("Planning and building of harbours", 20, "Planning and…"),
        ("我们提供跨境数据咨询服务以及培训", 9, "我们提供跨境数据…"),
        ("我们提供，跨境数据", 6, "我们提供…"),
        ("Donaudampfschifffahrtsgesellschaft", 10, "Donaudamp…"),
        ("exactly ten", 11, "exactly ten"),
        ("word", 1, "…"),
        ("word", 0, ""),
    ],
)
def test_long_sentences_are_cut_where_it_hurts_least(text: str, limit: int, cut: str) -> None:
    assert first_sentence(text, limit) == cut


@given(st.text(), st.integers(0, 60))
def test_never_longer_than_asked_and_always_from_the_beginning(text: str, limit: int) -> None:
    sentence = first_sentence(text, limit)
    assert len(sentence) <= limit
    assert text.strip().startswith(sentence.removesuffix("…"))


@pytest.mark.realdata
def test_every_real_description_gives_a_card_line(shared_data: Path) -> None:
    for row in read_rows(shared_data / "exhibitors/ai-native-en-zh.jsonl").rows():
        for key in ("description_en", "description_zh", "body_en", "body_zh"):
            text = to_text(str(row.values[key]))
            assert 0 < len(first_sentence(text, 120)) <= 120
            assert "**" not in text
