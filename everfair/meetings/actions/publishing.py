"""A run becomes meetings: all that still can be are made, moved or dropped in one transaction, and everybody reads it in one letter.

What people confirmed or agreed on themselves is not touched. Who left meanwhile, or is not free any more, is left out.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_changes
from everfair.base.refusals import Refused
from everfair.meetings import notices
from everfair.meetings.actions.carrying_out import Publishing, wanted_by
from everfair.meetings.actions.guards import lock_people
from everfair.meetings.models import Run
from everfair.meetings.queries.inputs import read_inputs
from everfair.meetings.queries.left_out import gone_since
from everfair.meetings.queries.runs import is_publishing
from everfair.people.models import User

EVENT = "meetings.run."
TRIES = 3  # somebody else may take a table at the same moment
A_BATCH = 500
MOST_GONE = 50  # people who left, named on the run's page


def start_publishing(run: Run, *, by: Any, now: datetime | None = None) -> Run:
    """Note that meetings are to be made from the run; a background task makes them. Refused where there are none."""
    now = now or timezone.now()
    with transaction.atomic():
        row = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if row.state == Run.State.PUBLISHED or is_publishing(row, now):
            raise Refused(_("This run is published already."))
        if row.state not in (Run.State.DONE, Run.State.STOPPED) or not row.rows.exists():
            raise Refused(_("There is nothing to publish: this run did not find a timetable."))
        row.progress = {**row.progress, "publishing": now.timestamp()}
        row.save(update_fields=["progress"])
        audit.record(
            EVENT + "publishing", row, by=by, edition_id=row.edition_id, after={"number": row.number}, now=now
        )
    return row


def publish(run_id: int, *, by_id: int | None, now: datetime | None = None) -> dict[str, int]:
    """Make, move and drop meetings as the run found them. Counts: made, moved, dropped, left_out, stayed."""
    now = now or timezone.now()
    by = User.objects.filter(pk=by_id).first() if by_id is not None else None
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return _publish(run_id, by, now)
        except IntegrityError:
            if attempt + 1 == TRIES:
                Run.objects.filter(pk=run_id).update(
                    error=_(
                        "Too much changed while the run was being published. Nothing was done; publish it again."
                    )
                )
                raise
    return {}


def _publish(run_id: int, by: Any, now: datetime) -> dict[str, int]:
    run = (
        Run.objects.select_for_update(of=("self",)).select_related("edition__fair").filter(pk=run_id).first()
    )
    if run is None or run.state not in (Run.State.DONE, Run.State.STOPPED):
        return {}
    rows = [
        wanted_by(row)
        for row in run.rows.filter(slot__isnull=False, was_locked=False).select_related("place")
    ]
    ids = sorted({pk for row in rows for pk in (row.participant, row.other)})
    for begin in range(0, len(ids), A_BATCH):
        lock_people(ids[begin : begin + A_BATCH])
    inputs = read_inputs(run.edition)
    outcome = Publishing(run, inputs, now).carry_out(rows)
    run.state, run.published_at = Run.State.PUBLISHED, now
    progress = {key: value for key, value in run.progress.items() if key != "publishing"}
    run.progress, run.error = progress, ""
    gone = list(gone_since(run).values_list("pk", flat=True)[:MOST_GONE])
    run.result = {**run.result, "published": {**outcome.counts(), "gone": gone}}
    run.save(update_fields=["state", "published_at", "progress", "result", "error"])
    audit.record(
        EVENT + "published", run, by=by, edition_id=run.edition_id,
        after={"number": run.number, **outcome.counts()}, now=now,
    )  # fmt: skip
    changed = [*outcome.made, *outcome.moved, *outcome.dropped]
    note_changes("meetings.meeting", changed, run.edition_id)
    notices.tell_floor(run.edition_id)
    notices.tell_timetable(
        run.edition, made=outcome.made, moved=outcome.moved, dropped=outcome.dropped, by=by
    )
    return outcome.counts()
