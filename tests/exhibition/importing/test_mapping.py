"""Mappings read, written, guessed and refused; rows cleaned."""

from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.exhibition.forms.importing import (
    PRESETS,
    Source,
    as_text,
    guessed,
    mapping_from_json,
    mapping_to_json,
    require_usable,
)
from everfair.exhibition.forms.importing_cells import clean_markup, shorten_text
from everfair.exhibition.forms.importing_markdown import html_to_markdown
from everfair.exhibition.forms.importing_pages import lines_for, mapping_from_post
from everfair.exhibition.forms.importing_rows import Lookups, RowReader
from everfair.gateways.markup import to_html

NOWHERE = Lookups({"1": "1", "telecom": "1", "电信": "1"}, {"1.a": "1.A"}, {})


def _read(fields: dict[str, Any], **cells: object) -> Any:
    return RowReader(mapping_from_json(fields), NOWHERE, {}).read(cells)


@pytest.mark.parametrize("name", PRESETS)
def test_mapping_survives_json(name: str) -> None:
    assert mapping_from_json(mapping_to_json(PRESETS[name])) == PRESETS[name]


def test_mapping_forms() -> None:
    mapped = mapping_from_json(
        {
            "name_en": "A",
            "website": ["B", "C"],
            "country": {"constant": "KE"},
            "area": {"columns": "D", "values": {"x": "1"}},
        }
    )
    assert mapped["website"] == Source(("B", "C"))
    assert mapped["country"] == Source(constant="KE")
    assert mapped["area"] == Source(("D",), values={"x": "1"})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"nmae_en": "A"}, "names the field “nmae_en”, which does not exist"),
        ({"name_en": 5}, "must be a column, a list of columns, or an object"),
        ({"name_en": {"colum": "A"}}, "must be a column, a list of columns, or an object"),
        ([1], "A mapping is an object"),
    ],
)
def test_bad_mapping_is_refused(content: Any, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        mapping_from_json(content)


def test_mapping_to_a_column_that_is_not_there() -> None:
    with pytest.raises(Refused, match=r"The list has no column “Firm”.*Its columns are: A, B"):
        require_usable({"name_en": Source(("Firm",))}, ["A", "B"])


def test_own_column_names_are_taken_as_they_are() -> None:
    assert guessed("csv", ["code", "name_zh", "other"], []) == {
        "code": Source(("code",)),
        "name_zh": Source(("name_zh",)),
    }


def test_guess_of_a_chinese_heading() -> None:
    columns = ["编号", "公司名称", "国家", "所属行业", "公司简介"]
    found = guessed(
        "xlsx",
        columns,
        [{"编号": 1, "公司名称": "青兰云", "国家": "肯尼亚", "所属行业": "通信", "公司简介": "做云计算"}],
    )
    assert {key: source.columns[0] for key, source in found.items()} == {
        "external_id": "编号", "name_zh": "公司名称", "country": "国家", "sector": "所属行业",
        "about_zh": "公司简介",
    }  # fmt: skip


def test_first_candidate_that_is_known_wins() -> None:
    cleaned = _read({"name_en": "n", "area": ["a", "b"]}, n="Acme", a="somewhere", b="电信")
    assert cleaned.values["area"] == "1"
    assert not cleaned.problems


def test_cells_are_made_clean() -> None:
    fields = ("website", "email", "size", "languages", "country", "video_url")
    cleaned = _read(
        {"name_en": "n", **{key: key for key in fields}},
        n="  Acme\u202e \t Ltd ", website="acme.example/x", email="office@acme.example", size="1,200 people",
        languages="English、中文; fr", country="UK", video_url="https://v.example/1",
    )  # fmt: skip
    assert cleaned.problems == []
    assert cleaned.values == {
        "name_en": "Acme Ltd", "website": "https://acme.example/x", "email": "office@acme.example",
        "size": "large",
        "languages": ["en", "zh", "fr"], "country": "GB", "video_url": "https://v.example/1",
    }  # fmt: skip
    assert cleaned.external_id == "acme ltd"


@pytest.mark.parametrize(
    ("text", "modes"), [("1; 3", [1, 3]), ("跨境交付、自然人流动", [1, 4]), ("mode 2", [2])]
)
def test_modes(text: str, modes: list[int]) -> None:
    cleaned = _read({"name_en": "n", "offer_title_en": "t", "offer_modes": "m"}, n="A", t="T", m=text)
    assert cleaned.values["offers"][0]["modes"] == modes


@pytest.mark.parametrize("text", ["5", "1 to 12", "by sea"])
def test_bad_modes(text: str) -> None:
    cleaned = _read({"name_en": "n", "offer_title_en": "t", "offer_modes": "m"}, n="A", t="T", m=text)
    assert "no modes of supply" in cleaned.problems[0].message


def test_long_text_is_cut_with_a_warning_and_meant_so_without() -> None:
    text = "A paragraph of words.\n\n" * 600
    cleaned = _read({"name_en": "n", "about_en": "t"}, n="A", t=text)
    assert len(cleaned.values["about_en"]) <= 8000
    assert (cleaned.is_bad, cleaned.problems[0].is_warning, cleaned.problems[0].column) == (False, True, "t")
    assert not _read({"name_en": "n", "about_en": {"columns": "t", "shorten": True}}, n="A", t=text).problems
    assert len(shorten_text("字" * 9000, 8000)) <= 8000


MORE = " " + "More words. " * 20


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("A short one.", "A short one."),
        (
            f"Hi there! We build ports in Kenya and beyond.{MORE}",
            "Hi there! We build ports in Kenya and beyond.",
        ),
        (f"We plan and build ports in nine countries.{MORE}", "We plan and build ports in nine countries."),
    ],
)
def test_headline_from_a_long_text(text: str, headline: str) -> None:
    assert _read({"name_en": "n", "headline_en": "t"}, n="A", t=text).values["headline_en"] == headline


