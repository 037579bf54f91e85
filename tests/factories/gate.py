"""Zones, paired devices, people with badges, scans as devices send them."""

from datetime import datetime
from typing import Any

from everfair.fair.models import BadgeKind, Edition
from everfair.gate.actions.devices import add_device, pair_device
from everfair.gate.models import Device, Zone
from everfair.registration.actions.badges import issue_badge
from everfair.registration.models import Badge, Registration
from tests.factories import number
from tests.factories.fair import make_edition


def make_zone(edition: Edition | None = None, **extra: Any) -> Zone:
    n = number()
    values: dict[str, Any] = {"code": f"z{n}", "name": {"en": f"Zone {n}", "zh": f"{n}号区"}, **extra}
    return Zone.objects.create(edition=edition or make_edition(), **values)


def make_device(zone: Zone, name: str = "North gate") -> tuple[Device, str]:
    """A paired device and its secret."""
    _device, code = add_device(zone.edition, {"name": name, "zone": zone}, by=None)
    paired = pair_device(code)
    return paired.device, paired.secret


def make_kind(edition: Edition, code: str = "buyer") -> BadgeKind:
    return BadgeKind.objects.get_or_create(
        edition=edition, code=code, defaults={"name": {"en": code.title(), "zh": "采购商"}}
    )[0]


def make_holder(edition: Edition, kind: BadgeKind | None = None, **extra: Any) -> Badge:
    """An approved person's valid badge."""
    n = number()
    values: dict[str, Any] = {
        "name": f"Person {n}",
        "organisation_name": f"Firm {n}",
        "email": f"holder{n}@example.org",
        "state": Registration.State.APPROVED,
        **extra,
    }
    person = Registration.objects.create(edition=edition, kind=kind or make_kind(edition), **values)
    return issue_badge(person, by=None)


def scan_of(badge: Badge, door: Zone, number: int, at: datetime, **extra: Any) -> dict[str, Any]:
    """A scan as a device sends it."""
    return {
        "number": number,
        "at": int(at.timestamp() * 1000),
        "zone": door.code,
        "direction": "in",
        "code": badge.code,
        **extra,
    }
