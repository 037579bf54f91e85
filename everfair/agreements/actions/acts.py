"""What every act on an agreement does first and last: lock the row, compare versions, take a step, write the log without titles."""

from copy import copy
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from everfair.agreements.models import AGREEMENT_STEPS, Agreement
from everfair.base import audit
from everfair.base.charts import IllegalChange, require_step
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.deals.actions.guards import Unnamed

EVENT = "agreements.agreement."


def lock_agreement(agreement: Agreement) -> Agreement:
    """A fresh copy of the row, locked until the transaction ends."""
    rows = Agreement.objects.select_for_update(of=("self",), no_key=True)
    related = ("edition__fair", "negotiation", "replaces")
    return rows.select_related(*related).get(pk=agreement.pk)


def require_version(row: Agreement, version: int | None) -> None:
    """EditedMeanwhile when somebody saved after `version` was read. None = the caller does not compare."""
    if version is not None and row.version != version:
        raise EditedMeanwhile(
            _("Somebody changed this meanwhile; nothing was overwritten. Look at what stands here now."),
            current=row.version,
        )


def require_draft(row: Agreement) -> None:
    """What was put to the parties is not changed any more."""
    if row.state != Agreement.State.DRAFT:
        raise Refused(
            _("This was put to the parties and cannot be changed. Take it back and make it anew instead.")
        )


def take_step(row: Agreement, target: str, *, by: Any, now: datetime, reason: str = "") -> None:
    """Change the state of a locked row with one entry in the log; the caller saves nothing else of the state."""
    labels = {value: str(label) for value, label in Agreement.State.choices}
    try:
        require_step(AGREEMENT_STEPS, row.state, target, labels)
    except IllegalChange as error:
        raise Refused(str(error)) from error
    before, row.state = row.state, target
    row.version += 1
    record(target, row, by=by, now=now, before={"state": before}, after={"state": target})


def record(what: str, row: Agreement, *, by: Any, now: datetime, **more: Any) -> None:
    """One entry in the edition's log: that it happened to which code, never the title, a name or a reason."""
    target = copy(row)
    target.title = {}
    signed = Unnamed(by) if by is not None else None
    audit.record(EVENT + what, target, by=signed, edition_id=row.edition_id, now=now, **more)
