"""Where else a meeting could be at its own time: tables, rooms, places at the stand, a line, as far as all its people can. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from everfair.meetings.models import Booking, Meeting, Participant, PlaceKind, Resource
from everfair.meetings.queries.free import Diaries
from everfair.meetings.queries.places import area_of, is_lost_in, places_of

WAYS = (PlaceKind.ROOM, PlaceKind.TABLE, PlaceKind.STAND, PlaceKind.ONLINE)
PLACE_OF = {
    Resource.Kind.TABLE: PlaceKind.TABLE, Resource.Kind.STAND: PlaceKind.STAND, Resource.Kind.LINE: PlaceKind.ONLINE,
    Resource.Kind.ROOM: PlaceKind.ROOM,
}  # fmt: skip


@dataclass(frozen=True)
class Seats:
    """Free places of one kind, best first; `is_possible` False: somebody cannot be met in this way then."""

    kind: str
    places: tuple[Resource, ...]
    is_possible: bool = True


def people_of(meeting: Meeting) -> list[Participant]:
    """Everybody in it, with what the diaries read."""
    rows = meeting.people.select_related("participant__registration__kind", "participant__exhibitor")
    return [row.participant for row in rows.order_by("pk")]


def seats_for(meeting: Meeting, now: datetime | None = None) -> list[Seats]:
    """By kind of place, those to which the meeting could go in its slot; its own left out. Constant queries."""
    people = people_of(meeting)
    busy = set(Booking.objects.filter(slot=meeting.slot_id).values_list("resource_id", flat=True))
    return [seats_of_kind(meeting, people, way, busy, now) for way in WAYS] if people else []


def seats_of_kind(
    meeting: Meeting, people: Sequence[Participant], way: str, busy: set[int], now: datetime | None = None
) -> Seats:
    """Places of one kind that are free, hold them all and lie within everybody's reach."""
    slot = meeting.slot
    if way == PlaceKind.STAND and meeting.exhibitor_id is None:
        return Seats(way, ())
    rows = list(places_of(meeting.edition, way, meeting.exhibitor, len(people)))
    if not rows:
        return Seats(way, ())
    diaries = Diaries(
        people, meeting.edition, way, meeting.exhibitor, without=meeting, now=now or timezone.now()
    )
    if any(slot.pk not in diaries.free(person) for person in people):
        return Seats(way, (), is_possible=False)
    found = [
        row
        for row in rows
        if row.pk not in busy
        and not is_lost_in(slot, row)
        and all(diaries.reaches(person, slot, area_of(row)) for person in people)
    ]
    return Seats(way, tuple(found))
