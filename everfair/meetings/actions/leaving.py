"""Somebody wants no meetings any more: what is still open with them ends in words, and everybody has their quota back.

Meetings that were agreed stay: they are called off one by one, by a person.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from everfair.base.languages import CONTENT_TO_INTERFACE
from everfair.meetings import notices
from everfair.meetings.actions.guards import (
    lock_people,
    lock_with_people,
    record_request,
    release_quota,
    require_request_step,
)
from everfair.meetings.actions.offering import let_offer_go, lock_line, offer_slot
from everfair.meetings.actions.silence import hand_on
from everfair.meetings.models import NextInLine, Participant, Request
from everfair.meetings.queries.free import staff_of
from everfair.registration.models import Registration

State = Request.State


def end_open_of(person: Participant, *, by: Any, now: datetime | None = None) -> int:
    """End the open requests and places in line of somebody who takes no part any more (`is_out` is set). How many.

    Their own requests are taken back, those to them declined; one to a firm goes to a colleague who is left, if any.
    Call it in the transaction that sets `is_out`, with the person locked: nothing new can be asked of them meanwhile.
    """
    now = now or timezone.now()
    with transaction.atomic():
        found = list(_open_of(person).order_by("pk"))
        sides = {pk for row in found for pk in (row.asker_id, row.asked_id) if pk is not None}
        lock_people([*sides, person])
        count = sum(_end(row, person, by, now) for row in found)
        for row in Request.objects.filter(state__in=Request.OPEN, colleagues=person):
            row.colleagues.remove(person)  # the others still want to meet
        return count + _end_lines(person, now)


def end_open_of_who_left(now: datetime | None = None) -> int:
    """The same for people whose registration was cancelled, declined or merged: they come to no meeting. How many ended."""
    now = now or timezone.now()
    left = ~Q(registration__state=Registration.State.APPROVED) | Q(registration__merged_into__isnull=False)
    asks = Request.objects.filter(state__in=Request.OPEN)
    waits = NextInLine.objects.filter(ended_at=None, participant=OuterRef("pk"))
    rows = Participant.objects.filter(Q(registration__isnull=False) & left | Q(is_out=True)).filter(
        Exists(asks.filter(asker=OuterRef("pk"))) | Exists(asks.filter(asked=OuterRef("pk"))) | Exists(waits)
    )
    count = 0
    for person in rows.order_by("pk"):
        with transaction.atomic():
            lock_people(with_open_of(person))
            count += end_open_of(person, by=None, now=now)
    return count


def with_open_of(person: Participant) -> list[int]:
    """Numbers of everybody who has something open with the person, and of the person: to lock them all at once, first."""
    pairs = _open_of(person).values_list("asker_id", "asked_id")
    return sorted({pk for pair in pairs for pk in pair if pk is not None} | {person.pk})


def _open_of(person: Participant) -> Any:
    return Request.objects.filter(Q(asker=person) | Q(asked=person), state__in=Request.OPEN)


def _end(request: Request, person: Participant, by: Any, now: datetime) -> bool:
    row, people = lock_with_people(request)
    if row.state not in Request.OPEN:
        return False
    is_theirs = row.asker_id == person.pk
    if not is_theirs and row.exhibitor is not None:
        others = [one for one in staff_of(row.exhibitor) if one.pk != person.pk]
        colleague = min(others, key=lambda one: (one.received_counted, one.pk), default=None)
        if colleague is not None:
            hand_on(row, colleague, by=by, now=now)
            return True
    before = row.state
    state = State.CANCELLED if is_theirs else State.DECLINED
    require_request_step(row, state)
    row.state, row.answered_at, row.version = state, now, row.version + 1
    reader = people[row.asked_id] if is_theirs and row.asked_id is not None else row.asker
    row.reason = _reason(person, reader)
    row.save(update_fields=["state", "reason", "answered_at", "version"])
    release_quota(row, people)
    record_request(row, before, by=by, now=now)
    if is_theirs:
        notices.tell_asked(row, "cancelled", by=by)
    else:
        notices.tell_asker(row, "declined", by=by)
    return True


def _reason(person: Participant, reader: Participant) -> str:
    """Why, in the language of whoever reads it: it is kept with the request."""
    found = notices.reader_of(reader)
    with translation.override(CONTENT_TO_INTERFACE[found.language if found is not None else "en"]):
        return _("%(name)s takes part in no meetings of this fair any more.") % {"name": person.name}


def _end_lines(person: Participant, now: datetime) -> int:
    """Places in line of theirs, and of those who wait for them; a slot kept for them goes to the next."""
    lines = NextInLine.objects.filter(ended_at=None).filter(
        Q(participant=person) | Q(other=person, exhibitor=None)
    )
    count = 0
    for pk in list(lines.order_by("pk").values_list("pk", flat=True)):
        line = lock_line(pk)
        if line is None:
            continue
        line.ended_at = now
        line.save(update_fields=["ended_at"])
        freed = let_offer_go(line)
        if freed is not None and freed[1].pk != person.pk:
            offer_slot(freed[0], freed[1], now=now)
        count += 1
    offered = NextInLine.objects.filter(other=person, ended_at=None, exhibitor__isnull=False)
    for pk in list(
        offered.order_by("pk").values_list("pk", flat=True)
    ):  # the firm's others may still have time
        line = lock_line(pk)
        if line is not None:
            let_offer_go(line)
    return count
