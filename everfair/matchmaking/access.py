"""Who may see and change needs, and whose interests and recommendations one may read: one's own and one's firm's only."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from everfair.base.codes import code_of
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.models import Exhibitor
from everfair.fair import access as fair_access
from everfair.fair.models import Edition
from everfair.matchmaking.models import Need, Seeker

RIGHT = "meetings"  # whoever runs the meetings of an edition runs its matchmaking
NEED_RELATED = ("edition__fair", "seeker__exhibitor__organisation", "seeker__user", "sector")


def may_run_matchmaking(user: Any, edition: Edition) -> bool:
    """The organiser's people who set the numbers, refresh, import needs and read the figures."""
    return fair_access.may(user, RIGHT, edition)


def own_seeker(user: Any, edition: Edition) -> Seeker | None:
    """The person's own row, if there is one; actions.interests.seeker_for makes it on first use."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Seeker.objects.filter(user=user, edition=edition).select_related("edition__fair", "user").first()


def can_speak_for(user: Any, seeker: Seeker) -> bool:
    """The person, or for a firm its owners and editors."""
    if seeker.exhibitor is not None:
        return exhibition_access.can_edit_booth(user, seeker.exhibitor)
    return bool(getattr(user, "is_authenticated", False) and seeker.user_id == user.pk)


def can_edit_need(user: Any, need: Need) -> bool:
    """Whoever speaks for the seeker; needs that nobody here speaks for are the organiser's."""
    if need.seeker is not None:
        return can_speak_for(user, need.seeker)
    return may_run_matchmaking(user, need.edition)


def board(user: Any, edition: Edition) -> QuerySet[Need]:
    """Needs on the board of an edition the person may see."""
    rows = Need.objects.filter(edition=edition, state=Need.State.OPEN)
    rows = rows.exclude(audience=Need.Audience.CHOSEN).select_related(*NEED_RELATED)
    return rows if fair_access.visible_editions(user).filter(pk=edition.pk).exists() else rows.none()


def needs_for_firm(exhibitor: Exhibitor) -> QuerySet[Need]:
    """Open needs a firm may see at its desk: the board, and those kept for it. Rights on the firm were asked before."""
    rows = Need.objects.filter(edition_id=exhibitor.edition_id, state=Need.State.OPEN)
    kept = Q(chosen__exhibitor=exhibitor)
    return rows.filter(~Q(audience=Need.Audience.CHOSEN) | kept).select_related(*NEED_RELATED).distinct()


def get_need_for(user: Any, address: str, to: str = "read") -> Need:
    """The need at an address; `to` "read" or "edit". Http404 for a stranger, whether it exists or not."""
    need = Need.objects.select_related(*NEED_RELATED).filter(code=code_of(address)).first()
    if need is None:
        raise Http404
    if can_edit_need(user, need):
        return need
    if to == "edit" or not _can_read(user, need):
        raise Http404
    return need


def _can_read(user: Any, need: Need) -> bool:
    if need.state == Need.State.DRAFT:
        return False
    if need.audience != Need.Audience.CHOSEN:
        return fair_access.visible_editions(user).filter(pk=need.edition_id).exists()
    firms = Exhibitor.objects.filter(needs_shown__need=need).select_related("organisation")
    return any(exhibition_access.is_on_team(user, firm) for firm in firms)
