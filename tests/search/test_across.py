"""The second block: what words mean in the fair's other language, from a model that is at hand; nothing without one."""

from typing import Any

import pytest
from django.test import Client

from everfair.engines.matching.languages import Bilingual
from everfair.engines.matching.languages.learn import learn
from everfair.search.queries import across
from everfair.search.queries.across import language_of, search_across
from everfair.search.queries.results import Found, FoundHit, Marked
from tests.factories.fair import make_edition

pytestmark = pytest.mark.django_db
PAIRS = [
    ("hotel booking", "酒店 预订"), ("hotel rooms", "酒店 客房"), ("hotel upkeep", "酒店 维护"), ("booking rooms", "预订 客房"),
    ("insurance claims", "保险 理赔"), ("insurance rooms", "保险 客房"), ("claims upkeep", "理赔 维护"),
]  # fmt: skip


def _hit(pk: int) -> FoundHit:
    return FoundHit(f"offer:{pk}", "offer", pk, 1.0, Marked(f"Offer {pk}"), Marked(), Marked())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the index was asked for; it answers with nine offers."""
    texts: list[str] = []

    def answer(edition: Any, text: str, filters: Any, **_more: Any) -> Found:
        texts.append(text)
        return Found(text, 9, 1, 1, tuple(_hit(pk) for pk in range(9)), mode="all")

    model = learn([Bilingual((pair,)) for pair in PAIRS * 12], glossary=[], languages=("en", "zh"), seed=1)
    monkeypatch.setattr(across, "search_edition", answer)
    monkeypatch.setattr(across, "model_at_hand", lambda _edition: model)
    return texts


def test_words_are_asked_for_in_the_other_language_without_what_is_known(asked: list[str]) -> None:
    found = search_across(
        make_edition(), "酒店", {}, lang="zh", kinds=("offer",), known=("offer:0", "offer:2")
    )
    assert asked == ["hotel"]
    assert found is not None
    assert found.language == "en"
    assert [hit.pk for hit in found.hits] == [1, 3, 4, 5, 6]
    back = search_across(make_edition(), "hotel", {}, lang="en", kinds=("offer",))
    assert asked[1:] == ["酒店"]
    assert back is not None
    assert back.language == "zh"


def test_a_name_nobody_translated_asks_for_nothing(asked: list[str]) -> None:
    assert search_across(make_edition(), "Kadakasoo", {}, lang="en", kinds=("offer",)) is None
    assert search_across(make_edition(), "2026", {}, lang="en", kinds=("offer",)) is None
    assert asked == []


def test_without_a_model_there_is_no_block() -> None:
    assert search_across(make_edition(), "hotel", {}, lang="en", kinds=("offer",)) is None


@pytest.mark.parametrize(
    ("text", "language"), [("酒店 hotel", "zh"), ("hotel", "en"), ("🦊 2026", ""), ("مرحبا", "")]
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language


def test_the_page_stands_without_it(client: Client) -> None:
    edition = make_edition(phase="live")
    page = client.get(f"/en/{edition.slug}/search/", {"q": "hotel"})
    assert b'id="across"' not in page.content
