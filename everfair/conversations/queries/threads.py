"""Lists of conversations, one thread, what is new, found words. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from everfair.conversations.access import PARTY_RELATED, Stand
from everfair.conversations.models import Conversation, Message, MessageFile, Party, ReadMark
from everfair.conversations.queries.facts import PAGE, Fact, message_facts
from everfair.conversations.queries.names import Shown, badge_names, names_of, shown, with_badges
from everfair.people.models import User
from everfair.registration.models import Registration

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
    last_language: str
    last_note: str  # of the house; its facts
    last_facts: dict[str, str]
    last_side_is_any: bool
    last_removed: str
    last_files: int
    last_at: datetime
    unread: int
    waiting_since: datetime | None  # how long the other side waits for us
    handler: str
    is_muted: bool
    own_key: str


def narrowed(
    rows: QuerySet[Conversation], user: User, filters: Filters, keys: Iterable[str]
) -> QuerySet[Conversation]:
    """The person's conversations that match, newest first. `keys`: the parties they speak for."""
    mark = ReadMark.objects.filter(conversation=OuterRef("pk"), user=user)
    read = Coalesce(Subquery(mark.values("number")[:1]), 0)
    rows = rows.annotate(read=read, is_away=Exists(mark.filter(is_put_away=True)))
    for word in filters.words[:200].split()[:WORDS]:
        said = Message.objects.filter(conversation=OuterRef("pk"), text__icontains=word, removed_at=None)
        named = Party.objects.filter(conversation=OuterRef("pk"), is_hidden=False).filter(
            Q(exhibitor__organisation__name__icontains=word)
            | Q(delegation__name__icontains=word)
            | Q(user__name__icontains=word)
            | Q(_badge_says(word))
        )
        rows = rows.filter(Q(title__icontains=word) | Exists(said) | Exists(named))
    if filters.about:
        rows = rows.filter(about="" if filters.about == "nothing" else filters.about)
    if filters.show == "unread":
        rows = rows.filter(_has_news(keys))
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
    """A page of conversations as rows. Four queries, however many."""
    rows = list(page)
    ids = [row.pk for row in rows]
    parties: dict[int, list[Any]] = defaultdict(list)
    muted = ReadMark.objects.filter(conversation=OuterRef("conversation"), user=user, is_muted=True)
    held = Party.objects.filter(conversation__in=ids).select_related(*PARTY_RELATED)
    for party in held.annotate(is_muted=Exists(muted)):
        parties[party.conversation_id].append(party)
    last: Any = Message.objects.filter(conversation__in=ids, number=F("conversation__last_number"))
    last_by_id = {one.conversation_id: one for one in last.annotate(file_count=Count("files"))}
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
        said = last_by_id.get(row.pk)
        found.append(
            Line(
                code=row.code,
                other=shown(other, names),
                title=row.title,
                about=row.about,
                state=row.state,
                last_text=said.text if said is not None and said.removed_at is None else "",
                last_is_own=said is not None and said.side == own.side,
                last_language=said.language if said is not None else "",
                last_note=said.note if said is not None else "",
                last_facts=said.note_facts if said is not None else {},
                last_side_is_any=said is not None and said.side == "",
                last_removed=said.removed_why if said is not None and said.removed_at is not None else "",
                last_files=said.file_count if said is not None else 0,
                last_at=row.last_at,
                unread=unread.get((row.pk, own.side), 0),
                waiting_since=own.waiting_since,
                handler=names.get(own.handler_id or 0, ("", ""))[0],
                is_muted=own.is_muted,
                own_key=own.key,
            )
        )
    return found


def _unread(ids: list[int], user: User) -> dict[tuple[int, str], int]:
    """(conversation, own side) → messages of the other side after the person's mark. One query."""
    mark = ReadMark.objects.filter(conversation=OuterRef("conversation"), user=user).values("number")[:1]
    rows = (
        Message.objects.filter(conversation__in=ids, kind=Message.Kind.TEXT, removed_at=None)
        .annotate(read=Coalesce(Subquery(mark), 0))
        .filter(number__gt=F("read"))
        .order_by()
        .values("conversation", "side")
        .annotate(n=Count("pk"))
    )
    opposite = {"a": "b", "b": "a"}
    return {(row["conversation"], opposite[row["side"]]): row["n"] for row in rows}


