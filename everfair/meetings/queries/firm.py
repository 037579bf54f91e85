"""What a firm's desk shows of its meetings: requests by whose turn it is, its people, its diary, its places. Reads only."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from everfair.exhibition.access import BOOTH_ROLES
from everfair.exhibition.models import Exhibitor
from everfair.meetings.models import Meeting, MeetingPerson, Participant, ProposedSlot, Request, Resource
from everfair.meetings.queries.floor import meetings_with_people
from everfair.people.models import Membership

State = Request.State
LIVE = (Meeting.State.SCHEDULED, Meeting.State.HELD, Meeting.State.NO_SHOW)
BOXES = ("answer", "theirs", "ended")


def asked_by_firm(exhibitor: Exhibitor) -> Q:
    """Which requests its own people sent."""
    return Q(asker__exhibitor=exhibitor)


def requests_of_firm(exhibitor: Exhibitor, box: str) -> QuerySet[Request]:
    """Requests to or from a firm: "answer" (its turn; what runs out first stands first), "theirs", "ended"."""
    own, asked = Q(asker__exhibitor=exhibitor), Q(exhibitor=exhibitor)
    rows = Request.objects.filter(own | asked, edition=exhibitor.edition_id)
    rows = rows.select_related("asker__exhibitor__organisation", "asked", "exhibitor__organisation", "offer")
    if box == "ended":
        return rows.exclude(state__in=Request.OPEN).order_by("-answered_at", "-id")
    ours, theirs = (State.SENT, State.COUNTERED) if box == "answer" else (State.COUNTERED, State.SENT)
    return rows.filter((asked & Q(state=ours)) | (own & Q(state=theirs))).order_by("expires_at", "id")


def request_counts(exhibitor: Exhibitor) -> dict[str, int]:
    """How many are in each of the BOXES."""
    return {box: requests_of_firm(exhibitor, box).count() for box in BOXES}


def proposed_slots(request: Request) -> list[Any]:
    """The slots of the last side that proposed, best first."""
    rows = ProposedSlot.objects.filter(request=request, by_asker=request.state != State.COUNTERED)
    return [one.slot for one in rows.select_related("slot")]


def staff_of(exhibitor: Exhibitor) -> QuerySet[Participant]:
    """The firm's people who take part, with how many meetings each has (`meeting_count`); those who left come last."""
    rows = Participant.objects.filter(exhibitor=exhibitor).select_related("edition", "user")
    live = Count("meetings", filter=Q(meetings__meeting__state__in=LIVE))
    return rows.annotate(meeting_count=live).order_by("is_out", "name", "pk")


def colleagues_outside(exhibitor: Exhibitor) -> list[Membership]:
    """Members of the firm who work on the booth and take no part in meetings yet."""
    inside = Participant.objects.filter(edition=exhibitor.edition_id, user=OuterRef("user"))
    rows = Membership.objects.filter(organisation=exhibitor.organisation_id, role__in=BOOTH_ROLES)
    return list(rows.filter(~Exists(inside)).select_related("user").order_by("pk")[:200])


def meetings_of_firm(exhibitor: Exhibitor, person: str = "") -> QuerySet[Meeting]:
    """Meetings of the firm's people in order of time; of one of them by code. Cancelled ones are left out."""
    staff = MeetingPerson.objects.filter(meeting=OuterRef("pk"), participant__exhibitor=exhibitor)
    rows = meetings_with_people(exhibitor.edition).filter(state__in=LIVE)
    if person:
        return rows.filter(Exists(staff.filter(participant__code=person)))
    return rows.filter(Q(exhibitor=exhibitor) | Exists(staff))


def stand_places(exhibitor: Exhibitor) -> int:
    """How many meetings the firm can hold at its stand at once."""
    return Resource.objects.filter(kind=Resource.Kind.STAND, exhibitor=exhibitor, is_out=False).count()


@dataclass(frozen=True)
class SidesOfFirm:
    """A meeting's people as the firm sees them."""

    ours: tuple[MeetingPerson, ...]
    theirs: tuple[MeetingPerson, ...]


def sides_of_firm(meeting: Meeting, exhibitor: Exhibitor) -> SidesOfFirm:
    """The firm's own people and the others."""
    people = list(meeting.people.all())
    ours = tuple(one for one in people if one.participant.exhibitor_id == exhibitor.pk)
    return SidesOfFirm(ours, tuple(one for one in people if one not in ours))


def with_proposals(rows: QuerySet[Request]) -> QuerySet[Request]:
    """With the proposed slots, for a list."""
    return rows.prefetch_related(Prefetch("proposals", ProposedSlot.objects.select_related("slot")))
