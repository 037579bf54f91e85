"""One visit from end to end in real browsers: registered in Chinese, let in off line, scanned at a booth, withdrawn."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import expect

from everfair.fair.models import Edition
from everfair.gate.actions import devices
from everfair.gate.actions.scanning import forget_kept
from everfair.gate.models import Presence, Scan
from everfair.leads.models import Lead
from everfair.registration.models import Registration
from everfair.web.gate.door import forget_people
from tests.factories.fair import make_edition
from tests.factories.gate import make_holder, make_zone
from tests.factories.leads import make_booth, make_staff
from tests.factories.people import PASSWORD
from tests.factories.registration import make_kind

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(browser: Any, live: str) -> Iterator[Callable[..., Any]]:
    """Opens a phone of its own; what scripts or the security policy complain about fails the journey."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def open_phone(locale: str) -> Any:
        context = browser.new_context(base_url=live, locale=locale, viewport={"width": 390, "height": 844})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
        )
        return page

    yield open_phone
    for context in contexts:
        context.close()
    assert wrong == [], f"the browser complained: {wrong}"


@pytest.fixture
def edition(live: str) -> Edition:
    forget_kept()
    forget_people()
    found = make_edition(starts_on="2020-01-01", ends_on="2099-12-31")
    found.refresh_from_db()
    make_kind(found, code="visitor", name={"en": "Visitor", "zh": "专业观众"})
    return found


def register_in_chinese(phone: Any, edition: Edition) -> None:
    """From the fair's front to the person's own page."""
    phone.goto(f"/zh/{edition.slug}/")
    phone.get_by_role("link", name="报名").first.click()
    phone.get_by_role("link", name="专业观众").first.click()
    phone.get_by_label("姓名", exact=False).first.fill("欧阳若兰")
    phone.locator("input[name=email]").fill("ruolan@example.org")
    phone.locator("main form.form .btn").first.click()
    expect(phone.get_by_role("heading", name="期待您的到来")).to_be_visible()


def test_from_registration_to_withdrawal(opened: Callable[..., Any], edition: Edition) -> None:
    phone = opened("zh-CN")
    register_in_chinese(phone, edition)
    person = Registration.objects.get(edition=edition)
    assert (person.name, person.state, person.language) == ("欧阳若兰", "approved", "zh")
    assert not person.consents.exists(), "nothing is ticked for anybody"
    assert [letter.to for letter in mail.outbox] == [["ruolan@example.org"]]
    own_page = phone.url
    phone.get_by_role("link", name="打开我的证件").click()
    expect(phone.locator("h1")).to_have_text("欧阳若兰")
    code = person.badges.get().code
    assert code.startswith("EF1:")

    zone = make_zone(edition, code="north", name={"en": "North hall", "zh": "北厅"}, most=20)
    make_holder(edition, name="Somebody else")
    pairing = devices.add_device(edition, {"name": "北 1 号门", "zone": zone}, by=None)[1]
    gate = opened("zh-CN")
    gate.goto("/gate/zh/")
    gate.fill("#pair-code", pairing)
    gate.click("#pair-form .btn")
    expect(gate.locator("#zone")).to_have_value("north")
    expect(gate.locator("#names")).to_contain_text("2")
    gate.context.set_offline(True)
    gate.keyboard.type(code)
    gate.keyboard.press("Enter")
    expect(gate.locator("#verdict")).to_contain_text("欧阳若兰")
    expect(gate.locator("#verdict")).to_contain_text("请进")
    assert not Scan.objects.exists(), "nothing reached the server yet"
    gate.context.set_offline(False)
    expect(gate.locator("#queue")).to_have_attribute("data-count", "0")
    scan = Scan.objects.get()
    assert (scan.verdict, scan.was_offline, scan.registration) == ("admitted", True, person)
    assert Presence.objects.get().registration == person

    booth = make_booth(edition)
    staff = make_staff(booth)
    desk = opened("en-GB")
    desk.goto(f"/en/account/login/?next=/en/booth-desk/{booth.code}/leads/scan/")
    desk.get_by_label("E-mail address").fill(staff.email)
    desk.get_by_label("Password").fill(PASSWORD)
    desk.locator("#main form.form").first.get_by_role("button", name="Sign in", exact=True).click()
    desk.get_by_label("Code of the badge").fill(code)
    desk.get_by_label("warm").check()
    desk.get_by_role("button", name="Keep").click()
    expect(desk.locator("[data-log] li[data-state=taken]")).to_contain_text("Kept.")
    lead = Lead.objects.get()
    assert (lead.registration, lead.is_shared) == (person, False)

    phone.goto(own_page)
    phone.get_by_role("link", name="谁扫描了我").click()
    row = phone.locator(f"#scan-{lead.code}")
    expect(row).to_contain_text("未共享")
    row.locator("summary", has_text="撤回").click()
    row.get_by_role("button", name="立即撤回").click()
    expect(row).to_contain_text("撤回")
    lead.refresh_from_db()
    assert lead.withdrawn_at is not None
    assert (lead.interest, lead.note) == ("", "")


def test_without_an_account_one_agrees_and_cancels(opened: Callable[..., Any], edition: Edition) -> None:
    phone = opened("zh-CN")
    register_in_chinese(phone, edition)
    person = Registration.objects.get(edition=edition)
    phone.get_by_label("扫描我证件的参展商可获得我的电子邮箱。").check()
    phone.get_by_role("button", name="保存").last.click()  # the three questions have one of their own
    expect(phone.get_by_text("已保存，即刻生效。")).to_be_visible()
    assert person.consents.get().purpose == "contact"
    phone.locator("summary", has_text="我不能前来").click()
    phone.get_by_role("button", name="取消我的报名").click()
    expect(phone.get_by_role("heading", name="此报名已取消")).to_be_visible()
    person.refresh_from_db()
    assert person.state == "cancelled"
    assert not person.badges.filter(state="valid").exists()
