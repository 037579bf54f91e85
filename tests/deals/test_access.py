"""Who finds a negotiation, and on which side."""

import pytest
from django.http import Http404

from everfair.deals import access
from tests.factories.conversations import make_colleague
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.fair import make_team_member
from tests.factories.matchmaking import make_firm
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def test_both_sides_find_it_and_stand_where_they_belong() -> None:
    negotiation = make_negotiation()
    seller = make_colleague(negotiation.firm)
    of_buyer = access.get_stand_for(negotiation.buyer, negotiation.edition, negotiation.code)
    of_firm = access.get_stand_for(seller, negotiation.edition, negotiation.code)
    assert (of_buyer.side, of_firm.side) == ("buyer", "firm")
    assert negotiation.conversation is not None
    assert negotiation.conversation.last_number == 1


def test_nobody_else_finds_it() -> None:
    negotiation = make_negotiation()
    _third, rival = make_firm(negotiation.edition)
    administrator = make_user()
    make_team_member(negotiation.edition, administrator, "administrator")
    leads_only = make_colleague(negotiation.firm, role="lead_only")
    for user in (rival, administrator, leads_only, make_user()):
        with pytest.raises(Http404):
            access.get_stand_for(user, negotiation.edition, negotiation.code)
        with pytest.raises(Http404):
            access.get_inquiry_for(user, negotiation.edition, negotiation.inquiry.code)


def test_colleagues_of_a_firm_that_asks_share_its_inquiry() -> None:
    asking, _owner = make_firm(make_negotiation().edition)
    inquiry = make_inquiry(buyer_firm=asking)
    colleague = make_colleague(asking)
    assert list(access.inquiries_of(colleague, asking.edition)) == [inquiry]
