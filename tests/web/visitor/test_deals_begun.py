"""What firms began with a buyer: the list, the negotiation's page, files; the firm's figures are not in them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everfair.conversations.access import is_blocked
from everfair.deals.actions.beginning import begin_negotiation
from everfair.deals.models import Negotiation
from everfair.exhibition.models import Exhibitor
from everfair.people.models import User
from tests.factories.conversations import make_colleague
from tests.factories.deals import make_begun, make_inquiry, make_negotiation
from tests.factories.leads import make_booth, make_lead
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def begun() -> tuple[Exhibitor, User, Negotiation]:
    """A negotiation begun through the action, from a lead."""
    firm, user = make_booth(), make_user()
    lead = make_lead(firm, agrees=True, user=user)
    values = {
        "title": "Cold storage", "text": "As we said.", "language": "en", "expected": 120000, "currency": "CNY",
        "step": "Lower the price", "on": None, "is_shared": False,
    }  # fmt: skip
    return firm, user, begin_negotiation(firm, "lead", lead.code, values, by=make_colleague(firm))[0]


def page(name: str, firm: Exhibitor, *args: Any) -> str:
    return reverse(f"visitor:deals.{name}", args=[firm.edition.slug, *args])


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many(
    count: int, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    firm, user = make_booth(), make_user()
    for _ in range(count):
        make_begun(firm, user)
    client = signed_in(user)
    client.get(page("begun_list", firm))
    with django_assert_max_num_queries(10):
        body = client.get(page("begun_list", firm)).content.decode()
    assert body.count("<tr><th") == count + 1


def test_the_list_narrows_and_goes_out_as_a_file() -> None:
    firm, user = make_booth(), make_user()
    row = make_begun(firm, user, title="Cold storage", expected=5, expected_currency="USD")
    other = make_begun(firm, user, title="Legal advice")
    foreign = make_begun(firm, title="Not yours")
    asked = make_negotiation(make_inquiry(firm.edition, user, title="I asked"), firm)
    client = signed_in(user)
    body = client.get(page("begun_list", firm)).content.decode()
    assert row.code in body
    assert other.code in body
    assert foreign.code not in body
    assert asked.code not in body
    assert other.code not in client.get(page("begun_list", firm) + "?q=cold").content.decode()
    assert "No negotiation like this" in client.get(page("begun_list", firm) + "?state=won").content.decode()
    file = client.get(page("begun_export", firm, "csv") + "?q=cold")
    text = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Cold storage" in text
    assert "USD" not in text
    assert "Legal" not in text
    assert client.get(page("begun_export", firm, "xlsx")).status_code == 200
    assert client.get(page("begun_export", firm, "pdf")).status_code == 404


def test_no_firm_has_come_yet() -> None:
    firm = make_booth()
    assert (
        "No firm has come to you yet" in signed_in(make_user()).get(page("begun_list", firm)).content.decode()
    )


def test_the_way_there_stands_where_inquiries_are_and_in_my_fair() -> None:
    firm, user, made = begun()
    client = signed_in(user)
    assert page("begun_list", firm) in client.get(page("inquiry_list", firm)).content.decode()
    assert (
        page("begun_list", firm)
        not in signed_in(make_user()).get(page("inquiry_list", firm)).content.decode()
    )
    client.get(page("negotiation_show", firm, made.code))  # reading it is not answering it


def test_the_buyer_reads_the_first_word_and_none_of_the_firms_own() -> None:
    firm, user, made = begun()
    answer = signed_in(user).get(page("negotiation_show", firm, made.code))
    body = answer.content.decode()
    assert "As we said." in body
    assert "Begun by the firm" in body
    for own in ("120", "Expected value", "Lower the price", "Stage:"):
        assert own not in body.split("<main")[1]


def test_the_buyer_blocks_the_firm_from_there() -> None:
    firm, user, made = begun()
    client = signed_in(user)
    body = client.get(page("negotiation_show", firm, made.code)).content.decode()
    assert made.conversation is not None
    url = reverse(
        "visitor:conversations.conversation_change", args=[firm.edition.slug, made.conversation.code, "block"]
    )
    assert url in body
    client.post(url)
    assert is_blocked(firm.edition, made.buyer_key, f"firm:{firm.pk}")
    assert url not in client.get(page("negotiation_show", firm, made.code)).content.decode()


def test_the_buyer_ends_it() -> None:
    firm, user, made = begun()
    client = signed_in(user)
    url = page("negotiation_change", firm, made.code, "lost")
    assert client.post(url, {"why": "price", "why_text": "", "version": "1"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.ended_by_side) == ("lost", "buyer")


def test_a_stranger_finds_nothing() -> None:
    firm, _user, made = begun()
    for user in (make_user(), make_colleague(firm, role="lead_only")):
        assert signed_in(user).get(page("negotiation_show", firm, made.code)).status_code == 404