def test_words_chosen_for_a_sector_hold_for_offers_from_the_same_column() -> None:
    both = {"sector": Source(("a", "b")), "offer_sector": Source(("a", "b"))}
    posted = {
        "field-sector": "keep",
        "field-offer_sector": "keep",
        "word-sector-0-text": "x",
        "word-sector-0": "1",
    }
    assert mapping_from_post(posted, both, ["a", "b"])["offer_sector"].values == {"x": "1"}


def test_offer_text_without_title() -> None:
    cleaned = _read({"name_en": "n", "offer_title_en": "t", "offer_description_en": "d"}, n="A", d="Text")
    assert "no title" in cleaned.problems[0].message


def test_html_becomes_safe_markdown_that_reads_the_same() -> None:
    html = (
        '<h2 onclick="x()">News</h2><p>We <b>do</b> <a href="https://x.example/a_(b)">this</a> &amp; that.'
        "<br>Next</p><ul><li>one<ul><li>two</li></ul></li><li>three</li></ul><script>alert(1)</script>"
        "<table><tr><th>a</th></tr><tr><td>1|2</td></tr></table>"
        '<a href="javascript:alert(1)">bad</a><img src=x onerror=y>'
    )
    markdown = html_to_markdown(html)
    assert markdown.split("\n")[:4] == [
        "### News",
        "",
        "We **do** [this](https://x.example/a_%28b%29) & that.",
        "Next",
    ]
    assert "- one\n   - two\n- three" in markdown
    assert "| 1\\|2 |" in markdown
    shown = to_html(markdown)
    assert '<a href="https://x.example/a_%28b%29"' in shown
    assert "<strong>do</strong>" in shown
    assert not any(word in shown + markdown for word in ("alert", "onerror", "script", "javascript"))


@pytest.mark.parametrize(
    "text",
    [
        "# Heading\n\n- a\n- b *c*",
        "1 < 2 and 3 > 2",
        "<https://x.example>",
        "R&D; a_b",
        "**x** [y](https://z.example)",
    ],
)
def test_markdown_stays_as_it_is(text: str) -> None:
    assert clean_markup(text) == text


@pytest.mark.parametrize(
    "html", ["<p>a*b_c [d] `e`</p>", "<p># no heading</p>", "<pre>x\n  &lt;y&gt;</pre>", "<p>1. no list</p>"]
)
def test_literal_signs_stay_literal(html: str) -> None:
    shown = to_html(html_to_markdown(html))
    assert "<em>" not in shown
    assert "<h3>" not in shown
    assert "<ol>" not in shown
    assert shown.replace("<code>", "").replace("</code>", "").replace("\n</pre>", "</pre>") == html.strip()


def test_pages_as_text() -> None:
    assert (
        as_text([{"title": "Talks", "body": "At noon"}, {"title": "", "body": "More"}])
        == "## Talks\n\nAt noon\n\nMore"
    )


def test_mapping_page_there_and_back() -> None:
    columns = ["category", "subcategory", "name", "description", "homepage_url", "repo_url"]
    before = guessed("landscape", columns, [])
    groups = lines_for(before, columns, [{"name": "Acme", "category": "A", "subcategory": "B"}])
    lines = {line.target.key: line for lines in groups.values() for line in lines}
    assert (lines["name_en"].chosen, lines["name_en"].samples) == ("2", ["Acme"])
    assert (lines["external_id"].chosen, lines["external_id"].samples) == ("keep", ["A / B / Acme"])
    posted = {line.name: line.chosen for line in lines.values()}
    posted |= {"word-area-0-text": "B", "word-area-0": "1", "word-area-1-text": "C", "word-area-1": ""}
    after = mapping_from_post(posted, before, columns)
    assert after.pop("area") == Source(before["area"].columns, values={"B": "1"})
    before.pop("area")
    assert after == before
