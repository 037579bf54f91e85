"""Makes and changes offers: texts, sectors, modes, licences, references, shelf. Pictures are in media.py."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.refusals import Refused
from everfair.exhibition.actions.entry import refresh_entry
from everfair.exhibition.actions.guards import (
    clean_countries,
    clean_languages,
    differences,
    lock_exhibitor,
    lock_offer,
    require_name,
    require_version,
    validate_fields,
)
from everfair.exhibition.forms.texts import clean_line_words, clean_text_words
from everfair.exhibition.models import BoothDocument, Exhibitor, Licence, Offer, OfferSector, Reference
from everfair.exhibition.models.offer import MODES, modes_to_bits
from everfair.exhibition.signals import offer_changed
from everfair.fair.models import Sector

EVENT = "exhibition.offer."
FIELDS = frozenset(
    {
        "kind", "title", "description", "sector", "modes", "languages", "delivers_to", "data_location",
        "price_note", "is_on_shelf", "position", "external_id",
    }
)  # fmt: skip
LISTS = frozenset({"more_sectors", "licences", "references"})
MOST_OFFERS = 500
LAST_POSITION = 32000
MOST_ROWS = 50  # licences or references of one offer
FIRST_YEAR, YEARS_AHEAD = 1800, 10


def save_offer(
    exhibitor: Exhibitor,
    offer: Offer | None,
    values: Mapping[str, Any],
    *,
    by: Any,
    version: int | None = None,
) -> Offer:
    """Make (`offer` None) or change an offer. Only the named values are touched; see FIELDS and LISTS.

    `modes` is an iterable of 1-4; `more_sectors` of Sector; `licences` of {"name": Words, "issuer": Words,
    "valid_in": [ISO codes], "valid_until": date | None}; `references` of {"client": Words,
    "year": int | None, "what": Words, "evidence": BoothDocument | None}; both replace the lists kept.
    Raises EditedMeanwhile, or Refused with a field.
    """
    with transaction.atomic():
        owner = lock_exhibitor(exhibitor)
        row = _row_to_save(owner, offer)
        require_version(row, version)
        fresh = _cleaned(owner, values)
        before, after = differences(row, fresh)
        for name, value in fresh.items():
            setattr(row, name, value)
        require_name(row.title, "title", _("The title"))
        validate_fields(row, fresh)
        is_new = row.pk is None
        row.version = 1 if is_new else row.version + 1
        row.save()
        _save_lists(row, owner, values, before, after)
        event = EVENT + ("created" if is_new else "saved")
        audit.record(
            event, row, by=by, edition_id=owner.edition_id, before={} if is_new else before, after=after
        )
        _after_change(owner, row)
    if offer is not None:
        offer.refresh_from_db()
        return offer
    return row


def set_on_shelf(offer: Offer, on: bool, *, by: Any) -> Offer:
    """Show or hide the offer on its booth. Its address and everything in it stay."""
    with transaction.atomic():
        owner = lock_exhibitor(offer.exhibitor)
        row = lock_offer(offer)
        if row.is_on_shelf != on:
            row.is_on_shelf = on
            row.version += 1  # somebody may be writing, with the shelf's tick in the form
            row.save(update_fields=["is_on_shelf", "version"])
            event = EVENT + ("put_on_shelf" if on else "taken_off_shelf")
            audit.record(
                event,
                row,
                by=by,
                edition_id=owner.edition_id,
                before={"on_shelf": not on},
                after={"on_shelf": on},
            )
            _after_change(owner, row)
    offer.is_on_shelf, offer.version = row.is_on_shelf, row.version
    return offer


def remove_offer(offer: Offer, *, by: Any) -> dict[str, Any]:
    """Delete the offer; returns what `restore_offer` needs to bring it back under its old address."""
    with transaction.atomic():
        owner = lock_exhibitor(offer.exhibitor)
        row = lock_offer(offer)
        kept = _snapshot(row)
        audit.record(
            EVENT + "removed",
            owner,
            by=by,
            edition_id=owner.edition_id,
            before={"offer": str(row), "code": row.code},
        )
        _after_change(owner, row, is_going=True)
        row.delete()
        if owner.state == Exhibitor.State.PUBLISHED:
            refresh_entry(owner)
    return kept


def restore_offer(exhibitor: Exhibitor, kept: Mapping[str, Any], *, by: Any) -> Offer:
    """Bring a removed offer back, with its code, so that old addresses work again."""
    with transaction.atomic():
        owner = lock_exhibitor(exhibitor)
        if Offer.objects.filter(code=kept["code"]).exists():
            raise Refused(_("This offer is already back."))
        row = Offer(exhibitor=owner, **{name: kept[name] for name in (*_PLAIN, "code")})
        row.sector = Sector.objects.filter(pk=kept["sector"], edition_id=owner.edition_id).first()
        row.save()
        for sector in Sector.objects.filter(pk__in=kept["more_sectors"], edition_id=owner.edition_id):
            OfferSector.objects.create(offer=row, sector=sector)
        for licence in kept["licences"]:
            until = licence["valid_until"]
            row.licences.create(**{**licence, "valid_until": date.fromisoformat(until) if until else None})
        documents = set(owner.documents.values_list("pk", flat=True))
        for given in kept["references"]:
            evidence = given["evidence"] if given["evidence"] in documents else None
            row.references.create(
                client=given["client"], year=given["year"], what=given["what"], evidence_id=evidence
            )
        for image in kept["images"]:
            row.images.create(file_id=image["file"], caption=image["caption"], position=image["position"])
        audit.record(EVENT + "restored", row, by=by, edition_id=owner.edition_id, after={"code": row.code})
        _after_change(owner, row)
    return row


_PLAIN = (
    "kind", "title", "description", "modes", "languages", "delivers_to", "data_location", "price_note",
    "is_on_shelf", "position", "external_id", "version",
)  # fmt: skip


def _snapshot(row: Offer) -> dict[str, Any]:
    """Everything of an offer as JSON."""
    return {
        **{name: getattr(row, name) for name in (*_PLAIN, "code")},
        "sector": row.sector_id,
        "more_sectors": list(row.more_sectors.values_list("sector_id", flat=True)),
        "licences": [
            {
                "name": one.name, "issuer": one.issuer, "valid_in": one.valid_in,
                "valid_until": one.valid_until.isoformat() if one.valid_until else None,
            }
            for one in row.licences.all()
        ],
        "references": [
            {"client": one.client, "year": one.year, "what": one.what, "evidence": one.evidence_id}
            for one in row.references.all()
        ],
        "images": [
            {"file": one.file_id, "caption": one.caption, "position": one.position}
            for one in row.images.all()
        ],
    }  # fmt: skip


def _row_to_save(owner: Exhibitor, offer: Offer | None) -> Offer:
    if offer is not None:
        return lock_offer(offer)
    if owner.offers.count() >= MOST_OFFERS:
        raise Refused(_("A booth holds at most %(count)d offers.") % {"count": MOST_OFFERS})
    last = owner.offers.aggregate(last=Max("position"))["last"]
    return Offer(exhibitor=owner, position=0 if last is None else min(last + 1, LAST_POSITION))


def _cleaned(owner: Exhibitor, values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - FIELDS - LISTS
    if unknown:
        raise TypeError(f"save_offer does not know {sorted(unknown)}")
    fresh = {name: value for name, value in values.items() if name in FIELDS}
    for name in ("title", "data_location", "price_note"):
        if name in fresh:
            fresh[name] = clean_line_words(fresh[name])
    if "description" in fresh:
        fresh["description"] = clean_text_words(fresh["description"])
    if "modes" in fresh:
        modes = {int(mode) for mode in fresh["modes"] or ()}
        if modes - set(MODES):
            raise Refused(_("Modes of supply are numbered 1 to 4."), field="modes")
        fresh["modes"] = modes_to_bits(modes)
    if "languages" in fresh:
        fresh["languages"] = clean_languages(fresh["languages"] or ())
    if "delivers_to" in fresh:
        fresh["delivers_to"] = clean_countries(
            fresh["delivers_to"] or (), "delivers_to", may_be_anywhere=True
        )
    if fresh.get("sector") is not None:
        _require_own_sector(owner, fresh["sector"], "sector")
    return fresh


def _require_own_sector(owner: Exhibitor, sector: Sector, field: str) -> None:
    if sector.edition_id != owner.edition_id:
        raise Refused(_("That sector belongs to another edition."), field=field)


def _save_lists(
    row: Offer, owner: Exhibitor, values: Mapping[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Replace the lists that were given, noting in before/after what changed."""
    if "more_sectors" in values:
        sectors = [one for one in dict.fromkeys(values["more_sectors"] or ()) if one.pk != row.sector_id]
        for sector in sectors:
            _require_own_sector(owner, sector, "more_sectors")
        _replace(row.more_sectors, [OfferSector(offer=row, sector=one) for one in sectors])
    if "licences" in values:
        fresh = [_licence(row, given) for given in values["licences"] or ()]
        _note_list(
            "licences", [str(one) for one in row.licences.all()], [str(one) for one in fresh], before, after
        )
        _replace(row.licences, fresh)
    if "references" in values:
        references = [_reference(row, owner, given) for given in values["references"] or ()]
        _note_list(
            "references", [str(r) for r in row.references.all()], [str(r) for r in references], before, after
        )
        _replace(row.references, references)


