"""Conversations of a person with a firm's team, and what was said in them."""

from datetime import UTC, datetime
from typing import Any

from everfair.conversations.access import Stand, Who, find_stand
from everfair.conversations.actions.writing import begin, say
from everfair.conversations.models import Conversation, Message, Party
from everfair.exhibition.models import Exhibitor
from everfair.people.models import User
from tests.factories.exhibition import make_exhibitor
from tests.factories.people import make_membership, make_user

NOW = datetime(2026, 9, 4, 2, 0, tzinfo=UTC)


def make_conversation(
    exhibitor: Exhibitor | None = None,
    visitor: User | None = None,
    text: str = "Do you ship to Kenya?",
    **extra: Any,
) -> Conversation:
    """A visitor has written to a published firm; `extra` goes to `begin`."""
    firm = exhibitor or make_exhibitor(state=Exhibitor.State.PUBLISHED)
    person = visitor or make_user(name="Wanjiru Kamau")
    message = begin(
        firm.edition, Who.person(person), Who.firm(firm), text, by=person, **{"now": NOW, **extra}
    )
    return message.conversation


def make_colleague(exhibitor: Exhibitor, role: str = "booth_staff", **extra: Any) -> User:
    """Somebody who answers for the firm."""
    user = make_user(**extra)
    make_membership(organisation=exhibitor.organisation, user=user, role=role)
    return user


def make_message(
    conversation: Conversation, by: User, side: str = "a", text: str = "Yes.", **extra: Any
) -> Message:
    """One more message, through the action."""
    return say(conversation, side, text, by=by, **extra)


def stand_of(user: User, conversation: Conversation) -> Stand:
    """How the person stands in it."""
    found = find_stand(user, conversation.code)
    assert found is not None
    return found


def party_of(conversation: Conversation, side: str) -> Party:
    return Party.objects.get(conversation=conversation, side=side)
