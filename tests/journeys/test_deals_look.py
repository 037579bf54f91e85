"""Pages of inquiries, negotiations, quotations, agreements and outcomes as a buyer and a party see them: axe, no sideways scroll, no script that breaks."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as own
from django.test import Client
from django.utils import timezone

from everfair.deals.models import NegotiationNote
from everfair.outcomes.models import FollowUp
from tests.factories.agreements import make_agreement
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.outcomes import make_class, make_firm, make_outcome, make_published
from tests.factories.people import make_membership, make_user
from tests.factories.quotations import make_quotation

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LOOKS = [("en", "light", 1280), ("zh", "dark", 390), ("zh", "light", 320), ("en", "dark", 1280)]
LONG = "A-title-that-nobody-can-break-" + "x" * 60


class World:
    """A buyer who asks two firms and belongs to a third one, with something in every list."""

    def __init__(self) -> None:
        today = timezone.now().date()
        self.edition = make_edition(
            starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=5), phase="live"
        )
        self.buyer = make_user(name="Wanjiru Kamau")
        firm = make_exhibitor(self.edition)
        make_membership(self.buyer, firm.organisation)
        make_class(self.edition)
        inquiry = make_inquiry(self.edition, self.buyer, title=LONG, currency="CNY")
        make_inquiry(self.edition, self.buyer, state="draft")
        self.held = held = make_negotiation(inquiry)
        make_negotiation(inquiry)
        ends = {"ends_on": today + timedelta(days=20)}
        quotation = make_quotation(held, tax_note="without VAT", terms="Thirty days net.", **ends)
        note(held, self.buyer)
        agreements = [
            make_agreement(held, state=state, title={"en": LONG, "zh": "冷链服务协议"})
            for state in ("draft", "offered", "confirmed")
        ]
        waiting = make_outcome(self.edition, firms=[make_firm(self.edition), firm], title={"en": LONG})
        public = make_published(self.edition, firms=[make_firm(self.edition), firm])
        FollowUp.objects.create(outcome=public, months=6, due_on=today)
        deals, outcomes = f"my/deals/{self.edition.slug}", f"my/outcomes/{self.edition.slug}"
        draft, offered, confirmed = (one.code for one in agreements)
        self.paths = [
            "my/", f"{deals}/", f"{deals}/?q=nothing", f"{deals}/inquiries/new/", f"{deals}/inquiries/{inquiry.code}/",
            f"{deals}/inquiries/{inquiry.code}/firms/?q=Firm", f"{deals}/inquiries/{inquiry.code}/compare/",
            f"{deals}/{held.code}/", f"{deals}/{held.code}/quotations/{quotation.code}/",
            f"{deals}/agreements/", f"{deals}/{held.code}/agreements/new/", f"{deals}/agreements/{draft}/",
            f"{deals}/agreements/{draft}/parties/?q=Firm", f"{deals}/agreements/{offered}/",
            f"{deals}/agreements/{offered}/confirm/", f"{deals}/agreements/{confirmed}/",
            f"{outcomes}/", f"{outcomes}/new/", f"{outcomes}/{waiting.code}/", f"{outcomes}/{waiting.code}/parties/",
            f"{outcomes}/{public.code}/", f"{self.edition.slug}/outcomes/{public.code}/",
        ]  # fmt: skip


def note(held: Any, by: Any) -> None:
    NegotiationNote.objects.create(negotiation=held, side="buyer", text="Ask what a third day costs.", by=by)


def page_of(browser: Any, live: str, person: Any, scheme: str, width: int) -> Any:
    """A page of a browser in which the person is signed in; the policy is off, as axe is put in as a script."""
    client = Client()
    client.force_login(person)
    context = browser.new_context(
        base_url=live, bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    key = own.SESSION_COOKIE_NAME
    context.add_cookies([{"name": key, "value": client.cookies[key].value, "url": live}])
    return context.new_page()


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
def test_every_page_is_sound_with_all_that_folds_open(
    browser: Any, live: str, settings: Any, tmp_path: Any, lang: str, scheme: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    settings.MEDIA_ROOT = tmp_path
    world = World()
    page = page_of(browser, live, world.buyer, scheme, width)
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    for path in world.paths:
        answer = page.goto(f"/{lang}/{path}")
        assert answer.status == 200, f"{path}: {answer.status}"
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true })")
        result = Axe().run(page).response
        assert result["passes"], f"axe looked at nothing on {path}"
        found += [
            f"{path}: {problem['id']}: {problem['nodes'][0]['html'][:160]}"
            for problem in result["violations"]
            if problem["impact"] != "minor"
        ]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{path}: {wide} px")
    page.context.close()
    assert found == [], "\n".join(found)


def test_on_a_phone_the_row_of_pages_shows_where_one_is(browser: Any, live: str) -> None:
    world = World()
    page = page_of(browser, live, world.buyer, "light", 390)
    for path in (f"my/outcomes/{world.edition.slug}/", f"my/deals/{world.edition.slug}/agreements/"):
        page.goto(f"/en/{path}")
        box = page.locator(".desk-nav [aria-current]").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert page.evaluate("scrollY") == 0
    page.context.close()


def test_what_is_written_in_a_negotiation_with_notes_stands_there_at_once(browser: Any, live: str) -> None:
    world = World()
    page = page_of(browser, live, world.buyer, "light", 1280)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"/en/my/deals/{world.edition.slug}/{world.held.code}/")
    assert "Ask what a third day costs." in page.locator("#notes").inner_text()
    page.locator("[data-talk]").wait_for()
    assert wrong == []
    page.context.close()
