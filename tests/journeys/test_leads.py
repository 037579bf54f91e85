"""A badge scanned at a booth with the network away, seen by the visitor, shared, withdrawn. Real Chromium, two people."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from everfair.leads.actions import save_question
from everfair.leads.models import Lead, LeadScan
from everfair.registration.access import digest_of, secret_of
from tests.factories.leads import make_booth, make_staff, make_visitor, scan
from tests.factories.people import PASSWORD, make_user
from tests.journeys.badge_video import film
from tests.journeys.chromium import FLAGS

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(browser: Any, live: str) -> Iterator[Any]:
    """Opens a page of a fresh profile; what scripts or the security policy complain about fails the journey."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def open_page(**options: Any) -> Any:
        given = {"base_url": live, "locale": "en-GB", "viewport": {"width": 390, "height": 844}, **options}
        context = browser.new_context(**given)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == [], f"the browser complained: {wrong}"


def sign_in(page: Any, person: Any, then: str) -> None:
    page.goto(f"/en/account/login/?next={then}")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("#main form.form").first.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{then}")


def test_scanned_off_line_seen_shared_and_withdrawn(opened: Any) -> None:
    booth = make_booth()
    staff, visitor = make_staff(booth), make_user(name="Wanjiru Kamau")
    question = save_question(
        booth, None,
        {"label": {"en": "When do they decide?", "zh": "何时决定？"}, "kind": "choice",
         "options": [{"label": {"en": "This year"}}, {"label": {"en": "Later"}}]},
        by=staff,
    )  # fmt: skip
    _registration, code = make_visitor(booth.edition, user=visitor, name="Wanjiru Kamau")
    scan_page = f"/en/booth-desk/{booth.code}/leads/scan/"

    desk = opened()
    sign_in(desk, staff, scan_page)
    root = desk.locator("[data-leads]")
    expect(root).to_have_attribute("data-offline-ready", "1")
    desk.context.set_offline(True)
    desk.get_by_label("Code of the badge").fill(code)
    desk.get_by_label("hot").check()
    desk.get_by_label("This year").check()
    desk.get_by_role("textbox", name="Note").fill("Wants two audits")
    desk.get_by_role("button", name="Keep").click()
    expect(desk.locator("[data-count]")).to_have_text("1")
    assert not LeadScan.objects.exists()

    desk.reload()  # the page itself comes from this device
    expect(root).to_have_attribute("data-ready", "1")
    expect(desk.locator("[data-count]")).to_have_text("1")
    expect(desk.locator(".scan-bar [data-state]")).to_contain_text("No network")
    desk.get_by_label("Code of the badge").fill("EF1:NONSENSE")
    desk.get_by_role("button", name="Keep").click()
    expect(desk.locator("[data-count]")).to_have_text("2")

    desk.context.set_offline(False)
    expect(desk.locator("[data-count]")).to_have_text("0")
    log = desk.locator("[data-log]")
    expect(log.locator("li[data-state=refused]")).to_contain_text("This is no badge")
    expect(log.locator("li[data-state=taken]")).to_contain_text("Kept.")
    lead = Lead.objects.get()
    assert (lead.interest, lead.note, lead.taken_by) == ("hot", "Wants two audits", staff)
    assert lead.answers == {question.code: question.options[0]["code"]}
    assert LeadScan.objects.filter(was_offline=True).count() == 2
    log.get_by_role("link", name=f"Visitor {lead.code.upper()}").click()
    expect(desk.get_by_text("A badge without a name")).to_be_visible()
    assert "Wanjiru" not in desk.locator("#main").inner_text()

    phone = opened()
    sign_in(phone, visitor, "/en/my/")
    phone.get_by_role("link", name="Who scanned me").first.click()
    row = phone.locator(f"#scan-{lead.code}")
    expect(row).to_contain_text(str(booth.organisation))
    expect(row).to_contain_text("Not shared")
    row.get_by_role("button", name="Share my contact").click()
    expect(row).to_contain_text("Contact shared")
    desk.reload()
    expect(desk.locator("h1")).to_have_text("Wanjiru Kamau")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Save to address book").click()
    assert "FN:Wanjiru Kamau" in download.value.path().read_text()

    row.locator("summary", has_text="Withdraw").click()
    row.get_by_role("button", name="Withdraw now").click()
    expect(row).to_contain_text("Withdrawn")
    desk.reload()
    expect(desk.get_by_text("This visitor withdrew. Contact")).to_be_visible()
    desk.goto(f"/en/booth-desk/{booth.code}/leads/")
    list_text = desk.locator("#main").inner_text()
    assert "Wanjiru" not in list_text
    assert re.search(r"withdrew", list_text)
    lead.refresh_from_db()
    assert (lead.note, lead.answers, lead.interest) == ("", {}, "")


def test_signed_out_in_the_meantime_nothing_is_lost(opened: Any) -> None:
    booth = make_booth()
    staff = make_staff(booth)
    _registration, code = make_visitor(booth.edition)
    scan_page = f"/en/booth-desk/{booth.code}/leads/scan/"
    desk = opened()
    sign_in(desk, staff, scan_page)
    expect(desk.locator("[data-leads]")).to_have_attribute("data-offline-ready", "1")
    desk.context.clear_cookies()
    desk.get_by_label("Code of the badge").fill(code)
    desk.get_by_role("button", name="Keep").click()
    expect(desk.locator(".scan-bar [data-state]")).to_contain_text("You are signed out")
    expect(desk.locator("[data-count]")).to_have_text("1")
    assert not LeadScan.objects.exists()
    sign_in(desk, staff, scan_page)
    expect(desk.locator("[data-count]")).to_have_text("0")
    assert Lead.objects.get().taken_by == staff


