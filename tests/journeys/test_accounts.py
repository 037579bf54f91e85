"""A person's way in, in a real browser: code by letter, authenticator app, passkey."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from playwright.sync_api import expect

from everfair.people.models import Membership, User
from tests.factories.fair import make_edition
from tests.factories.people import PASSWORD, make_membership, make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def code_in_last_letter() -> str:
    """The code that stands alone in a paragraph of the newest letter."""
    found = re.search(r"^([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)$", mail.outbox[-1].body, re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found.group(1)


def code_of_app(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def with_authenticator(page: Any) -> None:
    """A device with a fingerprint reader that always agrees."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_from_the_first_code_to_a_passkey(page: Any) -> None:
    with_authenticator(page)
    make_edition()

    page.goto("/en/account/signup/")
    page.get_by_label("Your name").fill("Amina Odhiambo")
    page.get_by_label("E-mail address").fill("amina@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open the account").click()
    page.wait_for_url("**/confirm-email/")
    page.get_by_label("Code").fill("WRONG1")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".field .error")).to_contain_text("newest code")
    page.get_by_label("Code").fill(code_in_last_letter())
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/en/my/")
    person = User.objects.get(email="amina@example.org")
    assert (person.name, person.language) == ("Amina Odhiambo", "en")

    page.goto("/en/my/security/")
    page.get_by_role("link", name="Switch it on").click()
    page.wait_for_url("**/reauthenticate/**")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/totp/activate/")
    page.get_by_label("Code of the app").fill(code_of_app(page.locator("#totp-key").inner_text().strip()))
    page.get_by_role("button", name="Switch it on").click()
    page.wait_for_url("**/recovery-codes/")
    assert page.locator("ol.address li").count() == 10

    page.goto("/en/account/2fa/webauthn/add/")
    page.get_by_label("Name of the device").fill("Amina's phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/account/2fa/")
    assert Authenticator.objects.filter(user=person, type="webauthn").count() == 1

    page.goto("/en/my/security/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile(r"/en/edition"))
    page.goto("/en/account/login/?next=/en/my/profile/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/en/my/profile/")
    assert page.get_by_label("Your name").input_value() == "Amina Odhiambo"


def test_the_password_then_asks_for_the_app(page: Any) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    person, secret = make_user(name="Wei"), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(person, secret)
    page.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/2fa/authenticate/")
    page.get_by_label("Code").fill(code_of_app(secret))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/en/my/")


def test_an_invited_newcomer_signs_up_on_the_way(page: Any) -> None:
    from everfair.people import actions

    owner = make_user(name="Amina")
    firm = make_membership(owner).organisation
    actions.invite(firm, "newcomer@example.org", "editor", by=owner, language="en")
    link = re.search(r"/en/my/invitations/\S+", mail.outbox[-1].body)
    assert link
    page.goto(link.group(0))
    page.get_by_role("link", name="Open an account").click()
    expect(page.get_by_label("E-mail address")).to_have_value("newcomer@example.org")
    page.get_by_label("Your name").fill("Wei")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open the account").click()
    page.wait_for_url("**/invitations/**")  # the letter proved the address: no second code
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/en/my/")
    member = Membership.objects.get(user__email="newcomer@example.org")
    assert (member.organisation, member.role) == (firm, "editor")


def test_a_code_signs_in_without_a_password(page: Any) -> None:
    person = make_user()
    page.goto("/en/account/login/")
    page.get_by_role("link", name="Send me a code").click()
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/login/code/confirm/")
    page.get_by_label("Code").fill(code_in_last_letter())
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/en/my/")


def test_a_new_role_needs_fresh_proof_and_is_not_lost_on_the_way(page: Any) -> None:
    owner = make_membership(role="owner")
    member = make_membership(organisation=owner.organisation, role="editor")
    page.goto(f"/en/account/login/?next=/en/my/firms/{owner.organisation.code}/people/")
    page.get_by_label("E-mail address").fill(owner.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label(f"Role of {member.user}").select_option("lead_only")
    page.locator("tr", has_text=member.user.email).get_by_role("button", name="Change").click()
    page.wait_for_url("**/reauthenticate/**")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/people/")
    member.refresh_from_db()
    assert member.role == "lead_only"


def test_a_new_person_lives_in_the_zone_of_the_browser(browser: Any, live: str) -> None:
    context = browser.new_context(base_url=live, timezone_id="Africa/Nairobi", locale="en-GB")
    page = context.new_page()
    page.goto("/en/account/signup/")
    page.get_by_label("Your name").fill("Amina")
    page.get_by_label("E-mail address").fill("amina@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open the account").click()
    page.wait_for_url("**/confirm-email/")
    context.close()
    assert User.objects.get().time_zone == "Africa/Nairobi"


@pytest.mark.parametrize(("lang", "width", "scheme"), [("en", 1280, "light"), ("zh", 390, "dark")])
def test_pages_fit_and_are_accessible(browser: Any, live: str, lang: str, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    owner = make_membership(make_user(name="Amina"))
    make_membership(organisation=owner.organisation, role="editor")
    context = browser.new_context(
        base_url=live, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = context.new_page()
    found: list[str] = []

    def look(path: str) -> None:
        page.goto(f"/{lang}{path}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path}: wider than the screen")
        for problem in Axe().run(page).response["violations"]:
            found.append(f"{path}: {problem['id']}: {problem['nodes'][0]['html'][:120]}")

    for path in ("/account/login/", "/account/signup/", "/account/login/code/", "/my/invitations/wrong/"):
        look(path)
    page.goto(f"/{lang}/account/login/")
    page.locator("#id_login").fill(owner.user.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/my/")
    firm = f"/my/firms/{owner.organisation.code}/"
    for path in (
        "/my/", "/my/profile/", "/my/security/", "/my/firms/", "/my/firms/new/", firm, f"{firm}people/",
        "/account/email/", "/account/password/change/", "/account/sessions/", "/account/2fa/webauthn/",
        "/account/reauthenticate/", "/account/logout/",
    ):  # fmt: skip
        look(path)
    context.close()
    assert found == []
