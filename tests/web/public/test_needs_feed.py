"""The needs board as an Atom feed: what it names, in which language, whom it never names, and the copy that is still good."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from everfair.fair.models import Edition
from everfair.matchmaking.actions.needs import move_need, save_need
from everfair.matchmaking.models import Need
from tests.factories.fair import make_edition, make_sector
from tests.factories.matchmaking import make_buyer, make_need, make_seeker
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
FEED_QUERIES = 6


def feed(edition: Edition, lang: str = "en", query: str = "", **headers: str) -> Any:
    return Client().get(f"/{lang}/{edition.slug}/needs.atom{query}", headers=headers)


def read(answer: Any) -> Any:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def texts(root: Any, path: str) -> list[str]:
    return [one.text or "" for one in root.findall("/".join(ATOM + part for part in path.split("/")))]


def test_newest_first_in_the_readers_language() -> None:
    edition = make_edition()
    sector = make_sector(edition, name={"en": "Legal services", "zh": "法律服务"})
    hour = timezone.timedelta(hours=1)
    older = make_need(
        edition, title={"en": "Cranes & <boats>", "zh": "起重机"}, sector=sector, buyer="Lake Body"
    )
    newer = make_need(edition, title={"en": "Boats"}, buyer="Sea Body", buyer_country="PE")
    Need.objects.filter(pk=older.pk).update(opened_at=timezone.now() - hour)
    root = read(feed(edition))
    assert texts(root, "entry/title") == ["Boats", "Cranes & <boats>"]
    assert texts(root, "entry/author/name") == ["Sea Body, Peru", "Lake Body, Kenya"]
    chinese = read(feed(edition, "zh"))
    assert texts(chinese, "entry/title") == ["Boats", "起重机"]
    assert "法律服务" in [one.get("term") for one in chinese.iter(ATOM + "category")]
    addresses = [one.get("href") for one in root.iter(ATOM + "link")]
    assert any(str(url).endswith(f"/en/{edition.slug}/needs/{newer.address}/") for url in addresses)
    assert len(set(texts(root, "entry/id"))) == 2
    narrowed = read(feed(edition, query=f"?sector={sector.code}"))
    assert texts(narrowed, "entry/title") == ["Cranes & <boats>"]
    assert texts(read(feed(make_edition())), "entry/title") == []


def test_hidden_buyers_are_not_named_and_needs_of_chosen_firms_and_drafts_are_not_there() -> None:
    edition = make_edition()
    person = make_buyer(edition, make_user(name="Amina Otieno"), organisation_name="Otieno Hotels")
    make_need(seeker=make_seeker(edition, person.user), audience="hidden", title={"en": "Quiet cranes"})
    make_need(
        edition, buyer="Secret Docks", audience="hidden", title={"en": "Quiet boats"}, external_id="X-77",
        source="List", source_url="https://docks.example/", buyer_country="KE",
    )  # fmt: skip
    make_need(edition, audience="chosen", title={"en": "For chosen firms"})
    make_need(edition, state="draft", title={"en": "A draft"})
    make_need(edition, state="closed", title={"en": "An old one"})
    for lang in ("en", "zh"):
        text = feed(edition, lang).content.decode()
        for kept_back in (
            "Otieno",
            "Amina",
            "Secret",
            "docks.example",
            "X-77",
            "chosen firms",
            "A draft",
            "An old one",
        ):
            assert kept_back not in text, kept_back
    root = read(feed(edition))
    assert set(texts(root, "entry/title")) == {"Quiet cranes", "Quiet boats"}
    assert any(
        name.startswith("A buyer who is not named, Kenya") for name in texts(root, "entry/author/name")
    )


def test_the_board_leads_to_it_with_what_narrows_the_board() -> None:
    edition = make_edition()
    make_need(edition)
    head, body = (
        Client().get(f"/en/{edition.slug}/needs/?q=crane&page=2&sort=fit").content.decode().split("<body")
    )
    url = f'href="/en/{edition.slug}/needs.atom?q=crane"'
    assert f'type="application/atom+xml" title="Needs board" {url}' in head
    assert url in body


def test_a_reader_with_the_newest_copy_gets_nothing_and_after_a_change_the_new_one() -> None:
    edition = make_edition()
    need = make_need(edition, title={"en": "Cranes"})
    first = feed(edition)
    etag, stamp = first["ETag"], first["Last-Modified"]
    for headers in ({"if-none-match": etag}, {"if-modified-since": stamp}):
        answer = feed(edition, **headers)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer["ETag"] == etag
    assert feed(edition, "zh", **{"if-none-match": etag}).status_code == 200, (
        "another language is another feed"
    )
    later = timezone.now() + timezone.timedelta(minutes=2)
    save_need(need.seeker, need, {"title": {"en": "Two cranes"}, "description": {}}, by=None, now=later)
    for headers in ({"if-none-match": etag}, {"if-modified-since": stamp}):
        assert texts(read(feed(edition, **headers)), "entry/title") == ["Two cranes"]
    again = feed(edition)
    assert need.seeker is not None
    move_need(need, "closed", by=need.seeker.user, now=later + timezone.timedelta(minutes=2))
    gone = feed(edition, **{"if-modified-since": again["Last-Modified"]})
    assert texts(read(gone), "entry/title") == [], "what left the board is a change too"


def test_no_stranger_reads_the_feed_of_a_draft_and_nobody_asks_without_end() -> None:
    edition = make_edition(phase="draft")
    make_need(edition)
    assert feed(edition).status_code == 404
    assert Client().post(f"/en/{edition.slug}/needs.atom").status_code == 405
    public = make_edition()
    cache.clear()
    codes = [feed(public).status_code for _ in range(121)]
    assert (codes[0], codes[-1]) == (200, 429)


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_questions_for_one_need_as_for_three(count: int, django_assert_num_queries: Any) -> None:
    edition = make_edition()
    for _ in range(count):
        make_need(edition, more_sectors=[make_sector(edition)])
    feed(edition)
    with django_assert_num_queries(FEED_QUERIES):
        feed(edition)
