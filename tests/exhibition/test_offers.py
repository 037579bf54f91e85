"""Offers in the shape services need: saved whole or not at all, and brought back when removed."""

from datetime import date

import pytest

from everfair.base import audit
from everfair.base.models import MediaFile
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.exhibition.actions import offers
from everfair.exhibition.actions.state import withdraw
from everfair.exhibition.models import BoothDocument, CatalogueEntry, Exhibitor, Offer
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_sector
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
FULL = {
    "kind": "service",
    "title": {"en": " Cold-chain  audits ", "zh": "冷链审计"},
    "description": {"en": "We measure.\r\n\r\n\r\nThen we write."},
    "modes": [1, 4],
    "languages": ["en", "sw"],
    "delivers_to": ["ke", "UG", "KE"],
    "data_location": {"en": "Nairobi"},
    "price_note": {"en": "From 900 USD"},
    "licences": [
        {
            "name": {"en": "ISO 17020"},
            "issuer": {"en": "KENAS"},
            "valid_in": ["KE"],
            "valid_until": date(2027, 5, 1),
        }
    ],
    "references": [{"client": {"en": "Port of Mombasa"}, "year": 2024, "what": {"en": "12 audits"}}],
}


def document_of(exhibitor: Exhibitor) -> BoothDocument:
    file = MediaFile.objects.create(
        kind="document", name="a.pdf", content_type="application/pdf", digest="0", size=1
    )
    return BoothDocument.objects.create(exhibitor=exhibitor, file=file, title={"en": "Certificate"})


def test_everything_an_offer_has_is_kept() -> None:
    exhibitor = make_exhibitor()
    main, more = make_sector(exhibitor.edition), make_sector(exhibitor.edition)
    evidence = document_of(exhibitor)
    values = {**FULL, "sector": main, "more_sectors": [more, main, more]}
    values["references"] = [{**FULL["references"][0], "evidence": evidence}]  # type: ignore[index,dict-item]
    offer = offers.save_offer(exhibitor, None, values, by=make_user(name="Ana"))
    offer.refresh_from_db()
    assert offer.title == {"en": "Cold-chain audits", "zh": "冷链审计"}
    assert offer.description == {"en": "We measure.\n\nThen we write."}
    assert (offer.mode_list, offer.delivers_to, offer.languages) == ([1, 4], ["KE", "UG"], ["en", "sw"])
    assert [row.sector for row in offer.more_sectors.all()] == [more]
    assert offer.licences.get().valid_until == date(2027, 5, 1)
    assert offer.references.get().has_evidence
    entry = audit.entries(target=offer).first()
    assert entry is not None
    assert (entry.event, entry.by_name) == ("exhibition.offer.created", "Ana")


def test_a_published_booth_is_found_by_its_offers() -> None:
    exhibitor = make_exhibitor(languages=["en"])
    parent = make_sector(exhibitor.edition, code="77")
    child = make_sector(parent=parent, code="77.B")
    offers.save_offer(exhibitor, None, {**FULL, "sector": child}, by=None)
    entry = CatalogueEntry.objects.get(pk=exhibitor.pk)
    assert {"77", "77.B", exhibitor.sector.code} == set(entry.sectors.split())
    assert (entry.modes, entry.languages, entry.offers) == (0b1001, "en sw", 1)
    offer = exhibitor.offers.get()
    offers.set_on_shelf(offer, False, by=None)
    entry.refresh_from_db()
    assert (entry.modes, entry.languages, entry.offers, entry.sectors) == (0, "en", 0, exhibitor.sector.code)


def test_an_unpublished_booth_gets_no_entry_from_its_offers() -> None:
    exhibitor = make_exhibitor()
    withdraw(exhibitor, by=None, reason="Pause.")
    offers.save_offer(exhibitor, None, FULL, by=None)
    assert not CatalogueEntry.objects.filter(pk=exhibitor.pk).exists()


def test_only_what_is_named_changes() -> None:
    exhibitor = make_exhibitor()
    offer = offers.save_offer(exhibitor, None, FULL, by=None)
    offers.save_offer(exhibitor, offer, {"price_note": {"en": "Ask"}}, by=None, version=1)
    offer.refresh_from_db()
    assert (offer.version, offer.price_note, offer.licences.count()) == (2, {"en": "Ask"}, 1)
    entry = audit.entries(target=offer).first()
    assert entry is not None
    assert entry.after == {"price_note": {"en": "Ask"}}


