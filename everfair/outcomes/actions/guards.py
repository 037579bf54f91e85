"""What every action on outcomes does first and last: lock, compare versions, take a step of the chart, write the log."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.charts import IllegalChange, require_step
from everfair.base.refusals import EditedMeanwhile
from everfair.fair.models import Edition
from everfair.outcomes.access import roles_on
from everfair.outcomes.models import OUTCOME_STEPS, Outcome

EVENT = "outcomes.outcome."
TOPIC = "outcomes.outcome"


def lock_outcome(outcome: Outcome) -> Outcome:
    """A fresh copy of the row, locked until the transaction ends (on SQLite the whole database is)."""
    rows = Outcome.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("edition__fair", "kind", "public").get(pk=outcome.pk)


def require_version(row: Outcome, version: int | None) -> None:
    """EditedMeanwhile when somebody saved after `version` was read. None = the caller does not compare."""
    if version is not None and row.version != version:
        raise EditedMeanwhile(
            _("This outcome was changed meanwhile. Read it again; nothing of yours was lost."),
            current=row.version,
        )


def take_step(row: Outcome, target: str, *, by: Any) -> str:
    """Set the state, if the chart has the step and the person may take it (`by` None: the system). The state before."""
    labels = {str(value): str(label) for value, label in Outcome.State.choices}
    step = require_step(OUTCOME_STEPS, row.state, target, labels)
    roles = {"system"} if by is None else roles_on(by, row)
    if not step.roles & roles:
        raise IllegalChange(_("This step is not yours to take."))
    before, row.state = row.state, target
    return before


def record(
    what: str,
    row: Outcome,
    by: Any,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """One entry in the edition's log: states, versions and names of fields, never what a party holds back.

    The log is the organiser's: an outcome that is its parties' own still is called by its code, and what they say is left out.
    """
    is_own = row.public_id is None and (
        row.state == Outcome.State.PREPARED
        or (row.state == Outcome.State.WITHDRAWN and row.confirmed_at is None)
    )
    audit.record(
        EVENT + what,
        row,
        by=by,
        edition_id=row.edition_id,
        before=before,
        after=after,
        reason="" if is_own and what != "sent_back" else reason,
        label=row.code if is_own else None,
    )


def announce(row: Outcome) -> None:
    """Followers (registry, search, kept pages) read the row again; pages of the fair's other editions list it too."""
    note_change(TOPIC, row.pk, row.edition_id)
    if row.public_id is not None:
        others = Edition.objects.filter(fair=row.edition.fair_id).exclude(pk=row.edition_id)
        for pk in others.values_list("pk", flat=True):
            note_change("outcomes.registry", row.pk, pk)
