"""Who may see and change zones, devices and scans: the gate team of the edition; a device by its secret. Rights only."""

import hashlib
from collections.abc import Iterable
from threading import Lock
from time import monotonic
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


KNOWN_FOR = (
    1.0  # seconds a process remembers a device: for so long another process may not know it was shut out
)
_known: dict[str, tuple[float, Device]] = {}
_lock = Lock()


def devices_by_secret(secrets: Iterable[str]) -> dict[str, Device]:
    """Secret → its device, shut-out ones too: what they kept is still taken in, but opens nothing.

    One query at most; devices that speak every second are remembered for one.
    """
    given = {digest_of(secret): secret for secret in secrets if secret}
    with _lock:
        oldest = monotonic() - KNOWN_FOR
        asked = {digest for digest in given if _known.get(digest, (0.0,))[0] < oldest}
        if asked:  # all that are remembered with them: one query a second, however many there are
            found = Device.objects.filter(secret_digest__in={*asked, *_known}).select_related(
                "edition", "zone"
            )
            fresh = {device.secret_digest: (monotonic(), device) for device in found}
            _known.clear()
            _known.update(fresh)
        return {secret: _known[digest][1] for digest, secret in given.items() if digest in _known}


def forget_devices() -> None:
    """After a device changed in this process, and in tests."""
    with _lock:
        _known.clear()
