"""The devices' JSON door: pair, state, scans, names. It knows a device by its secret and no session.

`answer` and `take` work on plain bytes, so that Django's views and the fast door in front of it give the same answers.
"""

import gzip
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.base.refusals import Refused
from everfair.gate.access import devices_by_secret
from everfair.gate.actions.devices import note_device, pair_device
from everfair.gate.actions.scanning import Sending, take_sendings
from everfair.gate.forms.given import MOST_AT_ONCE
from everfair.gate.queries import for_devices
from everfair.web.limits import allow_from

MOST_BYTES = 512 * 1024
LIST_KEPT = 60.0  # seconds the packed list of names serves every device of an edition
WAYS = {"pair": "POST", "state": "POST", "scans": "POST", "people": "GET"}
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a device."""

    way: str  # a key of WAYS
    secret: str
    body: bytes
    address: str
    language: str = "en"  # content code


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, body and whether that is packed already."""

    status: int
    body: bytes
    is_packed: bool = False


def reply(status: int, content: Body) -> Reply:
    """JSON."""
    return Reply(status, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def answer(ask: Ask) -> Reply:
    """Any one request."""
    with translation.override(CONTENT_TO_INTERFACE.get(ask.language, "en")):
        if ask.way == "pair":
            return _pair(ask)
        if ask.way == "scans":
            return take([ask])[0]
        device = devices_by_secret([ask.secret]).get(ask.secret)
        if device is None:
            return _stranger()
        return _people(device) if ask.way == "people" else _state(ask, device)


def take(asks: Sequence[Ask]) -> list[Reply]:
    """Scans of many devices in one transaction. Each gets its own answer; one that is nonsense hinders nobody."""
    replies: list[Reply | None] = [None] * len(asks)
    devices = devices_by_secret(ask.secret for ask in asks)
    sendings: list[tuple[int, Sending]] = []
    for index, ask in enumerate(asks):
        device = devices.get(ask.secret)
        if device is None:
            replies[index] = _stranger()
            continue
        body = _read(ask.body)
        scans = body.get("scans") if body else None
        if body is None or not isinstance(scans, list) or len(scans) > MOST_AT_ONCE:
            replies[index] = _nonsense()
            continue
        sendings.append((index, Sending(device, scans, body.get("clock"), body.get("waiting", 0))))
    if sendings:
        now = timezone.now()
        taken = take_sendings([sending for _index, sending in sendings], now)
        for (index, sending), answers in zip(sendings, taken, strict=True):
            device = sending.device
            is_out = device.shut_out_at is not None
            replies[index] = reply(
                200,
                {
                    "answers": answers,
                    "shut_out": is_out,
                    "counts": {} if is_out else sending.counts,
                    "offset": device.clock_offset,
                    "now": round(now.timestamp() * 1000),
                },
            )
    return [one or _nonsense() for one in replies]


def _pair(ask: Ask) -> Reply:
    """Ten tries in ten minutes from one address, three hundred from everywhere together."""
    if not (
        allow_from(ask.address, "gate-pair", most=10, seconds=600)
        and allow_from("everybody", "gate-pair", most=300, seconds=600)
    ):
        return reply(429, {"error": _("Too many tries. Wait ten minutes, then ask for a new code.")})
    body = _read(ask.body)
    code = body.get("code") if body else None
    if not isinstance(code, str):
        return _nonsense()
    try:
        paired = pair_device(code)
    except Refused as refused:
        return reply(400, {"error": str(refused)})
    return reply(200, {"secret": paired.secret, "device": for_devices.describe(paired.device)})


def _state(ask: Ask, device: Any) -> Reply:
    """The heartbeat: the device says how it is, and hears what changed since its marks."""
    body = _read(ask.body)
    if body is None:
        return _nonsense()
    now = timezone.now()
    offset = note_device(device, body.get("clock"), body.get("waiting", 0), now)
    content: Body = {
        "now": round(now.timestamp() * 1000),
        "offset": offset,
        "shut_out": device.shut_out_at is not None,
        "device": for_devices.describe(device),
    }
    if device.shut_out_at is None:
        edition, since = device.edition, body.get("since")
        frame = for_devices.frame_of(edition)
        is_moment = isinstance(since, int | float) and not isinstance(since, bool) and 0 < since < 10**11
        content |= {
            "counts": for_devices.counts_of(edition.pk),
            "mark": frame.mark,
            "void": for_devices.voids_since(edition, since if is_moment else None),
            "since": now.timestamp(),
        }
        if frame.mark != body.get("mark"):
            content["frame"] = frame.rules
    return reply(200, content)


_packed: dict[int, tuple[float, bytes]] = {}
_packing = threading.Lock()


def _people(device: Any) -> Reply:
    """Everybody expected, packed; made at most once a minute for all devices of an edition."""
    if device.shut_out_at is not None:
        return _stranger()
    edition = device.edition
    with _packing:
        made_at, packed = _packed.get(edition.pk, (0.0, b""))
        if not packed or monotonic() - made_at > LIST_KEPT:
            rows = list(for_devices.people_rows(edition))
            packed = gzip.compress(json.dumps({"people": rows}, ensure_ascii=False).encode(), compresslevel=3)
            _packed[edition.pk] = monotonic(), packed
    return Reply(200, packed, is_packed=True)


def forget_people() -> None:
    """Drop the packed lists (tests: row numbers start again)."""
    _packed.clear()


def _read(body: bytes) -> Body | None:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _stranger() -> Reply:
    return reply(401, {"error": _("This device is not paired. Ask the gate desk for a code.")})


def _nonsense() -> Reply:
    return reply(400, {"error": _("This could not be read. Load the page anew.")})
