"""A Chinese reader gets Chinese on every page and in every letter, and names in Chinese."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from everfair.base import audit
from everfair.fair.forms import CONTENT_LANGUAGES, own_name
from everfair.web.organiser.events import SENTENCES
from tests.house.doors import ROLES
from tests.house.test_doors import DOORS
from tests.house.world import World, make_world
from tools import messages

HAN = re.compile(r"[\u4e00-\u9fff]")
# Shows parts with made-up content; for those who build pages.
EXEMPT_ADDRESSES = {"public:fair.style_guide"}
HEADINGS = re.compile(r"<(h[1-3]|th|label|legend|button|summary)\b([^>]*)>(.*?)</\1>", re.DOTALL)
# Names the world gives in English only.
MADE_UP = {
    "Press",
    "Why?",
    "Do",
    "list",
    "administrator",
    "visitor",
    "dock",
    "Part?",
    "When?",
    "people",
    "North gate",
    "test",
    "Talk",
}
# Language names are written in their own language, and product names stay.
OWN_WORDS = re.compile(
    r"Person \d+|Cold storage(?:, lot \d+)?|Handling|PDF|A[46]|English|everfair|Excel|CSV|JSON|GATS|W/120|CPC|URL|Markdown|[\w.]+@[\w.]+"
)


def english_headings(html: str) -> list[str]:
    """Headings, labels and buttons of a page that have Latin words and no Han letter."""
    found = []
    ours = MADE_UP | {own_name(code) for code in CONTENT_LANGUAGES}
    for _tag, attributes, inner in HEADINGS.findall(html):
        if " lang=" in attributes + inner:
            continue
        text = " ".join(re.sub(r"<[^>]+>", " ", inner).split())
        rest = OWN_WORDS.sub("", text)
        if re.search(r"[A-Za-z]{2}", rest) and not HAN.search(rest) and text not in ours:
            found.append(text)
    return found


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_every_page_speaks_chinese_to_a_chinese_reader(world: World) -> None:
    """Every address that answers with a page, in the first role that may see it, under /zh/."""
    found, seen = {}, 0
    for door in (door for door in DOORS if door.method == "get"):
        role = next((role for role in ROLES if getattr(door, role) == 200), None)
        if role is None:
            continue
        client = Client()
        if world.people[role]:
            client.force_login(world.people[role])
        with translation.override("zh-hans"):
            address = reverse(door.name, kwargs=door.kwargs(world))
            response = client.get(address, door.data(world))
        if not address.startswith("/zh/") or not response.headers["Content-Type"].startswith("text/html"):
            continue
        seen += 1
        html = response.content.decode()
        texts = english_headings(html)
        if texts and door.name not in EXEMPT_ADDRESSES:
            found[door.name] = texts
    assert seen > 50
    assert not found, "\n".join(f"{name}: {texts}" for name, texts in found.items())


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_request_login_code"])
@pytest.mark.django_db
def test_the_way_in_speaks_chinese(name: str) -> None:
    with translation.override("zh-hans"):
        address = reverse(name)
    html = Client().get(address).content.decode()
    assert '<html lang="zh-Hans"' in html
    assert english_headings(html) == []


@pytest.mark.django_db
def test_an_english_reader_gets_english() -> None:
    with translation.override("en"):
        address = reverse("account_login")
    html = Client().get(address).content.decode()
    assert '<html lang="en"' in html
    assert "Open an account" in html
    assert re.search(r"<h1[^>]*>\s*Sign in\s*</h1>", html)


LETTERS = sorted(
    path.relative_to(messages.TEMPLATES) for path in (messages.TEMPLATES / "mail").rglob("*/*.txt")
)


@pytest.mark.parametrize("letter", LETTERS, ids=str)
def test_every_letter_and_its_subject_are_chinese(letter: object) -> None:
    with translation.override("zh-hans"):
        text = render_to_string(str(letter), {"name": "林遥", "days_left": 3, "months": 6})
    english = [
        line
        for line in text.splitlines()
        if re.search(r"[A-Za-z]{3}", line) and not HAN.search(line) and "/" not in line
    ]
    assert HAN.search(text)
    assert english == []


def test_names_are_in_the_readers_language_and_the_log_has_both(world: World) -> None:
    with translation.override("zh-hans"):
        assert HAN.search(str(world.edition))
        assert HAN.search(str(world.exhibitor))
    with translation.override("en"):
        assert not HAN.search(str(world.edition))
    english, chinese = world.area.name["en"], world.area.name["zh"]
    with translation.override("zh-hans"):
        entry = audit.record("fair.area.changed", world.area, by=None, edition_id=world.edition.pk)
    assert entry.object_label == f"{world.area.code} {english} / {world.area.code} {chinese}"


RECORDED = re.compile(r"""(?:record\(|_after_change\([^"]*?)\s*"([a-z]+\.[a-z_]+\.[a-z_]+)\"""")
# The organiser's log shows what belongs to an edition; these belong to none.
NOT_IN_THE_LOG = re.compile(r"people\.")


def test_every_event_of_the_log_has_words() -> None:
    names = {
        name
        for path in messages.source_files()
        if "actions" in path.as_posix()
        for name in RECORDED.findall(path.read_text(encoding="utf-8"))
        if not NOT_IN_THE_LOG.match(name)
    }
    assert len(names) > 10
    assert names - set(SENTENCES) == set()
