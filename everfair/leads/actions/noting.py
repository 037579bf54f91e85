"""Changing a lead by hand, and settling what two people noted differently."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.leads.actions.values import clean_values, put_in
from everfair.leads.models import Lead, LeadScan
from everfair.leads.queries.answers import questions_of


def lock_lead(lead: Lead) -> Lead:
    """A fresh copy, locked until the transaction ends. Refused when it was erased meanwhile."""
    row = (
        Lead.objects.select_for_update(of=("self",))
        .select_related("exhibitor__edition")
        .filter(pk=lead.pk)
        .first()
    )
    if row is None:
        raise Refused(_("This lead was erased: its time is over."))
    return row


def save_lead(lead: Lead, values: Mapping[str, Any], *, by: Any, version: int | None = None) -> Lead:
    """Change what is noted; only the named values are touched. EditedMeanwhile if somebody saved after `version`."""
    with transaction.atomic():
        row = lock_lead(lead)
        _require_standing(row)
        if version is not None and version != row.version:
            last = audit.entries(target=row).first()
            who = last.by_name if last and last.by_name else _("Somebody else")
            raise EditedMeanwhile(
                _(
                    "%(name)s noted something while you were writing. Nothing was overwritten: "
                    "compare below, then save yours again."
                )
                % {"name": who},
                current=row.version,
            )
        fresh = clean_values(values, questions_of(row.exhibitor, with_retired=True))
        changed = put_in(row, fresh)
        if changed:
            _keep(row, by, "leads.lead.noted", changed)
    return row


def settle_scan(scan: LeadScan, *, take: bool, by: Any) -> Lead:
    """Take over what a scan noted otherwise, or drop it; both are final. Refused when it is settled already."""
    with transaction.atomic():
        if scan.lead is None:
            raise Refused(_("There is nothing to settle any more."))
        row = lock_lead(scan.lead)
        _require_standing(row)
        held = LeadScan.objects.select_for_update(of=("self",)).get(pk=scan.pk)
        if not held.differs:
            raise Refused(_("There is nothing to settle any more."))
        if take:
            given = dict(held.differs)
            if given.get("follow_up_on"):
                given["follow_up_on"] = date.fromisoformat(given["follow_up_on"])
            fresh = clean_values(given, questions_of(row.exhibitor, with_retired=True))
            changed = put_in(row, fresh)
            _keep(row, by, "leads.lead.noted", changed)
        held.differs = {}
        held.save(update_fields=["differs"])
    return row


def _keep(row: Lead, by: Any, event: str, changed: list[str]) -> None:
    """The log names the fields, never what they say: withdrawing must leave nothing behind."""
    row.version += 1
    row.changed_at = timezone.now()
    row.save()
    audit.record(event, row, by=by, after={"fields": changed})


def _require_standing(row: Lead) -> None:
    if row.withdrawn_at is not None:
        raise Refused(_("This visitor withdrew: nothing can be noted about them any more."))
