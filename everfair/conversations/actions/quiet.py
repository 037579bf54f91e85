"""For rooms above: a conversation that exists before anybody wrote in it, and what the house says there of theirs."""

from datetime import datetime

from django.db import transaction

from everfair.base.languages import Words
from everfair.conversations.access import Who
from everfair.conversations.actions.guards import lock_conversation, note, parties_of
from everfair.conversations.actions.reading import tell_inboxes
from everfair.conversations.actions.writing import Thing, find, make
from everfair.conversations.models import Conversation, Message, Party
from everfair.fair.models import Edition


def open_quietly(
    edition: Edition, own: Who, other: Who, kind: str, code: str, name: Words, *, now: datetime
) -> Conversation:
    """The conversation of two parties about a thing, made where there is none. Nobody is told; rights were asked by the caller."""
    thing = Thing(kind, code, name)
    with transaction.atomic():
        return find(edition, own, other, thing) or make(edition, own, other, thing, now)


def say_note(
    conversation: Conversation,
    what: str,
    now: datetime,
    facts: Words | None = None,
    *,
    side: str = "",
    waits: bool = False,
) -> Message:
    """The house says something of a room above ("call_missed"); `waits`: the other side of `side` has something to answer."""
    with transaction.atomic():
        row = lock_conversation(conversation)
        said = note(row, what, now, facts, side)
        sides = parties_of(row)
        if waits and side:
            other = sides["b" if side == "a" else "a"]
            if other.waiting_since is None:
                other.waiting_since = now
                other.save(update_fields=["waiting_since"])
        tell_inboxes(row, sides.values())
    return said


def note_told(message: Message, key: str, now: datetime) -> None:
    """A letter of a room above told the party `key` of the message: no letter about something unread follows for it."""
    Party.objects.filter(conversation=message.conversation_id, key=key).update(
        told_number=message.number, told_at=now
    )
