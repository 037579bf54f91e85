"""Requests nobody answers: handed on to a colleague, by hand or after the rules' hours, and run out in the end."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.refusals import Refused
from everfair.meetings import notices
from everfair.meetings.actions.guards import (
    bring_up_to_date,
    count_received,
    lock_with_people,
    record_request,
    release_quota,
)
from everfair.meetings.models import MeetingRules, Participant, Request
from everfair.meetings.queries.free import staff_of

EVENT = "meetings.request."
State = Request.State


def hand_on(request: Request, colleague: Participant, *, by: Any, now: datetime | None = None) -> Request:
    """Another of the firm's staff is to answer; they are written to. Refused for a person outside the firm."""
    now = now or timezone.now()
    with transaction.atomic():
        row, people = lock_with_people(request, colleague)
        if row.state not in Request.OPEN:
            raise Refused(_("This request is not open any more."))
        if row.exhibitor_id is None or colleague.exhibitor_id != row.exhibitor_id or colleague.is_out:
            raise Refused(
                _("%(name)s does not belong to the firm.") % {"name": colleague.name}, field="colleague"
            )
        if row.asked_id == colleague.pk:
            return bring_up_to_date(request, row)
        if row.asked_id is not None:
            count_received(people[row.asked_id], -1)
        count_received(people[colleague.pk], 1)
        before = row.asked
        row.asked, row.handed_on_at, row.version = people[colleague.pk], now, row.version + 1
        row.save(update_fields=["asked", "handed_on_at", "version"])
        audit.record(
            EVENT + "handed_on",
            row,
            by=by,
            edition_id=row.edition_id,
            before={"name": before.name if before is not None else ""},
            after={"name": colleague.name},
            now=now,
        )
        note_change("meetings.request", row.pk, row.edition_id)
        notices.tell_floor(row.edition_id)
        notices.tell_asked(row, "handed", by=by)
    return bring_up_to_date(request, row)


def hand_on_silent(now: datetime | None = None) -> int:
    """Requests to firms nobody answered for the rules' hours go to a colleague, once. How many. Safe to run twice."""
    now = now or timezone.now()
    count = 0
    for rules in MeetingRules.objects.filter(hand_on_hours__gt=0):
        due = Request.objects.filter(
            edition_id=rules.edition_id,
            state=State.SENT,
            handed_on_at=None,
            exhibitor__isnull=False,
            sent_at__lte=now - timedelta(hours=rules.hand_on_hours),
            expires_at__gt=now,
        )
        for request in due.select_related("exhibitor", "edition"):
            count += _hand_to_next(request, now)
    return count


def _hand_to_next(request: Request, now: datetime) -> bool:
    if request.exhibitor is None:
        return False
    others = [one for one in staff_of(request.exhibitor) if one.pk != request.asked_id]
    colleague = min(others, key=lambda one: (one.received_counted, one.pk), default=None)
    if colleague is None:
        return False
    try:
        hand_on(request, colleague, by=None, now=now)
    except Refused:  # answered at this very moment
        return False
    return True


def expire_requests(now: datetime | None = None) -> int:
    """Requests whose time is over run out; both sides are told, quota comes back. How many. Safe to run twice."""
    now = now or timezone.now()
    due = Request.objects.filter(state__in=Request.OPEN, expires_at__lte=now)
    return sum(_expire(request, now) for request in due.only("pk"))


def _expire(request: Request, now: datetime) -> bool:
    with transaction.atomic():
        row, people = lock_with_people(request)
        if row.state not in Request.OPEN or row.expires_at > now:
            return False
        before = row.state
        row.state, row.version = State.EXPIRED, row.version + 1
        row.save(update_fields=["state", "version"])
        release_quota(row, people)
        record_request(row, before, by=None, now=now)
        notices.tell_asker(row, "expired")
        notices.tell_asked(row, "expired")
    return True
