"""What became of outcomes: each one's life line, and how many stand how, counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils import timezone

from everfair.engines.outcomes import Standing, due_on, settle
from everfair.engines.outcomes.follow import AFTER_MONTHS
from everfair.outcomes.models import FollowUp, FollowUpAnswer, Outcome, OutcomeParty
from everfair.outcomes.queries.content import begins_on

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


def days_of(rows: QuerySet[Outcome], until: date | None = None) -> dict[int, date]:
    """Outcome → the day its months count from, of those that are public. A day that is held back moves nothing.

    `until`: without most of those whose day is later.
    """
    rows = rows.filter(public__isnull=False, published_at__isnull=False)
    shown = Coalesce(KeyTextTransform("day", "public__content"), Value(""), output_field=CharField())
    rows = rows.annotate(shown_day=shown)
    if until is not None:
        is_told = Q(shown_day__gt="", shown_day__lte=until.isoformat())
        rows = rows.filter(is_told | Q(shown_day="", published_at__date__lte=until))
    told = rows.order_by("pk").values_list("pk", "shown_day", "published_at", "edition__time_zone")
    return {pk: begins_on(day, published, zone) for pk, day, published, zone in told if published}


def life_lines(
    outcomes: Iterable[tuple[int, date | None]], today: date | None = None, *, is_public: bool = False
) -> dict[int, list[Point]]:
    """(outcome id, day it counts from) → its three points. Three queries however many there are.

    Parties of the public record alone are shown and counted: who is added in a draft has confirmed nothing yet.
    `is_public`: what was asked by a day that was held back since is not told before its time.
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
            _point(months, start, rows.get((pk, months)), answers, parties[pk], today, is_public)
            for months in AFTER_MONTHS
        ]
        for pk, start in since.items()
    }


def _point(
    months: int, start: date | None, row: FollowUp | None, answers: dict[int, list[FollowUpAnswer]], parties: int,
    today: date, is_public: bool,
) -> Point:  # fmt: skip
    due = due_on(start, months) if start else None
    if row is None or (is_public and due is not None and due > today):
        return Point(months, due, Standing("not_due", 0, parties))
    given = answers.get(row.pk, [])
    said: list[Any] = [one.said for one in given]
    silent = [None] * max(0, parties - len(given))
    standing = settle(timezone.localdate(row.asked_at), [*said, *silent], today)
    return Point(months, due or row.due_on, standing, row.asked_at, tuple(given), row.pk)


def line_of(outcome: Outcome, today: date | None = None) -> list[Point]:
    """One outcome's."""
    public, published = outcome.public, outcome.published_at
    since = None
    if public is not None and published is not None:
        since = begins_on(public.content.get("day"), published, outcome.edition.time_zone)
    return life_lines([(outcome.pk, since)], today)[outcome.pk]


def standing_counts(edition_id: int, today: date | None = None) -> dict[int, Counter[str]]:
    """Months → state → how many of an edition's public outcomes."""
    rows = Outcome.objects.filter(edition=edition_id, public__isnull=False).exclude(
        state=Outcome.State.WITHDRAWN
    )
    total, asked = rows.count(), FollowUp.objects.filter(outcome__edition=edition_id).values("outcome")
    since = days_of(rows.filter(pk__in=asked))
    found: dict[int, Counter[str]] = {months: Counter(not_due=total - len(since)) for months in AFTER_MONTHS}
    for line in life_lines(since.items(), today).values():
        for point in line:
            found[point.months][point.standing.state] += 1
    return found


def follow_up_of(outcome: Outcome, months: int) -> FollowUp | None:
    """One asking of an outcome the person was given."""
    return outcome.follow_ups.select_related("outcome__edition").filter(months=months).first()
