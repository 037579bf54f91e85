"""How fast a team answers: the median of 90 days, from five answers on. Reads only.

The clock runs from the oldest message nobody answered to the first answer of anybody of the team, nights included.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.utils import timezone

from everfair.conversations.models import Answered

DAYS = 90
LEAST = 5
# what everybody reads: the first of these that is long enough. In steps, so that pages change when it matters
STEPS = (
    timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=2), timedelta(days=7),
)  # fmt: skip
LONGER = timedelta.max


@dataclass(frozen=True)
class AnswerTime:
    """`typical`: the median wait; `count`: answers in the window."""

    typical: timedelta
    count: int

    @property
    def step(self) -> timedelta:
        """The step of STEPS it falls in; LONGER beyond the last."""
        return step_of([self.typical.total_seconds()], least=1) or LONGER


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


def answers_lately(key: str, now: datetime | None = None) -> list[int]:
    """Waits of one party's answers of 90 days, in seconds. One query."""
    since = (now or timezone.now()) - timedelta(days=DAYS)
    rows = Answered.objects.filter(key=key, answered_at__gte=since)
    return list(rows.values_list("seconds", flat=True))


def step_of(waits: Sequence[float], *, least: int = LEAST) -> timedelta | None:
    """The step these waits fall in; None when there are too few to say."""
    if len(waits) < least:
        return None
    typical = timedelta(seconds=median(waits))
    return next((step for step in STEPS if typical <= step), LONGER)
