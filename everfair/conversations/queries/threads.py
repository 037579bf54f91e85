"""Lists of conversations, one thread, what is new, found words. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from everfair.conversations.access import PARTY_RELATED, Stand
from everfair.conversations.models import Conversation, Message, Party, ReadMark
from everfair.conversations.queries.facts import PAGE, Fact, message_facts
from everfair.conversations.queries.names import Shown, names_of, shown
from everfair.people.models import User

WORDS = 8  # of a search, at most


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed by. `show`: "" (what is not put away), "unread", "waiting" (for us), "closed", "away"."""

    words: str = ""
    show: str = ""
    about: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any((self.words, self.show, self.about))


@dataclass(frozen=True)
class Line:
    """A row of the list."""

    code: str
    other: Shown
    title: dict[str, str]
    about: str
    state: str
    last_text: str
    last_is_own: bool
    last_at: datetime
    unread: int
    waiting_since: datetime | None  # how long the other side waits for us
    handler: str
    is_muted: bool


def narrowed(rows: QuerySet[Conversation], user: User, filters: Filters) -> QuerySet[Conversation]:
    """The person's conversations that match, newest first."""
    mark = ReadMark.objects.filter(conversation=OuterRef("pk"), user=user)
    read = Coalesce(Subquery(mark.values("number")[:1]), 0)
    rows = rows.annotate(read=read, is_away=Exists(mark.filter(is_put_away=True)))
    for word in filters.words[:200].split()[:WORDS]:
        said = Message.objects.filter(conversation=OuterRef("pk"), text__icontains=word, removed_at=None)
        named = Party.objects.filter(conversation=OuterRef("pk"), is_hidden=False).filter(
            Q(exhibitor__organisation__name__icontains=word)
            | Q(delegation__name__icontains=word)
            | Q(user__name__icontains=word)
        )
        rows = rows.filter(Q(title__icontains=word) | Exists(said) | Exists(named))
    if filters.about:
        rows = rows.filter(about="" if filters.about == "nothing" else filters.about)
    if filters.show == "unread":
        rows = rows.filter(last_number__gt=F("read"))
    elif filters.show == "closed":
        rows = rows.filter(state=Conversation.State.CLOSED)
    elif filters.show == "away":
        rows = rows.filter(is_away=True)
    elif not filters.words:
        rows = rows.filter(is_away=False)
    return rows.order_by("-last_at", "-pk")


def waiting_for(rows: QuerySet[Conversation], keys: Iterable[str]) -> QuerySet[Conversation]:
    """Those in which somebody waits for an answer of these parties, who waits longest first."""
    own = Party.objects.filter(conversation=OuterRef("pk"), key__in=list(keys), waiting_since__isnull=False)
    since = Subquery(own.values("waiting_since")[:1])
    return rows.annotate(since=since).filter(since__isnull=False).order_by("since", "pk")


def lines(page: Iterable[Conversation], user: User, keys: frozenset[str]) -> list[Line]:
    """A page of conversations as rows. Five queries, however many."""
    rows = list(page)
    ids = [row.pk for row in rows]
    parties: dict[int, list[Party]] = defaultdict(list)
    for party in Party.objects.filter(conversation__in=ids).select_related(*PARTY_RELATED):
        parties[party.conversation_id].append(party)
    last = Message.objects.filter(conversation__in=ids, number=F("conversation__last_number"))
    last_by_id = {one.conversation_id: one for one in last}
    marks = {one.conversation_id: one for one in ReadMark.objects.filter(conversation__in=ids, user=user)}
    unread = _unread(ids, user)
    people = [one for both in parties.values() for party in both for one in (party.user, party.handler)]
    names = names_of(rows[0].edition_id, {one for one in people if one is not None}) if rows else {}
    found = []
    for row in rows:
        both = parties[row.pk]
        own = next((one for one in both if one.key in keys), None)
        other = next((one for one in both if own is None or one.side != own.side), None)
        if own is None or other is None:
            continue
        said, mark = last_by_id.get(row.pk), marks.get(row.pk)
        found.append(
            Line(
                code=row.code,
                other=shown(other, names),
                title=row.title,
                about=row.about,
                state=row.state,
                last_text=said.text if said is not None and said.removed_at is None else "",
                last_is_own=said is not None and said.side == own.side,
                last_at=row.last_at,
                unread=unread.get((row.pk, own.side), 0),
                waiting_since=own.waiting_since,
                handler=names.get(own.handler_id or 0, ("", ""))[0],
                is_muted=mark is not None and mark.is_muted,
            )
        )
    return found


def _unread(ids: list[int], user: User) -> dict[tuple[int, str], int]:
    """(conversation, own side) → messages of the other side after the person's mark. One query."""
    mark = ReadMark.objects.filter(conversation=OuterRef("conversation"), user=user).values("number")[:1]
    rows = (
        Message.objects.filter(conversation__in=ids, kind=Message.Kind.TEXT)
        .annotate(read=Coalesce(Subquery(mark), 0))
        .filter(number__gt=F("read"))
        .order_by()
        .values("conversation", "side")
        .annotate(n=Count("pk"))
    )
    opposite = {"a": "b", "b": "a"}
    return {(row["conversation"], opposite[row["side"]]): row["n"] for row in rows}


def unread_count(user: User, rows: QuerySet[Conversation]) -> int:
    """In how many of these conversations something is new to the person, muted and put away ones left out. One query."""
    mark = ReadMark.objects.filter(conversation=OuterRef("pk"), user=user)
    read = Coalesce(Subquery(mark.values("number")[:1]), 0)
    said = Message.objects.filter(
        conversation=OuterRef("pk"), kind=Message.Kind.TEXT, number__gt=OuterRef("read")
    )
    fresh = rows.annotate(read=read).filter(last_number__gt=F("read")).filter(Exists(said.exclude(by=user)))
    return fresh.exclude(Exists(mark.filter(is_muted=True))).count()


def thread(stand: Stand, *, before: int | None = None, after: int | None = None) -> list[Fact]:
    """Up to PAGE messages in order: the last ones, those before a number, or those after one. Three queries."""
    rows = Message.objects.filter(conversation=stand.conversation)
    rows = rows.select_related("by").prefetch_related("files__file")
    if after is not None:
        found = list(rows.filter(number__gt=after).order_by("number")[:PAGE])
    else:
        older = rows if before is None else rows.filter(number__lt=before)
        found = list(older.order_by("-number")[:PAGE])[::-1]
    return message_facts(found, [stand.own, stand.other])


def read_by(conversation: Conversation) -> dict[str, int]:
    """Side → how far anybody of it has read. One query."""
    rows: Any = (
        ReadMark.objects.filter(conversation=conversation).order_by().values("side").annotate(n=Max("number"))
    )
    return {row["side"]: row["n"] for row in rows}


def queue_place(party: Party) -> int:
    """Which place a conversation has in the help desk's queue: 1 is next; 0 when nobody waits. One query."""
    if party.waiting_since is None:
        return 0
    before = Party.objects.filter(
        kind=party.kind, key=party.key, handler=None, waiting_since__isnull=False
    ).filter(Q(waiting_since__lt=party.waiting_since) | Q(waiting_since=party.waiting_since, pk__lt=party.pk))
    return before.count() + 1
