"""Asking both sides what became of an outcome, and keeping what each says."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.charts import IllegalChange
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line
from everfair.engines.outcomes import due_on
from everfair.engines.outcomes.follow import AFTER_MONTHS
from everfair.fair.models import Edition
from everfair.outcomes import access, notices
from everfair.outcomes.actions.guards import announce, lock_outcome, record
from everfair.outcomes.actions.publishing import note_answer
from everfair.outcomes.models import FollowUp, FollowUpAnswer, Outcome, OutcomeParty
from everfair.outcomes.queries.following import days_of

NOTE_LIMIT = 500


def due_follow_ups(today: date, edition: Edition | None = None) -> list[tuple[int, int, date]]:
    """(outcome's id, months, day it fell due) of all that are public, due and not asked yet; of one edition or all.

    Where more than one fell due, the latest is asked alone: nobody is asked thrice on a day for what lies behind.
    """
    rows: QuerySet[Outcome] = Outcome.objects.filter(public__isnull=False).exclude(
        state=Outcome.State.WITHDRAWN
    )
    if edition is not None:
        rows = rows.filter(edition=edition)
    asked: dict[int, int] = {}
    for pk, months in FollowUp.objects.filter(outcome__in=rows).values_list("outcome_id", "months"):
        asked[pk] = max(months, asked.get(pk, 0))
    long_ago = today - timedelta(days=179)  # no six months are shorter, wherever the day begins
    found = []
    for pk, since in days_of(rows, until=long_ago).items():
        due = [
            (months, day)
            for months in AFTER_MONTHS
            if months > asked.get(pk, 0) and (day := due_on(since, months)) <= today
        ]
        if due:
            found.append((pk, *due[-1]))
    return found


def next_due(today: date, edition: Edition) -> date | None:
    """The day on which the edition's next question falls due, after today; None where none does."""
    rows = Outcome.objects.filter(public__isnull=False, edition=edition).exclude(
        state=Outcome.State.WITHDRAWN
    )
    begun = set(days_of(rows).values())
    return min(
        (day for since in begun for months in AFTER_MONTHS if (day := due_on(since, months)) > today),
        default=None,
    )


def ask_due(
    now: datetime | None = None,
    *,
    edition: Edition | None = None,
    tell: Callable[[int, int], None] = lambda done, all_: None,
) -> int:
    """Ask every party of what is due, by mail; how many outcomes. Safe to run often, twice and at once."""
    now = now or timezone.now()
    due = due_follow_ups(timezone.localdate(now), edition)
    count = 0
    for number, (pk, months, day) in enumerate(due, start=1):
        outcome = Outcome.objects.select_related("edition__fair").get(pk=pk)
        try:
            with transaction.atomic():
                made = FollowUp.objects.create(outcome=outcome, months=months, due_on=day, asked_at=now)
                announce(outcome)
                notices.ask_what_became(made)  # queued with the row: neither is there without the other
        except IntegrityError:  # somebody else asks at this moment
            continue
        count += 1
        tell(number, len(due))
    return count


def answer_follow_up(
    follow_up: FollowUp, party: OutcomeParty, said: str, note: str, *, by: Any, now: datetime | None = None
) -> FollowUpAnswer:
    """What one party of the public record says; a later answer replaces the earlier one."""
    if said not in FollowUpAnswer.Said.values:
        raise Refused(_("Choose what became of it."), field="said")
    if party.outcome_id != follow_up.outcome_id or not (by is None or access.speaks_for(by, party)):
        raise IllegalChange(_("This step is not yours to take."))
    with transaction.atomic():
        row = lock_outcome(follow_up.outcome)
        if row.state == Outcome.State.WITHDRAWN:
            raise Refused(_("It was withdrawn; nothing is asked about it any more."))
        if not OutcomeParty.ever.filter(pk=party.pk, in_record=True).exists():
            raise Refused(_("The public record does not name this party yet. It is asked once it does."))
        made, _is_new = FollowUpAnswer.objects.update_or_create(
            follow_up=follow_up,
            party=party,
            defaults={
                "said": said, "note": clean_line(note)[:NOTE_LIMIT], "by": by, "at": now or timezone.now(),
            },
        )  # fmt: skip
        note_answer(row, made, months=follow_up.months)
        record("answered", row, by, {}, {"months": follow_up.months, "said": said})
        announce(row)
    return made
