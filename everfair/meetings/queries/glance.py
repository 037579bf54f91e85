"""Meetings at one glance, for start pages: the next one, and how much waits for an answer. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.meetings.access import own_participants
from everfair.meetings.models import Meeting, MeetingRules, NextInLine, Participant, Request
from everfair.meetings.queries.firm import requests_of_firm
from everfair.meetings.queries.other_time import moves_to_answer
from everfair.meetings.queries.own import requests_in


@dataclass(frozen=True)
class Glance:
    """What somebody has to know of their meetings in an edition. `next_at` is None where none is ahead."""

    edition: Edition
    next_code: str
    next_at: datetime | None
    next_until: datetime | None
    next_with: str
    ahead: int
    to_answer: int  # requests, other times and kept slots

    @property
    def is_empty(self) -> bool:
        return not (self.ahead or self.to_answer)


def glances_of(user: Any, now: datetime | None = None) -> list[Glance]:
    """Of every edition not over yet in which the person takes part in meetings, newest first, three at most."""
    now = now or timezone.now()
    rows = own_participants(user).filter(edition__ends_on__gte=now.date())
    return [glance_of(row, now) for row in rows[:3]]


def glance_of(person: Participant, now: datetime) -> Glance:
    """Of one person."""
    offers = NextInLine.objects.filter(participant=person, ended_at=None, offered_until__gt=now)
    waiting = requests_in(person, "answer").count() + offers.exclude(offered_slot=None).count()
    return _glance(person.edition, [person], waiting, now)


def glance_of_firm(exhibitor: Exhibitor, now: datetime | None = None) -> Glance | None:
    """Of a firm's people together; None while the edition has no rules for meetings."""
    now = now or timezone.now()
    if not MeetingRules.objects.filter(edition=exhibitor.edition_id).exists():
        return None
    staff = list(Participant.objects.filter(exhibitor=exhibitor).only("pk", "edition_id"))
    waiting = requests_of_firm(exhibitor, "answer").filter(state__in=Request.OPEN).count()
    return _glance(exhibitor.edition, staff, waiting, now)


def _glance(edition: Edition, people: Sequence[Participant], waiting: int, now: datetime) -> Glance:
    ahead = Meeting.objects.filter(
        people__participant__in=list(people), state=Meeting.State.SCHEDULED, slot__ends_at__gt=now
    ).distinct()
    first = ahead.select_related("slot").order_by("slot__starts_at", "id").first()
    waiting += len(moves_to_answer(people, now)) if people else 0
    if first is None:
        return Glance(edition, "", None, None, "", 0, waiting)
    own = {one.pk for one in people}
    rows = list(first.people.select_related("participant"))
    side = next((row.side for row in rows if row.participant_id in own), "")
    met = [row.participant for row in rows if row.side != side]
    names = ", ".join(", ".join(filter(None, (one.name, one.organisation_name))) for one in met[:2])
    return Glance(
        edition, first.code, first.slot.starts_at, first.slot.ends_at, names, ahead.count(), waiting
    )
