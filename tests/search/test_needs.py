"""Needs in the site's search beside offers: the same facets, both languages, and nothing that a buyer keeps back."""

from typing import Any

import pytest
from django.test import Client

from everfair.base.changes import note_change
from everfair.fair.models import Edition
from everfair.matchmaking.actions.needs import move_need, save_need
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.people.models import Organisation
from everfair.search.actions import follow_changes, index_if_missing, reindex
from everfair.search.queries import search_edition
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector
from tests.factories.matchmaking import make_buyer, make_need, make_seeker
from tests.factories.people import make_organisation, make_user

pytestmark = pytest.mark.django_db(transaction=True)  # changes of a running transaction are not yet followed


def found(edition: Any, text: str, **extra: Any) -> set[str]:
    return {hit.key for hit in search_edition(edition, text, **extra).hits}


def test_needs_stand_beside_offers_with_the_same_facets() -> None:
    edition = make_edition()
    sector = make_sector(edition, code="1", name={"en": "Business", "zh": "商务"})
    below = make_sector(parent=sector, code="1.B", name={"en": "Computer services", "zh": "计算机服务"})
    offer = make_offer(
        make_exhibitor(edition), sector=below, title={"en": "Booking software", "zh": "预订软件"}
    )
    need = make_need(
        edition, title={"en": "Booking software for hotels", "zh": "酒店预订软件"}, sector=below, modes=0b1001,
        languages=["sw"], buyer_country="TZ", licence="Data licence",
    )  # fmt: skip
    reindex()
    for words in ("booking", "预订软件", "data licence"):
        assert f"need:{need.pk}" in found(edition, words), words
    page = search_edition(edition, "booking", {"sector": ["1"]})
    assert {hit.key for hit in page.hits} == {f"need:{need.pk}", f"offer:{offer.pk}"}
    assert (page.kind_counts["need"], page.kind_counts["offer"]) == (1, 1)
    assert found(edition, "", filters={"mode": ["4"], "language": ["sw"], "country": ["TZ"]}) == {
        f"need:{need.pk}"
    }
    assert found(make_edition(), "booking") == set()


def test_a_need_comes_changes_and_goes() -> None:
    edition = make_edition()
    make_exhibitor(edition)
    user = make_user()
    seeker = seeker_for(user, edition)
    need = save_need(seeker, None, {"title": {"en": "Night piloting"}, "description": {}}, by=user)
    index_if_missing()
    key = f"need:{need.pk}"
    assert found(edition, "piloting") == set(), "a draft is nobody's business"
    steps = (
        (lambda: move_need(need, "open", by=user), "piloting", {key}),
        (lambda: save_need(seeker, need, {"title": {"en": "Day piloting"}}, by=user), "day", {key}),
        (lambda: save_need(seeker, need, {"audience": "chosen"}, by=user), "piloting", set()),
        (lambda: save_need(seeker, need, {"audience": "board"}, by=user), "piloting", {key}),
        (lambda: move_need(need, "filled", by=user), "piloting", set()),
    )
    for step, words, expected in steps:
        step()
        assert follow_changes() >= 1
        assert found(edition, words) == expected


def test_follows_the_names_of_sectors_and_of_firms() -> None:
    edition = make_edition()
    firm = make_exhibitor(edition, organisation=make_organisation(name={"en": "Oldname Docks"}))
    need = make_need(seeker=seeker_for(firm), title={"en": "Cranes"})
    index_if_missing()
    assert f"need:{need.pk}" in found(edition, "oldname")
    Organisation.objects.filter(pk=firm.organisation_id).update(name={"en": "Newname Docks"})
    note_change("people.organisation", firm.organisation_id, None)
    follow_changes()
    assert f"need:{need.pk}" in found(edition, "newname")
    sector = need.sector
    assert sector is not None
    type(sector).objects.filter(pk=sector.pk).update(name={"en": "Harbour gear"})
    note_change("fair.sector", sector.pk, edition.pk)
    follow_changes()
    assert f"need:{need.pk}" in found(edition, "harbour gear")


def hidden_needs(edition: Edition) -> list[Any]:
    """Of a person, of a firm and of a list: none of them to be named."""
    person = make_buyer(edition, make_user("zanzabella@example.org", name="Zanzabella Quist"), name="Zanzabella Quist", organisation_name="Quistworks")  # fmt: skip
    firm = make_exhibitor(
        edition, state="accepted", organisation=make_organisation(name={"en": "Umbraline", "zh": "影线公司"})
    )  # a public booth would be named for its own sake
    return [
        make_need(seeker=make_seeker(edition, person.user), audience="hidden", title={"en": "Hidden cranes one"}),
        make_need(seeker=seeker_for(firm), audience="hidden", title={"en": "Hidden cranes two"}),
        make_need(edition, buyer="Penumbra Body", audience="hidden", title={"en": "Hidden cranes three"},
                  source="L", external_id="PEN-7", source_url="https://penumbra.example/"),
    ]  # fmt: skip


NAMES = ("Zanzabella", "Quist", "Umbraline", "影线", "Penumbra", "PEN-7", "penumbra.example")


def test_a_hidden_buyer_is_found_by_no_name_and_named_on_no_page() -> None:
    edition = make_edition()
    needs = hidden_needs(edition)
    reindex()
    for name in NAMES[:4]:
        assert not {key for key in found(edition, name) if key.startswith("need:")}, name
    client = Client()
    base = f"/en/{edition.slug}/"
    pages = [
        f"{base}needs/", f"{base}needs.csv", f"{base}search/?q=cranes&kind=need", f"{base}suggest/?q=hidden", base,
        f"/sitemap-{edition.slug}-1.xml", *(f"{base}needs/{need.address}/" for need in needs),
    ]  # fmt: skip
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        text = (response.getvalue() if response.streaming else response.content).decode()
        for name in NAMES:
            if name == "Umbraline" and page == base:
                continue  # the front page shows the firm's booth, which is public
            assert name not in text, (page, name)


def test_the_results_page_has_a_tab_and_suggestions_lead_to_needs() -> None:
    edition = make_edition()
    need = make_need(edition, title={"en": "Quayside cranes", "zh": "码头起重机"}, buyer="Lake Port")
    reindex()
    page = Client().get(f"/en/{edition.slug}/search/?q=quayside&kind=need").content.decode()
    assert "Need: Lake Port" in page
    assert f"/en/{edition.slug}/needs/{need.address}/" in page
    assert "Needs <small>1</small>" in page
    (offered,) = Client().get(f"/zh/{edition.slug}/suggest/?q=码头").json()["suggestions"]
    assert (offered["text"], offered["url"]) == ("码头起重机", f"/zh/{edition.slug}/needs/{need.address}/")