def test_the_second_of_two_editors_is_told() -> None:
    offer = make_offer()
    offers.save_offer(offer.exhibitor, offer, {"title": {"en": "A"}}, by=make_user(name="Ana"), version=1)
    with pytest.raises(EditedMeanwhile, match="Ana"):
        offers.save_offer(offer.exhibitor, offer, {"title": {"en": "B"}}, by=None, version=1)
    offer.refresh_from_db()
    assert offer.title == {"en": "A"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": {"en": "x" * 300}}, "title"),
        ({"title": {"en": "🎉🎉🎉"}}, "title"),
        ({"title": {}}, "title"),
        ({"title": {"en": "\u202e\u200f "}}, "title"),
        ({"modes": [1, 5]}, "modes"),
        ({"delivers_to": ["Narnia"]}, "delivers_to"),
        ({"licences": [{"name": {"en": "§§"}}]}, "licences"),
        ({"licences": [{"name": {"en": "A"}, "valid_in": ["QQ"]}]}, "licences"),
        ({"references": [{"client": {"en": "A"}, "year": 999}]}, "references"),
    ],
)
def test_bad_values_are_refused_with_their_field_and_nothing_is_half_done(
    values: dict[str, object], field: str
) -> None:
    exhibitor = make_exhibitor()
    with pytest.raises(Refused) as refused:
        offers.save_offer(exhibitor, None, {**FULL, **values}, by=None)
    assert refused.value.field == field
    assert not Offer.objects.filter(exhibitor=exhibitor).exists()


def test_a_right_to_left_title_is_welcome() -> None:
    offer = offers.save_offer(make_exhibitor(), None, {"title": {"ar": "خدمات لوجستية"}}, by=None)
    assert offer.title == {"ar": "خدمات لوجستية"}


def test_anywhere_stands_alone() -> None:
    offer = offers.save_offer(make_exhibitor(), None, {**FULL, "delivers_to": ["KE", "*"]}, by=None)
    assert offer.delivers_to == ["*"]


def test_evidence_must_be_the_booths_own() -> None:
    exhibitor, foreign = make_exhibitor(), document_of(make_exhibitor())
    values = {"title": {"en": "A"}, "references": [{"client": {"en": "B"}, "evidence": foreign}]}
    with pytest.raises(Refused, match="document of this booth"):
        offers.save_offer(exhibitor, None, values, by=None)


def test_a_removed_offer_comes_back_under_its_old_address() -> None:
    exhibitor = make_exhibitor()
    sector, more = make_sector(exhibitor.edition), make_sector(exhibitor.edition)
    offer = offers.save_offer(exhibitor, None, {**FULL, "sector": sector, "more_sectors": [more]}, by=None)
    code = offer.code
    kept = offers.remove_offer(offer, by=None)
    assert not Offer.objects.filter(code=code).exists()
    assert CatalogueEntry.objects.get(pk=exhibitor.pk).offers == 0
    back = offers.restore_offer(exhibitor, kept, by=None)
    assert (back.code, back.sector, back.title["zh"]) == (code, sector, "冷链审计")
    assert back.licences.get().issuer == {"en": "KENAS"}
    assert [row.sector for row in back.more_sectors.all()] == [more]
    assert CatalogueEntry.objects.get(pk=exhibitor.pk).offers == 1
    with pytest.raises(Refused, match="already back"):
        offers.restore_offer(exhibitor, kept, by=None)


def test_order() -> None:
    exhibitor = make_exhibitor()
    first, second, third = (make_offer(exhibitor) for _ in range(3))
    offers.reorder_offers(exhibitor, [third.code, first.code], by=None)
    assert [offer.pk for offer in exhibitor.offers.all()] == [third.pk, first.pk, second.pk]


def test_a_new_offer_comes_last_whatever_was_removed_before() -> None:
    exhibitor = make_exhibitor()
    made = [make_offer(exhibitor, position=number) for number in range(4)]
    for gone in made[:3]:
        offers.remove_offer(gone, by=None)
    fresh = offers.save_offer(exhibitor, None, {"title": {"en": "New"}}, by=None)
    assert [offer.pk for offer in exhibitor.offers.all()] == [made[3].pk, fresh.pk]


def test_an_offer_moves_within_the_ends_of_the_list() -> None:
    exhibitor = make_exhibitor()
    first, second, third = (make_offer(exhibitor, position=5) for _ in range(3))
    assert offers.move_offer(third, -1, by=None) == (2, 3)
    assert offers.move_offer(first, 9, by=None) == (3, 3)
    assert [offer.pk for offer in exhibitor.offers.all()] == [third.pk, second.pk, first.pk]
    entries = audit.entries(target=exhibitor).count()
    assert offers.move_offer(third, -1, by=None) == (1, 3)
    assert audit.entries(target=exhibitor).count() == entries, "nothing moved, nothing is noted"


def test_the_shelf_counts_as_a_change_for_somebody_who_is_writing() -> None:
    offer = make_offer()
    offers.set_on_shelf(offer, False, by=make_user(name="Ana"))
    with pytest.raises(EditedMeanwhile, match="Ana"):
        offers.save_offer(offer.exhibitor, offer, {"is_on_shelf": True}, by=None, version=1)
