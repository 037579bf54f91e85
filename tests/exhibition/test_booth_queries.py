"""What a booth's page shows, and in how many queries."""

import pytest

from everfair.base.models import MediaFile
from everfair.exhibition.access import get_booth_for
from everfair.exhibition.actions.offers import save_offer
from everfair.exhibition.models import BoothContact, Exhibitor, OfferImage
from everfair.exhibition.queries.booth import booth_page, offer_page
from everfair.exhibition.queries.completeness import completeness
from tests.exhibition.test_offers import FULL, document_of
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_sector
from tests.factories.people import make_organisation, make_user

pytestmark = pytest.mark.django_db


def furnish(exhibitor: Exhibitor, count: int) -> None:
    """`count` of everything a booth can hold."""
    for number in range(count):
        evidence = document_of(exhibitor)
        values = {
            **FULL,
            "sector": exhibitor.sector,
            "more_sectors": [make_sector(exhibitor.edition)],
            "references": [{"client": {"en": f"Client {number}"}, "evidence": evidence}],
        }
        offer = save_offer(exhibitor, None, values, by=None)
        for position in (2, 1):
            file = MediaFile.objects.create(
                kind="image", name=f"{position}.webp", digest="1", size=1, variants={"small": f"s{position}"}
            )
            OfferImage.objects.create(offer=offer, file=file, position=position)
        BoothContact.objects.create(exhibitor=exhibitor, user=make_user(name=f"Ana {number}"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_booths_page_takes_six_queries(count: int, django_assert_num_queries: object) -> None:
    made = make_exhibitor()
    furnish(made, count)
    exhibitor, _former = get_booth_for(make_user(), made.edition, made.code)
    with django_assert_num_queries(6):  # type: ignore[operator]
        page = booth_page(exhibitor)
        for card in page.offers:
            assert card.sectors[0] == made.sector
            assert len(card.sectors) == 2
            assert card.picture is not None
            assert (card.picture.name, card.picture.variants) == ("1.webp", {"small": "s1"})
            assert [licence.issuer["en"] for licence in card.licences] == ["KENAS"]
            assert card.references[0].has_evidence
        assert [line.name["en"] for line in page.contacts] == [f"Ana {number}" for number in range(count)]
        assert [document.file.size for document in page.documents] == [1] * count
        assert page.modes == [1, 4]
        assert (page.motif, page.key) == (made.sector.motif, made.code)


@pytest.mark.parametrize("count", [1, 3])
def test_an_offers_page_takes_five_queries(count: int, django_assert_num_queries: object) -> None:
    exhibitor = make_exhibitor()
    furnish(exhibitor, count)
    offer = exhibitor.offers.select_related("sector", "exhibitor").first()
    assert offer is not None
    with django_assert_num_queries(5):  # type: ignore[operator]
        page = offer_page(offer)
        assert [image.file.name for image in page.images] == ["1.webp", "2.webp"]
        assert page.references[0].evidence is not None
        assert page.references[0].evidence.file.size == 1
        assert len(page.siblings) == count - 1
        assert page.sectors[0].code == exhibitor.sector.code


def test_offers_off_the_shelf_are_for_the_team_only() -> None:
    exhibitor = make_exhibitor()
    save_offer(exhibitor, None, {"title": {"en": "Hidden"}, "is_on_shelf": False}, by=None)
    assert booth_page(exhibitor).offers == ()
    assert len(booth_page(exhibitor, with_hidden=True).offers) == 1


def test_completeness_names_what_is_missing_and_where_to_mend_it() -> None:
    exhibitor = make_exhibitor(
        organisation=make_organisation(name={"en": "Firm"}, country=""), headline={}, about={}, languages=[]
    )
    found = completeness(exhibitor)
    assert not found.is_publishable
    assert [(item.key, item.link_hint) for item in found.missing] == [("text", "booth")]
    assert {item.key for item in found.advised} == {
        "both_languages", "offer", "languages", "contact", "country", "logo",
    }  # fmt: skip


def test_one_language_of_the_edition_is_enough() -> None:
    exhibitor = make_exhibitor(headline={"zh": "冷链"}, about={})
    found = completeness(exhibitor)
    assert found.is_publishable
    assert "both_languages" in {item.key for item in found.advised}


def test_completeness_takes_two_queries(django_assert_num_queries: object) -> None:
    exhibitor = make_exhibitor()
    with django_assert_num_queries(2):  # type: ignore[operator]
        completeness(exhibitor)
