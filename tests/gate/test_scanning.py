"""Taking scans in: once each, one verdict each, the rules of a zone, undoing, clocks, what came in off line."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from everfair.gate.actions.devices import shut_out
from everfair.gate.actions.scanning import Sending, forget_kept, take_scans, take_sendings
from everfair.gate.models import Device, Presence, Scan, Zone
from everfair.gate.queries.shown import shown_codes
from everfair.registration.actions.badges import reissue_badge, void_badge
from everfair.registration.models import Badge
from everfair.registration.queries.badges import judge_codes
from tests.factories.fair import make_edition
from tests.factories.gate import make_device, make_holder, make_kind, make_zone, scan_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 5, 2, 0, tzinfo=UTC)  # the second morning, 10:00 in Shanghai


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget_kept()


@pytest.fixture
def zone() -> Zone:
    return make_zone()


@pytest.fixture
def device(zone: Zone) -> Device:
    return make_device(zone)[0]


@pytest.fixture
def badge(zone: Zone) -> Badge:
    return make_holder(zone.edition)


def inside(zone: Zone) -> int:
    """The count, after checking that it is the number of people counted."""
    zone.refresh_from_db()
    assert zone.inside == Presence.objects.filter(zone=zone).count()
    return zone.inside


def one(device: Device, scan: dict[str, Any], now: datetime = NOW, **more: Any) -> dict[str, Any]:
    return take_scans(device, [scan], now, **more)[0]


def test_a_good_badge_is_let_in_and_named(device: Device, zone: Zone, badge: Badge) -> None:
    answer = one(device, scan_of(badge, zone, 1, NOW))
    assert (answer["verdict"], answer["reason"], answer["again"]) == ("admitted", "", False)
    assert answer["name"] == badge.registration.name
    assert answer["firm"] == badge.registration.organisation_name
    assert inside(zone) == 1
    scan = Scan.objects.get()
    assert (scan.scanned_at, scan.badge, scan.was_offline) == (NOW, badge, False)


def test_sending_twice_counts_once(device: Device, zone: Zone, badge: Badge) -> None:
    scans = [scan_of(badge, zone, 1, NOW), scan_of(badge, zone, 2, NOW, direction="out")]
    first = take_scans(device, scans, NOW)
    second = take_scans(device, [*scans, *scans], NOW + timedelta(minutes=5))
    assert [one["verdict"] for one in first] == ["admitted", "left"]
    assert [one["verdict"] for one in second] == ["admitted", "left"] * 2
    assert all(one["again"] for one in second)
    assert Scan.objects.count() == 2
    assert inside(zone) == 0


def test_the_same_number_of_two_devices_are_two_scans(zone: Zone) -> None:
    first, second = make_device(zone)[0], make_device(zone)[0]
    one(first, scan_of(make_holder(zone.edition), zone, 7, NOW))
    one(second, scan_of(make_holder(zone.edition), zone, 7, NOW))
    assert inside(zone) == 2


def test_the_same_badge_at_two_gates_at_once(zone: Zone, badge: Badge) -> None:
    first, second = make_device(zone)[0], make_device(zone)[0]
    answers = take_sendings(
        [
            Sending(first, [scan_of(badge, zone, 1, NOW)]),
            Sending(second, [scan_of(badge, zone, 1, NOW)]),
        ],
        NOW,
    )
    assert sorted((one[0]["verdict"], one[0]["reason"]) for one in answers) == [
        ("admitted", ""),
        ("refused", "inside"),
    ]
    assert inside(zone) == 1


def test_the_last_place_is_given_once_in_one_batch(zone: Zone) -> None:
    Zone.objects.filter(pk=zone.pk).update(most=3)
    device = make_device(zone)[0]
    scans = [scan_of(make_holder(zone.edition), zone, number, NOW) for number in range(1, 8)]
    answers = take_scans(device, scans, NOW)
    assert [one["verdict"] for one in answers] == ["admitted"] * 3 + ["refused"] * 4
    assert {one["reason"] for one in answers[3:]} == {"full"}
    assert inside(zone) == 3


def test_a_place_given_back_is_given_again(device: Device, zone: Zone, badge: Badge) -> None:
    Zone.objects.filter(pk=zone.pk).update(most=1)
    other = make_holder(zone.edition)
    scans = [
        scan_of(badge, zone, 1, NOW - timedelta(seconds=3)),
        scan_of(badge, zone, 2, NOW - timedelta(seconds=2), direction="out"),
        scan_of(other, zone, 3, NOW - timedelta(seconds=1)),
    ]
    assert [one["verdict"] for one in take_scans(device, scans, NOW)] == ["admitted", "left", "admitted"]
    assert inside(zone) == 1


def test_bad_badges_are_told_apart(device: Device, zone: Zone, badge: Badge) -> None:
    foreign = make_holder(make_edition())
    forged = badge.code[:-8] + ("A" if badge.code[-8] != "A" else "B") + badge.code[-7:]
    voided = make_holder(zone.edition)
    void_badge(voided, by=None, reason="Lost.")
    old = make_holder(zone.edition)
    reissue_badge(old.registration, by=None, reason="Lost.")
    gone = make_holder(zone.edition)
    gone.registration.state = "cancelled"
    gone.registration.save()
    codes = [forged, "http://example.org", foreign.code, voided.code, old.code, gone.code]
    scans = [scan_of(badge, zone, n, NOW, code=code) for n, code in enumerate(codes, 1)]
    answers = take_scans(device, scans, NOW)
    assert {one["verdict"] for one in answers} == {"refused"}
    assert [one["reason"] for one in answers] == [
        "forged",
        "forged",
        "other_edition",
        "void",
        "void",
        "not_expected",
    ]
    assert inside(zone) == 0
    late = datetime(2026, 9, 12, tzinfo=UTC)
    assert one(device, scan_of(badge, zone, 99, late), late)["reason"] == "expired"


def test_a_hand_scanner_may_lose_capitals_and_add_an_end_of_line(
    device: Device, zone: Zone, badge: Badge
) -> None:
    answer = one(device, scan_of(badge, zone, 1, NOW, code=f" {badge.code.lower()}\r\n"))
    assert answer["verdict"] == "admitted"


def test_kinds_and_times_of_a_zone(device: Device, zone: Zone, badge: Badge) -> None:
    zone.kinds.add(make_kind(zone.edition, "press"))
    forget_kept()
    assert one(device, scan_of(badge, zone, 1, NOW))["reason"] == "kind"
    press = make_holder(zone.edition, make_kind(zone.edition, "press"))
    Zone.objects.filter(pk=zone.pk).update(opens_at=NOW, closes_at=NOW + timedelta(hours=1))
    early = NOW - timedelta(seconds=1)
    assert one(device, scan_of(press, zone, 2, early))["reason"] == "closed"
    assert one(device, scan_of(press, zone, 3, NOW))["verdict"] == "admitted"
    end = NOW + timedelta(hours=1)
    assert one(device, scan_of(press, zone, 4, end), end)["reason"] == "closed"


def test_no_return_and_one_way(device: Device, zone: Zone, badge: Badge) -> None:
    Zone.objects.filter(pk=zone.pk).update(allows_return=False)
    scans = [
        scan_of(badge, zone, 1, NOW - timedelta(seconds=3)),
        scan_of(badge, zone, 2, NOW - timedelta(seconds=2), direction="out"),
    ]
    take_scans(device, scans, NOW)
    assert one(device, scan_of(badge, zone, 3, NOW))["reason"] == "no_return"
    way = make_zone(zone.edition, counts_exits=False)
    here = [scan_of(badge, way, n, NOW + timedelta(seconds=n)) for n in (4, 5)]
    later = NOW + timedelta(seconds=9)
    assert [one["verdict"] for one in take_scans(device, here, later)] == ["admitted", "admitted"]
    assert inside(way) == 1  # one person, however often they come through
    assert one(device, scan_of(badge, way, 6, later, direction="out"), later)["reason"] == "one_way"


def test_watch_and_vip(device: Device, zone: Zone) -> None:
    guest = make_holder(zone.edition, watch="vip", watch_note="Minister; call the protocol desk")
    answer = one(device, scan_of(guest, zone, 1, NOW))
    assert (answer["verdict"], answer["watch"]) == ("admitted", "vip")
    assert answer["note"].startswith("Minister")
    stopped = make_holder(zone.edition, watch="stop", watch_note="Ask Ms Li")
    answer = one(device, scan_of(stopped, zone, 2, NOW))
    assert (answer["verdict"], answer["reason"], answer["note"]) == ("refused", "watch", "Ask Ms Li")
    answer = one(device, scan_of(stopped, zone, 3, NOW, asked=True))
    assert (answer["verdict"], answer["reason"]) == ("admitted", "asked")
    assert inside(zone) == 2


def test_found_by_name(device: Device, zone: Zone, badge: Badge) -> None:
    scan = scan_of(badge, zone, 1, NOW, code="", serial=badge.serial)
    assert one(device, scan)["name"] == badge.registration.name
    assert Scan.objects.get().code == ""
    assert one(device, scan_of(badge, zone, 2, NOW, code="", serial=4294967295))["reason"] == "void"


def test_undo_counts_once_and_gives_the_place_back(device: Device, zone: Zone, badge: Badge) -> None:
    Zone.objects.filter(pk=zone.pk).update(most=1)
    one(device, scan_of(badge, zone, 1, NOW))
    undo = {"number": 2, "at": int(NOW.timestamp() * 1000), "undo": 1}
    assert one(device, undo)["verdict"] == "undone"
    assert one(device, undo)["verdict"] == "undone"
    assert inside(zone) == 0
    assert Scan.objects.get().undone_by_number == 2
    assert one(device, scan_of(make_holder(zone.edition), zone, 3, NOW))["verdict"] == "admitted"
    assert one(device, undo | {"number": 4, "undo": 77})["verdict"] == "not_found"


def test_undoing_a_way_out_puts_the_person_back(device: Device, zone: Zone, badge: Badge) -> None:
    Zone.objects.filter(pk=zone.pk).update(most=1)
    take_scans(
        device,
        [
            scan_of(badge, zone, 1, NOW - timedelta(seconds=9)),
            scan_of(badge, zone, 2, NOW - timedelta(seconds=8), direction="out"),
        ],
        NOW,
    )
    undo = {"number": 3, "at": int(NOW.timestamp() * 1000), "undo": 2}
    assert one(device, undo)["verdict"] == "undone"
    assert inside(zone) == 1
    other = make_holder(zone.edition)
    take_scans(device, [scan_of(badge, zone, 4, NOW, direction="out"), scan_of(other, zone, 5, NOW)], NOW)
    answer = one(device, undo | {"number": 6, "undo": 4})
    assert (answer["verdict"], answer["reason"]) == ("not_undone", "full")
    assert inside(zone) == 1


def test_a_scan_and_its_undoing_in_one_sending(device: Device, zone: Zone, badge: Badge) -> None:
    undo = {"number": 2, "at": int(NOW.timestamp() * 1000), "undo": 1}
    answers = take_scans(device, [scan_of(badge, zone, 1, NOW), undo], NOW)
    assert [one["verdict"] for one in answers] == ["admitted", "undone"]
    assert inside(zone) == 0
    assert Scan.objects.get().undone_at == NOW


def test_another_devices_scan_cannot_be_undone(device: Device, zone: Zone, badge: Badge) -> None:
    one(device, scan_of(badge, zone, 1, NOW))
    rival = make_device(zone)[0]
    answer = one(rival, {"number": 2, "at": int(NOW.timestamp() * 1000), "undo": 1})
    assert answer["verdict"] == "not_found"
    assert inside(zone) == 1


@pytest.mark.parametrize("hours", [2, -2])
def test_a_clock_two_hours_off_is_set_right(device: Device, zone: Zone, badge: Badge, hours: int) -> None:
    theirs = NOW + timedelta(hours=hours)
    scan = scan_of(badge, zone, 1, theirs - timedelta(minutes=10), offline=True, verdict="admitted")
    take_scans(device, [scan], NOW, clock=int(theirs.timestamp() * 1000), waiting=4)
    assert Scan.objects.get().scanned_at == NOW - timedelta(minutes=10)
    device.refresh_from_db()
    assert (device.clock_offset, device.waiting_scans, device.last_seen_at) == (hours * 3600, 4, NOW)


def test_off_line_admissions_that_break_a_rule_are_conflicts(
    device: Device, zone: Zone, badge: Badge
) -> None:
    Zone.objects.filter(pk=zone.pk).update(most=1)
    rival = make_device(zone)[0]
    let_in: dict[str, Any] = {"offline": True, "verdict": "admitted"}
    assert one(device, scan_of(badge, zone, 1, NOW - timedelta(minutes=9), **let_in))["verdict"] == "admitted"
    again = one(rival, scan_of(badge, zone, 1, NOW - timedelta(minutes=5), **let_in))
    assert (again["verdict"], again["reason"]) == ("conflict", "inside")
    full = one(rival, scan_of(make_holder(zone.edition), zone, 2, NOW, **let_in))
    assert (full["verdict"], full["reason"]) == ("conflict", "full")
    turned_away = scan_of(badge, zone, 3, NOW, offline=True, verdict="refused", reason="inside")
    assert one(rival, turned_away)["verdict"] == "refused"
    assert inside(zone) == 1


def test_a_badge_made_void_after_it_passed_off_line_was_good(
    device: Device, zone: Zone, badge: Badge
) -> None:
    void_badge(badge, by=None, reason="Lost.", now=NOW)
    before = scan_of(badge, zone, 1, NOW - timedelta(minutes=5), offline=True, verdict="admitted")
    assert one(device, before)["verdict"] == "admitted"
    after = scan_of(badge, zone, 2, NOW + timedelta(minutes=1), offline=True, verdict="admitted")
    late = one(device, after, NOW + timedelta(minutes=2))
    assert (late["verdict"], late["reason"]) == ("conflict", "void")


def test_a_late_queue_does_not_bring_back_who_has_left(zone: Zone, badge: Badge) -> None:
    off_line, gate = make_device(zone)[0], make_device(zone)[0]
    assert one(gate, scan_of(badge, zone, 1, NOW, direction="out"))["verdict"] == "left"
    late = scan_of(badge, zone, 1, NOW - timedelta(hours=1), offline=True, verdict="admitted")
    assert one(off_line, late)["verdict"] == "admitted"
    assert inside(zone) == 0


def test_order_of_arrival_does_not_matter_to_the_count(zone: Zone) -> None:
    """Two devices off line, each with half of a person's comings and goings; whoever sends first, the count is the same."""
    counts = []
    for turn in range(2):
        place = make_zone(zone.edition)
        devices = [make_device(place)[0], make_device(place)[0]]
        badge = make_holder(zone.edition)
        let: list[list[dict[str, Any]]] = [[], []]
        for step in range(6):  # in at one gate, out at the other
            way, verdict = ("in", "admitted") if step % 2 == 0 else ("out", "left")
            let[step % 2].append(
                scan_of(
                    badge,
                    place,
                    step + 1,
                    NOW - timedelta(minutes=60 - step),
                    direction=way,
                    offline=True,
                    verdict=verdict,
                )
            )
        for index in (0, 1) if turn == 0 else (1, 0):
            take_scans(devices[index], let[index], NOW)
        counts.append(inside(place))
    assert counts == [0, 0]


