"""Who may read and take leads: the exhibitor's own people, whatever their role. The organiser may not."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.fair.access import get_edition_for
from everfair.leads.models import Lead, LeadQuestion, LeadScan
from everfair.people.models import Membership, User
from everfair.registration.access import get_registration_by_secret, registrations_of
from everfair.registration.models import Registration

Role = Membership.Role
RIGHTS: dict[str, frozenset[str]] = {
    # what is done → roles in the firm that may
    "take": frozenset(Role.values),
    "ask": frozenset({Role.OWNER, Role.EDITOR}),
}


def role_at(user: Any, exhibitor: Exhibitor) -> str | None:
    """The person's role in the exhibitor's firm; None for everybody else, the organiser among them."""
    if not getattr(user, "is_authenticated", False):
        return None
    return (
        Membership.objects.filter(user=user, organisation_id=exhibitor.organisation_id)
        .values_list("role", flat=True)
        .first()
    )


def may(user: Any, right: str, exhibitor: Exhibitor) -> bool:
    """Whether the person may "take" (scan, read, note, export) or "ask" (change the questions)."""
    return role_at(user, exhibitor) in RIGHTS[right]


def get_exhibitor_for(user: Any, code: str, to: str = "take") -> tuple[Exhibitor, str]:
    """The exhibitor and the person's role in its firm; Http404 for strangers, organisers and unknown codes."""
    exhibitor = (
        Exhibitor.objects.select_related("organisation", "edition__fair", "area", "place")
        .filter(code=code)
        .first()
    )
    role = role_at(user, exhibitor) if exhibitor else None
    if exhibitor is None or role is None or role not in RIGHTS[to]:
        raise Http404
    return exhibitor, role


def exhibitors_of(user: Any) -> QuerySet[Exhibitor]:
    """Booths whose leads the person may take, newest edition first."""
    if not getattr(user, "is_authenticated", False):
        return Exhibitor.objects.none()
    return (
        Exhibitor.objects.filter(organisation__memberships__user=user)
        .select_related("organisation", "edition__fair", "area", "place")
        .order_by("-edition__starts_on", "-id")
        .distinct()
    )


def standing_leads() -> QuerySet[Lead]:
    """Leads whose time is not over: the rest is as good as erased, though the round has not come yet."""
    return Lead.objects.filter(expires_on__gte=timezone.localdate())


def get_lead_of(exhibitor: Exhibitor, code: str) -> Lead:
    """A lead of an exhibitor that `get_exhibitor_for` gave."""
    lead = (
        standing_leads()
        .filter(exhibitor=exhibitor, code=code)
        .select_related("registration__kind", "taken_by", "exhibitor__edition")
        .first()
    )
    if lead is None:
        raise Http404
    return lead


def get_question_of(exhibitor: Exhibitor, code: str) -> LeadQuestion:
    """A question of an exhibitor that `get_exhibitor_for` gave."""
    question = LeadQuestion.objects.filter(exhibitor=exhibitor, code=code).first()
    if question is None:
        raise Http404
    return question


@dataclass(frozen=True)
class Visitor:
    """Who looks at the leads about themselves: a signed-in person, or whoever holds a registration's mailed link."""

    user: Any
    registrations: QuerySet[Registration]


def visitor_of(user: Any) -> Visitor:
    """The signed-in person with all their registrations, by account or verified address."""
    return Visitor(user, registrations_of(user))


def visitor_by_link(user: Any, edition_slug: str, secret: str) -> tuple[Visitor, Registration]:
    """The person a registration's mailed link belongs to; Http404 where it opens nothing."""
    edition = get_edition_for(user, edition_slug)
    registration = get_registration_by_secret(edition, secret)
    return Visitor(None, Registration.objects.filter(pk=registration.pk)), registration


def leads_about(visitor: Visitor) -> QuerySet[Lead]:
    """Every standing lead about the person, those of registrations joined into theirs among them."""
    keys = visitor.registrations.order_by().values("pk")
    own = Q(registration__in=keys) | Q(registration__merged_into__in=keys)
    return standing_leads().filter(own).order_by("-taken_at", "-id")


def get_lead_about(visitor: Visitor, code: str) -> Lead:
    """A lead about the person; Http404 for all others, the exhibitor among them."""
    lead = (
        leads_about(visitor)
        .filter(code=code)
        .select_related("registration", "exhibitor__organisation", "exhibitor__edition")
        .first()
    )
    if lead is None:
        raise Http404
    return lead


def member_of(exhibitor: Exhibitor, key: Any) -> User | None:
    """A person of the exhibitor's firm by id: a shared device sends what a colleague scanned. None for others."""
    if not isinstance(key, int) or isinstance(key, bool) or not 0 < key < 2**63:
        return None
    return User.objects.filter(pk=key, memberships__organisation_id=exhibitor.organisation_id).first()


def get_scan_of(lead: Lead, pk: int) -> LeadScan:
    """A scan of a lead that `get_lead_of` gave."""
    scan = lead.scans.filter(pk=pk).select_related("lead").first()
    if scan is None:
        raise Http404
    return scan
