"""Who may see and change requests and meetings. Every face asks here first; "not found" and "not allowed" look the same."""

from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404

from everfair.base.charts import targets
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.models import Exhibitor
from everfair.fair import access as fair_access
from everfair.fair.models import BadgeKind, Edition
from everfair.meetings.models import (
    MEETING_STEPS,
    REQUEST_STEPS,
    BlockedPair,
    BoothDuty,
    KindRule,
    Meeting,
    MeetingPerson,
    NextInLine,
    Participant,
    Request,
    Resource,
    Slot,
)

RIGHT = "meetings"
Row = TypeVar("Row", bound=Model)
REQUEST_RELATED = (
    "edition__fair", "asker__exhibitor__organisation", "exhibitor__organisation", "asked__exhibitor", "offer",
)  # fmt: skip
MEETING_RELATED = ("edition__fair", "slot", "exhibitor__organisation", "request")


def may_run_meetings(user: Any, edition: Edition) -> bool:
    """The organiser's people who make rules, move meetings and run the generator."""
    return fair_access.may(user, RIGHT, edition)


def can_answer_for(user: Any, exhibitor: Exhibitor) -> bool:
    """The firm's people at the booth: whoever of them may answer a request to the firm."""
    return exhibition_access.is_on_team(user, exhibitor)


def may_plan_duties(user: Any, exhibitor: Exhibitor) -> bool:
    """Owner and editors of the firm: they say who of it is at the booth when. The organiser does not."""
    return "exhibitor" in exhibition_access.roles_on(user, exhibitor)


def get_duty_of_firm(user: Any, exhibitor: Exhibitor, pk: int) -> BoothDuty:
    """A duty at the firm's booth, for whoever plans them; Http404 for everybody else."""
    if not may_plan_duties(user, exhibitor):
        raise Http404
    rows = BoothDuty.objects.filter(participant__exhibitor=exhibitor).select_related("participant")
    return _by_number(rows, pk)


def own_participants(user: Any) -> QuerySet[Participant]:
    """The person's rows in every edition, newest first: by account, and by an account's registration."""
    if not getattr(user, "is_authenticated", False):
        return Participant.objects.none()
    found = Participant.objects.filter(Q(user=user) | Q(user=None, registration__user=user))
    return found.select_related("edition__fair", "exhibitor__organisation", "registration").order_by("-pk")


def find_participant(user: Any, edition: Edition) -> Participant | None:
    """The person's row in the edition if there is one. actions.people.participant_for makes it on first use."""
    return own_participants(user).filter(edition=edition).first()


def get_participant_for(user: Any, edition: Edition) -> Participant:
    """The same; Http404 for whoever takes part in no meetings."""
    found = find_participant(user, edition)
    if found is None:
        raise Http404
    return found


def get_participant_at_desk(user: Any, edition: Edition, code: str, right: str = "read") -> Participant:
    """Anybody who takes part, at the organiser's desk; `right` "read" to look, "meetings" to change."""
    fair_access.require(user, right, edition)
    return _one(Participant.objects.select_related("edition", "exhibitor__organisation"), edition, code)


def get_participant_of_firm(exhibitor: Exhibitor, code: str) -> Participant:
    """One of a firm's people; who may act for the firm was asked with it."""
    rows = Participant.objects.select_related("edition", "exhibitor__organisation")
    found = rows.filter(exhibitor=exhibitor, code=code).first()
    if found is None:
        raise Http404
    return found


def is_asker(user: Any, request: Request) -> bool:
    """Whoever asked: the person, and a firm's colleagues when it was the firm that asked."""
    return _is(user, request.asker) or (
        request.asker.exhibitor is not None and can_answer_for(user, request.asker.exhibitor)
    )


def is_asked(user: Any, request: Request) -> bool:
    """The person asked, or anybody at the booth of the firm asked."""
    if request.asked is not None and _is(user, request.asked):
        return True
    return request.exhibitor is not None and can_answer_for(user, request.exhibitor)


def _is(user: Any, participant: Participant) -> bool:
    if not getattr(user, "is_authenticated", False):
        return False
    if participant.user_id is not None:
        return bool(participant.user_id == user.pk)
    return participant.registration is not None and participant.registration.user_id == user.pk


def roles_on_request(user: Any, request: Request) -> set[str]:
    """Which of the chart's roles the person has: asker, asked, organiser."""
    roles = {"asker"} if is_asker(user, request) else set()
    roles |= {"asked"} if is_asked(user, request) else set()
    return roles | ({"organiser"} if may_run_meetings(user, request.edition) else set())


def request_steps(user: Any, request: Request) -> list[str]:
    """The states the person may take this request to, for the page's buttons."""
    return targets(REQUEST_STEPS, request.state, roles_on_request(user, request))


def roles_on_meeting(user: Any, meeting: Meeting) -> set[str]:
    """Which of the chart's roles the person has: person, organiser."""
    roles = {"organiser"} if may_run_meetings(user, meeting.edition) else set()
    if not getattr(user, "is_authenticated", False):
        return roles
    own = Q(participant__user=user) | Q(participant__user=None, participant__registration__user=user)
    is_person = MeetingPerson.objects.filter(own, meeting=meeting).exists()
    if is_person or (meeting.exhibitor is not None and can_answer_for(user, meeting.exhibitor)):
        roles.add("person")
    return roles


