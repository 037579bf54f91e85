"""What a visitor decides about one booth: share the contact, or withdraw and have everything noted erased."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from everfair.base import audit
from everfair.leads.actions.noting import lock_lead
from everfair.leads.models import Lead


def share_contact(lead: Lead, *, by: Any) -> Lead:
    """The visitor lets this booth see name and contact; after a withdrawal too, if they change their mind.

    The log's row belongs to no edition: whom a visitor met is not for the organiser's log.
    """
    with transaction.atomic():
        row = lock_lead(lead)
        if not row.is_shared:
            row.is_shared, row.withdrawn_at = True, None
            row.version += 1
            row.changed_at = timezone.now()
            row.save()
            audit.record("leads.lead.shared", row, by=by, after={"is_shared": True})
    return row


def withdraw_lead(lead: Lead, *, by: Any, now: datetime | None = None) -> Lead:
    """The visitor takes it back: contact, marks, note and answers are gone; that it happened stays in the log."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_lead(lead)
        if row.withdrawn_at is None:
            was_shared = row.is_shared
            row.is_shared, row.withdrawn_at = False, now
            row.interest, row.note, row.follow_up_on, row.answers = "", "", None, {}
            row.version += 1
            row.changed_at = now
            row.save()
            row.scans.exclude(differs={}).update(differs={})
            row.scans.exclude(digest="").update(digest="")
            audit.record(
                "leads.lead.withdrawn",
                row,
                by=by,
                before={"is_shared": was_shared},
                after={"is_shared": False},
                now=now,
            )
    return row
