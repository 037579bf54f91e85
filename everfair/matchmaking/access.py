"""Who may see and change needs, and whose interests and recommendations one may read: one's own and one's firm's only."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from everfair.base.charts import targets
from everfair.base.codes import code_of
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.models import Exhibitor
from everfair.fair import access as fair_access
from everfair.fair.models import Edition
from everfair.matchmaking.models import NEED_STEPS, Need, Seeker
from everfair.programme import access as programme_access

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
        return "exhibitor" in exhibition_access.roles_on(user, seeker.exhibitor)
    return bool(getattr(user, "is_authenticated", False) and seeker.user_id == user.pk)


def can_edit_need(user: Any, need: Need) -> bool:
    """Whoever speaks for the seeker; needs that nobody here speaks for are the organiser's."""
    if need.seeker is not None:
        return can_speak_for(user, need.seeker)
    return may_run_matchmaking(user, need.edition)


def roles_on_need(user: Any, need: Need) -> set[str]:
    """Which of the chart's roles the person has: seeker, reviewer. Needs that nobody speaks for are the organiser's."""
    roles = {"reviewer"} if may_run_matchmaking(user, need.edition) else set()
    return roles | ({"seeker"} if can_edit_need(user, need) else set())


def need_steps(user: Any, need: Need) -> list[str]:
    """The states the person may take this need to, for the page's buttons."""
    return targets(NEED_STEPS, need.state, roles_on_need(user, need))


def needs_at_desk(user: Any, edition: Edition) -> QuerySet[Need]:
    """Every need of an edition, for the organiser's people who run its matchmaking; drafts of others are theirs alone."""
    rows = Need.objects.filter(edition=edition).select_related(*NEED_RELATED)
    if not may_run_matchmaking(user, edition):
        return rows.none()
    return rows.exclude(state=Need.State.DRAFT, seeker__isnull=False)


def get_need_at_desk(user: Any, edition: Edition, code: str) -> Need:
    """One of them."""
    need = needs_at_desk(user, edition).filter(code=code).first()
    if need is None:
        raise Http404
    return need


def needs_of(seeker: Seeker | None) -> QuerySet[Need]:
    """What a seeker looks for, drafts too. Who speaks for the seeker was asked before."""
    return Need.objects.filter(seeker=seeker, seeker__isnull=False).select_related(*NEED_RELATED)


def get_need_of(seeker: Seeker | None, code: str) -> Need:
    """One of them."""
    need = needs_of(seeker).filter(code=code).first()
    if need is None:
        raise Http404
    return need


def get_need_for_firm(exhibitor: Exhibitor, code: str) -> Need:
    """A need a firm may see at its desk, or one it answered before it ended."""
    shown = needs_for_firm(exhibitor).filter(code=code).first()
    if shown is not None:
        return shown
    answered = Need.objects.filter(code=code, edition_id=exhibitor.edition_id, answers__exhibitor=exhibitor)
    need = answered.exclude(state=Need.State.DRAFT).select_related(*NEED_RELATED).first()
    if need is None:
        raise Http404
    return need


def firm_seeker(exhibitor: Exhibitor) -> Seeker | None:
    """The firm's own row, if there is one."""
    return Seeker.objects.filter(exhibitor=exhibitor).select_related("exhibitor__organisation").first()


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


def get_thing_for(user: Any, edition: Edition, kind: str, code: str) -> Any:
    """A firm, an offer, a need, a session or a person one may be led to; Http404 for whatever is not open to the reader."""
    if kind == "exhibitor":
        rows = Exhibitor.objects.select_related("organisation", "edition__fair", "sector")
        found: Any = rows.filter(edition=edition, code=code, state=Exhibitor.State.PUBLISHED).first()
    elif kind == "offer":
        found = exhibition_access.get_offer_for(user, edition, code)
    elif kind == "need":
        found = get_need_for(user, code)
    elif kind == "session":
        found = programme_access.get_session_for(user, edition, code)
    elif kind == "person":
        people = Seeker.objects.select_related("user", "edition__fair")
        found = people.filter(edition=edition, code=code, is_shown=True, user__isnull=False).first()
    else:
        found = None
    if found is None or (kind == "need" and found.edition_id != edition.pk):
        raise Http404
    return found
