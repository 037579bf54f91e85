"""Who may see and change sessions. Every face asks here first; "not found" and "not allowed" look the same to a stranger."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from everfair.base.codes import code_of
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.models import Exhibitor
from everfair.fair import access as fair_access
from everfair.fair.models import Delegation, Edition
from everfair.programme.models import Material, ScheduleRun, Seat, Session, Speaker, Stage

RIGHT = "programme"
_RELATED = ("edition__fair", "stage__area", "kind", "exhibitor__organisation", "delegation")


def may_run_programme(user: Any, edition: Edition) -> bool:
    """The programme team and administrators: they make, decide, move."""
    return fair_access.may(user, RIGHT, edition)


def can_host(user: Any, session: Session) -> bool:
    """The host's own people: owners and editors of the exhibitor, members of the delegation."""
    if not getattr(user, "is_authenticated", False):
        return False
    if session.exhibitor is not None and exhibition_access.can_edit_booth(user, session.exhibitor):
        return True
    return session.delegation is not None and session.delegation.members.filter(user=user).exists()


def roles_on(user: Any, session: Session) -> set[str]:
    """Which of the state chart's roles the person has here: programme, host."""
    roles = {"programme"} if may_run_programme(user, session.edition) else set()
    return roles | ({"host"} if can_host(user, session) else set())


def can_see_session(user: Any, session: Session) -> bool:
    """Everybody a public one; before that its host and the organiser's team."""
    return session.is_public or fair_access.may(user, "read", session.edition) or can_host(user, session)


def can_moderate(user: Any, session: Session) -> bool:
    """Lets questions through and opens polls: programme team, the host, and who moderates the session."""
    if may_run_programme(user, session.edition) or can_host(user, session):
        return True
    if not getattr(user, "is_authenticated", False):
        return False
    return session.parts.filter(role__in=("moderator", "host"), speaker__user=user).exists()


def may_speak(user: Any, session: Session) -> bool:
    """Goes on the session's stage: who moderates it, and whoever of its speakers and interpreters has an account."""
    if can_moderate(user, session):
        return True
    return getattr(user, "is_authenticated", False) and session.parts.filter(speaker__user=user).exists()


def interprets(user: Any, session: Session) -> bool:
    """Whether the session names the person as an interpreter."""
    return session.parts.filter(role="interpreter", speaker__user=user).exists()


def may_attend(user: Any, session: Session) -> bool:
    """Watches and listens on line: anybody signed in, where seats of an on-line session are taken who holds one."""
    if not getattr(user, "is_authenticated", False) or not is_attended(session):
        return False
    return bool(who_may_attend(session, [user.pk])) or may_speak(user, session)


def is_attended(session: Session) -> bool:
    """Whether there is anything to attend: public, in an edition that is, and not cancelled."""
    return session.is_public and session.state != Session.State.CANCELLED and session.edition.is_public


def who_may_attend(session: Session, users: Iterable[int]) -> set[int]:
    """Of these people, by their keys, those with an audience's right. Seats in a hall are none for watching from afar. One query."""
    if session.seats is None or session.format != Session.Format.ONLINE:
        return set(users)
    held = Seat.objects.filter(session=session, user__in=list(users), state=Seat.State.HELD)
    return set(held.values_list("user_id", flat=True))


def visible_sessions(user: Any, edition: Edition) -> QuerySet[Session]:
    """Public sessions; the organiser's team sees all."""
    found = Session.objects.filter(edition=edition)
    return found if fair_access.may(user, "read", edition) else found.filter(state__in=Session.PUBLIC_STATES)


def get_session_for(user: Any, edition: Edition, address: str) -> Session:
    """The session behind an address part ("title-code" or the code alone), if the person may see it; Http404 otherwise."""
    found = Session.objects.select_related(*_RELATED).filter(edition=edition, code=code_of(address)).first()
    if found is None:
        raise Http404
    found.edition = edition
    if not can_see_session(user, found):
        raise Http404
    return found


