"""The second block: what words mean in the fair's other language, from a model that is at hand; nothing without one."""

import re
from typing import Any

import pytest
from django.test import Client

from everfair.engines.matching.languages import Bilingual
from everfair.engines.matching.languages.learn import learn
from everfair.search.actions import reindex
from everfair.search.queries import across
from everfair.search.queries.across import language_of, search_across
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition
from tests.factories.people import make_organisation

pytestmark = pytest.mark.django_db(transaction=True)
PAIRS = [
    ("beekeeping booking", "养蜂 预订"), ("beekeeping rooms", "养蜂 客房"), ("beekeeping upkeep", "养蜂 维护"), ("booking rooms", "预订 客房"),
    ("pottery claims", "陶艺 理赔"), ("pottery rooms", "陶艺 客房"), ("claims upkeep", "理赔 维护"),
]  # fmt: skip


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> None:
    model = learn([Bilingual((pair,)) for pair in PAIRS * 12], glossary=[], languages=("en", "zh"), seed=1)
    monkeypatch.setattr(across, "model_at_hand", lambda _edition: model)


@pytest.fixture
def fair() -> Any:
    """Thirty offers in Chinese alone, thirty in both languages, three in English alone."""
    edition = make_edition(phase="live")
    chinese = make_exhibitor(edition, languages=["zh"], organisation=make_organisation(country="CN"))
    both = make_exhibitor(edition, organisation=make_organisation(country="KE"))
    for number in range(30):
        make_offer(chinese, title={"zh": f"养蜂 {number}号"}, description={})
        make_offer(both, title={"en": f"Beekeeping no. {number}", "zh": f"养蜂 {number}号"}, description={})
    for number in range(3):
        make_offer(both, title={"en": f"Pottery no. {number}"}, description={})
    reindex()
    return edition


def _page(client: Client, edition: Any, **query: Any) -> str:
    answer = client.get(f"/en/{edition.slug}/search/", query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def _block(page: str) -> str:
    return page.partition('id="across"')[2].partition("</section>")[0]


@pytest.mark.usefixtures("learned")
def test_under_a_long_list_the_first_six_that_it_does_not_hold_itself(fair: Any, client: Client) -> None:
    page = _page(client, fair, q="beekeeping")
    assert "30 results" in page  # those told in both languages stand in the list, on its second page too
    block = _block(page)
    assert block.startswith(">Also in Chinese")
    assert block.count('<li class="hit') == 6
    assert "Beekeeping no." not in block
    assert "Show all 30 in Chinese" in block
    assert 'id="across"' not in _page(client, fair, q="beekeeping", page=2)


@pytest.mark.usefixtures("learned")
def test_all_of_them_are_paged_through_with_facets_and_a_way_back(fair: Any, client: Client) -> None:
    block = _block(_page(client, fair, q="beekeeping"))
    address = re.findall(r'href="([^"]*across=[^"]*)"', block)[0].replace("&amp;", "&")
    first = client.get(f"/en/{fair.slug}/search/{address}").content.decode()
    second = client.get(f"/en/{fair.slug}/search/{address}&page=2").content.decode()
    names = [re.findall(r"养蜂</mark> ?(\d+)号|<mark>养蜂</mark> (\d+)号", page) for page in (first, second)]
    found = [int(one or other) for page in names for one, other in page]
    assert sorted(set(found)) == list(range(30))
    assert (first.count('<li class="hit'), second.count('<li class="hit')) == (24, 6)
    assert "Back to what has the words themselves" in first
    assert "30 results" in first
    assert 'name="country" value="CN"' in first


@pytest.mark.usefixtures("learned")
def test_filters_hold_in_the_block_too(fair: Any, client: Client) -> None:
    assert 'id="across"' not in _page(client, fair, q="beekeeping", country="KE")
    page = _page(client, fair, q="beekeeping", country="CN")
    assert "0 results" in page
    assert _block(page).count('<li class="hit') == 6
    assert 'id="across"' not in _page(client, fair, q="beekeeping", kind="session")


@pytest.mark.usefixtures("learned")
def test_what_is_told_in_both_languages_alone_has_no_second_block(client: Client) -> None:
    edition = make_edition(phase="live")
    make_offer(make_exhibitor(edition), title={"en": "Beekeeping", "zh": "养蜂"}, description={})
    reindex()
    for words in ("beekeeping", "养蜂"):
        page = _page(client, edition, q=words)
        assert "1 result" in page
        assert 'id="across"' not in page


@pytest.mark.usefixtures("learned")
def test_chinese_words_find_what_is_told_in_english(fair: Any) -> None:
    found = search_across(fair, "陶艺", {}, lang="zh", kinds=("offer",))
    assert found is not None
    assert (found.language, found.words, found.found.total) == ("en", "potteri", 3)


@pytest.mark.usefixtures("learned")
@pytest.mark.parametrize("words", ["Kadakasoo", "2026", "🦊", "the of and", "مرحبا", ""])
def test_what_nobody_translated_asks_for_nothing(fair: Any, client: Client, words: str) -> None:
    assert search_across(fair, words, {}, lang="en", kinds=("offer",)) is None
    assert "Also in" not in _page(client, fair, q=words)
    assert "Also in" not in _page(client, fair, q=words, across="all")


def test_without_a_model_there_is_no_block_and_its_address_leads_to_the_list(
    fair: Any, client: Client
) -> None:
    assert search_across(fair, "beekeeping", {}, lang="en", kinds=("offer",)) is None
    for odd in ("all", "any", "nonsense", "1"):
        page = _page(client, fair, q="beekeeping", across=odd)
        assert "30 results" in page
        assert "Back to what has the words themselves" not in page


@pytest.mark.parametrize(
    ("text", "language"), [("养蜂 beekeeping", "zh"), ("beekeeping", "en"), ("🦊 2026", ""), ("مرحبا", "")]
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language


def test_the_page_stands_without_it(client: Client) -> None:
    edition = make_edition(phase="live")
    page = client.get(f"/en/{edition.slug}/search/", {"q": "beekeeping"})
    assert b'id="across"' not in page.content
