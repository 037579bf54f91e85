"""An edition's numbers of calls, and the hours of a meeting's room. Reads only."""

from datetime import datetime, timedelta

from django.utils import timezone

from everfair.calls.models import Call, CallRules
from everfair.fair.models import Edition


def rules_of(edition: Edition) -> CallRules:
    """The organiser's numbers; without a row the defaults."""
    return CallRules.objects.filter(edition=edition).first() or CallRules(edition=edition)


def window_of(call: Call) -> tuple[datetime | None, datetime | None]:
    """From when until when a meeting's room is open; (None, None) where it has no hours."""
    if call.starts_at is None or call.ends_at is None:
        return None, None
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
