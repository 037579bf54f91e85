"""Sample gate: three zones, one paired device, and the badges it has read this morning."""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from everfair.fair.models import Edition
from everfair.gate.actions.devices import add_device, pair_device
from everfair.gate.actions.scanning import take_scans
from everfair.gate.actions.zones import save_zone
from everfair.registration.models import Badge

PACE = timedelta(minutes=4)  # between two people at the door


@lru_cache(maxsize=1)
def _facts() -> dict[str, Any]:
    path = Path(__file__).with_suffix(".yaml")
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def load_gate(edition: Edition, *, by: Any) -> None:
    """Zones with their rules; the device is paired, its secret is thrown away: nobody can read badges with it."""
    facts, now = _facts(), timezone.now()
    kinds = {kind.code: kind for kind in edition.badge_kinds.all()}
    zones = {}
    for row in facts["zones"]:
        chosen = [kinds[code] for code in row.get("kinds", []) if code in kinds]
        values = {key: row[key] for key in ("code", "name", "most", "counts_exits") if key in row}
        zones[row["code"]] = save_zone(edition, None, {**values, "kinds": chosen}, by=by)
    zone = zones[facts["device"]["zone"]]
    _device, code = add_device(edition, {"name": facts["device"]["name"], "zone": zone}, by=by)
    device = pair_device(code).device
    take_scans(device, _visits(edition, zone, facts["visits"], now), now)


def _visits(edition: Edition, zone: Any, count: int, now: datetime) -> list[dict[str, Any]]:
    """People come in one after the other; every fourth has left again."""
    codes = Badge.objects.filter(edition=edition, state=Badge.State.VALID).order_by("id")
    scans: list[dict[str, Any]] = []
    for index, code in enumerate(codes.values_list("code", flat=True)[:count]):
        came = now - PACE * (count - index)
        for way, at in (("in", came), ("out", came + PACE * 3)):
            if way == "in" or (index % 4 == 0 and at < now):
                moment = round(at.timestamp() * 1000)
                number = len(scans) + 1
                scans.append(
                    {"number": number, "at": moment, "zone": zone.code, "direction": way, "code": code}
                )
    return scans
