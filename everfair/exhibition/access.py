"""Who may see and change exhibitors, booths, offers and imports. Every face asks here first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from everfair.base.codes import code_of
from everfair.base.models import MediaFile
from everfair.exhibition.models import BoothDocument, Exhibitor, FormerAddress, ImportRun, Offer
from everfair.fair import access as fair_access
from everfair.fair.models import Delegation, Edition
from everfair.people.models import Membership

EDITING_ROLES = (Membership.Role.OWNER, Membership.Role.EDITOR)
BOOTH_ROLES = (*EDITING_ROLES, Membership.Role.BOOTH_STAFF)


def roles_on(user: Any, exhibitor: Exhibitor) -> set[str]:
    """Which of the state chart's roles the person has here: exhibitor, reviewer, delegation."""
    if not getattr(user, "is_authenticated", False):
        return set()
    roles = set()
    if Membership.objects.filter(
        user=user, organisation_id=exhibitor.organisation_id, role__in=EDITING_ROLES
    ).exists():
        roles.add("exhibitor")
    if may_review(user, exhibitor):
        roles.add("reviewer")
    if exhibitor.delegation_id and exhibitor.delegation.members.filter(user=user).exists():  # type: ignore[union-attr]
        roles.add("delegation")
    return roles


def may_review(user: Any, exhibitor: Exhibitor) -> bool:
    """A reviewer of the edition, and of the exhibitor's area if bound to areas."""
    if not fair_access.may(user, "review", exhibitor.edition):
        return False
    areas = fair_access.reviewed_areas(user, exhibitor.edition)
    return areas is None or exhibitor.area_id in areas


def can_edit_booth(user: Any, exhibitor: Exhibitor) -> bool:
    """Owner or editor of the firm, or an administrator of the edition."""
    return "exhibitor" in roles_on(user, exhibitor) or fair_access.may(user, "administer", exhibitor.edition)


def is_on_team(user: Any, exhibitor: Exhibitor) -> bool:
    """A member of the firm who works on the booth; those for leads only see what the public sees."""
    return bool(
        getattr(user, "is_authenticated", False)
        and Membership.objects.filter(
            user=user, organisation_id=exhibitor.organisation_id, role__in=BOOTH_ROLES
        ).exists()
    )


def can_see_unpublished(user: Any, exhibitor: Exhibitor) -> bool:
    """The firm's team, its delegation and the organiser's team; of bound reviewers those of its area."""
    return (
        is_on_team(user, exhibitor)
        or _reads_at_desk(user, exhibitor)
        or "delegation" in roles_on(user, exhibitor)
    )


def _reads_at_desk(user: Any, exhibitor: Exhibitor) -> bool:
    """Whether `exhibitors_at_desk` shows the exhibitor."""
    if not fair_access.may(user, "read", exhibitor.edition):
        return False
    areas = _areas_read(user, exhibitor.edition)
    return areas is None or exhibitor.area_id in areas


def _areas_read(user: Any, edition: Edition) -> set[int] | None:
    """Areas in which somebody of the organiser's team reads unpublished booths; None = all of them."""
    if fair_access.team_roles(user, edition) == {fair_access.Role.REVIEWER}:
        return fair_access.reviewed_areas(user, edition)
    return None


def visible_booths(user: Any, edition: Edition) -> QuerySet[Exhibitor]:
    """Published exhibitors of the edition; drafts are reached by address only."""
    return Exhibitor.objects.filter(edition=edition, state=Exhibitor.State.PUBLISHED)


def get_booth_for(user: Any, edition: Edition, address: str) -> tuple[Exhibitor, bool]:
    """The exhibitor behind an address part, and whether the address is a former one. Http404 for strangers to a draft."""
    code = code_of(address)
    found = Exhibitor.objects.select_related("organisation__logo", "area", "place", "sector", "cover")
    exhibitor = next(iter(found.filter(edition=edition, code=code)), None)  # one at most; first() would sort
    if exhibitor is not None:
        exhibitor.edition = edition
    was_former = False
    if exhibitor is None:
        former = FormerAddress.objects.filter(code=code).values_list("exhibitor_id", flat=True).first()
        exhibitor = found.filter(pk=former).first() if former else None
        was_former = exhibitor is not None
    if exhibitor is None or not (exhibitor.is_public or can_see_unpublished(user, exhibitor)):
        raise Http404
    return exhibitor, was_former


