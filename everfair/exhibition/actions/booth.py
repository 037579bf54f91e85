"""Makes and changes a booth: its texts, place, contacts. Offers, states and uploads are elsewhere."""

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.exhibition.actions.entry import refresh_entry
from everfair.exhibition.actions.guards import (
    clean_languages,
    differences,
    edited_sentence,
    lock_exhibitor,
    require_version,
    require_web_address,
    validate_fields,
)
from everfair.exhibition.actions.media import add_document, remove_document, set_cover
from everfair.exhibition.forms.texts import clean_line_words, clean_text_words
from everfair.exhibition.models import BoothContact, Exhibitor
from everfair.fair.models import Edition, Place
from everfair.people.models import Organisation

__all__ = [
    "add_document",
    "claim_place",
    "contacts_version",
    "create_exhibitor",
    "refresh_entry",
    "release_place",
    "remove_document",
    "save_booth",
    "save_contacts",
    "set_cover",
]

EVENT = "exhibition.exhibitor."
FIELDS = frozenset(
    {
        "headline", "about", "languages", "sector", "area", "video_url", "tour_url", "delegation",
        "source", "external_id",
    }
)  # fmt: skip
MOST_CONTACTS = 20


def create_exhibitor(edition: Edition, organisation: Organisation, *, by: Any, **fields: Any) -> Exhibitor:
    """A draft booth of the organisation in the edition; Refused when it has one. `fields`: see FIELDS."""
    with transaction.atomic():
        row = Exhibitor(
            edition=edition, organisation=organisation, carried_from=fields.pop("carried_from", None)
        )
        fresh = _cleaned(row, fields)
        for name, value in fresh.items():
            setattr(row, name, value)
        validate_fields(row, fresh)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise Refused(
                _("%(firm)s already has a booth in this edition.") % {"firm": organisation}
            ) from error
        audit.record(EVENT + "created", row, by=by, edition_id=edition.pk, after={"state": row.state})
        note_change("exhibition.exhibitor", row.pk, edition.pk)
    return row


def save_booth(exhibitor: Exhibitor, values: Mapping[str, Any], *, by: Any, version: int | None) -> Exhibitor:
    """Save the named fields (see FIELDS); `version` is what the editor started from, None = do not compare.

    Raises EditedMeanwhile, or Refused with the field's name. Moving to another area gives the place back.
    """
    with transaction.atomic():
        row = lock_exhibitor(exhibitor)
        require_version(row, version)
        fresh = _cleaned(row, values)
        before, after = differences(row, fresh)
        if not after:
            return _bring_up_to_date(exhibitor, row)
        for name in after:
            setattr(row, name, fresh[name])
        if row.place is not None and row.place.area_id != row.area_id:
            before["place"], after["place"] = str(row.place), None
            row.place = None
        validate_fields(row, fresh)
        _require_still_complete(row)
        row.version += 1
        row.save(update_fields=[*after, "version"])
        _after_change(row, EVENT + "saved", by, before, after)
    return _bring_up_to_date(exhibitor, row)


def claim_place(exhibitor: Exhibitor, place: Place, *, by: Any) -> Exhibitor:
    """Give the booth this place (and its area). The database lets one have it; the second is Refused."""
    if place.edition_id != exhibitor.edition_id:
        raise Refused(_("That place is not in this edition."), field="place")
    with transaction.atomic():
        row = lock_exhibitor(exhibitor)
        if row.place_id == place.pk:
            return _bring_up_to_date(exhibitor, row)
        before = {"place": str(row.place) if row.place else None, "area": str(row.area) if row.area else None}
        if row.area_id != place.area_id:
            row.version += 1  # somebody may be writing, with the area in the form
        row.place, row.area = place, place.area
        try:
            with transaction.atomic():
                row.save(update_fields=["place", "area", "version"])
        except IntegrityError as error:
            raise Refused(
                _("Place %(number)s has just been given to another exhibitor. Please choose another one.")
                % {"number": place.number},
                field="place",
            ) from error
        _after_change(row, EVENT + "placed", by, before, {"place": str(place), "area": str(place.area)})
    return _bring_up_to_date(exhibitor, row)


def release_place(exhibitor: Exhibitor, *, by: Any) -> Exhibitor:
    """Give the place back; the booth stays in its area."""
    with transaction.atomic():
        row = lock_exhibitor(exhibitor)
        if row.place is not None:
            before = {"place": str(row.place)}
            row.place = None
            row.save(update_fields=["place"])
            _after_change(row, EVENT + "place_released", by, before, {"place": None})
    return _bring_up_to_date(exhibitor, row)


