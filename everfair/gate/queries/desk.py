"""What the organiser's gate desk shows: live counts, devices, the table of scans, conflicts, the watch list. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.languages import for_reader
from everfair.base.texts import read_whole
from everfair.fair.models import Edition
from everfair.gate.models import Device, Presence, Scan, Zone
from everfair.registration.models import Registration

SILENT_AFTER = timedelta(seconds=60)
COLUMNS = (
    ("scanned_at", gettext_lazy("Read at")),
    ("received_at", gettext_lazy("Received at")),
    ("zone", gettext_lazy("Zone")),
    ("direction", gettext_lazy("Direction")),
    ("verdict", gettext_lazy("Verdict")),
    ("reason", gettext_lazy("Reason")),
    ("name", gettext_lazy("Name")),
    ("firm", gettext_lazy("Firm or body")),
    ("kind", gettext_lazy("Kind of badge")),
    ("device", gettext_lazy("Device")),
    ("number", gettext_lazy("Number")),
    ("off_line", gettext_lazy("Off line")),
    ("undone_at", gettext_lazy("Taken back at")),
)
VERDICTS = tuple(Scan.Verdict.choices)
DIRECTIONS = tuple(Scan.Direction.choices)
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class ScanFilters:
    """What the organiser chose; unknown values find nothing."""

    q: str = ""
    zone: str = ""  # code
    device: str = ""  # id
    verdict: str = ""
    direction: str = ""
    day: str = ""  # "2026-09-05", a day of the current time zone
    is_off_line: bool = False

    @property
    def count(self) -> int:
        """How many options are chosen, the words apart."""
        return sum(
            map(bool, (self.zone, self.device, self.verdict, self.direction, self.day, self.is_off_line))
        )


def zones_at_desk(edition: Edition) -> QuerySet[Zone]:
    """Zones in order, with how many devices stand at each. Kinds and area come along."""
    working = Count("devices", filter=Q(devices__shut_out_at=None) & ~Q(devices__secret_digest=""))
    rows = Zone.objects.filter(edition=edition).select_related("area").prefetch_related("kinds")
    return rows.annotate(device_count=working)


def live_counts(edition: Edition) -> dict[str, Any]:
    """Counts by zone, conflicts to look at and scans still waiting on devices: three queries, for a page that asks often."""
    zones = [
        {"code": code, "inside": inside, "most": most}
        for code, inside, most in Zone.objects.filter(edition=edition).values_list("code", "inside", "most")
    ]
    waiting = Device.objects.filter(edition=edition).values_list("waiting_scans", flat=True)
    return {"zones": zones, "conflicts": open_conflicts(edition).count(), "waiting": sum(waiting)}


def devices_of(edition: Edition) -> QuerySet[Device]:
    """Devices with their zone: those at work first, shut-out ones last."""
    return (
        Device.objects.filter(edition=edition)
        .select_related("zone")
        .order_by(F("shut_out_at").asc(nulls_first=True), "name", "id")
    )


def device_state(device: Device, now: datetime | None = None) -> tuple[str, str]:
    """(kind of mark, word) of a device."""
    now = now or timezone.now()
    if device.shut_out_at:
        return "stop", _("shut out")
    if not device.secret_digest:
        is_open = device.pair_until is not None and device.pair_until > now
        return ("wait", _("waiting to be paired")) if is_open else ("away", _("never paired"))
    if device.last_seen_at is None or now - device.last_seen_at > SILENT_AFTER:
        return "away", _("silent")
    return "here", _("on line")


def open_conflicts(edition: Edition) -> QuerySet[Scan]:
    """What came in off line and does not fit, newest first."""
    return _with_people(
        Scan.objects.filter(edition=edition, verdict=Scan.Verdict.CONFLICT, looked_at=None, undone_at=None)
    )


def scan_table(edition: Edition, filters: ScanFilters) -> QuerySet[Scan]:
    """Scans, newest first."""
    rows = Scan.objects.filter(edition=edition)
    for word in filters.q[:_LONGEST_SEARCH].split():
        rows = rows.filter(_matches(word))
    if filters.zone:
        rows = rows.filter(zone__code=filters.zone)
    if filters.device:
        rows = rows.filter(device=read_whole(filters.device) or 0)
    if filters.verdict:
        rows = rows.filter(verdict=filters.verdict)
    if filters.direction:
        rows = rows.filter(direction=filters.direction)
    if filters.is_off_line:
        rows = rows.filter(was_offline=True)
    if filters.day:
        rows = _of_day(rows, filters.day)
    return _with_people(rows)


def _matches(word: str) -> Q:
    found = Q(registration__name__icontains=word) | Q(registration__second_name__icontains=word)
    found |= Q(registration__organisation_name__icontains=word) | Q(registration__code__iexact=word)
    found |= Q(device__name__icontains=word)
    if word.isdecimal() and len(word) < 16:
        found |= Q(badge__serial=int(word)) | Q(number=int(word))
    return found


def _of_day(rows: QuerySet[Scan], day: str) -> QuerySet[Scan]:
    """Between two midnights of the current time zone, which an index can find."""
    try:
        start = timezone.make_aware(datetime.combine(date.fromisoformat(day), datetime.min.time()))
    except (ValueError, OverflowError):
        return rows.none()
    return rows.filter(scanned_at__gte=start, scanned_at__lt=start + timedelta(days=1))


def _with_people(rows: QuerySet[Scan]) -> QuerySet[Scan]:
    return rows.select_related("registration__kind", "zone", "device").order_by("-scanned_at", "-id")


def scan_rows(rows: Iterable[Scan], words: Any) -> Iterator[dict[str, Any]]:
    """Rows for CSV and XLSX; `words` turns a reason into words."""
    found = rows.iterator(chunk_size=2000) if isinstance(rows, QuerySet) else rows
    for scan in found:
        person: Any = scan.registration
        yield {
            "scanned_at": _local(scan.scanned_at),
            "received_at": _local(scan.received_at),
            "zone": for_reader(scan.zone.name),
            "direction": scan.get_direction_display(),
            "verdict": scan.get_verdict_display(),
            "reason": words(scan.reason),
            "name": person.name if person else "",
            "firm": person.organisation_name if person else "",
            "kind": for_reader(person.kind.name) if person else "",
            "device": scan.device.name,
            "number": scan.number,
            "off_line": _("yes") if scan.was_offline else _("no"),
            "undone_at": _local(scan.undone_at),
        }


def _local(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def watch_list(edition: Edition) -> QuerySet[Registration]:
    """Guests of honour and people to be asked about, with the last zone they entered (`last_zone`, `last_at`)."""
    last = Presence.objects.filter(registration=OuterRef("pk")).order_by("-since")
    return (
        Registration.objects.filter(edition=edition, merged_into=None)
        .exclude(watch="")
        .select_related("kind")
        .annotate(
            last_zone=Subquery(last.values("zone__name")[:1]), last_at=Subquery(last.values("since")[:1])
        )
        .order_by(F("last_at").desc(nulls_last=True), "watch", "name")
    )
