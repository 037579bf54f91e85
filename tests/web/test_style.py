"""The look as code: weight, contrast, the strict policy, and that every part renders."""

import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

urlpatterns: list[object] = []  # addresses are other people's: parts must stand without them
pytestmark = pytest.mark.urls(__name__)

WEB = Path(__file__).resolve().parents[2] / "everfair" / "web"
STATIC, TEMPLATES = WEB / "static", WEB / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "mail" not in path.relative_to(TEMPLATES).parts)
CSS = (STATIC / "css" / "everfair.css").read_text("utf-8")
DESK_CSS = (STATIC / "css" / "desk.css").read_text("utf-8")

LIGHT = CSS[CSS.index(":root {") : CSS.index("@media (prefers-color-scheme: dark)")]
SYSTEM_DARK = CSS[CSS.index(':root:not([data-theme="light"]) {') : CSS.index(':root[data-theme="dark"] {')]
CHOSEN_DARK = CSS[CSS.index(':root[data-theme="dark"] {') : CSS.index(".p1 {")]

# (text, ground, least ratio): 4.5 for text, 3 for the edges of what can be operated
PAIRS = [
    *((text, ground, 4.5) for text in ("ink", "muted", "vermilion", "jade-ink", "gold-ink", "amber")
      for ground in ("paper", "surface", "sunk")),
    ("jade", "paper", 4.5), ("jade", "surface", 4.5),
    ("on-action", "action", 4.5), ("on-action", "action-deep", 4.5),
    ("on-night", "night", 4.5), ("on-night-soft", "night", 4.5), ("undo", "night", 4.5),
    ("paper", "ink", 4.5),
    ("edge", "paper", 3), ("edge", "surface", 3),
]  # fmt: skip


def weight(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9, mtime=0)) for name in names)


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", block))


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def page_context(language: str) -> dict[str, object]:
    from datetime import date

    return {
        "lang": language,
        "dir": "ltr",
        "fair": SimpleNamespace(name={"en": "Luming Fair", "zh": "鹿鸣服贸会"}, seal="鹿鸣"),
        "edition": SimpleNamespace(
            name={"en": "Luming Fair 2026", "zh": "鹿鸣服贸会 2026"},
            summary={"en": "Services."},
            starts_on=date(2026, 9, 4),
            ends_on=date(2026, 9, 9),
            time_zone="Asia/Shanghai",
            is_sample=True,
        ),
        "doors": [{"code": code, "url": "/x/"} for code in ("exhibit", "discuss", "negotiate", "outcomes")],
        "doors_current": "exhibit",
        "other_langs": [("zh", "中文", "/zh/")] if language == "en" else [("en", "English", "/en/")],
        "user": SimpleNamespace(is_authenticated=False),
        "messages": [],
    }


def style_guide(language: str = "en") -> str:
    with translation.override({"en": "en", "zh": "zh-hans"}[language]):
        return render_to_string(
            "public/style_guide.html", page_context(language), RequestFactory().get("/en/?q=a&sector=7")
        )


# Weight


def test_the_public_style_and_script_are_light() -> None:
    assert weight("css/everfair.css") <= 16_000
    assert weight("js/everfair.js") <= 6_000
    assert weight("css/everfair.css", "js/everfair.js") <= 30_000


def test_desks_add_little() -> None:
    assert weight("css/desk.css", "js/desk.js") <= 12_000


# Colour


