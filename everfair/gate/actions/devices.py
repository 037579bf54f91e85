"""Deeds on devices: add one with a pairing code, pair it, change it, shut it out."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.codes import ALPHABET, new_code
from everfair.base.refusals import Refused
from everfair.fair.models import Edition
from everfair.gate.access import digest_of, forget_devices
from everfair.gate.forms.given import clock_offset
from everfair.gate.models import Device

PAIR_FOR = timedelta(minutes=10)
PAIR_LENGTH = 8
SEEN_EVERY = 5  # seconds between two notes that a device lives


@dataclass(frozen=True)
class Paired:
    """A device that was paired just now, and its secret: shown once, kept by the device only."""

    device: Device
    secret: str


@transaction.atomic
def add_device(
    edition: Edition, values: Mapping[str, Any], *, by: Any, now: datetime | None = None
) -> tuple[Device, str]:
    """A new device and the code that pairs it within ten minutes. `values`: name, zone."""
    device = Device(edition=edition, made_by=by)
    _set(device, values)
    code = _give_code(device, now or timezone.now())
    device.save()
    audit.record("gate.device.added", device, by=by, edition_id=edition.pk)
    return device, code


@transaction.atomic
def save_device(device: Device, values: Mapping[str, Any], *, by: Any) -> Device:
    """Another name, another zone. A device in use follows at its next word with the server."""
    before = {"name": device.name, "zone": device.zone and device.zone.code}
    _set(device, values)
    device.save(update_fields=["name", "zone"])
    transaction.on_commit(forget_devices)
    after = {"name": device.name, "zone": device.zone and device.zone.code}
    if before != after:
        audit.record(
            "gate.device.changed", device, by=by, edition_id=device.edition_id, before=before, after=after
        )
    return device


@transaction.atomic
def renew_code(device: Device, *, by: Any, now: datetime | None = None) -> str:
    """Another pairing code for a device that was not paired in time. A paired one is replaced, never paired twice."""
    row = Device.objects.select_for_update().get(pk=device.pk)
    if row.secret_digest:
        raise Refused(_("This device is paired. Shut it out and add a new one to put another in its place."))
    if row.shut_out_at:
        raise Refused(_("This device was shut out. Add a new one."))
    code = _give_code(row, now or timezone.now())
    row.save(update_fields=["pair_digest", "pair_until"])
    audit.record("gate.device.code_renewed", row, by=by, edition_id=row.edition_id)
    return code


@transaction.atomic
def pair_device(code: str, now: datetime | None = None) -> Paired:
    """Trade a pairing code, once, for a secret. Who types codes at random is held off by the face's rate limit."""
    now = now or timezone.now()
    plain = "".join(letter for letter in code.lower() if letter in ALPHABET)
    refused = Refused(
        _("This code is not known, or it is older than ten minutes. Ask the gate desk for a new one."),
        field="code",
    )
    if len(plain) != PAIR_LENGTH:
        raise refused
    device = (
        Device.objects.select_for_update(of=("self",))
        .filter(pair_digest=digest_of(plain), pair_until__gt=now, shut_out_at=None, secret_digest="")
        .select_related("edition__fair", "zone")
        .first()
    )
    if device is None:
        raise refused
    secret = f"{device.pk}-{secrets.token_urlsafe(32)}"
    device.secret_digest, device.paired_at, device.last_seen_at = digest_of(secret), now, now
    device.pair_digest, device.pair_until = "", None
    device.save(update_fields=["secret_digest", "paired_at", "last_seen_at", "pair_digest", "pair_until"])
    audit.record("gate.device.paired", device, by=None, edition_id=device.edition_id, now=now)
    return Paired(device, secret)


@transaction.atomic
def shut_out(device: Device, *, by: Any, reason: str = "", now: datetime | None = None) -> Device:
    """The device opens nothing from this moment. What it kept is still taken in, marked, to be looked at."""
    row = Device.objects.select_for_update().get(pk=device.pk)
    if row.shut_out_at:
        raise Refused(_("This device was shut out already."))
    row.shut_out_at = device.shut_out_at = now or timezone.now()
    row.pair_digest, row.pair_until = "", None
    row.save(update_fields=["shut_out_at", "pair_digest", "pair_until"])
    forget_devices()
    transaction.on_commit(forget_devices)
    audit.record("gate.device.shut_out", row, by=by, edition_id=row.edition_id, reason=reason)
    return row


@transaction.atomic
def let_back(device: Device, *, by: Any) -> Device:
    """Undo a shutting out: the device goes on with the secret it holds."""
    row = Device.objects.select_for_update().get(pk=device.pk)
    if not row.shut_out_at:
        raise Refused(_("This device is not shut out."))
    row.shut_out_at = device.shut_out_at = None
    row.save(update_fields=["shut_out_at"])
    forget_devices()
    transaction.on_commit(forget_devices)
    audit.record("gate.device.let_back", row, by=by, edition_id=row.edition_id)
    return row


def note_device(device: Device, clock: Any, waiting: Any, now: datetime) -> int:
    """Keep what a device said about itself. Gives the seconds its clock is ahead of ours."""
    offset = clock_offset(clock, now) if clock is not None else device.clock_offset
    held = min(waiting, 10**6) if isinstance(waiting, int) and waiting >= 0 else 0
    is_old = device.last_seen_at is None or (now - device.last_seen_at).total_seconds() > SEEN_EVERY
    if is_old or abs(offset - device.clock_offset) > 1 or held != device.waiting_scans:
        device.last_seen_at, device.waiting_scans, device.clock_offset = now, held, offset
        device.save(update_fields=["last_seen_at", "waiting_scans", "clock_offset"])
    return offset


def _set(device: Device, values: Mapping[str, Any]) -> None:
    name, zone = str(values.get("name") or "").strip(), values.get("zone")
    if not name:
        raise Refused(_("Give the device a name, such as “North gate 1”."), field="name")
    if zone is not None and zone.edition_id != device.edition_id:
        raise Refused(_("This zone belongs to another edition."), field="zone")
    device.name, device.zone = name[:80], zone


def _give_code(device: Device, now: datetime) -> str:
    code = new_code(PAIR_LENGTH)
    device.pair_digest, device.pair_until = digest_of(code), now + PAIR_FOR
    return code
