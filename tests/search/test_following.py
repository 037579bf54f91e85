"""The index follows the rows: what is public is found, what is not is not, and nothing is lost."""

from typing import Any

import pytest

from everfair.base.changes import note_change
from everfair.base.models import Change
from everfair.exhibition.models import Exhibitor, Offer, OfferSector
from everfair.gateways.search import get_engine
from everfair.search.actions import follow_changes, index_if_missing, reindex
from everfair.search.queries import search_edition
from everfair.search.tasks import follow_once
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_sector
from tests.factories.people import make_organisation

pytestmark = pytest.mark.django_db(transaction=True)  # changes of a running transaction are not yet followed


def found(edition: Any, text: str, **extra: Any) -> set[str]:
    return {hit.key for hit in search_edition(edition, text, **extra).hits}


def test_rows_become_documents_with_facets() -> None:
    edition = make_edition()
    above = make_sector(edition, code="11")
    below = make_sector(edition, code="11.H", parent=above)
    other = make_sector(edition, code="7")
    firm = make_exhibitor(
        edition, organisation=make_organisation(name={"en": "Qinglan Cloud", "zh": "青岚云"}, country="CN")
    )
    offer = make_offer(
        firm,
        title={"en": "Customs clearance", "zh": "清关代理"},
        description={"en": "Papers **ready** in a [day](https://example.org).", "zh": "一天办完。"},
        sector=below,
        modes=0b1001,
    )
    OfferSector.objects.create(offer=offer, sector=other)
    reindex()

    page = search_edition(edition, "customs", lang="en")
    assert [hit.key for hit in page.hits] == [f"offer:{offer.pk}"]
    assert page.facets["mode"] == {"1": 1, "4": 1}
    assert set(page.facets["sector"]) >= {"11.H", "7"}
    assert page.facets["country"] == {"CN": 1}
    assert page.kind_counts == {"offer": 1}
    (hit,) = page.hits
    assert hit.title.pieces == [("Customs", True), (" clearance", False)]
    assert hit.extract.text == "Papers ready in a day."
    assert found(edition, "青岚") == {f"exhibitor:{firm.pk}", f"offer:{offer.pk}"}


def test_a_change_is_followed_and_a_withdrawal_takes_the_offers_along() -> None:
    edition = make_edition()
    firm = make_exhibitor(edition, organisation=make_organisation(name={"en": "Harbour Pilots"}))
    index_if_missing()
    offer = make_offer(firm, title={"en": "Night piloting"})
    note_change("exhibition.offer", offer.pk, edition.pk)
    assert follow_once() == 1
    assert found(edition, "piloting") == {f"offer:{offer.pk}", f"exhibitor:{firm.pk}"}

    Exhibitor.objects.filter(pk=firm.pk).update(state=Exhibitor.State.WITHDRAWN)
    note_change("exhibition.exhibitor", firm.pk, edition.pk)
    follow_once()
    assert found(edition, "piloting") == set()


def test_deleted_and_shelved_offers_leave() -> None:
    edition = make_edition()
    firm = make_exhibitor(edition)
    one, two = make_offer(firm, title={"en": "Dredging"}), make_offer(firm, title={"en": "Dredging again"})
    reindex()
    assert found(edition, "dredging") == {f"offer:{one.pk}", f"offer:{two.pk}"}
    Offer.objects.filter(pk=one.pk).update(is_on_shelf=False)
    note_change("exhibition.offer", one.pk, edition.pk)
    note_change("exhibition.offer", two.pk, edition.pk)
    two.delete()
    follow_once()
    assert found(edition, "dredging") == set()


def test_a_renamed_firm_is_found_by_its_new_name_everywhere() -> None:
    firm = make_exhibitor(organisation=make_organisation(name={"en": "Old Name"}))
    offer = make_offer(firm)
    reindex()
    firm.organisation.name = {"en": "Freshwind"}
    firm.organisation.save()
    note_change("people.organisation", firm.organisation_id, None)
    follow_once()
    assert found(firm.edition, "freshwind") == {f"exhibitor:{firm.pk}", f"offer:{offer.pk}"}
    assert found(firm.edition, "old name") == set()


def test_a_burst_is_followed_in_batches() -> None:
    firm = make_exhibitor()
    index_if_missing()
    offers = [make_offer(firm, title={"en": f"Stevedoring {n}"}) for n in range(30)]
    for offer in offers:
        note_change("exhibition.offer", offer.pk, firm.edition_id)
    assert follow_changes(most=7) == 30
    assert search_edition(firm.edition, "stevedoring").total == 30
    assert follow_changes() == 0


def test_a_bulk_load_rebuilds() -> None:
    firm = make_exhibitor()
    index_if_missing()
    make_offer(firm, title={"en": "Towage"})
    note_change("exhibition.catalogue", firm.edition_id, firm.edition_id)
    follow_once()
    assert search_edition(firm.edition, "towage").total == 1


def test_an_index_that_fell_behind_forgotten_changes_is_rebuilt() -> None:
    firm = make_exhibitor()
    note_change("exhibition.exhibitor", firm.pk, firm.edition_id)
    reindex()
    offer = make_offer(firm, title={"en": "Salvage"})
    for _ in range(3):
        note_change("exhibition.offer", offer.pk, firm.edition_id)
    Change.objects.filter(pk__lt=Change.objects.latest("pk").pk).delete()
    note_change("exhibition.exhibitor", firm.pk, firm.edition_id)
    follow_once()
    assert search_edition(firm.edition, "salvage").total == 1


def test_drafts_are_never_found() -> None:
    edition = make_edition()
    make_offer(make_exhibitor(edition, state=Exhibitor.State.ACCEPTED), title={"en": "Secret lighter"})
    reindex()
    assert search_edition(edition, "lighter").total == 0
    assert get_engine().count() == 0


def test_progress_ends_at_the_whole() -> None:
    make_offer(make_exhibitor())
    seen: list[tuple[int, int]] = []
    assert reindex(lambda done, total: seen.append((done, total))) == 2
    assert seen[-1] == (2, 2)
