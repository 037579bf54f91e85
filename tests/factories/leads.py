"""A booth of today, visitors with badges, scans and leads; made through the rooms' own actions."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.leads.actions import Taken, take_lead
from everfair.leads.models import Lead
from everfair.registration.actions.badges import issue_badge
from everfair.registration.actions.consents import give_consent
from everfair.registration.models import Registration
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import make_edition
from tests.factories.people import make_membership


def make_booth(edition: Any = None, **extra: Any) -> Exhibitor:
    """A published exhibitor of an edition that is on now."""
    today = timezone.localdate()
    edition = edition or make_edition(starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=3))
    return make_exhibitor(edition, **extra)


def make_visitor(edition: Any, *, agrees: bool = False, **extra: Any) -> tuple[Registration, str]:
    """An approved registration and its badge's code; `agrees`: to share the contact with every booth."""
    registration = make_badge_holder(make_badge_kind(edition), **extra)
    if agrees:
        give_consent(registration, "contact", by=None)
    return registration, issue_badge(registration, by=None).code


def make_staff(exhibitor: Exhibitor, role: str = "booth_staff") -> Any:
    """A person of the exhibitor's firm."""
    return make_membership(organisation=exhibitor.organisation, role=role).user


def scan(
    exhibitor: Exhibitor,
    code: str,
    by: Any = None,
    *,
    key: str = "",
    at: datetime | None = None,
    **values: Any,
) -> Taken:
    """One scan, under a key of its own unless given."""
    was_offline = values.pop("was_offline", False)
    return take_lead(
        exhibitor, by=by, key=key or str(uuid4()), code=code, scanned_at=at or timezone.now(),
        values=values, was_offline=was_offline,
    )  # fmt: skip


def make_lead(
    exhibitor: Exhibitor | None = None, *, agrees: bool = False, by: Any = None, **extra: Any
) -> Lead:
    """A lead about a new visitor; `values` are what staff noted."""
    exhibitor = exhibitor or make_booth()
    values = extra.pop("values", {})
    _registration, code = make_visitor(exhibitor.edition, agrees=agrees, **extra)
    lead = scan(exhibitor, code, by, **values).lead
    assert lead is not None
    return lead
