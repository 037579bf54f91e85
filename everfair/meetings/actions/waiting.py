"""The line for meetings that found no slot: who joins, who leaves, who says yes to what came free."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor
from everfair.meetings import notices
from everfair.meetings.actions.booking import book_meeting
from everfair.meetings.actions.guards import lock_people
from everfair.meetings.actions.offering import let_offer_go, lock_line, offer_slot, place_for
from everfair.meetings.models import Meeting, NextInLine, Participant, Request, Wish
from everfair.meetings.queries.limits import sides_of, why_not_ask


def join_line(
    participant: Participant,
    target: Participant | Exhibitor,
    *,
    request: Request | None = None,
    wish: Wish | None = None,
    by: Any,
    now: datetime | None = None,
) -> NextInLine:
    """Wait for a slot with a firm (any of its staff) or a visitor. Joining twice gives the place one has.

    Refused with the sentence of `why_not_ask`.
    """
    now = now or timezone.now()
    firm, person = sides_of(target)
    with transaction.atomic():
        waiter = lock_people([participant])[participant.pk]
        rows = NextInLine.objects.filter(participant=waiter, ended_at=None)
        found = rows.filter(exhibitor=firm) if firm is not None else rows.filter(exhibitor=None, other=person)
        line = found.first()
        if line is not None:
            return line
        sentence = why_not_ask(waiter, target, now=now)
        if sentence:
            raise Refused(sentence)
        line = NextInLine.objects.create(
            edition=waiter.edition,
            participant=waiter,
            exhibitor=firm,
            other=person if firm is None else None,
            request=request,
            wish=wish,
            since=now,
        )
        audit.record("meetings.line.joined", waiter, by=by, edition_id=waiter.edition_id, now=now)
        notices.tell_floor(waiter.edition_id)
    return line


def leave_line(line: NextInLine, *, by: Any, now: datetime | None = None) -> NextInLine:
    """Let the place go; a slot that was offered goes to the next. Twice is once."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_line(line.pk)
        if row is None:
            return line
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        freed = let_offer_go(row)
        audit.record("meetings.line.left", row.participant, by=by, edition_id=row.edition_id, now=now)
        if freed is not None:
            offer_slot(freed[0], freed[1], now=now)
    return row


def take_offer(line: NextInLine, *, by: Any, now: datetime | None = None) -> Meeting:
    """Say yes to the slot offered: the meeting is made. SlotTaken when it went otherwise, Refused when it is too late."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_line(line.pk)
        if row is None or row.offered_slot is None or row.other is None:
            raise Refused(_("Nothing is kept for you at the moment. You stay in the line."))
        if row.offered_until is None or row.offered_until <= now:
            raise Refused(_("The time to say yes is over. You stay in the line."))
        meeting = book_meeting(
            row.offered_slot,
            [row.participant],
            [row.other],
            place=place_for(row.other, row.participant),
            exhibitor=row.exhibitor,
            by=by,
            now=now,
        )
        row.ended_at, row.offered_slot, row.offered_until = now, None, None
        row.save(update_fields=["ended_at", "offered_slot", "offered_until"])
    return meeting
