"""Takes scans in: many devices' sendings in one transaction, each scan once, one verdict each, occupancy exact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from everfair.gate import notices
from everfair.gate.access import forget_devices
from everfair.gate.actions.deciding import COUNTED, DoorState, decide, take_back
from everfair.gate.actions.devices import note_device
from everfair.gate.forms.given import Given, clock_offset, read_all
from everfair.gate.models import Device, Presence, Scan, Zone
from everfair.gate.queries.kinds import forget_kinds, kinds_let_in
from everfair.gate.queries.shown import Shown, forget_keys, shown_codes, shown_serials

MOST_AFTER_SHUT_OUT = 20000  # scans kept from a device that was shut out
ATTEMPTS = 3
PLACELESS = frozenset({"zone", "shut_out"})  # kept to be looked at, counted nowhere


@dataclass
class Sending:
    """What one device sent at one moment. `clock` is its own (milliseconds since 1970), `waiting` its queue."""

    device: Device
    scans: Sequence[Any]
    clock: Any = None
    waiting: int = 0
    counts: dict[str, int] = field(default_factory=dict)  # zone code → inside, of the zones it went through


@dataclass
class _Entry:
    """One entry on its way: where it came from, what it is, what became of it."""

    device: Device
    given: Given
    shown: Shown = field(default_factory=Shown)
    scan: Scan | None = None
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, int]:
        return self.device.pk, self.given.number


def take_scans(
    device: Device, scans: Sequence[Any], now: datetime | None = None, *, clock: Any = None, waiting: int = 0
) -> list[dict[str, Any]]:
    """One device's scans → one answer each, in the order sent. Sending the same numbers again changes nothing.

    A scan: `number` (the device's own), `at` (its clock, milliseconds), `zone`, `direction`, `code` or `serial`,
    and off line `offline`, `verdict`, `reason`; or `number`, `at`, `undo` (an earlier number).
    An answer: `number`, `verdict`, `reason`, the person's `name`, `firm`, `kind`, `watch`, `note`, and `again`.
    """
    return take_sendings([Sending(device, scans, clock, waiting)], now)[0]


def take_sendings(sendings: Sequence[Sending], now: datetime | None = None) -> list[list[dict[str, Any]]]:
    """The same for many devices at once: one transaction, a fixed number of queries for each edition and day."""
    now = now or timezone.now()
    read: list[list[tuple[int | None, _Entry | None]]] = []
    for sending in sendings:
        offset = clock_offset(sending.clock, now)
        read.append(
            [
                (number, _Entry(sending.device, given) if given else None)
                for number, given in read_all(sending.scans, offset, now)
            ]
        )
    entries = [entry for one in read for _number, entry in one if entry is not None]
    _identify([entry for entry in entries if entry.given.undoes is None])
    counts: dict[int, dict[str, int]] = {}
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                counts = _take(entries, now)
                _note_devices(sendings, now)
            break
        except (
            IntegrityError
        ):  # the same numbers came in twice at the same moment: the second look finds them
            if attempt == ATTEMPTS - 1:
                raise
    for sending in sendings:
        sending.counts = counts.get(sending.device.edition_id, {})
    return [
        [entry.answer if entry else {"number": number, "verdict": "unreadable"} for number, entry in one]
        for one in read
    ]


def _identify(entries: Sequence[_Entry]) -> None:
    """Whose badge it is and whether it is good, before any lock is held. A code is judged on the day it was read."""
    by_day: dict[tuple[int, Any, bool], list[_Entry]] = {}
    for entry in entries:
        edition = entry.device.edition
        day = entry.given.at.astimezone(ZoneInfo(edition.time_zone)).date()
        by_day.setdefault((edition.pk, day, bool(entry.given.code)), []).append(entry)
    for (_edition, day, is_coded), some in by_day.items():
        edition = some[0].device.edition
        if is_coded:
            found = shown_codes(edition, [entry.given.code for entry in some], day)
        else:
            found = shown_serials(edition, [entry.given.serial for entry in some])
        for entry, shown in zip(some, found, strict=True):
            entry.shown = replace(shown, reason="") if _was_valid(entry.given, shown) else shown


def _was_valid(given: Given, shown: Shown) -> bool:
    """A badge made void after it passed the door off line was good when it passed."""
    return given.was_offline and shown.voided_at is not None and given.at < shown.voided_at


def _take(entries: list[_Entry], now: datetime) -> dict[int, dict[str, int]]:
    """Inside the transaction: lock the zones, leave out what is known, decide, write. Edition → its zones' counts."""
    zones = _lock_zones(entries)
    known = _known(entries)
    fresh: dict[tuple[int, int], _Entry] = {}
    for entry in sorted(entries, key=lambda one: (one.given.at, one.given.number)):
        if entry.given.undoes is None and entry.key not in known and entry.key not in fresh:
            fresh[entry.key] = entry
    locked = {zone.pk for zone in zones.values()}
    crossed = [
        (entry, scan)
        for entry in entries
        if (scan := _crossed(entry, known.get(entry.key))) is not None and scan.zone_id in locked
    ]
    back = [*_undone(entries, known), *(scan for _entry, scan in crossed)]
    doors = _open_doors(zones, list(fresh.values()), back)
    shut = {device.pk: _room_left(device) for device in _devices(fresh.values()) if device.shut_out_at}
    for entry in fresh.values():
        _settle(entry, zones, doors, shut, now)
    for entry, scan in crossed:
        _amend(entry, scan, doors[scan.zone_id])
    made = [entry.scan for entry in fresh.values() if entry.scan is not None]
    Scan.objects.bulk_create(made)
    for entry in entries:
        if entry.given.undoes is None:
            first = fresh.get(entry.key)
            scan = first.scan if first else known.get(entry.key)
            if scan is not None:
                entry.answer = _answer(entry, scan, first, again=first is not entry)
            elif not entry.answer:
                entry.answer = {"number": entry.given.number, "verdict": "unreadable", "reason": "zone"}
    for entry in entries:
        if entry.given.undoes is not None:
            _undo(entry, known, {one.key: one.scan for one in fresh.values() if one.scan}, doors, now)
    _write_presences(doors, made)
    counts: dict[int, dict[str, int]] = {}
    for (edition_id, code), zone in zones.items():
        counts.setdefault(edition_id, {})[code] = zone.inside
    return counts


def _lock_zones(entries: Iterable[_Entry]) -> dict[tuple[int, str], Zone]:
    """(edition, code) → zone, locked in one order so that no two batches wait for each other in a ring.

    Devices that take scans back, or name no zone of ours, may mean any zone of their edition.
    """
    codes, editions = Q(), set()
    wanted: dict[int, set[str]] = {}
    for entry in entries:
        if entry.given.undoes is not None:
            editions.add(entry.device.edition_id)
        else:
            wanted.setdefault(entry.device.edition_id, set()).add(entry.given.zone)
    for edition, some in wanted.items():
        codes |= Q(edition=edition, code__in=some)
    found = _locked(codes | Q(edition__in=editions)) if wanted or editions else {}
    lost = {edition for edition, some in wanted.items() if any((edition, code) not in found for code in some)}
    return _locked(codes | Q(edition__in=editions | lost)) if lost else found


def _locked(which: Q) -> dict[tuple[int, str], Zone]:
    rows = Zone.objects.select_for_update().filter(which).order_by("id")
    return {(zone.edition_id, zone.code): zone for zone in rows}


def _known(entries: Sequence[_Entry]) -> dict[tuple[int, int], Scan]:
    """Scans already taken, by (device, number): those sent again and those to be undone."""
    devices = {entry.device.pk for entry in entries}
    numbers = {entry.given.undoes or entry.given.number for entry in entries}
    rows = Scan.objects.filter(device__in=devices, number__in=numbers).order_by()
    if not any(True for _one in rows.values_list("id")[:1]):  # nearly always: no whole rows are asked for
        return {}
    return {(scan.device_id, scan.number): scan for scan in rows.select_related("registration")}


def _undone(entries: Iterable[_Entry], known: Mapping[tuple[int, int], Scan]) -> list[Scan]:
    found = (known.get((entry.device.pk, entry.given.undoes or 0)) for entry in entries)
    return [scan for scan in found if scan is not None and scan.undone_at is None]


def _crossed(entry: _Entry, known: Scan | None) -> Scan | None:
    """The scan on which our answer came too late: the device had waited, decided by itself, and the other way."""
    given = entry.given
    if known is None or known.was_offline or known.undone_at is not None or not given.was_offline:
        return None
    if known.reason in PLACELESS or given.undoes is not None:
        return None
    let_in = given.own_verdict == "admitted" and known.verdict == Scan.Verdict.REFUSED
    turned_away = given.own_verdict == "refused" and known.verdict == Scan.Verdict.ADMITTED
    return known if let_in or turned_away else None


def _amend(entry: _Entry, scan: Scan, door: DoorState) -> None:
    """What happened at the door is what counts: whoever was let in is inside, whoever was turned away is not."""
    if entry.given.own_verdict == "refused":
        take_back(scan, door)
        scan.verdict, scan.reason = Scan.Verdict.REFUSED, entry.given.own_reason
    else:
        person = scan.registration_id
        scan.verdict = Scan.Verdict.CONFLICT
        if person is not None:
            if door.after(person, scan.scanned_at) is None and not door.is_full:
                door.put(person, True)
            door.note(person, scan.scanned_at, "in", scan.pk)
    scan.was_offline = True
    scan.save(update_fields=["verdict", "reason", "was_offline"])


def _devices(entries: Iterable[_Entry]) -> list[Device]:
    return list({entry.device.pk: entry.device for entry in entries}.values())


def forget_kept() -> None:
    """Drop what the room keeps in memory (tests: row numbers start again)."""
    forget_kinds()
    forget_keys()
    forget_devices()


def _open_doors(
    zones: Mapping[tuple[int, str], Zone], fresh: Sequence[_Entry], undone: Sequence[Scan]
) -> dict[int, DoorState]:
    """Zone id → what the batch must know of it: who of its people is inside, and, where it matters, who went when."""
    people = {entry.shown.registration.pk for entry in fresh if entry.shown.registration}
    people |= {scan.registration_id for scan in undone if scan.registration_id}
    kinds = kinds_let_in(zones.values())
    doors = {zone.pk: DoorState(zone, kinds[zone.pk], set()) for zone in zones.values()}
    if not people:
        return doors
    for zone_id, person in Presence.objects.filter(zone__in=doors, registration__in=people).values_list(
        "zone_id", "registration_id"
    ):
        doors[zone_id].present.add(person)
    past = {scan.registration_id for scan in undone}
    past |= {one.shown.registration.pk for one in fresh if one.shown.registration and one.given.was_offline}
    strict = [zone.pk for zone in zones.values() if not zone.allows_return]
    which = Q(zone__in=strict, registration__in=people) | Q(zone__in=doors, registration__in=past)
    if past or strict:
        rows = Scan.objects.filter(which, verdict__in=COUNTED, undone_at=None).order_by("scanned_at", "id")
        for zone_id, person, at, way, pk in rows.values_list(
            "zone_id", "registration_id", "scanned_at", "direction", "id"
        ):
            doors[zone_id].note(person, at, way, pk)
    return doors


def _room_left(device: Device) -> int:
    """How many more scans of a shut-out device are kept: enough for a day's queue, not for a flood."""
    taken = Scan.objects.filter(device=device, received_at__gte=device.shut_out_at).count()
    return MOST_AFTER_SHUT_OUT - taken


def _settle(
    entry: _Entry,
    zones: Mapping[tuple[int, str], Zone],
    doors: Mapping[int, DoorState],
    shut: dict[int, int],
    now: datetime,
) -> None:
    """Decide one new scan and make its row."""
    given, edition_id = entry.given, entry.device.edition_id
    zone, odd = zones.get((edition_id, given.zone)), ""
    if zone is None:
        mine = [one for (edition, _code), one in zones.items() if edition == edition_id]
        zone, odd = (
            next((one for one in mine if one.pk == entry.device.zone_id), mine[0] if mine else None),
            "zone",
        )
    if zone is None:
        return
    if entry.device.pk in shut:
        odd = "shut_out"
        shut[entry.device.pk] -= 1
        if shut[entry.device.pk] < 0:
            return
    verdict, reason = str(Scan.Verdict.REFUSED), odd
    if odd and given.was_offline and given.own_verdict != "refused":
        verdict = str(Scan.Verdict.CONFLICT)
    elif not odd:
        verdict, reason = decide(given, entry.shown, doors[zone.pk])
    entry.scan = Scan(
        edition_id=edition_id,
        device_id=entry.device.pk,
        number=given.number,
        zone_id=zone.pk,
        direction=given.direction,
        badge_id=entry.shown.badge_id,
        registration_id=entry.shown.registration.pk if entry.shown.registration else None,
        code=given.code,
        scanned_at=given.at,
        received_at=now,
        was_offline=given.was_offline,
        verdict=verdict,
        reason=reason,
    )


def _answer(entry: _Entry, scan: Scan, first: _Entry | None, *, again: bool) -> dict[str, Any]:
    person: Any = first.shown.registration if first else scan.registration
    answer = {
        "number": entry.given.number,
        "verdict": str(scan.verdict),
        "reason": scan.reason,
        "again": again,
        "undone": scan.undone_at is not None,
    }
    if person is not None and entry.device.shut_out_at is None:  # a lost phone learns no names
        answer |= {
            "name": person.name,
            "firm": person.organisation_name,
            "kind": person.kind_id,
            "watch": person.watch,
            "note": person.watch_note if person.watch else "",
        }
    return answer


def _undo(
    entry: _Entry,
    known: Mapping[tuple[int, int], Scan],
    made: Mapping[tuple[int, int], Scan],
    doors: Mapping[int, DoorState],
    now: datetime,
) -> None:
    """Take a scan of the same device back, once."""
    given = entry.given
    key = (entry.device.pk, given.undoes or 0)
    scan = made.get(key) or known.get(key)
    verdict, reason = "undone", ""
    if scan is None:
        verdict = "not_found"
    elif entry.device.shut_out_at is not None:
        verdict, reason = "not_undone", "shut_out"
    elif scan.undone_at is None:
        if take_back(scan, doors[scan.zone_id]):
            scan.undone_at, scan.undone_by_number = now, given.number
            scan.save(update_fields=["undone_at", "undone_by_number"])
        else:
            verdict, reason = "not_undone", "full"
    entry.answer = {"number": given.number, "verdict": verdict, "reason": reason, "undo": given.undoes}


def _write_presences(doors: Mapping[int, DoorState], made: Sequence[Scan]) -> None:
    """What the batch moved, and each zone's count with it. The database has the last word on a limit."""
    scans = {(scan.zone_id, scan.registration_id): scan for scan in made if scan.direction == "in"}
    came: list[Presence] = []
    left = Q()
    for zone_id, door in doors.items():
        delta = 0
        for person, was in door.moved.items():
            if (person in door.present) == was:
                continue
            delta += -1 if was else 1
            if was:
                left |= Q(zone=zone_id, registration=person)
            else:
                scan = scans.get((zone_id, person))
                since = scan.scanned_at if scan else timezone.now()
                came.append(Presence(zone_id=zone_id, registration_id=person, since=since, scan=scan))
        if delta and not count(zone_id, delta):
            raise IntegrityError("the zone is full")
        if delta:
            notices.tell_count(door.zone)
    if left:
        Presence.objects.filter(left).delete()
    if came:
        Presence.objects.bulk_create(came)


def count(zone_id: int, delta: int) -> bool:
    """Change a zone's count; False, and nothing changed, where the last place is given already."""
    room = Q(most=None) | Q(inside__lte=F("most") - delta)
    rows = Zone.objects.filter(room, pk=zone_id) if delta > 0 else Zone.objects.filter(pk=zone_id)
    return rows.update(inside=F("inside") + delta) == 1


def _note_devices(sendings: Iterable[Sending], now: datetime) -> None:
    """That the devices live, how long their queues are, how far off their clocks: when that is news."""
    for sending in sorted(sendings, key=lambda one: one.device.pk):
        note_device(sending.device, sending.clock, sending.waiting, now)
