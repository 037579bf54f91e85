"""The two sides of one conversation as a page says them to a reader: names, how far each has read, blocks, silence. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from everfair.conversations.access import PARTY_RELATED, Stand
from everfair.conversations.models import Block, Conversation, Party, ReadMark, Silenced
from everfair.conversations.queries.names import Names, Shown, badge_names, shown, with_badges
from everfair.conversations.queries.rules import silence
from everfair.people.models import User


@dataclass(frozen=True)
class Reached:
    """How far a side has read, and since when its mark stands there."""

    number: int = 0
    at: datetime | None = None


@dataclass(frozen=True)
class Sides:
    """Both as the own one reads them. `read`: how far anybody of the other side has; `stood`: the reader's own mark, None without.

    `has_blocked`: the own side wants nothing of the other; `is_blocked`: either of the two; `silence`: why the reader may not
    write in this edition, "" when they may.
    """

    own: Shown
    other: Shown
    names: Names
    read: Reached | None
    stood: int | None
    has_blocked: bool
    is_blocked: bool
    silence: str


def parties_told(conversation: Conversation, reader: User) -> list[Party]:
    """The two parties with all that `sides_of` needs to know. One query."""
    rows = Party.objects.filter(conversation=conversation).select_related(*PARTY_RELATED)
    rows = with_badges(_with_blocks(_with_marks(rows, reader)), "user").order_by("side")
    silenced = Silenced.objects.filter(edition=conversation.edition_id, user=reader)
    why, until = Subquery(silenced.values("why")), Subquery(silenced.values("until"))
    found: list[Party] = [*rows.annotate(silenced_why=why, silenced_until=until)]
    for party in found:
        party.conversation = conversation
    return found


def _with_marks(rows: QuerySet[Party], reader: User) -> QuerySet[Party]:
    """With the foremost mark of each side: of two who stand at the same place whoever came there first; and the reader's own."""
    marks = ReadMark.objects.filter(conversation=OuterRef("conversation"))
    foremost = marks.filter(side=OuterRef("side")).order_by("-number", "at")
    return rows.annotate(
        read_number=Subquery(foremost.values("number")[:1]),
        read_at=Subquery(foremost.values("at")[:1]),
        stood=Subquery(marks.filter(user=reader).values("number")),
    )


def _with_blocks(rows: QuerySet[Party]) -> QuerySet[Party]:
    """With `has_blocked`: whether it wants nothing of the other party."""
    both = Party.objects.filter(conversation=OuterRef(OuterRef("conversation"))).values("key")
    blocks = Block.objects.filter(edition=OuterRef("conversation__edition"), own=OuterRef("key"))
    return rows.annotate(has_blocked=Exists(blocks.filter(other__in=both)))


def sides_of(stand: Stand, parties: Iterable[Party]) -> Sides:
    """From what `parties_told` gave. No query."""
    told: dict[str, Any] = {party.side: party for party in parties}
    own, other = told[stand.own.side], told[stand.other.side]
    names = badge_names([own, other], "user")
    return Sides(
        own=shown(own, names, to_own=True),
        other=shown(other, names),
        names=names,
        read=Reached(other.read_number, other.read_at) if other.read_number is not None else None,
        stood=own.stood,
        has_blocked=own.has_blocked,
        is_blocked=own.has_blocked or other.has_blocked,
        silence=silence(own.silenced_why, own.silenced_until) if own.silenced_why is not None else "",
    )
