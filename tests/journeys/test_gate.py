"""The gate in a real browser: paired, on line and off, by hand scanner, name and camera; nothing lost, nothing double."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from everfair.gate.actions import devices
from everfair.gate.actions.scanning import forget_kept
from everfair.gate.models import Device, Presence, Scan, Zone
from everfair.registration.actions.badges import void_badge
from everfair.registration.models import Badge
from everfair.web.gate.door import forget_people
from tests.factories.fair import make_edition
from tests.factories.gate import make_holder, make_zone
from tests.journeys.badge_video import film
from tests.journeys.chromium import FLAGS
from tests.journeys.conftest import PATIENCE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TWO_HOURS = 2 * 3600 * 1000


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget_kept()
    forget_people()


@pytest.fixture
def zone(live: str) -> Zone:
    edition = make_edition(starts_on="2020-01-01", ends_on="2099-12-31")
    edition.refresh_from_db()
    make_holder(edition, name="The First")  # with them comes the edition's key
    return make_zone(edition, code="north", name={"en": "North hall", "zh": "北厅"}, most=20)


@pytest.fixture
def code(zone: Zone) -> str:
    return devices.add_device(zone.edition, {"name": "North gate 1", "zone": zone}, by=None)[1]


@pytest.fixture
def gate(page: Any, live: str, code: str) -> Any:
    """The page, paired in English, with its names loaded and its service worker in charge."""
    return pair(page, live, code)


def pair(page: Any, live: str, code: str, lang: str = "en") -> Any:
    page.goto(f"{live}/gate/{lang}/")
    page.fill("#pair-code", code.upper())
    page.click("#pair-form .btn")
    page.wait_for_selector("#gate:not([hidden])")
    until(page, "() => document.querySelector('#zone').value === 'north'")
    until(page, "() => navigator.serviceWorker.controller !== null")
    until(page, "() => /[0-9]/.test(document.querySelector('#names').textContent)")
    return page


def until(page: Any, question: str, arg: Any = None) -> None:
    """Wait until the expression is true. (Playwright's own waiting evaluates text, which the page's policy forbids.)"""
    for _turn in range(300):
        if page.evaluate(question, arg):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {question} {arg or ''}\n{page.inner_text('body')}")


def hand_scan(page: Any, text: str) -> None:
    """As a hand scanner types."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def verdict(page: Any, face: str, contains: str = "") -> None:
    until(page, "face => document.querySelector('#verdict').classList.contains(face)", f"is-{face}")
    if contains:
        until(page, "text => document.querySelector('#verdict').innerText.includes(text)", contains)


def waiting(page: Any, count: int) -> None:
    until(page, "count => document.querySelector('#queue').dataset.count === count", str(count))


def inside(zone: Zone) -> int:
    zone.refresh_from_db()
    assert zone.inside == Presence.objects.filter(zone=zone).count()
    return zone.inside


def test_on_line_off_line_and_on_line_again(gate: Any, zone: Zone) -> None:
    first, second, third = (make_holder(zone.edition, name=f"Guest {n}") for n in ("One", "Two", "Three"))
    gate.click("#more")
    gate.click("#reload-names")
    gate.click("#settings [data-close].btn:not(.text)")
    forget_people()
    hand_scan(gate, first.code)
    verdict(gate, "admitted", "Guest One")
    waiting(gate, 0)
    hand_scan(gate, first.code)
    verdict(gate, "refused", "already inside")
    assert inside(zone) == 1

    gate.context.set_offline(True)
    hand_scan(gate, second.code)
    verdict(gate, "admitted", "Decided by this device")
    waiting(gate, 1)
    hand_scan(gate, second.code)
    verdict(gate, "refused", "already inside")
    hand_scan(gate, second.code[:-9] + ("AA" if second.code[-9:-7] != "AA" else "BB") + second.code[-7:])
    verdict(gate, "refused", "not a badge of this fair")
    hand_scan(gate, make_holder(make_edition()).code)
    verdict(gate, "refused", "another edition")
    waiting(gate, 4)
    assert Scan.objects.count() == 2, "nothing reached the server"

    gate.reload()  # the service worker has the page, the device has its queue
    gate.wait_for_selector("#gate:not([hidden])")
    waiting(gate, 4)
    hand_scan(gate, third.code)
    verdict(gate, "admitted", "Decided by this device")
    waiting(gate, 5)

    gate.context.set_offline(False)
    waiting(gate, 0)
    assert Scan.objects.count() == 7
    assert sorted(Scan.objects.filter(was_offline=True).values_list("verdict", flat=True)) == [
        "admitted", "admitted", "refused", "refused", "refused",
    ]  # fmt: skip
    assert inside(zone) == 3
    gate.click("#way-out")
    hand_scan(gate, third.code)
    verdict(gate, "left", "Guest Three")
    assert inside(zone) == 2


