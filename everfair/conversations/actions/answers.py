"""Answers are measured, and public pages that show how fast a firm answers hear of it when what they say changes."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from everfair.base.changes import note_change
from everfair.conversations.models import Answered, Conversation, Party
from everfair.conversations.queries.answer_time import DAYS, answers_lately, step_of
from everfair.exhibition.models import Exhibitor

AT_A_TIME = 500  # parties


def keep_answer(row: Conversation, own: Party, now: datetime) -> Answered:
    """The own side, which was waited for, has answered. In the caller's transaction."""
    waits = answers_lately(own.key, now) if _is_shown(own.exhibitor) else []
    asked_at = own.waiting_since or now
    made = Answered.objects.create(
        edition=row.edition,
        conversation=row,
        key=own.key,
        asked_at=asked_at,
        answered_at=now,
        seconds=max(0, int((now - asked_at).total_seconds())),
    )
    if own.exhibitor is not None and _is_shown(own.exhibitor):
        _tell(own.exhibitor, step_of(waits), step_of([*waits, made.seconds]))
    return made


def forget_answers(now: datetime | None = None) -> int:
    """Erase answers that are too old to count; pages that change by it hear of it. How many; call again for more."""
    since = (now or timezone.now()) - timedelta(days=DAYS)
    old = Answered.objects.filter(answered_at__lt=since)
    keys = list(old.order_by("key").values_list("key", flat=True).distinct()[:AT_A_TIME])
    gone = 0
    for key in keys:
        with transaction.atomic():
            before = list(Answered.objects.filter(key=key).values_list("seconds", flat=True))
            gone += old.filter(key=key).delete()[0]
            firm = _firm_of(key)
            if firm is not None and _is_shown(firm):
                _tell(firm, step_of(before), step_of(answers_lately(key, now)))
    return gone


def _firm_of(key: str) -> Exhibitor | None:
    kind, _colon, number = key.partition(":")
    return Exhibitor.objects.filter(pk=int(number)).first() if kind == Party.Kind.FIRM else None


def _is_shown(firm: Exhibitor | None) -> bool:
    return firm is not None and firm.state == Exhibitor.State.PUBLISHED


def _tell(firm: Exhibitor, before: Any, after: Any) -> None:
    if before != after:
        note_change("exhibition.exhibitor", firm.pk, firm.edition_id)
