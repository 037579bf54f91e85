"""What every act in a conversation does first and last: lock it, number what is said, tell open pages and the log."""

from datetime import datetime
from typing import Any

from django.db.models import F

from everfair.base import audit
from everfair.conversations.models import Conversation, Message, Party
from everfair.conversations.queries.facts import message_fact, state_fact, topic_of
from everfair.conversations.queries.names import names_of
from everfair.gateways import live

EVENT = "conversations."


def lock_conversation(conversation: Conversation) -> Conversation:
    """A fresh copy of the row, locked until the transaction ends."""
    rows = Conversation.objects.select_for_update(of=("self",), no_key=True).select_related("edition__fair")
    return rows.get(pk=conversation.pk)


def parties_of(conversation: Conversation) -> dict[str, Party]:
    """Side → party, fresh."""
    rows = Party.objects.filter(conversation=conversation)
    found = {
        one.side: one
        for one in rows.select_related("user", "exhibitor__organisation", "delegation", "handler")
    }
    for one in found.values():
        one.conversation = conversation
    return found


def append(conversation: Conversation, now: datetime, **fields: Any) -> Message:
    """The next message of a locked conversation."""
    conversation.last_number += 1
    conversation.last_at = now
    conversation.version += 1
    conversation.save(update_fields=["last_number", "last_at", "version"])
    return Message.objects.create(
        conversation=conversation, number=conversation.last_number, at=now, **fields
    )


def note(
    conversation: Conversation, what: str, now: datetime, facts: dict[str, str] | None = None, side: str = ""
) -> Message:
    """What the house says in between; `what` is the sentence's name, `facts` what it names."""
    message = append(conversation, now, kind=Message.Kind.NOTE, note=what, note_facts=facts or {}, side=side)
    tell_message(message, parties_of(conversation))
    return message


def tell_message(message: Message, sides: dict[str, Party]) -> None:
    """Open pages of both sides read the message as it now is."""
    people = {message.by} if message.by is not None else set()
    names = names_of(message.conversation.edition_id, people)
    topic = topic_of(message.conversation)
    live.publish(topic, message_fact(message, sides, names), key=f"m{message.number}")


def tell_state(conversation: Conversation) -> None:
    """Open pages read whether it is open."""
    live.publish(topic_of(conversation), state_fact(conversation), key="state")


def grow(conversation: Conversation) -> None:
    """Something a page shows has changed."""
    Conversation.objects.filter(pk=conversation.pk).update(version=F("version") + 1)
    conversation.version += 1


def record(what: str, target: Any, by: Any, edition_id: int, reason: str = "", **after: Any) -> None:
    """One entry in the edition's log: that it happened, never what was written."""
    audit.record(EVENT + what, target, by=by, edition_id=edition_id, after=after, reason=reason)
