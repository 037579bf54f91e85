"""The needs board and a need's page, as everybody sees them."""

from typing import Any

import pytest
from django.test import Client

from everfair.matchmaking.actions.needs import move_need
from tests.factories.fair import make_edition, make_sector
from tests.factories.matchmaking import make_firm, make_need

pytestmark = pytest.mark.django_db
# All of a first visit, the kept pieces of other rooms with it: five for whoever comes after.
BOARD_QUERIES = 24


def test_search_filters_and_empty_words() -> None:
    edition = make_edition()
    sector = make_sector(edition)
    make_need(
        edition, title={"en": "Cranes", "zh": "起重机"}, sector=sector, buyer_country="KE", buyer="Lake Body"
    )
    make_need(edition, title={"en": "Boats"}, buyer_country="PE", buyer="Sea Body")
    client, base = Client(), f"/en/{edition.slug}/needs/"
    for query, there, away in (
        ("q=起重", "Cranes", "Boats"), ("country=PE", "Boats", "Cranes"), (f"sector={sector.code}", "Cranes", "Boats"),
        ("q=crane&sort=fit", "Cranes", "Boats"),
    ):  # fmt: skip
        page = client.get(f"{base}?{query}").content.decode()
        assert there in page, query
        assert f">{away}<" not in page, query
    assert "No need fits" in client.get(f"{base}?q=planes").content.decode()
    assert "Nobody has said yet" in client.get(f"/en/{make_edition().slug}/needs/").content.decode()
    file = client.get(f"/en/{edition.slug}/needs.csv?q=crane").getvalue().decode()
    assert "Lake Body" in file
    assert "Boats" not in file


def test_the_files_of_a_fair_that_is_called_as_their_ending_are_found() -> None:
    edition = make_edition(slug="csv-days")
    make_need(edition)
    page = Client().get(f"/en/{edition.slug}/needs/").content.decode()
    for kind in ("csv", "xlsx"):
        assert f'href="/en/csv-days/needs.{kind}"' in page


def test_a_needs_page_in_every_state() -> None:
    edition = make_edition()
    need = make_need(
        edition, title={"en": "Cranes"}, description={"en": "Two <b>cranes</b>"}, buyer="Lake Body"
    )
    client, url = Client(), f"/en/{edition.slug}/needs/{need.address}/"
    page = client.get(url).content.decode()
    assert "Two &lt;b&gt;cranes&lt;/b&gt;" in page
    assert "Lake Body" in page
    moved = client.get(f"/en/{edition.slug}/needs/other-words-{need.code}/")
    assert (moved.status_code, moved.url) == (301, url)
    assert client.get(f"/en/{make_edition().slug}/needs/{need.address}/").status_code == 404
    own = make_need(edition)
    move_need(own, "filled", by=own.seeker.user)
    ended = client.get(f"/en/{edition.slug}/needs/{own.address}/").content.decode()
    assert "Found: no further answers are taken." in ended
    draft = make_need(edition, state="draft")
    assert client.get(f"/en/{edition.slug}/needs/{draft.address}/").status_code == 404
    client.force_login(draft.seeker.user)
    assert (
        "Draft: only you see this."
        in client.get(f"/en/{edition.slug}/needs/{draft.address}/").content.decode()
    )


def test_a_firms_people_are_led_to_their_desk() -> None:
    edition = make_edition()
    firm, owner = make_firm(edition)
    need = make_need(edition)
    client = Client()
    client.force_login(owner)
    page = client.get(f"/en/{edition.slug}/needs/{need.address}/").content.decode()
    assert f"/en/booth-desk/{firm.code}/needs/{need.code}/" in page


def test_the_front_page_the_doors_and_the_sitemap_lead_to_needs() -> None:
    edition = make_edition()
    client = Client()
    assert "What others look for" not in client.get(f"/en/{edition.slug}/").content.decode()
    other = make_edition()
    need = make_need(other, title={"en": "Cranes"})
    page = client.get(f"/en/{other.slug}/").content.decode()
    assert "What others look for" in page
    assert need.address in page
    assert f'href="/en/{other.slug}/needs/"' in page.split("<main")[0], "a door in the masthead"
    assert need.address in client.get(f"/sitemap-{other.slug}-1.xml").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_questions_for_one_need_as_for_three(count: int, django_assert_num_queries: Any) -> None:
    edition = make_edition()
    for _ in range(count):
        make_need(edition, more_sectors=[make_sector(edition)])
    with django_assert_num_queries(BOARD_QUERIES):
        assert Client().get(f"/en/{edition.slug}/needs/").status_code == 200
