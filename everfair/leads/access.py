"""Who may read and take leads: the exhibitor's own people, whatever their role. The organiser may not."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.leads.models import Lead, LeadQuestion
from everfair.people.models import Membership

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


def leads_about(user: Any) -> QuerySet[Lead]:
    """Every standing lead about the person, by registrations of the account and those joined into them."""
    if not getattr(user, "is_authenticated", False):
        return Lead.objects.none()
    own = Q(registration__user=user) | Q(registration__merged_into__user=user)
    return standing_leads().filter(own).order_by("-taken_at", "-id")


def get_lead_about(user: Any, code: str) -> Lead:
    """A lead about the person; Http404 for all others, the exhibitor among them."""
    lead = (
        leads_about(user)
        .filter(code=code)
        .select_related("registration", "exhibitor__organisation", "exhibitor__edition")
        .first()
    )
    if lead is None:
        raise Http404
    return lead