def _note_list(
    name: str, old: list[str], new: list[str], before: dict[str, Any], after: dict[str, Any]
) -> None:
    if old != new:
        before[name], after[name] = old, new


def _replace(manager: Any, rows: list[Any]) -> None:
    if len(rows) > MOST_ROWS:
        raise Refused(_("At most %(count)d rows fit in one list.") % {"count": MOST_ROWS})
    manager.all().delete()
    manager.model.objects.bulk_create(rows)


def _licence(row: Offer, given: Mapping[str, Any]) -> Licence:
    licence = Licence(
        offer=row,
        name=clean_line_words(given.get("name")),
        issuer=clean_line_words(given.get("issuer")),
        valid_in=clean_countries(given.get("valid_in") or (), "licences"),
        valid_until=given.get("valid_until"),
    )
    require_name(licence.name, "licences", _("The licence's name"))
    validate_fields(licence, ("name", "issuer", "valid_until"))
    return licence


def _reference(row: Offer, owner: Exhibitor, given: Mapping[str, Any]) -> Reference:
    evidence: BoothDocument | None = given.get("evidence")
    if evidence is not None and evidence.exhibitor_id != owner.pk:
        raise Refused(_("Evidence must be a document of this booth."), field="references")
    reference = Reference(
        offer=row,
        client=clean_line_words(given.get("client")),
        year=given.get("year"),
        what=clean_line_words(given.get("what")),
        evidence=evidence,
    )
    require_name(reference.client, "references", _("The client's name"))
    last = date.today().year + YEARS_AHEAD
    if reference.year is not None and not FIRST_YEAR <= reference.year <= last:
        raise Refused(
            _("The year of a reference lies between %(first)d and %(last)d.")
            % {"first": FIRST_YEAR, "last": last},
            field="references",
        )
    validate_fields(reference, ("client", "what"))
    return reference


