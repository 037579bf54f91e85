"""Template tags: words in two languages, links of filters, figures in the reader's locale."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from everfair.web.templatetags import actions, figures


def render(source: str, address: str = "/en/", language: str = "en", **context: object) -> str:
    libraries = "{% load words drawing figures address actions %}"
    request = RequestFactory().get(address)
    with translation.override({"en": "en", "zh": "zh-hans"}[language]):
        return (
            engines["django"].from_string(libraries + source).render({"lang": language, **context}, request)
        )


BOTH = {"en": "Lattice & Loom", "zh": "格织软件"}


def test_the_best_text_and_its_language() -> None:
    assert render("{{ w|pick:lang }}|{{ w|pick_lang:lang }}", w=BOTH) == "Lattice &amp; Loom|en"
    assert render("{{ w|pick:lang }}|{{ w|pick_lang:lang }}", w=BOTH, language="zh") == "格织软件|zh-Hans"
    assert render("{{ w|in_lang:lang }}|{{ w|pick_lang:lang }}", w={"zh": "格织软件"}) == "格织软件|zh-Hans"
    assert render("{{ w|pick:lang }}", w=None) == ""
    assert render("{% text w %}{% other_name w %}", w="Plain <text>") == "Plain &lt;text&gt;"


def test_a_text_in_another_language_says_so() -> None:
    assert render("{% text w %}", w={"zh": "格织软件"}) == '<span lang="zh-Hans">格织软件</span>'
    assert render("{% text w %}", w={"ar": "نول"}) == '<span lang="ar" dir="rtl">نول</span>'
    assert (
        render("{% other_name w %}", w=BOTH) == '<span class="other" lang="zh-Hans" dir="ltr">格织软件</span>'
    )
    assert render("{% other_name w %}", w={"en": "Only"}) == ""


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("{% query_with sort='name' %}", "?sector=7&sector=8&q=a&sort=name"),
        ("{% query_with page=3 %}", "?sector=7&sector=8&q=a&page=3"),
        ("{% query_with q=None %}", "?sector=7&sector=8"),
        ("{% query_adding 'sector' 9 %}", "?sector=7&sector=8&sector=9&q=a"),
        ("{% query_adding 'sector' 8 %}", "?sector=7&sector=8&q=a"),
        ("{% query_without 'sector' '7' %}", "?sector=8&q=a"),
        ("{% query_without 'sector' %}", "?q=a"),
        ("{% query_without %}", "?q=a"),
    ],
)
def test_links_from_the_current_address(tag: str, expected: str) -> None:
    assert render(tag, "/en/?sector=7&sector=8&q=a&page=2").replace("&amp;", "&") == expected


def test_hidden_fields_carry_the_rest_of_the_address() -> None:
    source = (
        "{% kept_fields 'sort' as pairs %}{% for key, value in pairs %}{{ key }}={{ value }} {% endfor %}"
    )
    assert render(source, "/en/?sort=name&sector=7&sector=8&page=4&q=") == "sector=7 sector=8 "


@pytest.mark.parametrize(
    ("source", "english", "chinese"),
    [
        ("{{ 1234567|number }}", "1,234,567", "1,234,567"),
        ("{{ share|percent }}", "61\u202f%", "61%"),
        ("{{ 340000|file_size }}", "340 kB", "340 kB"),
        ("{{ 1250000|file_size }}", "1.2 MB", "1.2 MB"),
        ("{{ first|day }}", "4 September 2026", "2026年9月4日"),
        ("{{ first|day_range:last }}", "4–9 September 2026", "2026年9月4日至9日"),
        ("{{ at|clock_time:'Asia/Shanghai' }}", "14:30", "14:30"),
        ("{{ at|moment:'Asia/Shanghai' }}", "5 Sept 2026, 14:30", "2026年9月5日 14:30"),
        ("{{ span|duration }}", "1 hr 40 mins", "1小时40分钟"),
        ("{{ 'KE'|country_name }}", "Kenya", "肯尼亚"),
        ("{{ codes|languages_listed }}", "Chinese and English", "中文和英语"),
        ("{{ 'Asia/Shanghai'|zone_city }}", "Shanghai", "上海"),
    ],
)
def test_figures_in_the_readers_locale(source: str, english: str, chinese: str) -> None:
    context = {
        "share": 0.6134,
        "first": date(2026, 9, 4),
        "last": date(2026, 9, 9),
        "at": datetime(2026, 9, 5, 6, 30, tzinfo=UTC),
        "span": timedelta(hours=1, minutes=40),
        "codes": ["zh", "en"],
    }
    assert render(source, **context) == english
    assert render(source, language="zh", **context) == chinese


def test_odd_values_are_shown_as_they_came_or_not_at_all() -> None:
    assert render("{{ v|number }}", v="1 h 52 min") == "1 h 52 min"
    assert render("{{ v|day }}|{{ v|moment }}|{{ v|clock_time }}|{{ v|ago }}", v=None) == "|||"
    assert render("{{ 'xx'|language_name }}|{{ 'QQ'|country_name }}") == "xx|QQ"
    assert "p1 " in render("{% cover 99 'a' %}") or 'p1"' in render("{% cover 99 'a' %}")
    assert render("{% mode_glyph 7 %}") == ""


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2026-09-03", "Opens in 1 day"), ("2026-09-05", "Day 2 of 6"), ("2026-09-10", "Open all year round")],
)
def test_the_day_of_the_fair(monkeypatch: pytest.MonkeyPatch, today: str, expected: str) -> None:
    edition = SimpleNamespace(starts_on=date(2026, 9, 4), ends_on=date(2026, 9, 9), time_zone="Asia/Shanghai")
    monkeypatch.setattr(figures.timezone, "localdate", lambda timezone: date.fromisoformat(today))
    assert figures.fair_day(edition) == expected
    assert figures.fair_day(None) == ""


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, [1, 2, 3, None, 500]),
        (5, [1, 2, 3, 4, 5, 6, 7, None, 500]),
        (250, [1, None, 248, 249, 250, 251, 252, None, 500]),
        (500, [1, None, 498, 499, 500]),
    ],
)
def test_a_pager_for_five_hundred_pages(number: int, expected: list[int | None]) -> None:
    assert actions.page_numbers(Paginator(range(12000), 24).page(number)) == expected


def test_a_chosen_option_is_never_folded_away() -> None:
    options = [{"value": n, "chosen": n == 9} for n in range(12)]
    halves = actions.fold_options(options)
    assert [option["value"] for option in halves.open] == [0, 1, 2, 3, 4, 5, 9]
    assert [option["value"] for option in halves.folded] == [6, 7, 8, 10, 11]
    assert actions.fold_options(options[:7]).folded == []
