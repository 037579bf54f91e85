"""A booth is carried into another edition in parts; the old one and its addresses stay."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from everfair.base.refusals import Refused
from everfair.exhibition.access import get_booth_for
from everfair.exhibition.actions.carrying import carry_over
from everfair.exhibition.actions.state import publish, set_state
from everfair.exhibition.models import BoothContact, Exhibitor
from tests.exhibition.test_offers import FULL, document_of
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_area, make_edition, make_sector

pytestmark = pytest.mark.django_db


@pytest.fixture
def old() -> Exhibitor:
    from everfair.exhibition.actions.offers import save_offer

    exhibitor = make_exhibitor(video_url="https://example.org/v")
    BoothContact.objects.create(exhibitor=exhibitor, role={"en": "Desk"})
    evidence = document_of(exhibitor)
    references = [{"client": {"en": "Port"}, "year": 2024, "evidence": evidence}]
    save_offer(exhibitor, None, {**FULL, "sector": exhibitor.sector, "references": references}, by=None)
    return exhibitor


def test_everything_is_carried_and_the_old_booth_stays(old: Exhibitor) -> None:
    edition = make_edition(old.edition.fair)
    area, sector = make_area(edition, code=old.area.code), make_sector(edition, code=old.sector.code)
    new = carry_over(old, edition, by=None)
    assert (new.state, new.carried_from, new.organisation) == ("draft", old, old.organisation)
    assert (new.headline, new.video_url, new.area, new.sector) == (old.headline, old.video_url, area, sector)
    offer = new.offers.get()
    assert offer.code != old.offers.get().code
    assert (offer.sector, offer.licences.count()) == (sector, 1)
    evidence = offer.references.get().evidence
    assert evidence is not None
    assert evidence.exhibitor == new
    assert evidence.file_id == old.documents.get().file_id
    assert new.contacts.count() == old.contacts.count() == 1
    assert old.offers.count() == 1


def test_old_addresses_go_on_working(old: Exhibitor) -> None:
    anyone = AnonymousUser()
    edition = make_edition(old.edition.fair)
    make_area(edition, code=old.area.code)
    make_sector(edition, code=old.sector.code)
    new = carry_over(old, edition, by=None)
    assert get_booth_for(anyone, old.edition, f"old-name-{old.code}") == (old, False)
    with pytest.raises(Http404):  # the new booth is a draft yet
        get_booth_for(anyone, edition, old.code)
    set_state(new, "applied", by=None)
    set_state(new, "accepted", by=None)
    publish(new, by=None)
    assert get_booth_for(anyone, edition, old.code) == (new, True)
    assert get_booth_for(anyone, old.edition, old.code) == (old, False)


def test_only_the_chosen_parts(old: Exhibitor) -> None:
    new = carry_over(old, make_edition(old.edition.fair), by=None, parts=["contacts"])
    assert (new.headline, new.offers.count(), new.documents.count(), new.contacts.count()) == ({}, 0, 0, 1)


def test_what_the_new_edition_lacks_is_left_open(old: Exhibitor) -> None:
    new = carry_over(old, make_edition(old.edition.fair), by=None)
    assert (new.area, new.sector, new.offers.get().sector) == (None, None, None)


def test_nothing_already_written_is_overwritten(old: Exhibitor) -> None:
    edition = make_edition(old.edition.fair)
    there = make_exhibitor(
        edition, organisation=old.organisation, state="draft", headline={"en": "Mine"}, about={}
    )
    make_offer(there, title={"en": "Already here"})
    new = carry_over(old, edition, by=None)
    assert new.pk == there.pk
    assert (new.headline, new.about) == ({"en": "Mine"}, old.about)
    assert [str(offer) for offer in new.offers.all()] == ["Already here"]


def test_carrying_twice_changes_nothing(old: Exhibitor) -> None:
    edition = make_edition(old.edition.fair)
    carry_over(old, edition, by=None)
    new = carry_over(old, edition, by=None)
    assert (new.offers.count(), new.contacts.count(), new.documents.count()) == (1, 1, 1)


def test_refusals(old: Exhibitor) -> None:
    with pytest.raises(Refused, match="already in that edition"):
        carry_over(old, old.edition, by=None)
    with pytest.raises(Refused, match="at least one part"):
        carry_over(old, make_edition(), by=None, parts=[])
    published = make_exhibitor(organisation=old.organisation)
    with pytest.raises(Refused, match="nothing can be carried"):
        carry_over(old, published.edition, by=None)