def test_a_shut_out_devices_queue_is_kept_and_marked(device: Device, zone: Zone, badge: Badge) -> None:
    shut_out(device, by=None, now=NOW)
    scans = [
        scan_of(badge, zone, 1, NOW - timedelta(minutes=5), offline=True, verdict="admitted"),
        scan_of(make_holder(zone.edition), zone, 2, NOW),
    ]
    answers = take_scans(device, scans, NOW)
    assert [(one["verdict"], one["reason"]) for one in answers] == [
        ("conflict", "shut_out"),
        ("refused", "shut_out"),
    ]
    assert "name" not in answers[0]
    assert Scan.objects.count() == 2
    assert inside(zone) == 0
    undo = {"number": 3, "at": int(NOW.timestamp() * 1000), "undo": 1}
    assert one(device, undo)["verdict"] == "not_undone"


def test_an_unknown_zone_is_kept_to_be_looked_at(device: Device, zone: Zone, badge: Badge) -> None:
    scan = scan_of(badge, zone, 1, NOW, zone="gone", offline=True, verdict="admitted")
    answer = one(device, scan)
    assert (answer["verdict"], answer["reason"]) == ("conflict", "zone")
    assert Scan.objects.get().zone == zone
    assert one(device, scan_of(badge, zone, 2, NOW, zone="gone"))["verdict"] == "refused"


