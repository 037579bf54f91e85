"""Two people in two browsers confirm an agreement by passkeys that they set up on the way; a third browser's replay is refused."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from everfair.agreements.actions.chain import publish_head
from everfair.agreements.models import Agreement, AgreementParty, ChainEntry
from everfair.agreements.queries.chain import verify
from everfair.agreements.queries.evidence import is_true
from everfair.people.models import User
from tests.factories.agreements import SoftPasskey, make_agreement
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.people import PASSWORD, make_membership, make_user
from tests.journeys.test_accounts import with_authenticator

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@contextmanager
def person_at(browser: Any, live: str, person: User, wide: int = 1280) -> Iterator[Any]:
    """A browser of the person's own, signed in by password, with a fingerprint reader."""
    context = browser.new_context(base_url=live, viewport={"width": wide, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
    )
    with_authenticator(page)
    page.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/en/my/")
    yield page
    context.close()
    assert wrong == [], f"the browser complained: {wrong}"


def add_passkey(page: Any) -> None:
    """From the confirm page, which has no way to confirm yet, and back to it."""
    page.get_by_role("heading", name="First a passkey or an authenticator app").wait_for()
    before = page.url
    page.get_by_role("link", name="Add a passkey").click()
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/webauthn/add/**")
    page.get_by_label("Name of the device").fill("A test device")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url(before)
    page.get_by_text("The passkey was added.").wait_for()


def test_two_people_confirm_by_passkeys(browser: Any, live: str, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    buyer, seller = make_user(name="Wanjiru Kamau"), make_user(name="Lin Yao")
    held = make_negotiation(make_inquiry(buyer=buyer))
    make_membership(organisation=held.firm.organisation, user=seller)
    edition = held.edition.slug
    with person_at(browser, live, buyer) as one, person_at(browser, live, seller, wide=390) as other:
        one.goto(f"/en/my/deals/{edition}/{held.code}/")
        one.get_by_role("link", name="Make an agreement").click()
        one.locator("[name=organisation_en]").fill("Nairobi Port Authority")
        one.locator("[name=title_en]").fill("Cold chain, twelve months")
        one.locator("[name=title_zh]").fill("冷链服务，为期十二个月")
        one.locator("[name=summary_en]").fill("Cold storage near the port.")
        one.get_by_label("an amount", exact=True).check()
        one.locator("[name=value_from]").fill("1,200,000")
        one.locator("[name=currency]").select_option("CNY")
        one.get_by_role("button", name="Keep the draft").click()
        one.get_by_role("button", name="Put it to the parties").click()
        one.get_by_text("each of them can confirm now").wait_for()
        agreement = Agreement.objects.get()
        confirm_page = f"/en/my/deals/{edition}/agreements/{agreement.code}/confirm/"

        one.get_by_role("link", name="Read and confirm").click()
        add_passkey(one)
        one.get_by_label("Your function in the organisation").fill("Director")
        with one.expect_request(lambda sent: sent.method == "POST") as posted:
            one.get_by_role("button", name="Confirm with a passkey").click()
        one.get_by_text("The others are still to come").wait_for()
        assert AgreementParty.objects.exclude(confirmed_at=None).get().confirmed_name == "Wanjiru Kamau"

        again = one.request.post(
            live + confirm_page, data=posted.value.post_data,
            headers={"Content-Type": "application/x-www-form-urlencoded", "Referer": live + confirm_page},
        )  # fmt: skip
        assert again.status == 422
        assert "it counts once" in again.text()

        other.goto(f"/en/my/deals/{edition}/agreements/")
        other.get_by_text("waits for you").wait_for()
        other.get_by_role("link", name="Cold chain, twelve months").click()
        other.get_by_role("link", name="Read and confirm").click()
        add_passkey(other)
        assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
        other.get_by_role("button", name="Confirm with a passkey").click()
        other.get_by_text("Confirmed by all. The record stands in the chain.").wait_for()

        one.goto(f"/en/my/deals/{edition}/agreements/{agreement.code}/")
        assert one.locator(".joined.is-won").is_visible()
        with one.expect_download() as kept:
            one.get_by_role("link", name="Record as PDF").click()
        assert kept.value.path().read_bytes().startswith(b"%PDF")
        one.goto("/zh/chain/")
        assert one.locator(".digest").first.inner_text() == ChainEntry.objects.last().digest  # type: ignore[union-attr]
        lines = one.request.get(live + "/en/chain/entries.jsonl").text().splitlines()
        assert [json.loads(line)["kind"] for line in lines] == ["agreement.confirmed", "agreement.record"]

    agreement.refresh_from_db()
    assert agreement.state == "confirmed"
    for party in agreement.parties.all():
        assert party.proof == "passkey"
        assert is_true(party.evidence, agreement.digest)
    held.refresh_from_db()
    assert held.state == "won"
    assert verify().differences == []


@pytest.mark.parametrize(("lang", "width", "scheme"), [("en", 1280, "light"), ("zh", 390, "dark")])
def test_pages_fit_and_are_accessible(
    browser: Any, live: str, settings: Any, tmp_path: Any, lang: str, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from django.conf import settings as own
    from django.test import Client

    settings.MEDIA_ROOT = tmp_path
    buyer = make_user(name="Wanjiru Kamau")
    held = make_negotiation(make_inquiry(buyer=buyer))
    states = ("draft", "offered", "confirmed")
    made = {state: make_agreement(held, state=state).code for state in states}
    publish_head()
    TOTP.activate(buyer, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    SoftPasskey(buyer, "localhost")
    client = Client()
    client.force_login(buyer)
    context = browser.new_context(
        base_url=live, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    key = own.SESSION_COOKIE_NAME
    context.add_cookies([{"name": key, "value": client.cookies[key].value, "url": live}])
    page = context.new_page()
    base = f"/{lang}/my/deals/{held.edition.slug}/agreements/"
    addresses = [
        base,
        f"{base}{made['draft']}/change/",
        f"{base}{made['draft']}/parties/",
        f"/{lang}/chain/?q=1",
    ]
    addresses += [f"{base}{code}/" for code in made.values()] + [f"{base}{made['offered']}/confirm/"]
    found: list[str] = []
    for address in addresses:
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address}: wider than the screen")
        for problem in Axe().run(page).response["violations"]:
            found.append(f"{address}: {problem['id']}: {problem['nodes'][0]['html'][:120]}")
    context.close()
    assert found == []
