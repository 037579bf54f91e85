"""What the public booth page and the page of one offer show, each read in a handful of queries. No writes."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import JSONObject

from everfair.base.languages import Words
from everfair.base.models import MediaFile
from everfair.exhibition.models import (
    BoothContact,
    BoothDocument,
    Exhibitor,
    Licence,
    Offer,
    OfferImage,
    OfferSector,
    Reference,
)
from everfair.fair.models import Sector

_PICTURE = ("id", "kind", "name", "content_type", "digest", "size", "width", "height", "variants")


@dataclass(frozen=True)
class OfferCard:
    """An offer as a booth shows it: `sectors` main one first, `picture` its first picture."""

    offer: Offer
    sectors: tuple[Sector, ...]
    licences: tuple[Licence, ...]
    references: tuple[Reference, ...]
    picture: MediaFile | None


@dataclass(frozen=True)
class ContactLine:
    """Whom to talk to. `name` falls back to the member's own name."""

    name: Words
    role: Words
    languages: tuple[str, ...]
    contact: BoothContact


@dataclass(frozen=True)
class BoothPage:
    """Everything a booth shows. `motif` and `key` draw the cover where no picture was given."""

    exhibitor: Exhibitor
    name: Words
    offers: tuple[OfferCard, ...]
    documents: tuple[BoothDocument, ...]
    contacts: tuple[ContactLine, ...]
    cover: MediaFile | None
    logo: MediaFile | None
    motif: int
    key: str

    @property
    def modes(self) -> list[int]:
        """Modes of supply of all offers, in order."""
        return sorted({mode for card in self.offers for mode in card.offer.mode_list})


@dataclass(frozen=True)
class OfferPage:
    """Everything the page of one offer shows; `siblings` are other offers on the same booth's shelf."""

    offer: Offer
    exhibitor: Exhibitor
    sectors: tuple[Sector, ...]
    licences: tuple[Licence, ...]
    references: tuple[Reference, ...]
    images: tuple[OfferImage, ...]
    siblings: tuple[Offer, ...]
    motif: int
    key: str


def booth_page(exhibitor: Exhibitor, *, with_hidden: bool = False) -> BoothPage:
    """The booth's page in six queries beyond the exhibitor, its organisation, area, place, sector and cover.

    `with_hidden` also shows offers that are off the shelf: for the team's own preview.
    """
    offers = _offers(exhibitor)
    if not with_hidden:
        offers = offers.filter(is_on_shelf=True)
    contacts = exhibitor.contacts.select_related("user")
    return BoothPage(
        exhibitor=exhibitor,
        name=exhibitor.organisation.name,
        offers=tuple(_card(offer) for offer in offers),
        documents=tuple(exhibitor.documents.select_related("file")),
        contacts=tuple(_contact_line(contact) for contact in contacts),
        cover=exhibitor.cover,
        logo=exhibitor.organisation.logo,
        motif=motif_of(exhibitor),
        key=exhibitor.code,
    )


def offer_page(offer: Offer) -> OfferPage:
    """One offer's page in five queries beyond the offer, its sector and its exhibitor."""
    more = offer.more_sectors.select_related("sector")
    siblings = Offer.objects.filter(exhibitor_id=offer.exhibitor_id, is_on_shelf=True).exclude(pk=offer.pk)
    return OfferPage(
        offer=offer,
        exhibitor=offer.exhibitor,
        sectors=tuple(_sectors(offer, list(more))),
        licences=tuple(offer.licences.all()),
        references=tuple(offer.references.select_related("evidence__file")),
        images=tuple(offer.images.select_related("file")),
        siblings=tuple(siblings.select_related("sector")[:6]),
        motif=offer.sector.motif if offer.sector else motif_of(offer.exhibitor),
        key=offer.code,
    )


def motif_of(exhibitor: Exhibitor) -> int:
    """The pattern of the generated cover: the sector's, else the area's, else the first."""
    for owner in (exhibitor.sector, exhibitor.area):
        if owner is not None:
            return owner.motif
    return 1


def _offers(exhibitor: Exhibitor) -> QuerySet[Offer]:
    first_image = (
        OfferImage.objects.filter(offer=OuterRef("pk"))
        .order_by("position", "id")
        .values(data=JSONObject(**{name: f"file__{name}" for name in _PICTURE}))[:1]
    )
    return (
        exhibitor.offers.select_related("sector")
        .annotate(first_picture=Subquery(first_image))
        .prefetch_related(
            Prefetch("more_sectors", OfferSector.objects.select_related("sector").order_by("pk")),
            "licences",
            "references",
        )
    )


def _card(offer: Offer) -> OfferCard:
    return OfferCard(
        offer=offer,
        sectors=tuple(_sectors(offer, list(offer.more_sectors.all()))),
        licences=tuple(offer.licences.all()),
        references=tuple(offer.references.all()),
        picture=_picture(offer.first_picture),  # type: ignore[attr-defined]
    )


def _picture(values: Any) -> MediaFile | None:
    """The file of the annotation above; SQLite hands nested JSON over as text."""
    if not values:
        return None
    found: dict[str, Any] = json.loads(values) if isinstance(values, str) else dict(values)
    if isinstance(found["variants"], str):
        found["variants"] = json.loads(found["variants"])
    return MediaFile(**found)


def _sectors(offer: Offer, more: list[OfferSector]) -> list[Sector]:
    return [*([offer.sector] if offer.sector else []), *(one.sector for one in more)]


def _contact_line(contact: BoothContact) -> ContactLine:
    name = dict(contact.name)
    if not name and contact.user is not None and contact.user.name:
        name = {"en": contact.user.name}
    return ContactLine(name, contact.role, tuple(contact.languages), contact)