def get_exhibitor_at_desk(user: Any, code: str, to: str = "edit") -> Exhibitor:
    """The exhibitor at its own desk. `to` = "edit" (owner, editor, administrator) or "see" (the whole team too).

    The row carries `is_own_firm`: whether the person belongs to the firm, whatever the role.
    """
    own = Membership.objects.filter(
        user=user if getattr(user, "is_authenticated", False) else None,
        organisation_id=OuterRef("organisation_id"),
    )
    exhibitor = (
        Exhibitor.objects.select_related(
            "organisation", "edition__fair", "area", "place", "sector", "delegation"
        )
        .annotate(is_own_firm=Exists(own))
        .filter(code=code)
        .first()
    )
    if exhibitor is None:
        raise Http404
    allowed = can_edit_booth(user, exhibitor) if to == "edit" else can_see_unpublished(user, exhibitor)
    if not allowed:
        raise Http404
    return exhibitor


def exhibitors_of(user: Any) -> QuerySet[Exhibitor]:
    """The booths of the firms the person belongs to, newest edition first."""
    if not getattr(user, "is_authenticated", False):
        return Exhibitor.objects.none()
    return (
        Exhibitor.objects.filter(
            organisation__memberships__user=user, organisation__memberships__role__in=BOOTH_ROLES
        )
        .select_related("organisation", "edition__fair", "area", "place")
        .order_by("-edition__starts_on", "-id")
        .distinct()
    )


def exhibitors_at_desk(user: Any, edition: Edition) -> QuerySet[Exhibitor]:
    """Exhibitors in the organiser's table: all of the edition, or of a bound reviewer's areas."""
    found = Exhibitor.objects.filter(edition=edition)
    if not fair_access.may(user, "read", edition):
        return found.none()
    areas = _areas_read(user, edition)
    return found if areas is None else found.filter(area_id__in=areas)


def get_for_review(user: Any, edition: Edition, code: str) -> Exhibitor:
    """The exhibitor for a reviewer who may decide about it."""
    exhibitor = (
        Exhibitor.objects.select_related(
            "organisation", "edition__fair", "area", "place", "sector", "delegation"
        )
        .filter(edition=edition, code=code)
        .first()
    )
    if exhibitor is None or not may_review(user, exhibitor):
        raise Http404
    return exhibitor


def get_offer_for(user: Any, edition: Edition, address: str) -> Offer:
    """A public offer (or one's own unpublished one) behind an address part."""
    offer = (
        Offer.objects.select_related(
            "exhibitor__organisation",
            "exhibitor__area",
            "exhibitor__edition__fair",
            "exhibitor__place",
            "sector",
        )
        .filter(Q(exhibitor__edition=edition), code=code_of(address))
        .first()
    )
    if offer is None:
        raise Http404
    is_public = offer.is_on_shelf and offer.exhibitor.is_public
    if not (is_public or can_see_unpublished(user, offer.exhibitor)):
        raise Http404
    return offer


def import_runs_for(user: Any, edition: Edition) -> QuerySet[ImportRun]:
    """Imports of an edition, for its administrators."""
    if not fair_access.may(user, "administer", edition):
        return ImportRun.objects.none()
    return ImportRun.objects.filter(edition=edition)


def get_import_run_for(user: Any, edition: Edition, pk: int) -> ImportRun:
    """One import, for administrators of its edition."""
    run = import_runs_for(user, edition).filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


@dataclass(frozen=True)
class ReadableFile:
    """A stored file somebody may read: its content type, and whether everybody may."""

    content_type: str
    is_public: bool


def get_media_for(user: Any, digest: str) -> ReadableFile:
    """The file with this digest if it shows on something the person may see; Http404 otherwise.

    Pictures are public by their unguessable digest: covers, logos and offers' pictures are all made to be shown.
    Documents follow the booth they lie on.
    """
    picture = MediaFile.objects.filter(
        Q(small_digest=digest) | Q(medium_digest=digest) | Q(large_digest=digest),
        kind=MediaFile.Kind.IMAGE,
    ).first()
    if picture is not None:
        return ReadableFile("image/webp", True)
    documents = BoothDocument.objects.filter(file__digest=digest).select_related("exhibitor__edition", "file")
    for document in documents:
        if document.exhibitor.is_public:
            return ReadableFile(document.file.content_type, True)
    for document in documents:
        if can_see_unpublished(user, document.exhibitor):
            return ReadableFile(document.file.content_type, False)
    raise Http404


def get_firm_of_delegation(user: Any, delegation: Delegation, code: str) -> Exhibitor:
    """A firm a delegation brought, at the delegation's desk; who may stand there was asked with the delegation."""
    exhibitor = (
        Exhibitor.objects.select_related(
            "organisation", "edition__fair", "area", "place", "sector", "delegation"
        )
        .filter(delegation=delegation, code=code)
        .first()
    )
    if exhibitor is None or not roles_on(user, exhibitor):
        raise Http404
    return exhibitor
