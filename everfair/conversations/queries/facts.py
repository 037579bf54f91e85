"""What live pages of a conversation are told: whole states with versions, the same the page is drawn from. Reads only."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from everfair.conversations.models import Conversation, Message, Party
from everfair.conversations.queries.names import Names, names_of, writer

Fact = dict[str, Any]
PAGE = 50  # messages a page shows at first, and each further time


def topic_of(conversation: Conversation) -> str:
    """Where both sides listen."""
    return f"talk:{conversation.code}"


def inbox_topic(user_id: int) -> str:
    """Where one person's own pages learn that something is new."""
    return f"inbox:{user_id}"


def message_facts(
    messages: Iterable[Message], parties: Iterable[Party], names: Names | None = None
) -> list[Fact]:
    """Messages as pages show them. Names are those that either side may read. `names`: of all writers, else one query."""
    rows = list(messages)
    sides = {party.side: party for party in parties}
    if names is None:
        edition_id = next(iter(sides.values())).conversation.edition_id if sides else 0
        names = names_of(edition_id, {row.by for row in rows if row.by is not None})
    return [message_fact(row, sides, names) for row in rows]


def message_fact(row: Message, sides: dict[str, Party], names: Names) -> Fact:
    """One message. A removed one keeps its place and loses its words."""
    is_gone = row.removed_at is not None
    party = sides.get(row.side)
    files = [] if is_gone else [
        {"id": one.pk, "name": one.name, "size": one.file.size, "type": one.file.content_type}
        for one in row.files.all()
    ]  # fmt: skip
    return {
        "kind": "message",
        "number": row.number,
        "side": row.side,
        "by": writer(row.by, party, names) if party is not None else "",
        "own": row.own_number,
        "note": row.note,
        "facts": row.note_facts,
        "greeting": row.is_greeting,
        "text": "" if is_gone else row.text,
        "language": row.language,
        "files": files,
        "removed": row.removed_why if is_gone else "",
        "at": row.at.isoformat(),
        "version": 2 if is_gone else 1,
    }


def read_fact(side: str, number: int, at: datetime) -> Fact:
    """How far one person of a side has read; the side has read as far as its foremost."""
    return {"kind": "read", "side": side, "number": number, "at": at.isoformat(), "version": number}


def state_fact(conversation: Conversation) -> Fact:
    """Open or closed."""
    return {"kind": "state", "state": conversation.state, "version": conversation.version}
