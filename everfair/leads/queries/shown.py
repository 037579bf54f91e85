"""Leads as an exhibitor may see them. Name, firm and address come out of here only where the visitor agreed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from everfair.base.languages import Words, pick
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.leads.access import standing_leads
from everfair.leads.models import Lead, LeadQuestion, LeadScan
from everfair.leads.queries.answers import answers_of, differences_text, missing_answers
from everfair.registration.models import Consent

NO_INTEREST = "none"
NOBODY = "0"
INTEREST_LABELS = tuple(Lead.Interest.choices)


@dataclass(frozen=True)
class LeadFilters:
    """What a list is narrowed by. `day` is a day in the fair's zone, `by` a user's id as text."""

    words: str = ""
    interest: str = ""
    by: str = ""
    day: date | None = None
    is_due: bool = False
    sort: str = "newest"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.interest or self.by or self.day or self.is_due)


@dataclass(frozen=True)
class Contact:
    """Who the visitor is; made only for those who agreed."""

    name: str
    second_name: str
    email: str
    firm: str
    job_title: str
    country: str


@dataclass(frozen=True)
class OtherNote:
    """What somebody noted otherwise than the lead says, until it is settled."""

    scan: int
    by: str
    at: datetime
    values: list[tuple[str, str]]


@dataclass(frozen=True)
class ShownLead:
    """A lead as its exhibitor sees it. `contact` is None until the visitor agreed, and after they withdrew."""

    code: str
    kind: Words
    contact: Contact | None
    is_withdrawn: bool
    interest: str
    interest_label: str
    note: str
    follow_up_on: date | None
    is_due: bool
    taken_by: str
    taken_at: datetime
    expires_on: date
    version: int
    missing: int = 0
    answers: list[tuple[LeadQuestion, str]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The name where it is shared, else the code as a name."""
        return self.contact.name if self.contact else _("Visitor %(code)s") % {"code": self.code.upper()}


