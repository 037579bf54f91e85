"""The devices' JSON door: who it knows, what it tells, what it refuses; and the page around it."""

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from everfair.gate.actions.devices import add_device, shut_out
from everfair.gate.actions.scanning import forget_kept
from everfair.gate.models import Device, Scan, Zone
from everfair.registration.actions.badges import void_badge
from everfair.web.gate import views
from everfair.web.gate.door import forget_people
from everfair.web.gate.views import FILES
from tests.factories.fair import make_edition
from tests.factories.gate import make_device, make_holder, make_zone, scan_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget_kept()
    forget_people()


@pytest.fixture
def zone() -> Zone:
    return make_zone(make_edition(starts_on="2020-01-01", ends_on="2099-12-30"))


@pytest.fixture
def paired(zone: Zone) -> tuple[Device, str]:
    return make_device(zone)


def ask(way: str, content: Any, secret: str = "", **headers: str) -> Any:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    own = {"Authorization": f"Device {secret}"} if secret else {}
    client = Client(headers={**own, **headers})
    return client.post(f"/gate/door/{way}", body, content_type="application/json")


def milliseconds() -> int:
    return round(timezone.now().timestamp() * 1000)


def test_pairing_gives_a_secret_once(zone: Zone) -> None:
    device, code = add_device(zone.edition, {"name": "Tablet", "zone": zone}, by=None)
    assert code not in (device.pair_digest, device.secret_digest)
    answer = ask("pair", {"code": f" {code[:4].upper()} {code[4:]} "})
    assert answer.status_code == 200
    found = answer.json()
    assert found["device"] == {"name": "Tablet", "zone": zone.code}
    device.refresh_from_db()
    assert found["secret"] not in (device.secret_digest, "")
    assert device.pair_digest == ""
    assert ask("state", {}, found["secret"]).status_code == 200
    again = ask("pair", {"code": code})
    assert again.status_code == 400
    assert "gate desk" in again.json()["error"]


def test_a_pairing_code_holds_ten_minutes(zone: Zone) -> None:
    device, code = add_device(zone.edition, {"name": "Tablet"}, by=None)
    Device.objects.filter(pk=device.pk).update(pair_until=timezone.now())
    assert ask("pair", {"code": code}).status_code == 400


def test_pairing_is_limited_for_one_address(zone: Zone, settings: Any) -> None:
    settings.RATE_LIMITS_ON = True
    codes = [ask("pair", {"code": f"222222{n:02}"}).status_code for n in range(11)]
    assert codes == [400] * 10 + [429]
    _device, code = add_device(zone.edition, {"name": "Tablet"}, by=None)
    assert ask("pair", {"code": code}).status_code == 429
    assert Device.objects.filter(secret_digest="").count() == 1


def test_a_device_hears_the_rules_once_and_then_what_changes(paired: Any, zone: Zone) -> None:
    device, secret = paired
    badge = make_holder(zone.edition, watch="vip", watch_note="Minister")
    first = ask("state", {"clock": milliseconds(), "waiting": 3}, secret).json()
    rules = first["frame"]
    assert rules["edition"]["id"] == zone.edition_id
    assert [one["code"] for one in rules["zones"]] == [zone.code]
    assert set(rules["keys"]) == {"1"}
    assert rules["watched"] == [[badge.serial, "vip", "Minister", badge.registration.name]]
    assert (first["void"], first["offset"], first["shut_out"]) == ([], 0, False)
    marks = {"mark": first["mark"], "since": first["since"]}
    void_badge(badge, by=None, reason="Lost.")
    second = ask("state", {"clock": milliseconds(), **marks}, secret).json()
    assert [badge.serial, 2] in second["void"]
    assert second["frame"]["watched"] == []
    third = ask("state", {**marks, "mark": second["mark"]}, secret).json()
    assert "frame" not in third
    device.refresh_from_db()
    assert device.last_seen_at is not None


def test_the_door_says_how_far_a_clock_is_off(paired: Any) -> None:
    answer = ask("state", {"clock": milliseconds() + 7_200_000}, paired[1]).json()
    assert abs(answer["offset"] - 7200) <= 2
    assert ask("state", {"clock": "noon"}, paired[1]).json()["offset"] == 0


def test_scans_are_answered_with_counts(paired: Any, zone: Zone) -> None:
    badge = make_holder(zone.edition)
    content = {"clock": milliseconds(), "scans": [scan_of(badge, zone, 5, timezone.now())]}
    for again in (False, True):
        answer = ask("scans", content, paired[1]).json()
        assert answer["answers"][0]["verdict"] == "admitted"
        assert answer["answers"][0]["again"] is again
        assert answer["counts"] == {zone.code: 1}
    assert Scan.objects.count() == 1


