"""From a need to a public outcome: three firms asked, two quotations compared, a meeting, an agreement confirmed with passkeys
by both, an outcome with its value held back, found by a stranger in the other language, and what became of it after six months.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from time import sleep
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from everfair.agreements.models import Agreement, ChainEntry
from everfair.deals.models import Inquiry, Negotiation, Rate
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.outcomes.actions.following import ask_due
from everfair.outcomes.models import Outcome
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition, make_team_member
from tests.factories.matchmaking import make_need
from tests.factories.meetings import make_meeting, make_participant, make_rules, make_slots, make_table
from tests.factories.outcomes import make_signer
from tests.factories.people import PASSWORD, make_user
from tests.journeys.test_accounts import with_authenticator

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WORDS = {
    "organisation_en": "Mombasa Cold Hub",
    "organisation_zh": "蒙巴萨冷库",
    "title_en": "Cold storage for twelve months",
    "title_zh": "十二个月冷库服务",
    "summary_en": "Forty pallets at minus twenty.",
    "summary_zh": "四十个托盘，零下二十度。",
}


@dataclass
class World:
    """A fair with a buyer who published a need, three firms with a colleague each, and somebody of the organiser's."""

    edition: Any
    buyer: Any
    need: Any
    firms: list[Any]
    colleagues: list[Any]
    organiser: Any


@pytest.fixture
def world() -> World:
    today = timezone.now().date()
    edition = make_edition(starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=3))
    edition.outcome_classes.get_or_create(
        code="agreement", defaults={"name": {"en": "Agreement", "zh": "成交"}}
    )
    buyer = make_user("buyer@journey.example", name="Amina Odhiambo")
    firms = [make_exhibitor(edition, state="published") for _ in range(3)]
    names = ("Heron Cold Chain", "Salt Pier Logistics", "Third Bridge Storage")
    for firm, name, zh in zip(firms, names, ("鹭岛冷链", "盐埠物流", "三桥仓储"), strict=True):
        firm.organisation.name = {"en": name, "zh": zh}
        firm.organisation.save()
    colleagues = [make_signer(firm) for firm in firms]
    make_rules(edition)
    (slot,) = make_slots(edition, 1, starts_at=timezone.now() + timedelta(hours=5))
    mine = make_participant(edition, user=buyer)
    theirs = make_participant(edition, exhibitor=firms[0], user=colleagues[0])
    make_meeting(slot, mine, theirs, table=make_table(edition, number=12))
    Rate.objects.create(edition=edition, currency="USD", base="CNY", value=7, on=today, source="sample")
    need = make_need(seeker=seeker_for(buyer, edition), title={"en": "Cold storage near the port"})
    return World(edition, buyer, need, firms, colleagues, make_team_member(edition).user)


def cookies_of(person: Any) -> list[dict[str, str]]:
    """What a browser of theirs sends. Pages that ask at this moment keep SQLite's table of sessions for themselves: tried again."""
    client = Client()
    for left in reversed(range(100)):
        try:
            client.force_login(person)
            break
        except OperationalError:
            if not left:
                raise
            sleep(0.1)
    return [{"name": name, "value": one.value} for name, one in client.cookies.items()]


@pytest.fixture
def open_as(browser: Any, live: str) -> Iterator[Callable[..., Any]]:
    """A page of somebody's own browser; None: a stranger's. Errors of scripts and of the security policy fail the journey."""
    opened, wrong = [], []

    def page_of(person: Any, *, is_armed: bool = False, locale: str = "en-GB") -> Any:
        context = browser.new_context(base_url=live, locale=locale, viewport={"width": 1280, "height": 900})
        opened.append(context)
        if person is not None:
            context.add_cookies([{**one, "url": live} for one in cookies_of(person)])
        context.set_default_timeout(90000)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
        )
        if is_armed:
            with_authenticator(page)
        return page

    yield page_of
    for context in opened:
        context.close()
    assert wrong == [], f"the browser complained: {wrong}"


