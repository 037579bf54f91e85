"""Doors of the gate: the page is everybody's, its JSON asks for a device's secret, the desk is the gate team's."""

from typing import Any

from django.utils import timezone

from everfair.gate.models import Scan
from tests.factories.gate import make_device, make_zone
from tests.house.doors import Door

NOBODY: dict[str, Any] = {
    "anonymous": 302, "visitor": 404, "owner": 404, "stranger": 404, "delegation": 404, "reviewer": 404,
}  # fmt: skip
EVERYBODY = ("anonymous", "visitor", "owner", "stranger", "delegation", "reviewer", "administrator")
DEED = NOBODY | {"administrator": 302, "method": "post"}


def _all(status: int) -> dict[str, Any]:
    return dict.fromkeys(EVERYBODY, status)


def _edition(w: Any) -> dict[str, Any]:
    return {"edition": w.edition.slug}


def _zone(w: Any) -> dict[str, Any]:
    return _edition(w) | {"code": make_zone(w.edition).code}


def _device(w: Any) -> dict[str, Any]:
    return _edition(w) | {"pk": make_device(make_zone(w.edition))[0].pk}


def _scan(w: Any) -> dict[str, Any]:
    zone = make_zone(w.edition)
    scan = Scan.objects.create(
        edition=w.edition,
        device=make_device(zone)[0],
        number=1,
        zone=zone,
        verdict="conflict",
        reason="full",
        scanned_at=timezone.now(),
        was_offline=True,
    )
    return _edition(w) | {"pk": scan.pk}


def _page(name: str, kwargs: Any = _edition, **more: Any) -> Door:
    return Door(f"organiser:gate.{name}", kwargs, **(NOBODY | more))


def _deed(name: str, kwargs: Any = _edition, **more: Any) -> Door:
    return Door(f"organiser:gate.{name}", kwargs, **(DEED | more))


DOORS: list[Door] = [
    Door("gate:gate.way_in", **_all(302)),
    Door("gate:gate.page_show", lambda w: {"lang": "zh"}),
    Door("gate:gate.page_show", lambda w: {"lang": "xx"}, **_all(404)),
    Door("gate:gate.manifest", lambda w: {"lang": "en"}),
    Door("gate:gate.worker"),
    Door("gate:gate.door", lambda w: {"way": "pair"}, method="post", **_all(400)),
    Door("gate:gate.door", lambda w: {"way": "state"}, method="post", **_all(401)),
    Door("gate:gate.door", lambda w: {"way": "scans"}, method="post", **_all(401)),
    Door("gate:gate.door", lambda w: {"way": "people"}, **_all(401)),
    Door("gate:gate.door", lambda w: {"way": "scans"}, **_all(405)),
    Door("gate:gate.door", lambda w: {"way": "elsewhere"}, **_all(404)),
    _page("gate_show"),
    _page("count_list"),
    _page("zone_create"),
    _page("zone_edit", _zone),
    _deed("zone_remove", _zone),
    _page("zone_empty", _zone),
    _page("device_create"),
    _page("device_show", _device),
    _deed("device_code", _device),
    _deed("device_change", lambda w: _device(w) | {"way": "shut-out"}),
    _page("scan_list"),
    _page("scan_csv"),
    _page("scan_xlsx"),
    _deed("scan_undo", _scan),
    _page("conflict_list"),
    _deed("conflict_settle", _scan),
    _page("watch_list"),
]
