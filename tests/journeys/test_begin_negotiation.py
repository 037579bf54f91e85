"""A firm begins a negotiation from a lead that shares its contact; the buyer finds it, reads it, and ends it with a reason."""

from typing import Any

import pytest

from everfair.deals.models import Negotiation
from tests.factories.conversations import make_colleague
from tests.factories.leads import make_booth, make_lead
from tests.factories.people import make_user
from tests.journeys.test_from_need_to_outcome import open_as

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
__all__ = ["open_as"]  # the fixture


def test_from_a_lead_to_the_buyers_end_of_it(open_as: Any) -> None:
    firm, buyer = make_booth(), make_user("buyer@journey.example", name="Amina Odhiambo")
    lead = make_lead(firm, agrees=True, user=buyer, name=buyer.name)
    edition = firm.edition.slug
    seller = open_as(make_colleague(firm, name="Juma Otieno"))
    seller.goto(f"/en/booth-desk/{firm.code}/leads/{lead.code}/")
    seller.get_by_role("link", name="Begin a negotiation").click()
    seller.get_by_label("In one line").fill("Cold storage for twelve months")
    seller.get_by_label("Your first message").fill("Good to have met you. Forty pallets, as we said.")
    seller.get_by_label("Expected value").fill("-5")
    seller.get_by_role("button", name="Begin and tell the buyer").click()
    seller.locator("#id_expected_error").wait_for()
    seller.get_by_label("Expected value").fill("120,000")
    seller.locator("[name=currency]").select_option("CNY")
    seller.get_by_role("button", name="Begin and tell the buyer").click()
    seller.wait_for_url(f"**/my/deals/{edition}/**")
    seller.get_by_text("CNY\u00a0120,000.00").wait_for()
    talk = Negotiation.objects.get()
    assert talk.buyer == buyer

    reader = open_as(buyer)
    reader.goto(f"/en/my/deals/{edition}/")
    reader.get_by_role("link", name="Show them").click()
    reader.get_by_role("link", name="Cold storage for twelve months").click()
    reader.get_by_text("Forty pallets, as we said.").wait_for()
    assert reader.get_by_text("120,000").count() == 0
    reader.get_by_text("It came to nothing").click()
    reader.locator("[name=why]").select_option("other_firm")
    reader.get_by_role("button", name="End it").click()
    reader.get_by_text("Ended. The other side is told why.").wait_for()
    seller.goto(f"/en/booth-desk/{firm.code}/deals/?state=lost")
    seller.get_by_role("link", name="Cold storage for twelve months").wait_for()
