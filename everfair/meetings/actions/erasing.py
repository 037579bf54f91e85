"""A person erases their account: meetings to come are called off, what is open ends, what was held stays without a name."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from everfair.meetings.actions.booking import cancel_meeting
from everfair.meetings.actions.guards import lock_people
from everfair.meetings.actions.leaving import end_open_of, with_open_of
from everfair.meetings.models import Meeting, Participant

NOBODY = "–"


def forget_person(user: Any, *, now: datetime | None = None) -> None:
    """For every edition the person met others in. The others are told, as when somebody calls off or leaves."""
    now = now or timezone.now()
    with transaction.atomic():
        for person in Participant.objects.filter(user=user).order_by("pk"):
            _leave(person, user, now)
        Participant.objects.filter(user=user).update(
            user=None, name=NOBODY, organisation_name="", languages=[], is_out=True, is_listed=False
        )


def _leave(person: Participant, user: Any, now: datetime) -> None:
    rows = Meeting.objects.filter(people__participant=person, state=Meeting.State.SCHEDULED)
    for meeting in rows.filter(slot__starts_at__gt=now).select_related("edition", "slot").order_by("pk"):
        cancel_meeting(meeting, by=user, now=now)
    lock_people(with_open_of(person))
    person.is_out = True
    person.save(update_fields=["is_out"])
    end_open_of(person, by=user, now=now)
