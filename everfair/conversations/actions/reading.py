"""How far somebody has read, what they mute and put away, and the number on their pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from everfair.conversations.access import Stand, team_of
from everfair.conversations.models import Conversation, Party, ReadMark
from everfair.conversations.queries.facts import inbox_topic, read_fact, topic_of
from everfair.gateways import live


def mark_read(stand: Stand, number: int, *, by: Any, now: datetime | None = None) -> ReadMark:
    """The person has seen everything up to `number`. A mark never goes back; beyond the last message it stands at it."""
    now = now or timezone.now()
    with transaction.atomic():
        reached = min(max(0, number), stand.conversation.last_number)
        mark = keep_mark(stand.conversation, by, stand.own.side, reached, now)
        tell_inbox(by.pk, stand.conversation, now)
    return mark


def open_page(stand: Stand, number: int, *, by: Any, stood: int | None) -> None:
    """A page that shows everything up to `number` was opened; it knows where the person's mark `stood` (None: nowhere).

    One statement, none where the mark need not move. Two pages opened for the first time in one moment leave the mark of one
    of them; each page says itself what comes after it.
    """
    if stood is not None and stood >= number:
        return
    now = timezone.now()
    if stood is None:
        mark = ReadMark(conversation=stand.conversation, user=by, side=stand.own.side, number=number, at=now)
        ReadMark.objects.bulk_create([mark], ignore_conflicts=True)
    else:
        marks = ReadMark.objects.filter(conversation=stand.conversation, user=by, number__lt=number)
        marks.update(number=number, at=now)
    _tell_read(stand.conversation, stand.own.side, number, now)
    tell_inbox(by.pk, stand.conversation, now)


def keep_mark(row: Conversation, by: Any, side: str, number: int, now: datetime) -> ReadMark:
    """The person's mark, moved forward at most; open pages of the other side read it."""
    mark, is_new = ReadMark.objects.get_or_create(
        conversation=row, user=by, defaults={"side": side, "number": number, "at": now}
    )
    moved = (
        is_new or ReadMark.objects.filter(pk=mark.pk, number__lt=number).update(number=number, at=now) == 1
    )
    if moved:
        mark.number = number
        _tell_read(row, side, number, now)
    return mark


def _tell_read(row: Conversation, side: str, number: int, now: datetime) -> None:
    live.publish(topic_of(row), read_fact(side, number, now), key=f"read:{side}")


def set_aside(
    stand: Stand, *, by: Any, is_muted: bool | None = None, is_put_away: bool | None = None
) -> ReadMark:
    """Tell me no more of it, or take it from my list until something new comes; None leaves as it is."""
    mark = keep_mark(stand.conversation, by, stand.own.side, 0, timezone.now())
    if is_muted is not None:
        mark.is_muted = is_muted
    if is_put_away is not None:
        mark.is_put_away = is_put_away
    mark.save(update_fields=["is_muted", "is_put_away"])
    return mark


def tell_inboxes(row: Conversation, parties: Iterable[Party], *, besides: Any = None) -> None:
    """Everybody of both sides who has a page open learns that something is new."""
    now = timezone.now()
    for party in parties:
        for person in team_of(party):
            if person.pk != getattr(besides, "pk", None):
                tell_inbox(person.pk, row, now)


def tell_inbox(user_id: int, row: Conversation, now: datetime) -> None:
    """One person's pages ask anew how much is unread. The fact holds no words and no names."""
    fact = {"kind": "inbox", "code": row.code, "version": int(now.timestamp() * 1000)}
    live.publish(inbox_topic(user_id), fact, key=row.code, to=user_id)
