"""When an outcome's parties are asked what became of it, and what their answers come to."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import MAXYEAR, date, timedelta

from everfair.engines.outcomes.types import Answer, Standing

AFTER_MONTHS = (6, 12, 24)
PATIENCE = timedelta(days=60)  # after asking; then it stands as "no answer", and an answer may still come


def due_on(since: date, months: int) -> date:
    """The same day `months` later; the month's last where it has no such day; the last day there is, not beyond it."""
    index = since.month - 1 + months
    year, month = since.year + index // 12, index % 12 + 1
    if year > MAXYEAR:
        return date.max
    return date(year, month, min(since.day, monthrange(year, month)[1]))


def settle(asked_on: date | None, answers: Iterable[Answer | None], today: date) -> Standing:
    """`answers`: one of each party asked, None where it has not answered.

    Those who answered and agree settle it; where they differ, that is what stands. Nobody within PATIENCE: no answer.
    """
    asked = list(answers)
    given = [one for one in asked if one is not None]
    if asked_on is None:
        return Standing("not_due", 0, len(asked))
    if not given:
        return Standing("no_answer" if today > asked_on + PATIENCE else "waiting", 0, len(asked))
    return Standing(given[0] if len(set(given)) == 1 else "differ", len(given), len(asked))
