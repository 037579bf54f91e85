"""The gate desk: zones and devices laid out by hand, live counts, scans found and taken out, conflicts settled."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from everfair.base import audit
from everfair.gate.actions.devices import add_device
from everfair.gate.actions.scanning import forget_kept, take_scans
from everfair.gate.models import Device, Presence, Scan, Zone
from tests.factories.fair import make_team_member
from tests.factories.gate import make_device, make_holder, make_kind, make_zone, scan_of
from tests.factories.people import make_user
from tests.web.organiser.conftest import Desk

pytestmark = pytest.mark.django_db
ZONE = {
    "name_en": "North hall",
    "name_zh": "北厅",
    "allows_return": "on",
    "counts_exits": "on",
    "position": "1",
}


@pytest.fixture(autouse=True)
def _fresh(desk: Desk) -> None:
    """Badges are judged by the real clock, so the fair lasts."""
    forget_kept()
    desk.edition.ends_on = date(2099, 12, 30)
    desk.edition.save()


def sentences(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_zone_is_laid_out_and_changed(desk: Desk) -> None:
    kind = make_kind(desk.edition)
    values = {**ZONE, "most": "500", "kinds": [str(kind.pk)], "opens_at": "2026-09-04T09:00"}
    response = desk.post("gate/zones/new/", values)
    assert response.status_code == 302
    zone = Zone.objects.get()
    assert (zone.code, zone.name, zone.most) == ("north-hall", {"en": "North hall", "zh": "北厅"}, 500)
    assert zone.opens_at == datetime(2026, 9, 4, 1, 0, tzinfo=UTC), "typed in the fair's time"
    assert list(zone.kinds.all()) == [kind]
    page = desk.get("gate/zones/north-hall/")
    assert 'value="2026-09-04T09:00"' in page.content.decode()
    desk.post("gate/zones/north-hall/", {**ZONE, "most": "", "version": "1"})
    zone.refresh_from_db()
    assert (zone.most, zone.version, zone.kinds.count()) == (None, 2, 0)
    assert audit.entries(target=zone).first().event == "gate.zone.changed"  # type: ignore[union-attr]


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(desk: Desk) -> None:
    zone = make_zone(desk.edition, code="north", inside=5)
    wrong = {**ZONE, "most": "3", "version": "1"}
    response = desk.post("gate/zones/north/", wrong)
    assert response.status_code == 422
    assert "5 people are inside now" in sentences(response)
    assert 'value="3"' in response.content.decode()
    backwards = {**ZONE, "opens_at": "2026-09-04T09:00", "closes_at": "2026-09-04T08:00", "version": "1"}
    assert "closes before it opens" in sentences(desk.post("gate/zones/north/", backwards))
    nameless = {**ZONE, "name_en": "", "name_zh": "", "version": "1"}
    assert "at least one language" in sentences(desk.post("gate/zones/north/", nameless))
    zone.refresh_from_db()
    assert zone.version == 1
    late = desk.post("gate/zones/north/", {**ZONE, "version": "7"})
    assert "changed this zone meanwhile" in sentences(late)


def test_a_used_zone_stays_and_is_emptied_after_asking(desk: Desk) -> None:
    zone = make_zone(desk.edition, code="north")
    device = make_device(zone)[0]
    take_scans(device, [scan_of(make_holder(desk.edition), zone, 1, timezone.now())])
    desk.post("gate/zones/north/remove/", {})
    assert Zone.objects.filter(pk=zone.pk).exists()
    page = desk.get("gate/zones/north/empty/")
    assert "the count begins anew" in sentences(page)
    zone.refresh_from_db()
    assert zone.inside == 1
    desk.post("gate/zones/north/empty/", {})
    zone.refresh_from_db()
    assert (zone.inside, Presence.objects.count(), Scan.objects.count()) == (0, 0, 1)
    spare = make_zone(desk.edition)
    desk.post(f"gate/zones/{spare.code}/remove/", {})
    assert not Zone.objects.filter(pk=spare.pk).exists()


def test_a_device_is_added_and_its_code_shown_once(desk: Desk) -> None:
    zone = make_zone(desk.edition)
    response = desk.post("gate/devices/new/", {"name": "North gate 1", "zone": str(zone.pk)})
    device = Device.objects.get()
    page = desk.client.get(response["Location"])
    shown = re.search(r'<code class="pair-code"[^>]*>([^<]+)</code>', page.content.decode())
    assert shown
    code = shown.group(1).replace(" ", "")
    assert len(code) == 8
    assert code not in (device.pair_digest, device.name)
    assert f"/gate/#{code}" in page.content.decode()
    assert "<svg" in page.content.decode()
    assert "pair-code" not in desk.client.get(response["Location"]).content.decode()
    fresh = desk.client.post(f"{response['Location']}code/", follow=True).content.decode()
    assert "pair-code" in fresh
    assert code not in fresh


def test_a_device_is_shut_out_and_let_back(desk: Desk) -> None:
    device = make_device(make_zone(desk.edition))[0]
    desk.post(f"gate/devices/{device.pk}/shut-out/", {})
    device.refresh_from_db()
    assert device.shut_out_at is not None
    assert "shut out" in sentences(desk.get("gate/"))
    twice = desk.client.post(desk.address(f"gate/devices/{device.pk}/shut-out/"), follow=True)
    assert "was shut out already" in sentences(twice)
    desk.post(f"gate/devices/{device.pk}/let-back/", {})
    device.refresh_from_db()
    assert device.shut_out_at is None


def test_the_front_page_says_queues_clocks_and_silence(desk: Desk) -> None:
    zone = make_zone(desk.edition, most=10, inside=4)
    device = make_device(zone)[0]
    Device.objects.filter(pk=device.pk).update(
        waiting_scans=12, clock_offset=-7260, last_seen_at=timezone.now() - timedelta(minutes=9)
    )
    add_device(desk.edition, {"name": "Spare"}, by=None)
    said = sentences(desk.get("gate/"))
    assert "12 scans waiting" in said
    assert "clock 2 h 1 min behind" in said
    assert "silent" in said
    assert "waiting to be paired" in said
    counts = desk.get("gate/counts.json").json()
    assert counts["zones"] == [{"code": zone.code, "inside": 4, "most": 10}]
    assert counts["waiting"] == 12


def make_scans(desk: Desk, count: int) -> tuple[Zone, Device]:
    zone = make_zone(desk.edition, name={"en": "North", "zh": "北"})
    device = make_device(zone)[0]
    now = timezone.now()
    for n in range(count):
        badge = make_holder(desk.edition, name=f"=cmd {n}" if n == 0 else f"Person {n}")
        take_scans(device, [scan_of(badge, zone, n + 1, now, offline=n == 1, verdict="admitted")], now)
    return zone, device


def test_scans_are_found_by_words_and_filters(desk: Desk) -> None:
    zone, device = make_scans(desk, 3)
    take_scans(device, [scan_of(make_holder(desk.edition), zone, 9, timezone.now(), code="x")])
    assert "4 scans" in sentences(desk.get("gate/scans/"))
    for query, count in (
        ({"q": "Person firm"}, 2),
        ({"verdict": "refused"}, 1),
        ({"off_line": "1"}, 1),
        ({"zone": zone.code}, 4),
        ({"zone": "elsewhere"}, 0),
        ({"device": "x"}, 0),
        ({"day": "2001-01-01"}, 0),
        ({"day": "nonsense"}, 0),
        ({"q": "nobody\x00"}, 0),
    ):
        response = desk.get("gate/scans/", **query)
        assert response.context["page"].paginator.count == count, query


def test_files_out_are_defused(desk: Desk) -> None:
    make_scans(desk, 2)
    response = desk.get("gate/scans.csv", q="cmd")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert [row["Name"] for row in rows] == ["'=cmd 0"]
    assert rows[0]["Verdict"] == "let in"
    assert desk.get("gate/scans.xlsx").status_code == 200


def test_a_scan_is_taken_back_at_the_desk(desk: Desk) -> None:
    zone, _device = make_scans(desk, 1)
    scan = Scan.objects.get()
    desk.post(f"gate/scans/{scan.pk}/undo/", {})
    zone.refresh_from_db()
    scan.refresh_from_db()
    assert zone.inside == 0
    assert scan.undone_at is not None
    again = desk.client.post(desk.address(f"gate/scans/{scan.pk}/undo/"), follow=True)
    assert "taken back already" in sentences(again)


def test_conflicts_are_settled_and_the_count_follows(desk: Desk) -> None:
    zone, device = make_scans(desk, 1)
    Zone.objects.filter(pk=zone.pk).update(most=1)
    scan = scan_of(make_holder(desk.edition), zone, 7, timezone.now(), offline=True, verdict="admitted")
    assert take_scans(device, [scan])[0]["verdict"] == "conflict"
    assert "1 admission made off line" in sentences(desk.get("gate/"))
    assert "the zone is full" in sentences(desk.get("gate/conflicts/"))
    conflict = Scan.objects.get(verdict="conflict")
    path = f"gate/conflicts/{conflict.pk}/"
    refused = desk.client.post(desk.address(path), {"inside": "1"}, follow=True)
    assert "is full" in sentences(refused)
    Zone.objects.filter(pk=zone.pk).update(most=2)
    desk.post(path, {"inside": "1"})
    zone.refresh_from_db()
    conflict.refresh_from_db()
    assert (zone.inside, conflict.looked_by) == (2, desk.user)
    assert "Nothing to look at" in sentences(desk.get("gate/conflicts/"))
    desk.post(path, {"inside": "0"})
    zone.refresh_from_db()
    assert zone.inside == 2, "settled once"


def test_the_watch_list_says_who_is_inside(desk: Desk) -> None:
    assert "Nobody is watched for" in sentences(desk.get("gate/watch/"))
    zone, device = make_scans(desk, 1)
    guest = make_holder(desk.edition, name="Dr Guest", watch="vip", watch_note="Call protocol")
    make_holder(desk.edition, name="Mr Stop", watch="stop")
    take_scans(device, [scan_of(guest, zone, 5, timezone.now())])
    said = sentences(desk.get("gate/watch/"))
    assert said.index("Dr Guest") < said.index("North") < said.index("Mr Stop")
    assert "Call protocol" in said


def test_the_gate_team_keeps_the_gate_and_nothing_else(desk: Desk) -> None:
    keeper, programmer = make_user(), make_user()
    make_team_member(desk.edition, keeper, "gate")
    make_team_member(desk.edition, programmer, "programme")
    client = desk.client_of(keeper)
    assert client.get(desk.address("gate/")).status_code == 200
    assert client.get(desk.address("areas/")).status_code == 404
    assert desk.client_of(programmer).get(desk.address("gate/")).status_code == 404


@pytest.mark.parametrize("path", ["gate/", "gate/scans/", "gate/conflicts/", "gate/watch/"])
def test_lists_ask_the_same_number_of_questions_for_one_row_and_three(
    desk: Desk, path: str, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for n in range(3):
        zone = make_zone(desk.edition, most=0 if n else 9)
        zone.kinds.add(make_kind(desk.edition))
        device = make_device(zone)[0]
        badge = make_holder(desk.edition, watch="vip")
        scan = scan_of(badge, zone, 1, timezone.now(), offline=True, verdict="admitted", zone="gone")
        take_scans(device, [scan])
        if n != 1:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert desk.get(path).status_code == 200
            counts.append(len(seen))
    assert counts[0] == counts[1]