@pytest.mark.parametrize("block", [LIGHT, SYSTEM_DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS, ids=lambda value: str(value))
def test_contrast_is_enough(block: str, text: str, ground: str, least: float) -> None:
    colours = tokens(block)
    assert contrast(colours[text], colours[ground]) >= least


def test_the_two_dark_themes_are_one_and_name_every_colour_of_the_light_one() -> None:
    assert tokens(SYSTEM_DARK) == tokens(CHOSEN_DARK)
    named = set(re.findall(r"--([\w-]+): #", LIGHT)) | {"lift", "sheet-edge", "well"}
    assert named <= set(re.findall(r"--([\w-]+):", CHOSEN_DARK))


def test_pigments_are_never_text() -> None:
    for rule in re.findall(r"[^{}]*\{[^{}]*\}", CSS + DESK_CSS):
        selector, _, body = rule.partition("{")
        if re.search(r"(?<![\w-])color: var\(--(c|p\d+)\b", body):
            assert ".cover" in selector or ".key" in selector, selector  # drawings use currentColor


# Rules of the house


def test_logical_properties_only() -> None:
    sides = "(left|right|top|bottom)"
    physical = (
        rf"(?<![\w-])((margin|padding|border)-{sides}\b|({sides}|float): (?!inline)|text-align: {sides})"
    )
    assert not [line for line in (CSS + DESK_CSS).splitlines() if re.search(physical, line)]


def test_every_rule_stands_in_a_layer() -> None:
    for sheet in (CSS, DESK_CSS):
        bare = re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
        top, depth = [], 0
        for part in re.split(r"([{}])", bare):
            if part == "{":
                depth += 1
            elif part == "}":
                depth -= 1
            elif depth == 0 and part.strip():
                top.append(part.split(";")[-1].strip() or part.strip())
        assert depth == 0
        assert all(head.startswith(("@layer", "@media print")) for head in top), top


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in [*STATIC.glob("css/*"), *STATIC.glob("js/**/*.js")]:
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|url\(|@import|@font-face", text), path.name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_inline_style_or_script(path: Path) -> None:
    source = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text("utf-8"), flags=re.S)
    assert not re.search(r"<style\b", source)
    assert not re.search(r"<[a-z][^<>]*\sstyle\s*=", source)
    assert not re.search(r"<[a-z][^<>]*\son[a-z]+\s*=", source)
    assert "javascript:" not in source
    for tag in re.findall(r"<script\b[^>]*>", source):
        assert " src=" in tag or "application/ld+json" in tag or "application/json" in tag, tag


def test_the_rendered_style_guide_has_none_either() -> None:
    page = style_guide()
    assert not re.search(r"<[a-z][^<>]*\s(style|on[a-z]+)\s*=", page)


# Parts


def includes(name: str, seen: set[str]) -> set[str]:
    """The parts a template reaches through include and extends."""
    source = (TEMPLATES / name).read_text("utf-8")
    for found in re.findall(r'{% (?:include|kept_include|extends) "([^"]+)"', source):
        if found not in seen:
            seen.add(found)
            includes(found, seen)
    return seen


def test_the_style_guide_shows_every_part() -> None:
    shown = includes("public/style_guide.html", set())
    parts = {f"parts/{path.name}" for path in (TEMPLATES / "parts").glob("*.html")}
    assert parts - shown == {"parts/form.html"}  # all fields in a row: field and form_errors are shown


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_part_renders_in_both_languages(language: str) -> None:
    page = style_guide(language)
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}" dir="ltr">' in page
    assert page.count("<h1") == 2  # the page's own and the specimen of type
    for sign in (
        'class="card"', "青岚云服", 'class="plan s', 'class="mini-plan"', 'aria-current="page"', "all-won",
        'class="figure"', 'class="error"', "<progress", 'class="state here"', 'rel="next"', "data-plan-editor"
    ):  # fmt: skip
        assert sign in page, sign


def test_classes_used_by_base_and_parts_are_styled() -> None:
    styled = set(re.findall(r"\.(-?[a-zA-Z][\w-]*)", CSS + DESK_CSS))
    known = {"mine", "progress", "still", "audit", "js-only", "swatch"}
    for path in [TEMPLATES / "base.html", TEMPLATES / "desk.html", *(TEMPLATES / "parts").glob("*.html")]:
        plain = re.sub(r"{%.*?%}|{{.*?}}", " ", path.read_text("utf-8"))
        for value in re.findall(r'class="([^"]*)"', plain):
            names = value.split()
            assert {
                name for name in names if name != "p" and not name.startswith("token-")
            } <= styled | known, path.name


def test_the_base_page_stands_without_fair_edition_or_request() -> None:
    page = render_to_string("base.html", {})
    assert "everfair" in page
    assert "data-clock" not in page
    assert '<nav class="doors"' not in page


def test_doors_that_are_not_listed_are_not_shown() -> None:
    context = page_context("en") | {"doors": [{"code": "exhibit", "url": "/en/halls/"}]}
    page = render_to_string("base.html", context)
    assert page.count("<nav") == 1
    assert 'href="/en/halls/" aria-current="page"' in page
    assert "Negotiate" not in page


def test_undo_in_a_message_posts_to_a_local_address_only() -> None:
    def message(tags: str) -> Message:
        return Message(constants.SUCCESS, "Gone.", extra_tags=tags)

    good = render_to_string(
        "base.html", page_context("en") | {"messages": [message("undo:/en/desk/undo/7/")]}
    )
    bad = render_to_string(
        "base.html", page_context("en") | {"messages": [message("undo://elsewhere.example/")]}
    )
    assert 'action="/en/desk/undo/7/"' in good
    assert "elsewhere" not in bad
    assert bad.count('<form method="post"') == 0