def unread_count(user: User, rows: QuerySet[Conversation], keys: Iterable[str]) -> int:
    """In how many of these conversations the other side said something new to the person, muted and put away ones left out.

    `keys`: the parties the person speaks for. One query.
    """
    mark = ReadMark.objects.filter(conversation=OuterRef("pk"), user=user)
    fresh = rows.annotate(read=Coalesce(Subquery(mark.values("number")[:1]), 0)).filter(_has_news(keys))
    return fresh.exclude(Exists(mark.filter(Q(is_muted=True) | Q(is_put_away=True)))).count()


def _has_news(keys: Iterable[str]) -> Exists:
    """Whether the other side wrote after the person's mark, which the row carries as `read`."""
    own = Party.objects.filter(
        conversation=OuterRef("conversation"), key__in=list(keys), side=OuterRef("side")
    )
    said = Message.objects.filter(
        conversation=OuterRef("pk"), kind=Message.Kind.TEXT, removed_at=None, number__gt=OuterRef("read")
    )
    return Exists(said.exclude(Exists(own)))


def _badge_says(word: str) -> Exists:
    """Whether a party's person has a badge of the edition with the word in name or firm."""
    rows = Registration.objects.filter(user=OuterRef("user"), edition=OuterRef("conversation__edition"))
    rows = rows.filter(state=Registration.State.APPROVED, merged_into=None)
    return Exists(rows.filter(Q(name__icontains=word) | Q(organisation_name__icontains=word)))


def thread(stand: Stand, *, before: int | None = None, after: int | None = None) -> list[Fact]:
    """Up to PAGE messages in order: the last ones, those before a number, or those after one. Two queries."""
    files = Prefetch("files", MessageFile.objects.select_related("file"))
    rows = with_badges(Message.objects.filter(conversation=stand.conversation), "by")
    rows = rows.select_related("by").prefetch_related(files)
    if after is not None:
        found = list(rows.filter(number__gt=after).order_by("number")[:PAGE])
    else:
        older = rows if before is None else rows.filter(number__lt=before)
        found = list(older.order_by("-number")[:PAGE])[::-1]
    return message_facts(found, [stand.own, stand.other], badge_names(found, "by"))


def mark_of(conversation: Conversation, user: User) -> ReadMark | None:
    """The person's own mark. One query."""
    return ReadMark.objects.filter(conversation=conversation, user=user).first()


def queue_place(party: Party) -> int:
    """Which place a conversation has in the help desk's queue: 1 is next; 0 when nobody waits. One query."""
    if party.waiting_since is None:
        return 0
    before = Party.objects.filter(kind=party.kind, key=party.key, waiting_since__isnull=False).filter(
        Q(waiting_since__lt=party.waiting_since)
        | Q(waiting_since=party.waiting_since, conversation__lt=party.conversation_id)
    )
    return before.count() + 1


def queue_places(codes: Iterable[str]) -> dict[str, int]:
    """Code → place, of those of these conversations that wait at a help desk: all in the order of its list. Two queries."""
    waiting = Party.objects.filter(kind=Party.Kind.HELP_DESK, waiting_since__isnull=False)
    keys = set(waiting.filter(conversation__code__in=list(codes)).values_list("key", flat=True))
    if not keys:
        return {}
    wanted, found, turns = frozenset(codes), {}, dict.fromkeys(keys, 0)
    in_order = waiting.filter(key__in=keys).order_by("waiting_since", "conversation_id")
    for key, code in in_order.values_list("key", "conversation__code"):
        turns[key] += 1
        if code in wanted:
            found[code] = turns[key]
    return found
