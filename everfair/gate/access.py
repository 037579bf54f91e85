"""Who may see and change zones, devices and scans: the gate team of the edition; a device by its secret. Rights only."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.http import Http404

from everfair.fair.access import require
from everfair.fair.models import Edition
from everfair.gate.models import Device, Scan, Zone

RIGHT = "gate"


def digest_of(secret: str) -> str:
    """What the database holds of a secret or of a pairing code: neither can be read back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def get_zone_for(user: Any, edition: Edition, code: str) -> Zone:
    """A zone of the edition, for its gate team."""
    require(user, RIGHT, edition)
    zone = Zone.objects.filter(edition=edition, code=code).select_related("edition__fair").first()
    if zone is None:
        raise Http404
    return zone


def get_device_for(user: Any, edition: Edition, pk: int) -> Device:
    """A device of the edition, for its gate team."""
    require(user, RIGHT, edition)
    device = Device.objects.filter(edition=edition, pk=pk).select_related("zone", "edition__fair").first()
    if device is None:
        raise Http404
    return device


def get_scan_for(user: Any, edition: Edition, pk: int) -> Scan:
    """A scan of the edition, for its gate team."""
    require(user, RIGHT, edition)
    scan = (
        Scan.objects.filter(edition=edition, pk=pk)
        .select_related("zone", "device", "registration", "edition")
        .first()
    )
    if scan is None:
        raise Http404
    return scan


def devices_by_secret(secrets: Iterable[str]) -> dict[str, Device]:
    """Secret → its device, shut-out ones too: what they kept is still taken in, but opens nothing. One query."""
    given = {digest_of(secret): secret for secret in secrets if secret}
    if not given:
        return {}
    found = Device.objects.filter(secret_digest__in=given).select_related("edition__fair", "zone")
    return {given[device.secret_digest]: device for device in found}
