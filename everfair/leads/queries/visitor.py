"""What a visitor sees of the leads about them: who scanned, when, what is shared, what is kept and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from everfair.base.languages import Words
from everfair.fair.models import Edition
from everfair.leads.access import Visitor, leads_about
from everfair.leads.models import Lead, LeadScan
from everfair.leads.queries.shown import with_agreement


@dataclass(frozen=True)
class SeenScan:
    """One scan of the visitor's badge."""

    at: datetime
    by: str
    refusal: str


@dataclass(frozen=True)
class MyLead:
    """A booth that scanned the visitor. `is_for_all`: the contact is shared by the consent for every booth."""

    code: str
    firm: Words
    edition: Edition
    booth_address: str  # "" where the booth is not public
    scans: list[SeenScan]
    shared: list[str]
    is_shared: bool
    is_for_all: bool
    withdrawn_at: datetime | None
    keeps: list[str]
    expires_on: date


def leads_shown_to(visitor: Visitor) -> QuerySet[Lead]:
    """Leads about the person with all the page needs, in a fixed number of queries."""
    return with_agreement(leads_about(visitor)).select_related(
        "registration", "exhibitor__organisation", "exhibitor__edition__fair"
    ).prefetch_related(Prefetch("scans", queryset=LeadScan.objects.select_related("by")))  # fmt: skip


def my_leads(leads: Iterable[Lead]) -> list[MyLead]:
    """Rows of `leads_shown_to` in words."""
    return [_my_lead(lead) for lead in leads]


def _my_lead(lead: Lead) -> MyLead:
    exhibitor, registration = lead.exhibitor, lead.registration
    shows: bool = lead.shows_contact  # type: ignore[attr-defined]
    given = [
        (registration.name, _("name")),
        (registration.organisation_name, _("firm")),
        (registration.job_title, _("position")),
        (registration.country, _("country")),
        (registration.email, _("e-mail address")),
    ]
    kept = [
        (lead.interest, _("how interested they think you are")),
        (lead.note, _("a note")),
        (lead.follow_up_on, _("a day to get in touch")),
        (lead.answers, _("answers to their own questions")),
    ]
    return MyLead(
        code=lead.code,
        firm=exhibitor.organisation.name,
        edition=exhibitor.edition,
        booth_address=exhibitor.address if exhibitor.is_public else "",
        scans=[SeenScan(scan.scanned_at, str(scan.by or ""), scan.refusal) for scan in lead.scans.all()],
        shared=[word for value, word in given if value] if shows else [],
        is_shared=shows,
        is_for_all=shows and not lead.is_shared,
        withdrawn_at=lead.withdrawn_at,
        keeps=[word for value, word in kept if value],
        expires_on=lead.expires_on,
    )