def meeting_steps(user: Any, meeting: Meeting) -> list[str]:
    """The states the person may take this meeting to, for the page's buttons."""
    return targets(MEETING_STEPS, meeting.state, roles_on_meeting(user, meeting))


def get_request_for(user: Any, edition: Edition, code: str) -> Request:
    """A request for its two sides and those who read at the organiser's desk; Http404 for everybody else."""
    found: Request = _one(Request.objects.select_related(*REQUEST_RELATED), edition, code)
    if not (roles_on_request(user, found) or fair_access.may(user, "read", edition)):
        raise Http404
    return found


def get_request_of_firm(exhibitor: Exhibitor, code: str) -> Request:
    """A request from or to a firm; who may act for the firm was asked with it."""
    rows = Request.objects.select_related(*REQUEST_RELATED)
    found = rows.filter(Q(exhibitor=exhibitor) | Q(asker__exhibitor=exhibitor), code=code).first()
    if found is None:
        raise Http404
    return found


def get_request_at_desk(user: Any, edition: Edition, code: str, right: str = "read") -> Request:
    """A request at the organiser's desk."""
    fair_access.require(user, right, edition)
    found: Request = _one(Request.objects.select_related(*REQUEST_RELATED), edition, code)
    return found


def get_meeting_for(user: Any, edition: Edition, code: str) -> Meeting:
    """A meeting for its people, its firm's booth team and those who read at the organiser's desk."""
    found: Meeting = _one(Meeting.objects.select_related(*MEETING_RELATED), edition, code)
    if not (roles_on_meeting(user, found) or fair_access.may(user, "read", edition)):
        raise Http404
    return found


def get_meeting_of_firm(exhibitor: Exhibitor, code: str) -> Meeting:
    """A meeting of a firm's people; who may act for the firm was asked with it."""
    staff = MeetingPerson.objects.filter(meeting=OuterRef("pk"), participant__exhibitor=exhibitor)
    rows = Meeting.objects.select_related(*MEETING_RELATED)
    found = rows.filter(Q(exhibitor=exhibitor) | Exists(staff), code=code).first()
    if found is None:
        raise Http404
    return found


def get_meeting_at_desk(user: Any, edition: Edition, code: str, right: str = "read") -> Meeting:
    """A meeting at the organiser's desk."""
    fair_access.require(user, right, edition)
    found: Meeting = _one(Meeting.objects.select_related(*MEETING_RELATED), edition, code)
    return found


def get_slot_in(edition: Edition, pk: int) -> Slot:
    """A slot of an edition the person was let into."""
    return _by_number(Slot.objects.filter(edition=edition), pk)


def get_resource_at_desk(user: Any, edition: Edition, pk: int, right: str = RIGHT) -> Resource:
    """A table, line or interpreter, for the organiser."""
    fair_access.require(user, right, edition)
    return _by_number(Resource.objects.filter(edition=edition).select_related("edition", "area"), pk)


def get_stand_place(exhibitor: Exhibitor, pk: int) -> Resource:
    """A place at a firm's stand; who may act for the firm was asked with it."""
    return _by_number(Resource.objects.filter(exhibitor=exhibitor, kind=Resource.Kind.STAND), pk)


def get_interpreter_at_desk(user: Any, edition: Edition, pk: int) -> Resource:
    """An interpreter, for the organiser."""
    fair_access.require(user, RIGHT, edition)
    return _by_number(Resource.objects.filter(edition=edition, kind=Resource.Kind.INTERPRETER), pk)


def get_room_at_desk(user: Any, edition: Edition, pk: int) -> Resource:
    """A room for meetings, for the organiser."""
    fair_access.require(user, RIGHT, edition)
    return _by_number(Resource.objects.filter(edition=edition, kind=Resource.Kind.ROOM), pk)


def get_kind_rule_at_desk(user: Any, edition: Edition, code: str) -> tuple[BadgeKind, KindRule | None]:
    """A kind of badge and what its holders may ask (None: nothing was said), for the organiser."""
    fair_access.require(user, RIGHT, edition)
    kind = BadgeKind.objects.filter(edition=edition, code=code).select_related("edition").first()
    if kind is None:
        raise Http404
    return kind, KindRule.objects.filter(kind=kind).first()


def get_blocked_pair_at_desk(user: Any, edition: Edition, pk: int) -> BlockedPair:
    """A pair kept apart, for the organiser."""
    fair_access.require(user, RIGHT, edition)
    return _by_number(BlockedPair.objects.filter(edition=edition).select_related("a"), pk)


def get_line_at_desk(user: Any, edition: Edition, pk: int) -> NextInLine:
    """Somebody who waits for a slot, for the organiser."""
    fair_access.require(user, RIGHT, edition)
    return _by_number(NextInLine.objects.filter(edition=edition, ended_at=None), pk)


def _by_number(rows: QuerySet[Row], pk: int) -> Row:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _one(rows: QuerySet[Row], edition: Edition, code: str) -> Row:
    found = rows.filter(edition=edition, code=code).first()
    if found is None:
        raise Http404
    return found
