"""Whole conversations, a page of rows at a time, for whoever takes them out. As both sides may read them; reads only."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from everfair.conversations.access import PARTY_RELATED, Stand, conversations_of, keys_of
from everfair.conversations.models import Conversation, Message, MessageFile, Party
from everfair.conversations.queries.facts import Fact, message_facts
from everfair.conversations.queries.names import Shown, names_of, shown
from everfair.fair.models import Edition

AT_A_TIME = 200
CONVERSATIONS = 50


def stands_of(user: Any, edition: Edition, keys: frozenset[str] | None = None) -> Iterator[Stand]:
    """Every conversation of the person's parties, or of those of them in `keys`, oldest first. Two queries for fifty."""
    own_keys = keys_of(user, edition)
    if keys is not None:
        own_keys &= keys
    rows = conversations_of(user, edition, own_keys).order_by("pk")
    last = 0
    while page := list(rows.filter(pk__gt=last)[:CONVERSATIONS]):
        last = page[-1].pk
        parties: dict[int, list[Party]] = defaultdict(list)
        found = Party.objects.filter(conversation__in=page).select_related(*PARTY_RELATED)
        for party in found.order_by("side"):
            parties[party.conversation_id].append(party)
        for row in page:
            stand = _stand(row, parties[row.pk], own_keys)
            if stand is not None:
                yield stand


def _stand(row: Conversation, parties: list[Party], keys: frozenset[str]) -> Stand | None:
    own = next((one for one in parties if one.key in keys), None)
    other = next((one for one in parties if own is not None and one.side != own.side), None)
    if own is None or other is None:
        return None
    own.conversation = other.conversation = row
    return Stand(row, own, other)


def names_in(stand: Stand) -> dict[str, Shown]:
    """Side → what its party is called to the other. A buyer who is not named is not named in their own file either:
    files are passed on. One query."""
    people = [one.user for one in (stand.own, stand.other) if one.user is not None]
    names = names_of(stand.conversation.edition_id, people)
    return {one.side: shown(one, names) for one in (stand.own, stand.other)}


def messages_in(stand: Stand) -> Iterator[Fact]:
    """All messages in order; removed ones keep their place and lose words and files. Three queries for two hundred."""
    rows = Message.objects.filter(conversation=stand.conversation).order_by("number")
    rows = rows.select_related("by").prefetch_related("files__file")
    last = 0
    while page := list(rows.filter(number__gt=last)[:AT_A_TIME]):
        last = page[-1].number
        yield from message_facts(page, [stand.own, stand.other])


def files_in(stand: Stand) -> Iterator[MessageFile]:
    """Files of messages that were not removed, in order."""
    rows = MessageFile.objects.filter(
        message__conversation=stand.conversation, message__removed_at=None
    ).select_related("file", "message")
    yield from rows.order_by("message__number", "position", "pk").iterator(AT_A_TIME)
