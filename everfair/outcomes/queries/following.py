"""What became of outcomes: each one's life line, and how many stand how, counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from everfair.engines.outcomes import Standing, due_on, settle
from everfair.engines.outcomes.follow import AFTER_MONTHS
from everfair.outcomes.models import FollowUp, FollowUpAnswer, Outcome, OutcomeParty

KINDS = {
    "not_due": "ahead", "waiting": "asked", "in_force": "kept", "fulfilled": "kept", "changed": "changed", "ended": "ended",
    "differ": "changed", "no_answer": "silent",
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One point of a life line: after how many months, when, and what was said."""

    months: int
    due_on: date | None
    standing: Standing
    asked_at: datetime | None = None
    answers: tuple[FollowUpAnswer, ...] = ()
    pk: int = 0

    @property
    def kind(self) -> str:
        """How it is drawn: shapes differ, not only colours."""
        return KINDS[self.standing.state]


def life_lines(
    outcomes: Iterable[tuple[int, date | None]], today: date | None = None
) -> dict[int, list[Point]]:
    """(outcome id, day it counts from) → its three points. Three queries however many there are.

    Parties of the public record alone are shown and counted: who is added in a draft has confirmed nothing yet.
    """
    today = today or timezone.localdate()
    since = dict(outcomes)
    rows: dict[tuple[int, int], FollowUp] = {
        (row.outcome_id, row.months): row for row in FollowUp.objects.filter(outcome__in=since)
    }
    answers: dict[int, list[FollowUpAnswer]] = {}
    found = FollowUpAnswer.objects.none()
    if rows:
        asked = [row.pk for row in rows.values()]
        found = FollowUpAnswer.objects.filter(follow_up__in=asked, party__in_record=True)
        found = found.select_related("party").order_by("party__position", "party")
    for answer in found:
        answers.setdefault(answer.follow_up_id, []).append(answer)
    parties = Counter(
        OutcomeParty.ever.filter(outcome__in={pk for pk, _months in rows}, in_record=True)
        .order_by().values_list("outcome_id", flat=True)
    ) if rows else Counter()  # fmt: skip
    return {
        pk: [
            _point(months, start, rows.get((pk, months)), answers, parties[pk], today)
            for months in AFTER_MONTHS
        ]
        for pk, start in since.items()
    }


def _point(
    months: int, start: date | None, row: FollowUp | None, answers: dict[int, list[FollowUpAnswer]], parties: int,
    today: date,
) -> Point:  # fmt: skip
    due = due_on(start, months) if start else None
    if row is None:
        return Point(months, due, Standing("not_due", 0, parties))
    given = answers.get(row.pk, [])
    said: list[Any] = [one.said for one in given]
    silent = [None] * max(0, parties - len(given))
    standing = settle(timezone.localdate(row.asked_at), [*said, *silent], today)
    return Point(months, due or row.due_on, standing, row.asked_at, tuple(given), row.pk)


def line_of(outcome: Outcome, today: date | None = None) -> list[Point]:
    """One outcome's."""
    since = outcome.agreed_on or (outcome.published_at.date() if outcome.published_at else None)
    return life_lines([(outcome.pk, since)], today)[outcome.pk]


def standing_counts(edition_id: int, today: date | None = None) -> dict[int, Counter[str]]:
    """Months → state → how many of an edition's public outcomes."""
    rows = Outcome.objects.filter(edition=edition_id, public__isnull=False).exclude(
        state=Outcome.State.WITHDRAWN
    )
    total, asked = rows.count(), rows.filter(follow_ups__isnull=False).distinct()
    since = [
        (pk, agreed or (published.date() if published else None))
        for pk, agreed, published in asked.values_list("pk", "agreed_on", "published_at")
    ]
    found: dict[int, Counter[str]] = {months: Counter(not_due=total - len(since)) for months in AFTER_MONTHS}
    for line in life_lines(since, today).values():
        for point in line:
            found[point.months][point.standing.state] += 1
    return found


def follow_up_of(outcome: Outcome, months: int) -> FollowUp | None:
    """One asking of an outcome the person was given."""
    return outcome.follow_ups.select_related("outcome__edition").filter(months=months).first()