@pytest.mark.parametrize(
    "broken",
    [
        "text",
        {},
        {"number": 0, "at": 1},
        {"number": 1.5, "at": 1},
        {"number": True, "at": 1},
        {"number": 2**60, "at": 1},
        {"number": 5, "at": "now", "code": "x"},
        {"number": 5, "at": 10**15, "code": "x"},
        {"number": 5, "at": 1, "code": "x"},  # 1970
        {"number": 5, "at": int(NOW.timestamp() * 1000)},
        {"number": 5, "at": int(NOW.timestamp() * 1000), "code": 7},
        {"number": 5, "at": int(NOW.timestamp() * 1000), "undo": "1"},
    ],
)
def test_what_cannot_be_read_is_said_and_hinders_nothing(
    device: Device, zone: Zone, badge: Badge, broken: Any
) -> None:
    answers = take_scans(device, [broken, scan_of(badge, zone, 9, NOW)], NOW)
    assert [one["verdict"] for one in answers] == ["unreadable", "admitted"]
    assert inside(zone) == 1


def test_odd_characters_do_no_harm(device: Device, zone: Zone, badge: Badge) -> None:
    answer = one(device, scan_of(badge, zone, 1, NOW, code="\x00\ud800'; --" + "x" * 999))
    assert answer["reason"] == "forged"
    assert one(device, scan_of(badge, zone, 2, NOW, zone="\x00"))["reason"] == "zone"


