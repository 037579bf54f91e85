"""Carries a booth over into another edition. The old booth stays where it is; old addresses go on working."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.refusals import Refused
from everfair.exhibition.actions.booth import create_exhibitor
from everfair.exhibition.actions.guards import lock_exhibitor
from everfair.exhibition.models import (
    BoothContact,
    BoothDocument,
    Exhibitor,
    FormerAddress,
    Licence,
    Offer,
    OfferImage,
    OfferSector,
    Reference,
)
from everfair.fair.models import Area, Edition, Sector

PARTS = ("booth", "offers", "documents", "contacts")
OPEN_STATES = frozenset(
    {
        Exhibitor.State.DRAFT,
        Exhibitor.State.APPLIED,
        Exhibitor.State.CHANGES_ASKED,
        Exhibitor.State.ACCEPTED,
    }
)


def carry_over(
    exhibitor: Exhibitor,
    edition: Edition,
    *,
    by: Any,
    parts: Iterable[str] = PARTS,
    now: datetime | None = None,
) -> Exhibitor:
    """Copy the chosen parts into the firm's booth of `edition`, which is made (a draft) where there is none.

    Only what is still empty there is filled: nothing written is overwritten. Sectors and areas are matched by
    code; what the new edition does not have is left open. The old code leads to the new booth under the new
    edition's address, and to the old booth under the old edition's.
    """
    wanted = set(parts)
    if wanted - set(PARTS) or not wanted:
        raise Refused(_("Choose at least one part to carry over."), field="parts")
    if exhibitor.edition_id == edition.pk:
        raise Refused(_("This booth is already in that edition."))
    with transaction.atomic():
        source = lock_exhibitor(exhibitor)
        target = _target(source, edition, by)
        sectors = {sector.code: sector for sector in Sector.objects.filter(edition=edition)}
        documents: dict[int, BoothDocument] = {}
        done = []
        if "booth" in wanted and _carry_booth(source, target, sectors):
            done.append("booth")
        if "contacts" in wanted and _carry_contacts(source, target):
            done.append("contacts")
        if "documents" in wanted:
            documents = _carry_documents(source, target)
            done += ["documents"] if documents else []
        if "offers" in wanted and _carry_offers(source, target, sectors, documents):
            done.append("offers")
        FormerAddress.objects.get_or_create(
            code=source.code, defaults={"exhibitor": target, "since": now or timezone.now()}
        )
        if target.carried_from_id is None:
            target.carried_from = source
            target.save(update_fields=["carried_from"])
        audit.record(
            "exhibition.exhibitor.carried_over",
            target,
            by=by,
            edition_id=edition.pk,
            before={"edition": str(source.edition), "code": source.code},
            after={"parts": done},
        )
        note_change("exhibition.exhibitor", target.pk, edition.pk)
    return target


def _target(source: Exhibitor, edition: Edition, by: Any) -> Exhibitor:
    found = Exhibitor.objects.filter(edition=edition, organisation_id=source.organisation_id).first()
    if found is None:
        return create_exhibitor(edition, source.organisation, by=by, carried_from=source)
    target = lock_exhibitor(found)
    if target.state not in OPEN_STATES:
        raise Refused(
            _("Your booth in %(edition)s is “%(state)s”; nothing can be carried into it now.")
            % {"edition": edition, "state": target.get_state_display()}
        )
    return target


def _carry_booth(source: Exhibitor, target: Exhibitor, sectors: dict[str, Sector]) -> bool:
    """Texts, languages, cover, links, sector, area: each only where the new booth has nothing yet."""
    filled = []
    for name in ("headline", "about", "languages", "cover_id", "video_url", "tour_url"):
        if not getattr(target, name) and getattr(source, name):
            setattr(target, name, getattr(source, name))
            filled.append(name)
    if target.sector_id is None and source.sector is not None and source.sector.code in sectors:
        target.sector = sectors[source.sector.code]
        filled.append("sector")
    if target.area_id is None and source.area is not None:
        target.area = Area.objects.filter(edition_id=target.edition_id, code=source.area.code).first()
        filled += ["area"] if target.area else []
    if filled:
        target.version += 1
        target.save()
    return bool(filled)


def _carry_contacts(source: Exhibitor, target: Exhibitor) -> bool:
    if target.contacts.exists():
        return False
    fresh = []
    for contact in source.contacts.all():
        contact.pk, contact.exhibitor, contact._state.adding = None, target, True
        fresh.append(contact)
    BoothContact.objects.bulk_create(fresh)
    return bool(fresh)


def _carry_documents(source: Exhibitor, target: Exhibitor) -> dict[int, BoothDocument]:
    """Old document id → its copy; the file itself is kept once."""
    if target.documents.exists():
        return {}
    copies = {}
    for document in source.documents.all():
        old = document.pk
        document.pk, document.exhibitor, document._state.adding = None, target, True
        document.save(force_insert=True)
        copies[old] = document
    return copies


def _carry_offers(
    source: Exhibitor, target: Exhibitor, sectors: dict[str, Sector], documents: dict[int, BoothDocument]
) -> bool:
    """Offers get codes of their own: the old ones go on living in the old edition."""
    if target.offers.exists():
        return False
    found = source.offers.select_related("sector").prefetch_related(
        "more_sectors__sector", "licences", "references", "images"
    )
    for offer in found:
        _carry_offer(offer, target, sectors, documents)
    return bool(found)


def _carry_offer(
    offer: Offer, target: Exhibitor, sectors: dict[str, Sector], documents: dict[int, BoothDocument]
) -> None:
    copy = Offer.objects.create(
        exhibitor=target,
        kind=offer.kind,
        title=offer.title,
        description=offer.description,
        sector=sectors.get(offer.sector.code) if offer.sector else None,
        modes=offer.modes,
        languages=offer.languages,
        delivers_to=offer.delivers_to,
        data_location=offer.data_location,
        price_note=offer.price_note,
        is_on_shelf=offer.is_on_shelf,
        position=offer.position,
        external_id=offer.external_id,
    )
    more = [sectors[one.sector.code] for one in offer.more_sectors.all() if one.sector.code in sectors]
    OfferSector.objects.bulk_create(OfferSector(offer=copy, sector=sector) for sector in more)
    Licence.objects.bulk_create(
        Licence(
            offer=copy, name=one.name, issuer=one.issuer, valid_in=one.valid_in, valid_until=one.valid_until
        )
        for one in offer.licences.all()
    )
    Reference.objects.bulk_create(
        Reference(
            offer=copy,
            client=one.client,
            year=one.year,
            what=one.what,
            evidence=documents.get(one.evidence_id) if one.evidence_id else None,
        )
        for one in offer.references.all()
    )
    OfferImage.objects.bulk_create(
        OfferImage(offer=copy, file_id=one.file_id, caption=one.caption, position=one.position)
        for one in offer.images.all()
    )
    note_change("exhibition.offer", copy.pk, target.edition_id)