def contacts_version(exhibitor: Exhibitor) -> int:
    """A number that changes when the list of contacts does: contacts have no version column of their own."""
    rows = exhibitor.contacts.values_list("name", "role", "languages", "user_id", "position")
    return zlib.crc32(json.dumps(list(rows), ensure_ascii=False, sort_keys=True, default=str).encode())


def save_contacts(
    exhibitor: Exhibitor, contacts: Iterable[Mapping[str, Any]], *, by: Any, version: int | None = None
) -> list[BoothContact]:
    """Replace the contacts, each {"name": Words, "role": Words, "languages": [..], "user": User | None}.

    `version` from `contacts_version`; EditedMeanwhile when the list has changed since.
    """
    with transaction.atomic():
        row = lock_exhibitor(exhibitor)
        current = contacts_version(row)
        if version is not None and version != current:
            last = audit.entries(target=row).filter(event=EVENT + "contacts_saved").first()
            raise EditedMeanwhile(edited_sentence(last.by_name if last else ""), current=current)
        fresh = [_contact(row, given, position) for position, given in enumerate(contacts)]
        if len(fresh) > MOST_CONTACTS:
            raise Refused(_("A booth shows at most %(count)d contacts.") % {"count": MOST_CONTACTS})
        before = [str(contact) for contact in row.contacts.all()]
        row.contacts.all().delete()
        BoothContact.objects.bulk_create(fresh)
        _after_change(
            row, EVENT + "contacts_saved", by, {"contacts": before}, {"contacts": [str(c) for c in fresh]}
        )
    return fresh


def _contact(row: Exhibitor, given: Mapping[str, Any], position: int) -> BoothContact:
    contact = BoothContact(
        exhibitor=row,
        user=given.get("user"),
        name=clean_line_words(given.get("name")),
        role=clean_line_words(given.get("role")),
        languages=clean_languages(given.get("languages") or ()),
        position=position,
    )
    if not contact.name and not contact.role and contact.user is None:
        raise Refused(_("Contact %(number)d needs a name, or what the desk does.") % {"number": position + 1})
    validate_fields(contact, ("name", "role"))
    return contact


def _cleaned(row: Exhibitor, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they will be kept. An unknown name is the caller's mistake; so is the delegation of a booth that is
    there, for it has a quota: `recruiting.assign_delegation` asks it."""
    unknown = set(values) - (FIELDS if row._state.adding else FIELDS - {"delegation"})
    if unknown:
        raise TypeError(f"save_booth does not know {sorted(unknown)}")
    fresh = dict(values)
    if "headline" in fresh:
        fresh["headline"] = clean_line_words(fresh["headline"])
    if "about" in fresh:
        fresh["about"] = clean_text_words(fresh["about"])
    if "languages" in fresh:
        fresh["languages"] = clean_languages(fresh["languages"] or ())
    for name in ("video_url", "tour_url"):
        if name in fresh:
            fresh[name] = require_web_address(fresh[name] or "", name)
    for name in ("sector", "area", "delegation"):
        if fresh.get(name) is not None and fresh[name].edition_id != row.edition_id:
            raise Refused(_("That choice belongs to another edition."), field=name)
    return fresh


def _require_still_complete(row: Exhibitor) -> None:
    """A public booth stays complete: what would make it incomplete is refused, not published half."""
    if row.state != Exhibitor.State.PUBLISHED:
        return
    gaps = {
        "sector": row.sector_id is None,
        "area": row.area_id is None,
        "headline": not (row.headline or row.about),
    }
    for name, is_gap in gaps.items():
        if is_gap:
            raise Refused(
                _("The booth is public and needs this. Fill it in, or withdraw the booth first."), field=name
            )


def _after_change(
    row: Exhibitor, event: str, by: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """What follows every change of a booth: audit row, catalogue entry, change table."""
    audit.record(event, row, by=by, edition_id=row.edition_id, before=before, after=after)
    if row.state == Exhibitor.State.PUBLISHED:
        refresh_entry(row)
    note_change("exhibition.exhibitor", row.pk, row.edition_id)


def _bring_up_to_date(exhibitor: Exhibitor, row: Exhibitor) -> Exhibitor:
    for field in Exhibitor._meta.concrete_fields:
        setattr(exhibitor, field.attname, getattr(row, field.attname))
    for name in ("area", "place", "sector"):
        setattr(exhibitor, name, getattr(row, name))
    return exhibitor