def find_session(user: Any, code: str) -> Session | None:
    """The session with this code in whichever edition, if the person may see both; None otherwise."""
    found = Session.objects.select_related(*_RELATED).filter(code=code).first()
    if found is None or not (found.edition.is_public or fair_access.team_roles(user, found.edition)):
        return None
    return found if can_see_session(user, found) else None


def can_see_stage(user: Any, edition_slug: str, code: str) -> bool:
    """Whether there is such a stage in an edition the person may see."""
    found = Stage.objects.select_related("edition").filter(edition__slug=edition_slug, code=code).first()
    return found is not None and (
        found.edition.is_public or bool(fair_access.team_roles(user, found.edition))
    )


def get_session_to_moderate(user: Any, edition: Edition, address: str) -> Session:
    """The session at its moderators' page; Http404 for everybody else."""
    found = get_session_for(user, edition, address)
    if not can_moderate(user, found):
        raise Http404
    return found


def get_session_at_desk(user: Any, edition: Edition, code: str, right: str = RIGHT) -> Session:
    """The session at the organiser's desk; `right` "read" to look, "programme" to change."""
    fair_access.require(user, right, edition)
    found = Session.objects.select_related(*_RELATED).filter(edition=edition, code=code).first()
    if found is None:
        raise Http404
    found.edition = edition
    return found


def get_session_of_host(user: Any, host: Exhibitor | Delegation, code: str) -> Session:
    """A session of an exhibitor or delegation; who may stand at that desk was asked with the host."""
    hosted = Q(exhibitor=host) if isinstance(host, Exhibitor) else Q(delegation=host)
    found = Session.objects.select_related(*_RELATED).filter(hosted, code=code).first()
    if found is None:
        raise Http404
    return found


def get_stage_for(user: Any, edition: Edition, code: str) -> Stage:
    """A stage of an edition the person may see."""
    found = Stage.objects.select_related("area").filter(edition=edition, code=code).first()
    if found is None:
        raise Http404
    return found


def get_stage_at_desk(user: Any, edition: Edition, pk: int, right: str = RIGHT) -> Stage:
    """A stage for the programme team."""
    fair_access.require(user, right, edition)
    found = Stage.objects.select_related("area", "edition").filter(edition=edition, pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_speaker_for(user: Any, edition: Edition, address: str) -> Speaker:
    """A speaker with a public session; the organiser's team sees all."""
    found = Speaker.objects.select_related("photo").filter(edition=edition, code=code_of(address)).first()
    if found is None:
        raise Http404
    is_public = found.sessions.filter(state__in=Session.PUBLIC_STATES).exists()
    if not (is_public or fair_access.may(user, "read", edition)):
        raise Http404
    return found


def get_speaker_at_desk(user: Any, edition: Edition, code: str, right: str = RIGHT) -> Speaker:
    """A speaker for the programme team."""
    fair_access.require(user, right, edition)
    found = Speaker.objects.select_related("photo", "edition").filter(edition=edition, code=code).first()
    if found is None:
        raise Http404
    return found


def get_media_for(user: Any, digest: str) -> exhibition_access.ReadableFile:
    """A document among a session's materials, if the person may see the session; Http404 otherwise."""
    found = Material.objects.filter(file__digest=digest).select_related(
        "file", "session__edition", "session__exhibitor", "session__delegation"
    )
    materials = list(found)
    for material in materials:
        if material.session.is_public and material.session.edition.is_public and material.file is not None:
            return exhibition_access.ReadableFile(material.file.content_type, True)
    for material in materials:
        if can_see_session(user, material.session) and material.file is not None:
            return exhibition_access.ReadableFile(material.file.content_type, False)
    raise Http404


def get_schedule_run_for(user: Any, edition: Edition, pk: int) -> ScheduleRun:
    """A schedule that came in, for the programme team."""
    fair_access.require(user, RIGHT, edition)
    found = ScheduleRun.objects.select_related("edition__fair", "by").filter(edition=edition, pk=pk).first()
    if found is None:
        raise Http404
    return found
