"""What a device must know to work for hours without a network: rules, keys, void badges, names. Answers are plain data."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from everfair.fair.models import BadgeKind, Edition
from everfair.gate.models import Device, Zone
from everfair.registration.models import Registration
from everfair.registration.queries.badges import door_list, public_keys, void_list

OVERLAP = timedelta(seconds=90)  # what was being written while the last list was made comes again


@dataclass(frozen=True)
class Frame:
    """The rules of an edition's doors, and a mark that changes with them."""

    mark: str
    rules: dict[str, Any]


def frame_of(edition: Edition) -> Frame:
    """Zones, kinds of badge, public keys, people on the watch list. Five queries."""
    kinds: dict[int, list[int]] = {}
    through = Zone.kinds.through.objects.filter(zone__edition=edition)
    for zone_id, kind_id in through.order_by("badgekind_id").values_list("zone_id", "badgekind_id"):
        kinds.setdefault(zone_id, []).append(kind_id)
    watched = Registration.objects.filter(
        edition=edition, state=Registration.State.APPROVED, badges__state="valid"
    ).exclude(watch="")
    rules = {
        "edition": {
            "id": edition.pk,
            "name": edition.name,
            "time_zone": edition.time_zone,
            "slug": edition.slug,
        },
        "zones": [_zone(zone, kinds.get(zone.pk, [])) for zone in Zone.objects.filter(edition=edition)],
        "kinds": [
            {"id": kind.pk, "name": kind.name, "motif": kind.motif}
            for kind in BadgeKind.objects.filter(edition=edition)
        ],
        "keys": {str(number): key for number, key in public_keys(edition).items()},
        "watched": [
            list(row)
            for row in watched.order_by("id").values_list("badges__serial", "watch", "watch_note", "name")
        ],
    }
    text = json.dumps(rules, sort_keys=True, ensure_ascii=False)
    return Frame(hashlib.sha256(text.encode()).hexdigest()[:16], rules)


def _zone(zone: Zone, kinds: list[int]) -> dict[str, Any]:
    return {
        "code": zone.code,
        "name": zone.name,
        "kinds": kinds,
        "most": zone.most,
        "returns": zone.allows_return,
        "exits": zone.counts_exits,
        "opens": _milliseconds(zone.opens_at),
        "closes": _milliseconds(zone.closes_at),
    }


def _milliseconds(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp() * 1000)


def counts_of(edition_id: int) -> dict[str, int]:
    """Zone code → people inside now."""
    return dict(Zone.objects.filter(edition=edition_id).values_list("code", "inside"))


def voids_since(edition: Edition, since: float | None) -> list[list[int]]:
    """[serial, lowest issue that may be valid] of badges made void after `since` (seconds since 1970), with some overlap."""
    at = None
    if since is not None:
        at = datetime.fromtimestamp(since, tz=UTC) - OVERLAP
    return [[serial, issue] for serial, issue in void_list(edition, at)]


def people_rows(edition: Edition) -> Iterator[list[Any]]:
    """[serial, issue, kind, name, firm, watch] of everybody expected, for searching by name off line."""
    for row in door_list(edition):
        yield [row["serial"], row["issue"], row["kind"], row["name"], row["firm"], row["watch"]]


def describe(device: Device) -> dict[str, Any]:
    """What a device is told about itself."""
    return {"name": device.name, "zone": device.zone.code if device.zone else ""}