def test_found_by_name_off_line_and_taken_back(page: Any, live: str, code: str, zone: Zone) -> None:
    badge = make_holder(zone.edition, name="王小明", organisation_name="青岚云")
    for n in range(3):
        make_holder(zone.edition, name=f"Wang {n}")
    pair(page, live, code, "zh")
    page.context.set_offline(True)
    page.click("#search")
    page.fill("#finder-words", "wang")
    expect(page.locator("#finder-list li")).to_have_count(3)
    page.fill("#finder-words", "青岚")
    page.click("#finder-list button")
    verdict(page, "admitted", "王小明")
    page.click("#undo")
    verdict(page, "undone")
    page.click("#search")
    page.fill("#finder-words", "王小")
    page.click("#finder-list button")
    verdict(page, "admitted", "王小明")
    waiting(page, 3)
    page.context.set_offline(False)
    waiting(page, 0)
    assert inside(zone) == 1
    assert Scan.objects.filter(badge=badge, code="").count() == 2
    assert Scan.objects.filter(undone_at=None).count() == 1


def test_void_badges_and_the_watch_list_off_line(gate: Any, zone: Zone) -> None:
    lost = make_holder(zone.edition)
    stopped = make_holder(zone.edition, name="Mr Stop", watch="stop", watch_note="Call Ms Li")
    vip = make_holder(zone.edition, name="Dr Guest", watch="vip", watch_note="Protocol desk")
    void_badge(lost, by=None, reason="Lost.")
    gate.evaluate("window.dispatchEvent(new Event('online'))")  # a heartbeat now and not in ten seconds
    until(
        gate,
        """async () => { const open = indexedDB.open('everfair-gate', 1); await new Promise(done => open.onsuccess = done);
        const got = open.result.transaction('facts').objectStore('facts').get('frame'); await new Promise(done => got.onsuccess = done);
        return got.result?.watched.length === 2 }""",
    )
    gate.context.set_offline(True)
    hand_scan(gate, lost.code)
    verdict(gate, "refused", "made void")
    hand_scan(gate, vip.code)
    verdict(gate, "vip", "Protocol desk")
    hand_scan(gate, stopped.code)
    verdict(gate, "ask", "Call Ms Li")
    gate.click("#asked")
    verdict(gate, "admitted", "Mr Stop")
    gate.context.set_offline(False)
    waiting(gate, 0)
    assert inside(zone) == 2
    assert Scan.objects.get(badge=stopped, verdict="admitted").reason == "asked"
    assert not Scan.objects.filter(verdict="conflict").exists()


def test_a_clock_two_hours_off_is_set_right_and_said(page: Any, live: str, code: str, zone: Zone) -> None:
    page.add_init_script(f"const told = Date.now.bind(Date); Date.now = () => told() + {TWO_HOURS}")
    badge = make_holder(zone.edition)
    pair(page, live, code)
    until(page, "() => document.querySelector('#notice').innerText.includes('2 h')")
    page.context.set_offline(True)
    hand_scan(page, badge.code)
    verdict(page, "admitted")
    page.context.set_offline(False)
    waiting(page, 0)
    scan = Scan.objects.get()
    assert abs((scan.received_at - scan.scanned_at).total_seconds()) < 120
    assert abs(Device.objects.get().clock_offset - 7200) < 10


def test_a_shut_out_device_hands_its_queue_in(gate: Any, zone: Zone) -> None:
    badge = make_holder(zone.edition)
    gate.context.set_offline(True)
    hand_scan(gate, badge.code)
    verdict(gate, "admitted")
    devices.shut_out(Device.objects.get(), by=None)
    gate.context.set_offline(False)
    waiting(gate, 0)
    until(gate, "() => document.querySelector('#notice').innerText.includes('handed in')")
    hand_scan(gate, make_holder(zone.edition).code)
    verdict(gate, "refused", "shut out")
    scan = Scan.objects.get()
    assert (scan.verdict, scan.reason, scan.badge) == ("conflict", "shut_out", badge)
    assert inside(zone) == 0


@pytest.fixture
def filming(browser: Any, live: str, tmp_path: Path) -> Iterator[Callable[[list[str]], Any]]:
    """A page in a browser whose camera sees these codes, one after the other."""
    started: list[Any] = []

    def start(codes: list[str]) -> Any:
        path = film(tmp_path / "badges.y4m", codes)
        own = browser.browser_type.launch(
            executable_path=browser.browser_type.executable_path
            if Path(browser.browser_type.executable_path).exists()
            else "/usr/bin/chromium",
            args=[
                *FLAGS,
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={path}",
            ],
        )
        started.append(own)
        context = own.new_context(base_url=live, viewport={"width": 390, "height": 844})
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    yield start
    for own in started:
        own.close()


def test_the_camera_reads_badges(
    filming: Callable[[list[str]], Any], live: str, code: str, zone: Zone
) -> None:
    badges: list[Badge] = [make_holder(zone.edition, name=f"Seen {n}") for n in (1, 2)]
    page = filming([badge.code for badge in badges])
    pair(page, live, code)
    page.click("#camera")
    verdict(page, "admitted", "Seen 1")
    verdict(page, "admitted", "Seen 2")
    page.context.set_offline(True)
    verdict(page, "refused", "already inside")
    page.context.set_offline(False)
    page.click("#camera")
    waiting(page, 0)
    assert set(Presence.objects.filter(zone=zone).values_list("registration__name", flat=True)) == {
        "Seen 1",
        "Seen 2",
    }
