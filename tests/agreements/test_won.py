"""A negotiation that a confirmed agreement won stays won, whoever had called it agreed before."""

import pytest

from everfair.agreements.models import Agreement
from everfair.base.refusals import Refused
from everfair.deals.access import get_stand_for
from everfair.deals.actions.negotiations import end_negotiation, reopen_negotiation
from everfair.deals.queries.negotiations import steps_for
from tests.factories.agreements import confirm_for, make_agreement
from tests.factories.deals import make_negotiation
from tests.factories.quotations import seller_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("said_before", [False, True])
def test_it_is_not_opened_again(said_before: bool) -> None:
    agreement = make_agreement()
    negotiation = agreement.negotiation
    assert negotiation is not None
    seller = seller_of(negotiation)
    stand = get_stand_for(seller, negotiation.edition, negotiation.code)
    if said_before:
        end_negotiation(stand, "won", by=seller)
    for party in agreement.parties.order_by("position"):
        confirm_for(agreement, party)
    stand = get_stand_for(seller, negotiation.edition, negotiation.code)
    assert steps_for(stand) == []
    with pytest.raises(Refused, match="stays agreed"):
        reopen_negotiation(stand, by=seller)
    negotiation.refresh_from_db()
    assert negotiation.state == "won"
    assert Agreement.objects.get().state == "confirmed"


def test_what_a_firm_called_agreed_it_opens() -> None:
    negotiation = make_negotiation()
    seller = seller_of(negotiation)
    end_negotiation(get_stand_for(seller, negotiation.edition, negotiation.code), "won", by=seller)
    stand = get_stand_for(seller, negotiation.edition, negotiation.code)
    assert steps_for(stand) == ["open"]
    assert reopen_negotiation(stand, by=seller).state == "open"
