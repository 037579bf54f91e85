"""What people type wrongly into a need, through the pages of both desks: the sentence stands beside the field, what was typed stays."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from everfair.matchmaking.models import Need
from tests.factories.fair import make_edition
from tests.factories.matchmaking import make_buyer, make_firm

pytestmark = pytest.mark.django_db
FOUND = {"text_0": "A booking system for hotels"}


@pytest.fixture(params=["visitor", "firm"])
def at_desk(request: pytest.FixtureRequest) -> tuple[Client, str, Any]:
    """A browser at the form of a new need, its address, the edition."""
    edition = make_edition()
    if request.param == "firm":
        firm, user = make_firm(edition)
        url = f"/en/booth-desk/{firm.code}/our-needs/new/"
    else:
        user = make_buyer(edition).user
        url = f"/en/my/needs/{edition.slug}/new/"
    client = Client()
    client.force_login(user)
    return client, url, edition


def beside(page: str, field: str) -> str:
    """The sentence that stands at a field, as a reader of the page gets it."""
    found = re.search(rf'id="id_{field}_error">(.*?)</p>', page, re.S)
    return unescape(found.group(1)) if found else ""


class _Folds(HTMLParser):
    """Whether each fold around a field stands open."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.around: list[bool] = []
        self.found: list[bool] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "details":
            self.around.append("open" in dict(attrs))
        elif dict(attrs).get("name") == self.name and self.found is None:
            self.found = list(self.around)

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self.around.pop()


def folds_around(page: str, name: str) -> list[bool]:
    """For each fold around the field, outermost first: whether it stands open."""
    reader = _Folds(name)
    reader.feed(page)
    assert reader.found is not None, name
    return reader.found


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"text_0": "🙂"}, "text_0", "Say it in words"),
        ({"text_0": "。。。!?"}, "text_0", "Say it in words"),
        ({"text_0": "of the and"}, "text_0", "Name the service or the goods"),
        ({"text_0": "的 了 和"}, "text_0", "Name the service or the goods"),
        ({**FOUND, "budget_from": "-5", "currency": "EUR"}, "budget_from", "without a sign"),
        ({**FOUND, "budget_to": "-5", "currency": "EUR"}, "budget_to", "without a sign"),
        ({**FOUND, "budget_from": "900", "budget_to": "300", "currency": "EUR"}, "budget_to", "Swap the two"),
        ({**FOUND, "budget_to": "about 300", "currency": "EUR"}, "budget_to", "such as 250000"),
        ({**FOUND, "budget_to": "9" * 30, "currency": "EUR"}, "budget_to", "at most 15 digits"),
        ({**FOUND, "budget_to": "300", "currency": "QQQ"}, "currency", "such as CNY, EUR or USD"),
        ({**FOUND, "budget_to": "300", "currency": "some gold coins"}, "currency", "such as CNY, EUR or USD"),
        ({**FOUND, "starts_on": "2030-02-02", "ends_on": "2030-02-01"}, "ends_on", "on or after the first"),
        ({**FOUND, "starts_on": "31.12.2030"}, "starts_on", "2026-09-04"),
    ],
)
def test_the_sentence_says_what_to_do_and_everything_stays(
    at_desk: tuple[Client, str, Any], data: dict[str, str], field: str, words: str
) -> None:
    client, url, _edition = at_desk
    more = {
        "audience": "hidden",
        "licence": "Sworn interpreters",
        "countries": "Kenya",
        "modes": "4",
        "must_modes": "on",
    }
    answer = client.post(url, {**more, **data})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in beside(page, field), answer.context["form"].errors
    text = unescape(page)
    for name, typed in {**more, **data}.items():
        if name in ("audience", "modes", "must_modes"):
            assert re.search(rf'<input[^>]*name="{name}"[^>]*value="{typed}"[^>]*checked', page) or (
                name == "must_modes" and re.search(r'<input[^>]*name="must_modes"[^>]*checked', page)
            ), name
        else:
            assert typed in text, name
    assert folds_around(page, field) in ([], [True], [True, True]), "what is wrong is not folded away"
    assert not Need.objects.exists()


def test_fifty_thousand_words_are_refused_and_not_lost(at_desk: tuple[Client, str, Any]) -> None:
    client, url, _edition = at_desk
    long = "interpreter " * 50_000
    answer = client.post(url, {"text_0": long, "audience": "board"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "at most 20,000 fit" in beside(page, "text_0")
    assert page.count("interpreter ") >= 50_000
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("text", "said", "code", "is_rtl"),
    [
        ("نبحث عن مترجمين فوريين لمؤتمر في نيروبي", "", "ar", True),
        ("Wir suchen Dolmetscher für eine Konferenz", "de", "de", False),
        ("Мы ищем переводчиков для конференции", "", "ru", False),
    ],
)
def test_a_third_language_is_taken_shown_as_it_is_and_found(
    at_desk: tuple[Client, str, Any], text: str, said: str, code: str, is_rtl: bool
) -> None:
    client, url, edition = at_desk
    saved = client.post(url, {"text_0": text, "language_0": said, "audience": "board"})
    assert saved.status_code == 302
    need = Need.objects.get()
    assert need.description == {code: text}
    client.post(url.replace("/new/", f"/{need.code}/state/"), {"to": "open"})
    for lang in ("en", "zh"):
        page = Client().get(f"/{lang}/{edition.slug}/needs/{need.address}/").content.decode()
        assert text in page
        assert f'lang="{code}"' in page, "a screen reader says it in its language"
        assert ('dir="rtl"' in page.split("<main")[1] or 'dir="auto"' in page.split("<main")[1]) or not is_rtl
    word = max(text.split(), key=len)
    assert need.code in Client().get(f"/en/{edition.slug}/needs/", {"q": word}).content.decode()


def test_the_same_in_chinese(at_desk: tuple[Client, str, Any]) -> None:
    client, url, _edition = at_desk
    answer = client.post(url.replace("/en/", "/zh/"), {"text_0": "🙂", "audience": "board"})
    sentence = beside(answer.content.decode(), "text_0")
    assert answer.status_code == 422
    assert "🙂" in sentence
    assert "Say it" not in sentence
