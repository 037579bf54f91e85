"""Who may do what in a fair. Every face asks here first; "not found" and "not allowed" look the same to a stranger."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from everfair.fair.models import Area, Delegation, DelegationMember, Edition, Fair, Place, TeamMember

Role = TeamMember.Role
TEAM_RIGHTS: dict[str, frozenset[str]] = {
    # what is done → roles that may
    "administer": frozenset({Role.ADMINISTRATOR}),
    "review": frozenset({Role.ADMINISTRATOR, Role.REVIEWER}),
    "programme": frozenset({Role.ADMINISTRATOR, Role.PROGRAMME}),
    "registration": frozenset({Role.ADMINISTRATOR}),
    "gate": frozenset({Role.ADMINISTRATOR, Role.GATE}),
    "meetings": frozenset({Role.ADMINISTRATOR, Role.PROGRAMME}),
    "read": frozenset(Role.values),
}


def visible_editions(user: Any) -> QuerySet[Edition]:
    """Public editions, and drafts of one's own teams."""
    found = Edition.objects.select_related("fair")
    if getattr(user, "is_superuser", False):
        return found
    shown = ~Q(phase=Edition.Phase.DRAFT)
    if getattr(user, "is_authenticated", False):
        shown |= Q(team__user=user)
    return found.filter(shown).distinct()


def get_edition_for(user: Any, slug: str) -> Edition:
    """The edition, if this person may see it; Http404 otherwise."""
    edition = Edition.objects.select_related("fair").filter(slug=slug).first()
    if edition is None or not may_see(user, edition):
        raise Http404
    return edition


def may_see(user: Any, edition: Edition) -> bool:
    """Whether the edition is public, or a draft of one's own team."""
    return edition.is_public or bool(team_roles(user, edition))


def team_roles(user: Any, edition: Edition) -> set[str]:
    """The person's roles in the organiser's team; a superuser has them all. One query, kept on the user object."""
    if not getattr(user, "is_authenticated", False):
        return set()
    if user.is_superuser:
        return set(Role.values)
    return {role for role, _area in _team_rows(user, edition)}


def _team_rows(user: Any, edition: Edition) -> list[tuple[str, int | None]]:
    kept: dict[int, list[tuple[str, int | None]]] = user.__dict__.setdefault("_team_rows", {})
    if edition.pk not in kept:
        kept[edition.pk] = list(
            TeamMember.objects.filter(user=user, edition=edition).values_list("role", "area_id")
        )
    return kept[edition.pk]


def may(user: Any, right: str, edition: Edition) -> bool:
    """Whether the person's team role gives `right` (a key of TEAM_RIGHTS) in the edition."""
    return bool(team_roles(user, edition) & TEAM_RIGHTS[right])


def require(user: Any, right: str, edition: Edition) -> None:
    """Http404 unless `may`."""
    if not may(user, right, edition):
        raise Http404


def reviewed_areas(user: Any, edition: Edition) -> set[int] | None:
    """Area ids a reviewer is bound to; None = every area; an empty set = none."""
    if may(user, "administer", edition):
        return None
    bound = (
        [area for role, area in _team_rows(user, edition) if role == Role.REVIEWER]
        if user.is_authenticated
        else []
    )
    return None if None in bound else {area for area in bound if area is not None}


def get_edition_at_desk(user: Any, slug: str, right: str = "read") -> Edition:
    """The edition for the organiser's desk; Http404 unless the person's role gives `right`."""
    edition = get_edition_for(user, slug)
    require(user, right, edition)
    return edition


def editions_at_desk(user: Any) -> QuerySet[Edition]:
    """Editions in whose team the person is, newest first."""
    found = Edition.objects.select_related("fair")
    if user.is_superuser:
        return found
    return found.filter(team__user=user).distinct()


def fairs_led_by(user: Any) -> QuerySet[Fair]:
    """Fairs the person may add editions to: administrators of one of their editions."""
    if not getattr(user, "is_authenticated", False):
        return Fair.objects.none()
    if user.is_superuser:
        return Fair.objects.order_by("id")
    led = Q(editions__team__user=user, editions__team__role=Role.ADMINISTRATOR)
    return Fair.objects.filter(led).distinct().order_by("id")


def get_area_for(user: Any, edition: Edition, code: str) -> Area:
    """The area of an edition that the person may see."""
    area = Area.objects.filter(edition=edition, code=code).first()
    if area is None:
        raise Http404
    return area


def get_place_for(user: Any, area: Area, pk: int) -> Place:
    """A place of an area the person was given."""
    place = Place.objects.filter(area=area, pk=pk).select_related("area").first()
    if place is None:
        raise Http404
    return place


def get_row_for(user: Any, rows: Any, pk: int) -> Any:
    """A row of an edition's own list (`edition.sectors`, `edition.badge_kinds` …), for its administrators."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    require(user, "administer", row.edition)
    return row


def delegations_of(user: Any) -> QuerySet[Delegation]:
    """Delegations the person works for."""
    if not getattr(user, "is_authenticated", False):
        return Delegation.objects.none()
    return Delegation.objects.filter(members__user=user).select_related("edition__fair")


def get_delegation_for(user: Any, code: str) -> Delegation:
    """The delegation at its own desk: for its members and the edition's administrators."""
    found = Delegation.objects.filter(code=code).select_related("edition__fair").first()
    if found is None or not (
        may(user, "administer", found.edition) or delegations_of(user).filter(pk=found.pk).exists()
    ):
        raise Http404
    return found


def get_delegation_in(user: Any, edition: Edition, code: str) -> Delegation:
    """A delegation of an edition, for its administrators."""
    require(user, "administer", edition)
    found = Delegation.objects.filter(edition=edition, code=code).select_related("edition").first()
    if found is None:
        raise Http404
    return found


def get_delegation_member(delegation: Delegation, pk: int) -> DelegationMember:
    """One of a delegation's people; who may change the delegation was asked with it."""
    found = delegation.members.filter(pk=pk).select_related("user", "delegation").first()
    if found is None:
        raise Http404
    return found
