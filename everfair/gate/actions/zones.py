"""Deeds on zones: lay them out, change their rules, empty them at night, settle what came in off line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.base import audit
from everfair.base.codes import new_code, slug
from everfair.base.languages import pick
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.fair.actions.saving import plain, require_valid, set_fields
from everfair.fair.models import Edition
from everfair.gate import notices
from everfair.gate.actions.deciding import COUNTED, DoorState, take_back
from everfair.gate.actions.scanning import count
from everfair.gate.models import Device, Presence, Scan, Zone

FIELDS = (
    "name",
    "area",
    "most",
    "allows_return",
    "counts_exits",
    "opens_at",
    "closes_at",
    "position",
)


@transaction.atomic
def save_zone(edition: Edition, zone: Zone | None, values: Mapping[str, Any], *, by: Any) -> Zone:
    """Add (zone = None) or change a zone. `values`: FIELDS, `code` (new ones only), `kinds` (badge kinds), `version`."""
    is_new = zone is None
    if zone is None:
        row = Zone(edition=edition, code=_free_code(edition, values))
        row.position = (edition.zones.aggregate(highest=Max("position"))["highest"] or 0) + 1
    else:
        row = Zone.objects.select_for_update().get(pk=zone.pk)
        _require_version(row, values)
    before, after = set_fields(row, values, FIELDS)
    _require_sense(row)
    require_valid(row, exclude=["edition"])
    if not is_new:
        row.version += 1
    row.save()
    if "kinds" in values:
        _set_kinds(row, values["kinds"], before, after)
    if is_new or after:
        event = "gate.zone.added" if is_new else "gate.zone.changed"
        audit.record(event, row, by=by, edition_id=edition.pk, before=before, after=after)
    return row


@transaction.atomic
def remove_zone(zone: Zone, *, by: Any) -> None:
    """Take away a zone that no badge was ever read at."""
    row = Zone.objects.select_for_update().get(pk=zone.pk)
    if Scan.objects.filter(zone=row).exists():
        raise Refused(_("Badges were read at this zone, so it stays. Close it by its opening times instead."))
    if Device.objects.filter(zone=row, shut_out_at=None).exclude(secret_digest="").exists():
        raise Refused(_("A device stands at this zone. Give it another zone first."))
    audit.record("gate.zone.removed", row, by=by, edition_id=row.edition_id, before={"code": row.code})
    row.delete()


@transaction.atomic
def empty_zone(zone: Zone, *, by: Any, reason: str = "") -> int:
    """Count from nobody again, as after closing: forgotten exits do not add up. Gives how many were counted inside."""
    row = Zone.objects.select_for_update().get(pk=zone.pk)
    counted = row.inside
    Presence.objects.filter(zone=row).delete()
    row.inside = zone.inside = 0
    row.save(update_fields=["inside"])
    audit.record(
        "gate.zone.emptied", row, by=by, edition_id=row.edition_id, before={"inside": counted}, reason=reason
    )
    notices.tell_count(row)
    return counted


@transaction.atomic
def undo_scan(scan: Scan, *, by: Any, now: datetime | None = None) -> Scan:
    """Take a scan back at the desk: the person is where their other scans leave them."""
    zone, row = _lock(scan)
    if row.undone_at:
        raise Refused(_("This scan was taken back already."))
    door = _door(zone, row)
    if not take_back(row, door):
        raise Refused(_("The zone is full, so this person cannot be counted inside again."))
    _move(door, row)
    row.undone_at = scan.undone_at = now or timezone.now()
    row.save(update_fields=["undone_at"])
    _record("undone", row, by)
    return row


@transaction.atomic
def settle_conflict(scan: Scan, is_inside: bool, *, by: Any, now: datetime | None = None) -> Scan:
    """Somebody looked: the person is inside after all, or is not. The scan keeps its verdict; the count follows."""
    zone, row = _lock(scan)
    if row.verdict != Scan.Verdict.CONFLICT or row.looked_at:
        raise Refused(_("This was looked at already."))
    door = _door(zone, row)
    person = row.registration_id
    if is_inside and person is None:
        raise Refused(_("Nobody is known by this code, so nobody can be counted."))
    if person is not None:
        if is_inside and person not in door.present and door.is_full:
            raise Refused(
                ngettext(
                    "The zone holds %(most)d person and is full. Raise the limit first.",
                    "The zone holds %(most)d people and is full. Raise the limit first.",
                    zone.most or 0,
                )
                % {"most": zone.most or 0}
            )
        door.put(person, is_inside)
        _move(door, row)
    row.looked_at, row.looked_by = now or timezone.now(), by
    row.save(update_fields=["looked_at", "looked_by"])
    _record("settled", row, by, {"inside": is_inside})
    return row


def _lock(scan: Scan) -> tuple[Zone, Scan]:
    zone = Zone.objects.select_for_update().get(pk=scan.zone_id)
    return zone, Scan.objects.select_for_update(of=("self",)).get(pk=scan.pk)


def _door(zone: Zone, scan: Scan) -> DoorState:
    person = scan.registration_id
    present = Presence.objects.filter(zone=zone, registration=person).values_list(
        "registration_id", flat=True
    )
    door = DoorState(zone, None, set(present) if person else set())
    if person:
        rows = Scan.objects.filter(zone=zone, registration=person, undone_at=None, verdict__in=COUNTED)
        for at, way, pk in rows.values_list("scanned_at", "direction", "id"):
            door.note(person, at, way, pk)
    return door


def _move(door: DoorState, scan: Scan) -> None:
    """Write what changed for the one person."""
    for person, was in door.moved.items():
        if (person in door.present) == was:
            continue
        if not count(door.zone.pk, -1 if was else 1):
            raise Refused(_("The zone is full."))
        if was:
            Presence.objects.filter(zone=door.zone, registration=person).delete()
        else:
            Presence.objects.create(zone=door.zone, registration_id=person, since=scan.scanned_at, scan=scan)
        notices.tell_count(door.zone)


def _record(event: str, scan: Scan, by: Any, after: Mapping[str, Any] | None = None) -> None:
    audit.record(f"gate.scan.{event}", scan, by=by, edition_id=scan.edition_id, after=after)


def _require_version(row: Zone, values: Mapping[str, Any]) -> None:
    version = values.get("version")
    if version is not None and int(version) != row.version:
        raise EditedMeanwhile(
            _("Somebody else changed this zone meanwhile. Read what they saved, then save again."),
            row.version,
        )


def _require_sense(row: Zone) -> None:
    if not row.name:
        raise Refused(_("Give a name in at least one language."), field="name")
    if row.most is not None and row.most < 1:
        raise Refused(_("A limit is at least one person. Leave it empty for none."), field="most")
    if row.most is not None and row.most < row.inside:
        raise Refused(
            ngettext(
                "%(count)d person is inside now. A lower limit can be set when they have left.",
                "%(count)d people are inside now. A lower limit can be set when enough have left.",
                row.inside,
            )
            % {"count": row.inside},
            field="most",
        )
    if row.opens_at and row.closes_at and row.closes_at <= row.opens_at:
        raise Refused(_("The zone closes before it opens."), field="closes_at")
    if row.area is not None and row.area.edition_id != row.edition_id:
        raise Refused(_("This area belongs to another edition."), field="area")


def _set_kinds(row: Zone, kinds: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    chosen = list(kinds or [])
    if any(kind.edition_id != row.edition_id for kind in chosen):
        raise Refused(_("This kind of badge belongs to another edition."), field="kinds")
    old = {kind.pk: plain(kind) for kind in row.kinds.all()}
    if set(old) != {kind.pk for kind in chosen}:
        row.kinds.set(chosen)
        before["kinds"], after["kinds"] = sorted(old.values()), sorted(plain(kind) for kind in chosen)


def _free_code(edition: Edition, values: Mapping[str, Any]) -> str:
    given = values.get("code") or ""
    wished = given or slug(pick(values.get("name"), "en"), 15) or new_code(4)
    if not edition.zones.filter(code=wished).exists():
        return str(wished)[:20]
    if given:
        raise Refused(_("The code “%(code)s” is taken. Choose another.") % {"code": given}, field="code")
    return f"{wished[:15]}-{new_code(4)}"
