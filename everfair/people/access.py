"""Who may see and change organisations. Every face asks here first; strangers get "not found"."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from everfair.people.models import Invitation, Membership, Organisation

Role = Membership.Role
ORGANISATION_RIGHTS: dict[str, frozenset[str]] = {
    # what is done → roles that may
    "see": frozenset(Role.values),
    "edit": frozenset({Role.OWNER, Role.EDITOR}),
    "own": frozenset({Role.OWNER}),
}


def organisations_of(user: Any) -> QuerySet[Organisation]:
    """Organisations the person belongs to, whatever the role, oldest membership first."""
    if not getattr(user, "is_authenticated", False):
        return Organisation.objects.none()
    return (
        Organisation.objects.filter(memberships__user=user)
        .select_related("logo")
        .order_by("memberships__since")
    )


def role_in(user: Any, organisation: Organisation) -> str | None:
    """The person's role in the organisation; None for a stranger."""
    if not getattr(user, "is_authenticated", False):
        return None
    return (
        Membership.objects.filter(user=user, organisation=organisation).values_list("role", flat=True).first()
    )


def may(user: Any, right: str, organisation: Organisation) -> bool:
    """Whether the person may "see", "edit" or "own" the organisation. Who runs the installation may."""
    if getattr(user, "is_superuser", False):
        return True
    return role_in(user, organisation) in ORGANISATION_RIGHTS[right]


def get_organisation_for(user: Any, code: str, to: str = "edit") -> Organisation:
    """The organisation, if the person may do `to` ("see", "edit", "own") there; Http404 otherwise."""
    organisation = Organisation.objects.select_related("logo").filter(code=code).first()
    if organisation is None or not may(user, to, organisation):
        raise Http404
    return organisation


def get_membership_for(user: Any, organisation: Organisation, pk: int, to: str = "own") -> Membership:
    """A membership for its organisation's owners; `to` = "leave" is also open to the member."""
    found = (
        Membership.objects.select_related("user", "organisation")
        .filter(organisation=organisation, pk=pk)
        .first()
    )
    is_own = found is not None and to == "leave" and found.user_id == getattr(user, "pk", None)
    if found is None or not (is_own or may(user, "own", organisation)):
        raise Http404
    return found


def get_invitation_for(user: Any, organisation: Organisation, pk: int) -> Invitation:
    """A sent invitation, for the organisation's owners."""
    found = Invitation.objects.select_related("organisation").filter(organisation=organisation, pk=pk).first()
    if found is None or not may(user, "own", organisation):
        raise Http404
    return found