def test_the_door_judges_as_the_registration_room_does(zone: Zone) -> None:
    edition = zone.edition
    badges = [make_holder(edition) for _ in range(6)]
    void_badge(badges[1], by=None, reason="Lost.")
    reissue_badge(badges[2].registration, by=None, reason="Lost.")
    for badge, state in ((badges[3], "cancelled"), (badges[4], "waiting")):
        badge.registration.state = state
        badge.registration.save()
    Badge.objects.filter(pk=badges[5].pk).delete()
    codes = [badge.code for badge in badges]
    codes += [codes[0][:-3] + "AAA", "x", make_holder(make_edition()).code, f" {codes[0].lower()}\n"]
    for lost in (False, True):
        if lost:
            edition.signing_keys.update(distrusted_at=NOW)
            forget_kept()
        for day in (date(2026, 9, 5), date(2027, 1, 1)):
            judged = [one.verdict for one in judge_codes(edition, codes, day)]
            assert len(set(judged)) > 3
            shown = [one.reason or "valid" for one in shown_codes(edition, codes, day)]
            assert shown == judged


def test_a_batch_of_any_size_asks_the_same_number_of_questions(
    zone: Zone, django_assert_num_queries: Any
) -> None:
    device = make_device(zone)[0]
    people = [make_holder(zone.edition) for _ in range(13)]
    take_scans(device, [scan_of(people[0], zone, 1, NOW)], NOW)
    for start, stop in ((1, 2), (2, 13)):
        scans = [scan_of(people[n], zone, n + 1, NOW) for n in range(start, stop)]
        forget_kept()
        with django_assert_num_queries(11):
            take_scans(device, scans, NOW)
    assert inside(zone) == 13


def test_an_answer_that_came_too_late_gives_way_to_what_happened(device: Device, zone: Zone) -> None:
    """The device waited, heard nothing and decided by itself; then the same numbers come again, with its own verdict."""
    Zone.objects.filter(pk=zone.pk).update(most=1)
    first, second = make_holder(zone.edition), make_holder(zone.edition)
    answers = take_scans(device, [scan_of(first, zone, 1, NOW), scan_of(second, zone, 2, NOW)], NOW)
    assert [one["verdict"] for one in answers] == ["admitted", "refused"]
    again = [
        scan_of(first, zone, 1, NOW, offline=True, verdict="refused", reason="inside"),
        scan_of(second, zone, 2, NOW, offline=True, verdict="admitted"),
    ]
    for _turn in range(2):
        answers = take_scans(device, again, NOW)
        assert [(one["verdict"], one["again"]) for one in answers] == [("refused", True), ("conflict", True)]
        assert inside(zone) == 1
        assert Presence.objects.get(zone=zone).registration == second.registration
