"""A shared note of a buyer who is not named tells the firm no meeting; named, it does."""

import pytest

from everfair.deals.access import Stand
from everfair.deals.actions.notes import write_note
from everfair.deals.queries.negotiations import meetings_between, notes_for
from tests.factories import meetings as mm
from tests.factories.deals import make_inquiry, make_negotiation
from tests.factories.quotations import seller_of

pytestmark = pytest.mark.django_db


def test_the_meeting_of_a_hidden_buyers_note_is_told_to_the_buyer_alone() -> None:
    held = make_negotiation(make_inquiry(is_hidden=True))
    buyer = mm.make_participant(held.edition, user=held.buyer)
    firm = mm.make_participant(held.edition, exhibitor=held.firm, user=seller_of(held))
    mm.make_meeting(next(iter(mm.make_slots(held.edition))), buyer, firm)
    own, theirs = Stand(held, "buyer"), Stand(held, "firm")
    meeting = meetings_between(own)[0].meeting
    write_note(own, None, "As said", by=held.buyer, is_shared=True, meeting=meeting)
    assert [one.meeting for one in notes_for(own)] == [meeting]
    assert [(one.text, one.meeting) for one in notes_for(theirs)] == [("As said", None)]
    held.is_hidden = False
    assert [one.meeting for one in notes_for(theirs)] == [meeting]