def test_names_for_searching_off_line(paired: Any, zone: Zone) -> None:
    badge = make_holder(zone.edition, name="王小明")
    make_holder(zone.edition, state="approved")
    make_holder(make_edition())
    response = Client(headers={"Authorization": f"Device {paired[1]}"}).get("/gate/door/people")
    people = json.loads(gzip.decompress(response.content))["people"]
    assert len(people) == 2
    firm = badge.registration.organisation_name
    assert people[0] == [badge.serial, 1, badge.registration.kind_id, "王小明", firm, ""]


def test_a_shut_out_device_learns_nothing_and_hands_its_queue_in(paired: Any, zone: Zone) -> None:
    device, secret = paired
    badge = make_holder(zone.edition)
    shut_out(device, by=None)
    state = ask("state", {}, secret).json()
    assert state["shut_out"] is True
    assert not {"frame", "void", "counts"} & set(state)
    scan = scan_of(badge, zone, 5, timezone.now(), offline=True, verdict="admitted")
    answer = ask("scans", {"scans": [scan]}, secret).json()
    assert answer["shut_out"] is True
    assert answer["counts"] == {}
    assert badge.registration.name not in json.dumps(answer)
    assert Scan.objects.get().reason == "shut_out"
    assert Client(headers={"Authorization": f"Device {secret}"}).get("/gate/door/people").status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"scans": 5}', b'{"scans": {}}', b"\xff\xfe", b'{"scans": ' + b"[" * 5000]
)
def test_nonsense_is_refused_and_nothing_is_written(paired: Any, body: bytes) -> None:
    assert ask("scans", body, paired[1]).status_code == 400
    assert Scan.objects.count() == 0


def test_too_much_at_once_is_refused(paired: Any) -> None:
    assert ask("scans", {"scans": [{}] * 501}, paired[1]).status_code == 400
    assert ask("scans", b'{"scans": ["' + b"x" * 600_000 + b'"]}', paired[1]).status_code == 413


def test_a_wrong_secret_is_a_stranger(paired: Any) -> None:
    for secret in ("", "nonsense", paired[1][:-1], paired[1] + "x", "x" * 5000):
        assert ask("scans", {"scans": []}, secret).status_code == 401


def test_the_door_speaks_the_devices_language(settings: Any) -> None:
    settings.RATE_LIMITS_ON = False
    words = {
        lang: ask("pair", {"code": "2"}, **{"Accept-Language": lang}).json()["error"] for lang in ("en", "zh")
    }
    assert words["en"].startswith("This code")


def test_the_page_may_use_the_camera_and_nothing_else(client: Client) -> None:
    response = client.get("/gate/zh/")
    assert response["Permissions-Policy"] == "camera=(self), microphone=(), geolocation=()"
    assert response["Content-Language"] == "zh"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert client.get("/gate/", headers={"Accept-Language": "zh-CN"})["Location"] == "/gate/zh/"


def test_the_service_worker_keeps_every_file_the_page_loads(client: Client) -> None:
    worker = client.get("/gate/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    kept = set(re.findall(r'"(/[^"]+)"', worker.content.decode()))
    assert {f"/static/{name}" for name in FILES} <= kept
    page = client.get("/gate/en/").content.decode()
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert loaded
    assert loaded <= kept
    manifest = client.get("/gate/en/manifest.webmanifest").json()
    assert manifest["scope"] == "/gate/"
    assert manifest["start_url"] in kept


def test_every_module_the_page_imports_is_kept() -> None:
    static = Path(views.__file__).parents[1] / "static"
    for name in FILES:
        if not name.endswith(".js"):
            continue
        text = (static / name).read_text(encoding="utf-8")
        for found in re.findall(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""", text):
            target = ((static / name).parent / found).resolve().relative_to(static.resolve())
            assert str(target) in FILES, f"{name} imports {target}"


def test_moments_of_zones_cross_the_wire_as_milliseconds(paired: Any, zone: Zone) -> None:
    Zone.objects.filter(pk=zone.pk).update(opens_at=datetime(2026, 9, 5, tzinfo=UTC))
    frame = ask("state", {}, paired[1]).json()["frame"]
    assert frame["zones"][0]["opens"] == 1_788_566_400_000
