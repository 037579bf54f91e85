"""Public pages: what they show, in both languages, under a literal number of queries."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from everfair.exhibition.actions.offers import save_offer
from everfair.exhibition.actions.state import set_state
from everfair.exhibition.models import Exhibitor, FormerAddress
from everfair.fair.models import Edition
from everfair.presence.actions.showing import attend
from everfair.presence.actions.staying import Present, note_stays
from everfair.web.public.exhibition import forget_booths
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_area, make_edition, make_team_member
from tests.factories.people import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db
# The second visit of a process: areas, sectors and the catalogue are in memory, the booth itself is not. One query looks
# at the change table; a running server makes it once in 0.4 s for all its readers.
HALL_QUERIES, HALL_QUERIES_LATER, BOOTH_QUERIES, OFFER_QUERIES = 2, 1, 9, 7


@pytest.fixture
def edition() -> Edition:
    return make_edition()


def test_the_way_in_follows_the_browsers_language(client: Client, edition: Edition) -> None:
    assert client.get("/", headers={"accept-language": "zh-CN,zh;q=0.9"}).headers["Location"] == "/zh/"
    assert client.get("/", headers={"accept-language": "de"}).headers["Location"] == "/en/"
    assert client.get("/zh/").headers["Location"] == f"/zh/{edition.slug}/"


def test_without_any_edition_the_home_page_says_so(client: Client) -> None:
    answer = client.get("/en/")
    assert answer.status_code == 200
    assert "No fair has been announced" in answer.text


@pytest.mark.parametrize(
    ("lang", "name", "other"), [("en", "Blue Kiln", "蓝窑"), ("zh", "蓝窑", "Blue Kiln")]
)
def test_both_names_stand_on_the_booth_in_the_pages_order(
    client: Client, edition: Edition, lang: str, name: str, other: str
) -> None:
    firm = make_organisation(name={"en": "Blue Kiln", "zh": "蓝窑"})
    exhibitor = make_exhibitor(edition, organisation=firm)
    page = client.get(f"/{lang}/{edition.slug}/booths/{exhibitor.address}/").text
    heading = re.search(r"<h1>(.*?)</h1>", page, re.S)
    assert heading is not None
    assert name in heading[1]
    assert page.index(f">{name}<") < page.index(f">{other}<")


@pytest.mark.parametrize("count", [1, 3])
def test_hall_asks_the_same_number_of_queries_for_any_number(
    client: Client, edition: Edition, count: int, django_assert_num_queries: Any
) -> None:
    area = make_area(edition)
    for _ in range(count):
        make_offer(make_exhibitor(edition, area=area))
    address = f"/en/{edition.slug}/halls/{area.code}/"
    client.get(address)
    forget_booths()
    with django_assert_num_queries(HALL_QUERIES):
        client.get(address)
    with django_assert_num_queries(HALL_QUERIES_LATER):
        answer = client.get(address)
    assert f"{count} exhibitor" in answer.text


@pytest.mark.django_db(transaction=True)
def test_a_hall_speaks_the_readers_language_and_follows_changes(client: Client, edition: Edition) -> None:
    area = make_area(edition)
    exhibitor = make_exhibitor(edition, area=area)
    address = f"{edition.slug}/halls/{area.code}/"
    for lang in ("en", "zh", "en"):
        page = client.get(f"/{lang}/{address}").text
        assert f'href="/{lang}/{edition.slug}/booths/{exhibitor.address}/"' in page
    set_state(exhibitor, "withdrawn", by=None, reason="The firm asked for it.")
    assert exhibitor.address not in client.get(f"/en/{address}").text


@pytest.mark.django_db(transaction=True)  # the feed hands over finished transactions only
def test_a_kept_booth_follows_its_changes(client: Client, edition: Edition) -> None:
    exhibitor = make_exhibitor(edition)
    offer = make_offer(exhibitor)
    address = f"/en/{edition.slug}/booths/{exhibitor.address}/"
    client.get(address)
    save_offer(exhibitor, offer, {"title": {"en": "Renamed at noon"}}, by=None)
    assert "Renamed at noon" in client.get(address).text
    set_state(exhibitor, "withdrawn", by=None, reason="The firm asked for it.")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_booth_asks_the_same_number_of_queries_for_any_number(
    client: Client, edition: Edition, count: int, django_assert_num_queries: Any
) -> None:
    exhibitor = make_exhibitor(edition)
    for _ in range(count):
        make_offer(exhibitor)
    address = f"/en/{edition.slug}/booths/{exhibitor.address}/"
    client.get(address)
    forget_booths()
    with django_assert_num_queries(BOOTH_QUERIES):
        answer = client.get(address)
    assert answer.text.count('class="service"') == count


@pytest.mark.parametrize("count", [1, 3])
def test_offer_asks_the_same_number_of_queries_for_any_number(
    client: Client, edition: Edition, count: int, django_assert_num_queries: Any
) -> None:
    exhibitor = make_exhibitor(edition)
    offers = [make_offer(exhibitor) for _ in range(count + 1)]
    address = f"/en/{edition.slug}/offers/{offers[0].address}/"
    client.get(address)
    with django_assert_num_queries(OFFER_QUERIES):
        answer = client.get(address)
    assert answer.status_code == 200


def test_filters_in_the_address_narrow_the_hall_and_keep_their_counts(
    client: Client, edition: Edition
) -> None:
    area = make_area(edition)
    kenyan = make_exhibitor(
        edition, area=area, organisation=make_organisation(country="KE"), languages=["sw"]
    )
    make_exhibitor(edition, area=area, organisation=make_organisation(country="NO"), languages=["no"])
    page = client.get(f"/en/{edition.slug}/halls/{area.code}/?country=KE").text
    assert "1 exhibitor" in page
    assert kenyan.address in page
    assert page.count('class="card"') == 1
    assert re.search(r'value="NO"[^>]*>.*?<span class="count">1</span>', page, re.S), (
        "the other country still counts one"
    )
    assert not re.search(r'name="language" value="no"', page), "languages count with the country filter on"


def test_a_misspelt_or_former_address_leads_to_the_booth(client: Client, edition: Edition) -> None:
    exhibitor = make_exhibitor(edition)
    FormerAddress.objects.create(code="2222xxxx", exhibitor=exhibitor)
    right = f"/en/{edition.slug}/booths/{exhibitor.address}/"
    for wrong in (f"any-slug-{exhibitor.code}", "old-name-2222xxxx"):
        answer = client.get(f"/en/{edition.slug}/booths/{wrong}/")
        assert (answer.status_code, answer.headers["Location"]) == (301, right)


def test_a_draft_looks_missing_to_strangers_and_is_a_preview_for_its_team(
    client: Client, edition: Edition
) -> None:
    exhibitor = make_exhibitor(edition, state=Exhibitor.State.DRAFT)
    address = f"/en/{edition.slug}/booths/{exhibitor.address}/"
    assert client.get(address).status_code == 404
    client.force_login(make_membership(organisation=exhibitor.organisation).user)
    answer = client.get(address)
    assert "Preview" in answer.text
    assert "X-Everfair-Keep" not in answer.headers


def test_a_draft_edition_is_shown_to_its_team_only(client: Client) -> None:
    edition = make_edition(phase=Edition.Phase.DRAFT)
    assert client.get(f"/en/{edition.slug}/").status_code == 404
    client.force_login(make_team_member(edition).user)
    assert client.get(f"/en/{edition.slug}/").status_code == 200


def test_an_evergreen_edition_stays_readable(client: Client) -> None:
    exhibitor = make_exhibitor(make_edition(phase=Edition.Phase.EVERGREEN))
    assert client.get(f"/en/{exhibitor.edition.slug}/booths/{exhibitor.address}/").status_code == 200


def test_public_pages_may_be_kept_and_personal_ones_not(client: Client, edition: Edition) -> None:
    address = f"/en/{edition.slug}/"
    assert client.get(address).headers["X-Everfair-Keep"] == str(edition.pk)
    client.force_login(make_user())
    assert "X-Everfair-Keep" not in client.get(address).headers


def test_json_ld_cannot_be_broken_out_of(client: Client, edition: Edition) -> None:
    firm = make_organisation(name={"en": "</script><script>alert(1)</script>"})
    exhibitor = make_exhibitor(edition, organisation=firm)
    page = client.get(f"/en/{edition.slug}/booths/{exhibitor.address}/").text
    assert "<script>alert" not in page
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert block is not None
    assert json.loads(block[1])["name"] == firm.name["en"]


def test_the_switch_of_language_keeps_the_page(client: Client, edition: Edition) -> None:
    area = make_area(edition)
    page = client.get(f"/en/{edition.slug}/halls/{area.code}/?country=KE").text
    assert f'href="/zh/{edition.slug}/halls/{area.code}/?country=KE"' in page
    assert f'hreflang="zh-Hans" href="http://127.0.0.1:8000/zh/{edition.slug}/halls/{area.code}/' in page


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=99999999999", "page=-1", "page=x", "sort=evil", "country=" + "x" * 5000, "mode=9"],
)
def test_nonsense_in_the_address_is_harmless(client: Client, edition: Edition, query: str) -> None:
    area = make_area(edition)
    make_exhibitor(edition, area=area)
    assert client.get(f"/en/{edition.slug}/halls/{area.code}/?{query}").status_code == 200


def test_feeds_name_every_public_address_in_both_languages(client: Client, edition: Edition) -> None:
    offer = make_offer(make_exhibitor(edition))
    assert f"sitemap-{edition.slug}-1.xml" in client.get("/sitemap.xml").text
    listed = client.get(f"/sitemap-{edition.slug}-1.xml").text
    for lang in ("en", "zh"):
        assert f"/{lang}/{edition.slug}/booths/{offer.exhibitor.address}/" in listed
        assert f"/{lang}/{edition.slug}/offers/{offer.address}/" in listed
    assert client.get(f"/sitemap-{edition.slug}-2.xml").status_code == 404
    assert offer.exhibitor.address in client.get(f"/en/{edition.slug}/new.atom").text


def test_every_answer_has_a_strict_policy(client: Client, edition: Edition) -> None:
    policy = client.get(f"/en/{edition.slug}/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy
    assert client.get("/en/nothing-here/").headers["Content-Security-Policy"] == policy


@pytest.mark.parametrize("path", ["", "halls/"])
def test_the_plan_shows_where_somebody_of_a_firm_is_now(client: Client, edition: Edition, path: str) -> None:
    firm = make_exhibitor(edition, state=Exhibitor.State.PUBLISHED)
    assert "someone here now in" not in client.get(f"/en/{edition.slug}/{path}").text
    host = make_membership(organisation=firm.organisation, role="booth_staff").user
    attend(edition, True, by=host)
    note_stays("one", {Present(edition.slug, "fair", host.pk, f"u{host.pk}")})
    assert "someone here now in 1" in client.get(f"/en/{edition.slug}/{path}").text
