"""Who has left the fair, and who wants nothing of the other, binds nobody to anything new. What was agreed stands."""

from collections.abc import Callable
from typing import Any

import pytest

from everfair.base.refusals import Refused
from everfair.conversations.models import Block
from everfair.deals.actions import quotation_answers, quoting
from everfair.deals.models import Negotiation, Quotation
from everfair.deals.queries.quotations import why_not_accept
from tests.factories.deals import NOW, make_inquiry, make_negotiation
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.quotations import TODAY, make_draft, make_quotation, seller_of, values_of, version_of

pytestmark = pytest.mark.django_db


def firm_leaves(negotiation: Negotiation, state: str) -> None:
    negotiation.firm.state = state
    negotiation.firm.save(update_fields=["state"])


def deeds(negotiation: Negotiation, draft: Quotation, sent: Quotation) -> dict[str, Callable[[], Any]]:
    """Everything by which one of the two would go on binding itself. `draft` was never sent."""
    seller, buyer = seller_of(negotiation), negotiation.buyer
    return {
        "send": lambda: quoting.send(draft, values_of(), by=seller, now=NOW),
        "new version": lambda: quoting.begin_version(sent, by=seller, now=NOW),
        "accept": lambda: quotation_answers.accept(sent, 1, by=buyer, now=NOW),
        "counter": lambda: quotation_answers.counter(sent, 1, "less", by=buyer, now=NOW),
    }


@pytest.mark.parametrize("state", ["withdrawn", "rejected"])
@pytest.mark.parametrize("deed", ["send", "new version", "accept", "counter"])
def test_a_firm_that_left(state: str, deed: str) -> None:
    negotiation = make_negotiation()
    sent = make_quotation(negotiation)
    draft = make_draft(negotiation)
    assert draft.pk != sent.pk
    firm_leaves(negotiation, state)
    with pytest.raises(Refused, match="no longer takes part"):
        deeds(negotiation, draft, sent)[deed]()
    sent.refresh_from_db()
    assert (sent.state, draft.sent_number) == ("sent", 0)


def test_a_firm_that_left_begins_none() -> None:
    negotiation = make_negotiation()
    firm_leaves(negotiation, "withdrawn")
    with pytest.raises(Refused, match="no longer takes part"):
        quoting.begin_quotation(negotiation, by=seller_of(negotiation), now=NOW)


def test_a_buying_firm_that_left_gets_none() -> None:
    edition = make_edition()
    buyer = make_exhibitor(edition)
    negotiation = make_negotiation(make_inquiry(buyer_firm=buyer))
    draft = make_draft(negotiation)
    buyer.state = "withdrawn"
    buyer.save(update_fields=["state"])
    with pytest.raises(Refused, match="no longer takes part") as refused:
        quoting.send(draft, values_of(), by=seller_of(negotiation), now=NOW)
    assert str(buyer.organisation) not in str(refused.value), "a buyer without a name stays so"


def test_the_page_says_so_and_what_was_accepted_stands() -> None:
    negotiation = make_negotiation()
    accepted = quotation_answers.accept(make_quotation(negotiation), 1, by=negotiation.buyer, now=NOW)
    other = make_quotation(negotiation)
    firm_leaves(negotiation, "withdrawn")
    other = Quotation.objects.select_related("negotiation__firm", "negotiation__buyer_firm").get(pk=other.pk)
    assert "no longer takes part" in why_not_accept(other, version_of(other), TODAY)
    accepted.refresh_from_db()
    assert accepted.state == "accepted"
    quoting.withdraw(other, "gone", by=seller_of(negotiation), now=NOW)


@pytest.mark.parametrize("deed", ["send", "new version", "accept", "counter"])
def test_a_pair_that_was_blocked(deed: str) -> None:
    negotiation = make_negotiation()
    sent, draft = make_quotation(negotiation), make_draft(negotiation)
    Block.objects.create(
        edition=negotiation.edition, own=negotiation.buyer_key, other=f"firm:{negotiation.firm_id}"
    )
    with pytest.raises(Refused):
        deeds(negotiation, draft, sent)[deed]()
