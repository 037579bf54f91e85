"""The sample's conversations: two languages in one, a help desk that is waited for, a buyer without a name."""

from datetime import UTC, datetime

import pytest

from everfair.conversations.models import Conversation, Message, Party
from everfair.sample.conversations import load_conversations
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition, make_team_member
from tests.factories.people import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 5, 4, 0, tzinfo=UTC)


def test_conversations_of_the_visitor_with_firms_that_are_there_and_the_help_desk() -> None:
    edition = make_edition()
    exhibitor, visitor = make_user("exhibitor@demo.example"), make_user("visitor@demo.example")
    firm = make_exhibitor(
        edition, organisation=make_membership(exhibitor, role="owner").organisation, state="published"
    )
    offer = make_offer(firm)
    organiser = make_team_member(edition).user
    people = {"by": organiser, "visitor": visitor, "exhibitor": exhibitor}
    assert load_conversations(edition, **people, now=NOW) == 2, "a firm that is not there is left out"
    about = Conversation.objects.get(about="offer")
    assert about.about_code == offer.code
    said = Message.objects.filter(conversation=about).order_by("number")
    assert [(one.language, one.by_id) for one in said] == [
        ("zh", visitor.pk), ("en", exhibitor.pk), ("zh", visitor.pk), ("zh", exhibitor.pk),
    ]  # fmt: skip
    assert Party.objects.get(kind="help_desk").waiting_since is not None

    other = make_edition()
    translators = make_organisation(source="sample", external_id="twinbrush-translation")
    make_exhibitor(other, organisation=translators, state="published")
    assert load_conversations(other, **people, now=NOW) == 2
    assert Party.objects.filter(conversation__edition=other, is_hidden=True, user=visitor).count() == 1