def edition_zone(edition: Edition) -> ZoneInfo:
    """The zone the fair's days are counted in."""
    try:
        return ZoneInfo(edition.time_zone or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def with_agreement(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """The same leads, each with `shows_contact`: agreed for this booth or for all, and not withdrawn here."""
    agreed = Consent.objects.filter(
        Q(registration=OuterRef("registration")) | Q(registration__merged=OuterRef("registration")),
        purpose=Consent.Purpose.CONTACT,
        withdrawn_at=None,
    )
    shows = Q(withdrawn_at=None) & (Q(is_shared=True) | Exists(agreed))
    return leads.annotate(shows_contact=ExpressionWrapper(shows, output_field=BooleanField()))


def leads_of(exhibitor: Exhibitor, filters: LeadFilters | None = None) -> QuerySet[Lead]:
    """The exhibitor's leads, narrowed. Words look into names of visitors who agreed, and of no others."""
    filters = filters or LeadFilters()
    found = with_agreement(standing_leads().filter(exhibitor=exhibitor))
    for word in filters.words.split()[:8]:
        shared = (
            Q(registration__name__icontains=word)
            | Q(registration__second_name__icontains=word)
            | Q(registration__organisation_name__icontains=word)
            | Q(registration__email__icontains=word)
        )
        found = found.filter(
            Q(note__icontains=word) | Q(code__icontains=word) | (Q(shows_contact=True) & shared)
        )
    if filters.interest:
        wanted = "" if filters.interest == NO_INTEREST else filters.interest
        found = found.filter(interest=wanted, withdrawn_at=None)
    if filters.by.isdecimal() and len(filters.by) < 18:
        person = None if filters.by == NOBODY else int(filters.by)
        found = found.filter(
            Exists(LeadScan.objects.filter(lead=OuterRef("pk"), by=person))
            if person
            else Q(taken_by__isnull=True)
        )
    if filters.day:
        scans = LeadScan.objects.filter(lead=OuterRef("pk")).annotate(
            day=TruncDate("scanned_at", tzinfo=edition_zone(exhibitor.edition))
        )
        found = found.filter(Exists(scans.filter(day=filters.day)))
    if filters.is_due:
        found = found.filter(follow_up_on__lte=today_at(exhibitor.edition))
    return _sorted(found, filters.sort).select_related("registration__kind", "taken_by")


def contacts_of(exhibitor: Exhibitor, filters: LeadFilters) -> list[ShownLead]:
    """The leads of a list whose visitors share their contact."""
    return [shown(lead) for lead in leads_of(exhibitor, filters).filter(Q(shows_contact=True))]


def _sorted(found: QuerySet[Lead], sort: str) -> QuerySet[Lead]:
    if sort == "follow_up":
        return found.order_by(F("follow_up_on").asc(nulls_last=True), "-taken_at", "-id")
    if sort == "interest":  # hot, warm, cold, none: from Z to A but for the first
        return found.order_by(
            ExpressionWrapper(Q(interest="hot"), output_field=BooleanField()).desc(),
            F("interest").desc(),
            "-taken_at",
            "-id",
        )
    return found.order_by("-taken_at", "-id")


def today_at(edition: Edition) -> date:
    """The fair's present day."""
    return timezone.localdate(timezone=edition_zone(edition))


def shown(
    lead: Lead,
    questions: Sequence[LeadQuestion] = (),
    language: str = "en",
    today: date | None = None,
) -> ShownLead:
    """One lead as its exhibitor may see it. Asks for the agreement if the row does not carry it.

    `today` is the fair's day, by which a follow-up is due.
    """
    if not hasattr(lead, "shows_contact"):
        lead = with_agreement(Lead.objects.select_related("registration__kind", "taken_by", "exhibitor__edition")).get(
            pk=lead.pk
        )  # fmt: skip
    registration = lead.registration
    contact = None
    if lead.shows_contact:  # type: ignore[attr-defined]
        contact = Contact(
            registration.name, registration.second_name, registration.email,
            registration.organisation_name, registration.job_title, registration.country,
        )  # fmt: skip
    due = lead.follow_up_on is not None and lead.follow_up_on <= (today or timezone.localdate())
    return ShownLead(
        code=lead.code,
        kind=registration.kind.name,
        contact=contact,
        is_withdrawn=lead.withdrawn_at is not None,
        interest=lead.interest,
        interest_label=lead.get_interest_display() if lead.interest else "",
        note=lead.note,
        follow_up_on=lead.follow_up_on,
        is_due=due,
        taken_by=str(lead.taken_by or ""),
        taken_at=lead.taken_at,
        expires_on=lead.expires_on,
        version=lead.version,
        missing=0 if lead.withdrawn_at else missing_answers(lead, questions),
        answers=answers_of(lead, questions, language),
    )


def shown_all(
    leads: Iterable[Lead], exhibitor: Exhibitor, questions: Sequence[LeadQuestion], language: str
) -> list[ShownLead]:
    """A page of the exhibitor's `leads_of`, in order."""
    today = today_at(exhibitor.edition)
    return [shown(lead, questions, language, today) for lead in leads]


def scans_of(lead: Lead) -> list[LeadScan]:
    """Every scan of the lead, newest first, with who made it."""
    return list(lead.scans.select_related("by"))


def other_notes(
    scans: Iterable[LeadScan], questions: Sequence[LeadQuestion], language: str
) -> list[OtherNote]:
    """What was noted otherwise in these scans and is not settled."""
    return [
        OtherNote(
            scan.pk, str(scan.by or ""), scan.scanned_at, differences_text(scan.differs, questions, language)
        )
        for scan in scans
        if scan.differs
    ]


def staff_with_leads(exhibitor: Exhibitor) -> list[tuple[str, str]]:
    """(user id, name) of everybody who scanned at the booth, by name: the list's filter."""
    rows = (
        LeadScan.objects.filter(exhibitor=exhibitor, lead__isnull=False, by__isnull=False)
        .order_by("by__name", "by_id")
        .values_list("by_id", "by__name", "by__email")
        .distinct()
    )
    return [(str(pk), name or email) for pk, name, email in rows]


def count_due(exhibitor: Exhibitor) -> int:
    """Leads whose follow-up day has come."""
    return leads_of(exhibitor, LeadFilters(is_due=True)).count()


def export_columns(questions: Sequence[LeadQuestion], language: str) -> dict[str, str]:
    """Key → title of the exported columns, the exhibitor's questions last."""
    fixed = {
        "code": _("Lead"), "kind": _("Kind of badge"), "shared": _("Contact shared"), "name": pgettext("person", "Name"),
        "second_name": _("Name in another script"), "firm": _("Firm"), "job_title": _("Position"),
        "country": _("Country or region"), "email": _("E-mail address"), "interest": _("Interest"),
        "note": _("Note"), "follow_up_on": _("Follow up on"), "taken_by": _("Scanned by"),
        "taken_at": _("Scanned at"), "state": _("State"),
    }  # fmt: skip
    return fixed | {f"q-{question.code}": pick(question.label, language) for question in questions}


def export_rows(
    exhibitor: Exhibitor, filters: LeadFilters, questions: Sequence[LeadQuestion], language: str
) -> Iterable[Mapping[str, object]]:
    """The list as rows of a table, answers in words, times on the fair's clock; no contact that is not shared."""
    zone = edition_zone(exhibitor.edition)
    for lead in leads_of(exhibitor, filters).iterator(chunk_size=500):
        one = shown(lead, questions, language)
        row: dict[str, Any] = {
            "code": one.code.upper(), "kind": pick(one.kind, language),
            "shared": _("yes") if one.contact else _("no"),
            "interest": one.interest_label, "note": one.note, "follow_up_on": one.follow_up_on,
            "taken_by": one.taken_by, "taken_at": one.taken_at.astimezone(zone),
            "state": _("withdrawn") if one.is_withdrawn else "",
        }  # fmt: skip
        if one.contact:
            contact = one.contact
            row |= {
                "name": contact.name, "second_name": contact.second_name, "firm": contact.firm,
                "job_title": contact.job_title, "country": contact.country, "email": contact.email,
            }  # fmt: skip
        yield row | {f"q-{question.code}": text for question, text in one.answers}
