"""An edition's numbers of calls, and the hours of a meeting's room. Reads only."""

from datetime import datetime, timedelta

from django.utils import timezone

from everfair.calls.models import Call, CallRules
from everfair.fair.models import Edition

STAGE_BEFORE = timedelta(hours=1)  # before a session its speakers may try out the stage
STAGE_AFTER = timedelta(hours=1)  # after its end a session may run over
MOST_ON_STAGE = 8
MOST_LISTENERS = 500  # one stage's; each takes what all speakers send


def rules_of(edition: Edition) -> CallRules:
    """The organiser's numbers; without a row the defaults."""
    return CallRules.objects.filter(edition=edition).first() or CallRules(edition=edition)


def window_of(call: Call) -> tuple[datetime | None, datetime | None]:
    """From when until when the room of a meeting or a stage is open; (None, None) where it has no hours."""
    if call.starts_at is None or call.ends_at is None:
        return None, None
    if call.is_stage:
        return call.starts_at - STAGE_BEFORE, call.ends_at + STAGE_AFTER
    rules = rules_of(call.edition)
    return (
        call.starts_at - timedelta(minutes=rules.opens_before),
        call.ends_at + timedelta(minutes=rules.stays_after),
    )


def is_in_time(call: Call, now: datetime | None = None) -> bool:
    """Whether its hours let people in now."""
    first, last = window_of(call)
    now = now or timezone.now()
    return (first is None or first <= now) and (last is None or now <= last)