def _after_change(owner: Exhibitor, row: Offer, *, is_going: bool = False) -> None:
    """What follows every change of an offer: catalogue entry, change table, the fact for rooms above."""
    if owner.state == Exhibitor.State.PUBLISHED and not is_going:
        refresh_entry(owner)
    note_change("exhibition.offer", row.pk, owner.edition_id)
    note_change("exhibition.exhibitor", owner.pk, owner.edition_id)
    offer_id, exhibitor_id = row.pk, owner.pk
    transaction.on_commit(lambda: offer_changed.send(Offer, offer_id=offer_id, exhibitor_id=exhibitor_id))


def reorder_offers(exhibitor: Exhibitor, codes: Iterable[str], *, by: Any) -> None:
    """Put the booth's offers in this order; codes not named follow in their old order."""
    with transaction.atomic():
        owner = lock_exhibitor(exhibitor)
        wanted = {code: position for position, code in enumerate(codes)}
        rows = sorted(
            owner.offers.all(), key=lambda row: (wanted.get(row.code, len(wanted)), row.position, row.pk)
        )
        _save_order(owner, rows, by)


def move_offer(offer: Offer, steps: int, *, by: Any) -> tuple[int, int]:
    """Move the offer `steps` places down its booth's list (up where negative), not past its ends.

    Returns its place from now on, counted from 1, and how many offers there are.
    """
    with transaction.atomic():
        owner = lock_exhibitor(offer.exhibitor)
        rows = list(owner.offers.order_by("position", "id"))
        found = next((number for number, row in enumerate(rows) if row.pk == offer.pk), None)
        if found is None:
            raise Refused(_("The offer is no longer here."))
        place = min(max(found + steps, 0), len(rows) - 1)
        if place != found:
            rows.insert(place, rows.pop(found))
            _save_order(owner, rows, by)
    return place + 1, len(rows)


def _save_order(owner: Exhibitor, rows: list[Offer], by: Any) -> None:
    for position, row in enumerate(rows):
        row.position = position
    Offer.objects.bulk_update(rows, ["position"])
    audit.record(EVENT + "reordered", owner, by=by, edition_id=owner.edition_id)
    note_change("exhibition.exhibitor", owner.pk, owner.edition_id)
