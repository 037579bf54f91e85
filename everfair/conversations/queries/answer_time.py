"""How fast a team answers: the median of 90 days, from five answers on. Reads only.

The clock runs from the oldest message nobody answered to the first answer of anybody of the team, nights included.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.utils import timezone

from everfair.conversations.models import Answered

DAYS = 90
LEAST = 5


@dataclass(frozen=True)
class AnswerTime:
    """`typical`: the median wait; `count`: answers in the window."""

    typical: timedelta
    count: int


def answer_time(key: str, now: datetime | None = None) -> AnswerTime | None:
    """Of one party; None with fewer than five answers."""
    return answer_times([key], now).get(key)


def answer_times(keys: Iterable[str], now: datetime | None = None) -> dict[str, AnswerTime]:
    """Of several, those with five answers or more. One query."""
    since = (now or timezone.now()) - timedelta(days=DAYS)
    waits: dict[str, list[int]] = {}
    rows = Answered.objects.filter(key__in=list(keys), answered_at__gte=since)
    for key, seconds in rows.values_list("key", "seconds"):
        waits.setdefault(key, []).append(seconds)
    return {
        key: AnswerTime(timedelta(seconds=median(found)), len(found))
        for key, found in waits.items()
        if len(found) >= LEAST
    }
