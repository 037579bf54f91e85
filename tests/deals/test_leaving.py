"""Who left a firm reads nothing more of its deals; who is there does."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from everfair.conversations.actions.silence import tell_absent
from everfair.conversations.actions.writing import say
from everfair.conversations.models import Party
from everfair.deals.actions.negotiations import hand_negotiation
from everfair.deals.actions.quotation_answers import counter
from everfair.deals.models import Negotiation
from everfair.people.actions import change_role, remove_member
from everfair.people.models import Membership
from tests.factories.deals import NOW, make_negotiation
from tests.factories.people import make_membership, make_user
from tests.factories.quotations import make_quotation, seller_of

pytestmark = pytest.mark.django_db


def handled() -> tuple[Negotiation, Membership, Party]:
    """A negotiation whose conversation a colleague has answered, beside the firm's owner."""
    negotiation = make_negotiation()
    seller_of(negotiation)
    leaver = make_membership(make_user(name="Left Person"), negotiation.firm.organisation, "editor")
    assert negotiation.conversation is not None
    party = negotiation.conversation.parties.get(key=f"firm:{negotiation.firm_id}")
    say(negotiation.conversation, party.side, "Hello", by=leaver.user, now=NOW)
    party.refresh_from_db()
    assert party.handler_id == leaver.user_id
    return negotiation, leaver, party


@pytest.mark.parametrize("how", ["removed", "leads only"])
def test_letters_of_a_negotiation_go_to_who_is_in_the_firm(how: str) -> None:
    negotiation, leaver, _party = handled()
    seller, quotation = seller_of(negotiation), make_quotation(negotiation)
    if how == "removed":
        remove_member(leaver, by=seller)
    else:
        change_role(leaver, "lead_only", by=seller)
    mail.outbox.clear()
    counter(quotation, 1, "We would pay 1200", by=negotiation.buyer, now=NOW)
    assert [letter.to for letter in mail.outbox] == [[seller.email]]


def test_letters_of_a_conversation_too() -> None:
    negotiation, leaver, party = handled()
    seller, talk = seller_of(negotiation), negotiation.conversation
    remove_member(leaver, by=seller)
    mail.outbox.clear()
    say(talk, "b" if party.side == "a" else "a", "Still there?", by=negotiation.buyer, now=NOW)
    tell_absent(NOW + timedelta(hours=2))
    assert leaver.user.email not in [letter.to[0] for letter in mail.outbox]
    assert [seller.email] in [letter.to for letter in mail.outbox]


def test_what_they_had_in_hand_is_nobodys(django_capture_on_commit_callbacks: Any) -> None:
    negotiation, leaver, party = handled()
    elsewhere = make_negotiation(handler=leaver.user)
    hand_negotiation(negotiation, leaver.user, by=None)
    before = Negotiation.objects.get(pk=negotiation.pk).version
    with django_capture_on_commit_callbacks(execute=True):
        remove_member(leaver, by=seller_of(negotiation))
    party.refresh_from_db()
    negotiation.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (party.handler_id, negotiation.handler_id) == (None, None)
    assert negotiation.version == before + 1
    assert elsewhere.handler_id == leaver.user_id, "in another firm they are still there"
