"""What a card in a hall, on the front page or among search results shows of an exhibitor or an offer. One query each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from everfair.base.codes import address_part
from everfair.base.languages import Words, pick
from everfair.exhibition.models import Exhibitor, Offer
from everfair.exhibition.models.offer import bits_to_modes


@dataclass(frozen=True, slots=True)
class ExhibitorCard:
    """An exhibitor as a card: public facts only."""

    pk: int
    code: str
    name: Words
    headline: Words
    country: str
    motif: int
    modes: list[int]
    cover_digest: str
    area_code: str
    place_number: str
    published_at: datetime | None

    @property
    def address(self) -> str:
        return address_part(pick(self.name, "en"), self.code)


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An offer as a card, with its exhibitor's name."""

    pk: int
    code: str
    title: Words
    description: Words
    exhibitor_name: Words
    exhibitor_code: str
    country: str
    motif: int
    modes: list[int]
    area_code: str

    @property
    def address(self) -> str:
        return address_part(pick(self.title, "en"), self.code)

    @property
    def exhibitor_address(self) -> str:
        return address_part(pick(self.exhibitor_name, "en"), self.exhibitor_code)


def exhibitor_cards(ids: Sequence[int]) -> list[ExhibitorCard]:
    """Cards of published exhibitors, in the order of `ids`; ids that are no longer published are left out."""
    rows = Exhibitor.objects.filter(pk__in=ids, state=Exhibitor.State.PUBLISHED).values_list(
        "pk", "code", "organisation__name", "headline", "organisation__country", "sector__motif", "entry__modes",
        "cover__variants", "area__code", "place__number", "published_at",
    )  # fmt: skip
    found = {
        row[0]: ExhibitorCard(
            *row[:5],
            row[5] or 1,
            bits_to_modes(row[6] or 0),
            (row[7] or {}).get("small", ""),
            row[8] or "",
            row[9] or "",
            row[10],
        )
        for row in rows
    }
    return [found[pk] for pk in ids if pk in found]


def offer_cards(ids: Sequence[int]) -> list[OfferCard]:
    """Cards of offers on the shelf of published exhibitors, in the order of `ids`."""
    rows = Offer.objects.filter(
        pk__in=ids, is_on_shelf=True, exhibitor__state=Exhibitor.State.PUBLISHED
    ).values_list(
        "pk", "code", "title", "description", "exhibitor__organisation__name", "exhibitor__code",
        "exhibitor__organisation__country", "sector__motif", "modes", "exhibitor__area__code",
    )  # fmt: skip
    found = {row[0]: OfferCard(*row[:7], row[7] or 1, bits_to_modes(row[8]), row[9] or "") for row in rows}
    return [found[pk] for pk in ids if pk in found]


def newest_offers(edition_id: int, limit: int = 3) -> list[OfferCard]:
    """The newest offers on the shelf of an edition, each of another exhibitor."""
    newest = (
        Offer.objects.filter(
            exhibitor__edition_id=edition_id, exhibitor__state=Exhibitor.State.PUBLISHED, is_on_shelf=True
        )
        .order_by("-pk")
        .values_list("exhibitor_id", "pk")[: limit * 20]
    )
    first_of = dict(reversed(newest))
    return offer_cards(sorted(first_of.values(), reverse=True)[:limit])