def test_a_hand_scanner_types_one_badge_after_the_other_and_notes_stay_with_theirs(opened: Any) -> None:
    booth = make_booth()
    staff = make_staff(booth)
    (first, one), (second, two) = make_visitor(booth.edition), make_visitor(booth.edition)
    desk = opened()
    sign_in(desk, staff, f"/en/booth-desk/{booth.code}/leads/scan/")
    expect(desk.locator("[data-leads]")).to_have_attribute("data-ready", "1")
    field, note = desk.get_by_label("Code of the badge"), desk.get_by_role("textbox", name="Note")
    taken = desk.locator("[data-log] li[data-state=taken]")
    field.focus()
    desk.keyboard.insert_text(one)
    desk.keyboard.press("Enter")
    expect(taken).to_have_count(1)
    note.fill("About the first")
    desk.get_by_label("hot").check()
    field.focus()
    desk.keyboard.press("End")
    desk.keyboard.insert_text(two)  # no button pressed: the scanner goes on in the field
    desk.keyboard.press("Enter")
    expect(taken).to_have_count(2)
    expect(note).to_have_value("")
    note.fill("About the second")
    desk.get_by_role("button", name="Keep").click()
    desk.get_by_role("button", name="Next visitor").click()
    expect(desk.locator("[data-count]")).to_have_text("0")
    expect(field).to_have_value("")
    notes = {lead.registration: (lead.note, lead.interest) for lead in Lead.objects.all()}
    assert notes == {first: ("About the first", "hot"), second: ("About the second", "")}
    assert LeadScan.objects.count() == 2


def test_without_script_a_typed_code_is_enough(opened: Any) -> None:
    booth = make_booth()
    staff = make_staff(booth, "lead_only")
    _registration, code = make_visitor(booth.edition)
    page = opened(java_script_enabled=False)
    sign_in(page, staff, f"/en/booth-desk/{booth.code}/leads/scan/")
    expect(page.get_by_role("button", name="Start the camera")).to_be_hidden()
    page.get_by_label("Code of the badge").fill(code)
    page.get_by_label("warm").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Keep").click()
    lead = Lead.objects.get()
    expect(page.locator("h1")).to_have_text(f"Visitor {lead.code.upper()}")
    assert lead.interest == "warm"


def test_the_camera_reads_badges_one_after_the_other(browser: Any, live: str, tmp_path: Path) -> None:
    booth = make_booth()
    staff = make_staff(booth)
    codes = [make_visitor(booth.edition)[1] for _number in range(2)]
    path = film(tmp_path / "badges.y4m", codes)
    own = browser.browser_type.launch(
        executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
        args=[
            *FLAGS,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={path}",
        ],
    )
    try:
        desk = own.new_context(base_url=live, viewport={"width": 390, "height": 844}).new_page()
        sign_in(desk, staff, f"/en/booth-desk/{booth.code}/leads/scan/")
        desk.get_by_role("button", name="Start the camera").click()
        taken = desk.locator("[data-log] li[data-state=taken]")
        expect(taken.nth(1)).to_be_visible(timeout=60000)
        desk.get_by_role("button", name="Stop the camera").click()
        expect(desk.locator("[data-count]")).to_have_text("0")
    finally:
        own.close()
    assert Lead.objects.count() == 2
    assert set(LeadScan.objects.values_list("refusal", flat=True)) == {""}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, live: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    booth = make_booth()
    owner, visitor = make_staff(booth, "owner"), make_user()
    question = save_question(booth, None, {"label": {"en": "Seats needed"}, "kind": "number"}, by=owner)
    registration, code = make_visitor(booth.edition, user=visitor)
    lead = scan(booth, code, owner, interest="hot", note="Prices").lead
    scan(booth, code, make_staff(booth), interest="cold")
    scan(booth, "nonsense", owner)
    assert lead is not None
    assert registration.user == visitor
    base = f"/en/booth-desk/{booth.code}/leads/"
    pages = {
        owner: [base, f"{base}scan/", f"{base}team/", f"{base}questions/", f"{base}questions/{question.code}/",
                f"{base}{lead.code}/"],
        visitor: ["/en/my/scans/"],
    }  # fmt: skip
    wrong = []
    for person, addresses in pages.items():
        context = browser.new_context(base_url=live, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        sign_in(page, person, "/en/my/")
        for address in addresses:
            page.goto(address)
            result = Axe().run(page).response
            assert result["passes"], f"axe looked at nothing on {address}"
            wrong += [
                f"{address}: {one['id']} {one['nodes'][0]['html'][:120]}"
                for one in result["violations"]
                if one["impact"] in ("serious", "critical")
            ]
        context.close()
    assert wrong == []


def test_the_mailed_link_is_enough_to_withdraw(opened: Any) -> None:
    booth = make_booth()
    registration, code = make_visitor(booth.edition, agrees=True)
    registration.secret_digest = digest_of(secret_of(registration))
    registration.save()
    lead = scan(booth, code, make_staff(booth), note="Prices").lead
    assert lead is not None
    phone = opened()
    phone.goto(f"/en/my/scans/{booth.edition.slug}/by-link/{secret_of(registration)}/")
    row = phone.locator(f"#scan-{lead.code}")
    expect(row).to_contain_text("Contact shared")
    row.locator("summary", has_text="Withdraw").click()
    row.get_by_role("button", name="Withdraw now").click()
    expect(row).to_contain_text("Withdrawn")
    lead.refresh_from_db()
    assert lead.note == ""