def quote(page: Any, edition: str, talk: Negotiation, currency: str, price: str) -> None:
    """A firm answers with a quotation of one line."""
    page.goto(f"/en/my/deals/{edition}/{talk.code}/")
    page.get_by_role("button", name="Make a quotation").click()
    page.locator("[name=currency]").select_option(currency)
    row = page.locator("[data-row]").first
    row.locator("[name$=text]").fill("Cold storage, twelve months")
    row.locator("[name$=quantity]").fill("12")
    row.locator("[name$=price]").fill(price)
    page.locator("[name=ends_on]").fill((timezone.now().date() + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Send it to the buyer").click()
    page.get_by_text("version 1, sent").wait_for()


def sign_in_by_password(page: Any, person: Any) -> None:
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.get_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    page.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/en/my/")
    page.goto("/en/account/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of the device").fill("Phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url(lambda url: "webauthn/add" not in url)


def confirm(page: Any, edition: str, agreement: Agreement) -> None:
    """Reads the agreement and confirms it with the passkey."""
    page.goto(f"/en/my/deals/{edition}/agreements/{agreement.code}/")
    page.get_by_role("link", name="Read and confirm").click()
    page.get_by_role("button", name="Confirm with a passkey").click()
    page.wait_for_url(f"**/agreements/{agreement.code}/")


def say_so(page: Any, edition: str, outcome: Outcome, *, but: str = "") -> None:
    """A party lets everything be shown but one field, and confirms."""
    page.goto(f"/en/my/outcomes/{edition}/{outcome.code}/")
    for box in page.locator("[name=shown]").all():
        box.set_checked(box.get_attribute("value") != but)
    with page.expect_navigation():
        page.get_by_role("button", name="It is so: confirm").click()
    page.get_by_text("Confirmed", exact=False).first.wait_for()


def test_from_a_need_to_what_became_of_it(world: World, open_as: Callable[..., Any]) -> None:
    slug = world.edition.slug
    desk = open_as(world.organiser)
    buyer = open_as(None, is_armed=True)
    sign_in_by_password(buyer, world.buyer)

    # a need becomes an inquiry to three firms
    buyer.goto(f"/en/my/needs/{slug}/{world.need.code}/")
    buyer.get_by_role("link", name="Ask for quotations").click()
    buyer.locator("[name=title]").fill("Cold storage near the port, twelve months")
    buyer.locator("[name=text]").fill("Forty pallets at minus twenty, from January on.")
    buyer.locator("[name=currency]").select_option("CNY")
    buyer.get_by_role("button", name="Save and go on").click()
    for count, name in enumerate(("Heron", "Salt Pier", "Third Bridge"), 1):
        buyer.locator("#firm-q").fill(name)
        buyer.locator("form:has(#firm-q) button").click()
        buyer.get_by_role("button", name=f"Add {name}").last.click()
        buyer.get_by_text("1 firm chosen" if count == 1 else f"{count} firms chosen").wait_for()
    with buyer.expect_navigation():
        buyer.get_by_role("button", name="Send", exact=True).click()
    inquiry = Inquiry.objects.get()
    talks = [Negotiation.objects.get(inquiry=inquiry, firm=firm) for firm in world.firms]
    assert (inquiry.state, inquiry.need_id) == ("sent", world.need.pk)

    # two of them quote, in two currencies; the buyer reads them side by side in one
    heron = open_as(None, is_armed=True)
    sign_in_by_password(heron, world.colleagues[0])
    quote(heron, slug, talks[0], "CNY", "20000")
    quote(open_as(world.colleagues[1]), slug, talks[1], "USD", "3000")
    buyer.goto(f"/en/my/deals/{slug}/inquiries/{inquiry.code}/")
    buyer.get_by_role("link", name="Quotations side by side").click()
    buyer.locator(".compare-one").nth(1).wait_for()
    places = [one.inner_text() for one in buyer.locator(".compare-one").all()]
    assert len(places) == 2
    assert "Heron" in places[0]
    assert "1 USD = 7 CNY" in places[1]
    assert "252,000" in places[1]

    # the meeting of both stands on the negotiation's page
    buyer.goto(f"/en/my/deals/{slug}/{talks[0].code}/")
    assert buyer.locator("#meetings-title ~ ul li").count() == 1
    buyer.locator(".rows a", has_text="Cold storage").first.click()
    buyer.get_by_role("button", name="Accept this version").click()
    buyer.get_by_role("link", name="Make an agreement of it").click()
    agree(buyer)
    buyer.get_by_role("button", name="Put it to the parties").click()
    buyer.get_by_role("link", name="Read and confirm").wait_for()
    agreement = Agreement.objects.get()
    confirm(buyer, slug, agreement)
    assert Agreement.objects.get().state == "offered"
    confirm(heron, slug, agreement)
    heron.get_by_role("heading", name="Confirmed by all").wait_for()
    agreement.refresh_from_db()
    assert agreement.state == "confirmed"
    assert {party.proof for party in agreement.parties.all()} == {"passkey"}
    assert ChainEntry.objects.filter(code=agreement.code).exists()
    talks[0].refresh_from_db()
    assert talks[0].state == "won"

    # of it, an outcome; the firm holds the value back
    buyer.goto(f"/en/my/deals/{slug}/agreements/{agreement.code}/")
    buyer.get_by_role("link", name="Make an outcome of it").click()
    buyer.locator("[name=kind]").select_option(label="Agreement")
    buyer.locator("[name=agreed_on]").fill((timezone.now().date() - timedelta(days=190)).isoformat())
    buyer.get_by_role("button", name="Save").click()
    buyer.get_by_role("button", name="It is so: confirm").wait_for()
    outcome = Outcome.objects.get()
    say_so(buyer, slug, outcome)
    say_so(heron, slug, outcome, but="value")
    outcome.refresh_from_db()
    assert outcome.state == "confirmed"
    desk.goto(f"/en/desk/{slug}/outcomes/{outcome.code}/")
    desk.get_by_role("button", name="Verify").click()
    desk.get_by_role("button", name="Publish").click()
    desk.get_by_text("Published.", exact=True).wait_for()

    # a stranger finds it in the other language, without the value
    stranger = open_as(None, locale="zh-CN")
    stranger.goto(f"/zh/{slug}/outcomes/")
    stranger.locator(f"a[href*='{outcome.code}']").first.click()
    stranger.wait_for_url(f"**/{outcome.code}/")
    assert stranger.locator("h1").inner_text().strip() != ""
    assert "鹭岛冷链" in stranger.locator("main").inner_text()
    for path in (f"/zh/{slug}/outcomes/{outcome.code}/", f"/o/{outcome.code}", f"/zh/{slug}/outcomes.csv"):
        said = stranger.request.get(path)
        assert said.ok, path
        assert outcome.code in said.text()
        assert not {"240000", "240,000"} & set(said.text().replace('"', " ").split()), path
        assert "240000" not in said.text(), path

    # it was agreed half a year ago: both are asked, and one answers
    assert ask_due() == 1
    buyer.goto(f"/en/my/outcomes/{slug}/{outcome.code}/")
    buyer.locator("[name=said]").first.select_option("in_force")
    buyer.locator("[name=note]").first.fill("The first winter went well.")
    buyer.get_by_role("button", name="Answer").first.click()
    stranger.goto(f"/zh/{slug}/outcomes/{outcome.code}/")
    assert "The first winter went well." in stranger.locator("main").inner_text()


def agree(page: Any) -> None:
    """The draft of an agreement, with its words in both languages."""
    assert page.locator("[name=value_from]").input_value() == "240000", "as in the quotation"
    for name, text in WORDS.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Keep the draft").click()
