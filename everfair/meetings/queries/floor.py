"""The floor of tables at one time: who sits where now and next, what is lost, who waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Prefetch, QuerySet
from django.utils import timezone

from everfair.fair.models import Edition
from everfair.meetings.models import (
    Booking,
    Meeting,
    MeetingPerson,
    NextInLine,
    PlaceKind,
    Request,
    Resource,
    Slot,
)
from everfair.meetings.queries.ground import is_lost

LIVE = (Meeting.State.SCHEDULED, Meeting.State.HELD, Meeting.State.NO_SHOW)
STATE_KINDS = {"scheduled": "here", "held": "won", "no_show": "stop", "cancelled": "away"}
REQUEST_KINDS = {
    "sent": "wait", "countered": "wait", "scheduled": "here", "declined": "stop", "expired": "away",
    "cancelled": "away",
}  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """A place at one time: the meeting there, the next one, whether it can be used at all."""

    place: Resource
    meeting: Meeting | None
    next: Meeting | None
    is_lost: bool

    @property
    def state(self) -> str:
        """ "stuck" (a meeting at a lost place), "lost", "busy" or "free"."""
        if self.is_lost:
            return "stuck" if self.meeting and self.meeting.state == Meeting.State.SCHEDULED else "lost"
        return "busy" if self.meeting else "free"


@dataclass(frozen=True)
class FloorHall:
    """The tables of one area at one time."""

    area: Any
    seats: tuple[Seat, ...]

    @property
    def busy(self) -> int:
        """Tables with a meeting."""
        return sum(seat.meeting is not None for seat in self.seats)

    @property
    def in_use(self) -> int:
        """Tables that can be used."""
        return sum(not seat.is_lost for seat in self.seats)


@dataclass(frozen=True)
class Floor:
    """Everything at one slot."""

    slot: Slot
    next_slot: Slot | None
    halls: tuple[FloorHall, ...]
    elsewhere: tuple[Meeting, ...]  # at stands and on line
    lines: int
    lines_busy: int
    late: tuple[Meeting, ...]  # began, and somebody is not noted as there

    @property
    def busy(self) -> int:
        """Tables with a meeting."""
        return sum(hall.busy for hall in self.halls)

    @property
    def in_use(self) -> int:
        """Tables that can be used."""
        return sum(hall.in_use for hall in self.halls)

    @property
    def stuck(self) -> list[Seat]:
        """Meetings at tables that cannot be used."""
        return [seat for hall in self.halls for seat in hall.seats if seat.state == "stuck"]


def floor_topic(edition_id: int) -> str:
    """The live topic on which an edition's floor is told to have changed."""
    return f"floor:{edition_id}"


def slot_shown(edition: Edition, now: datetime, pk: int | None = None) -> Slot | None:
    """The slot asked for; else the running or next one; else the last. None: there are no slots."""
    slots = Slot.objects.filter(edition=edition)
    if pk is not None:
        found = slots.filter(pk=pk).first()
        if found is not None:
            return found
    return slots.filter(ends_at__gt=now).first() or slots.last()


def neighbours(slot: Slot) -> tuple[Slot | None, Slot | None]:
    """The slots before and after."""
    rows = Slot.objects.filter(edition=slot.edition_id)
    before = rows.filter(starts_at__lt=slot.starts_at).last()
    return before, rows.filter(starts_at__gt=slot.starts_at).first()


def floor_at(edition: Edition, slot: Slot, now: datetime | None = None) -> Floor:
    """The floor in a slot: the same few queries however many tables there are."""
    now = now or timezone.now()
    following = neighbours(slot)[1]
    by_place = _meetings_by_place(edition, [slot, *([following] if following else [])])
    seats: dict[Any, list[Seat]] = {}
    tables = Resource.objects.filter(edition=edition, kind=Resource.Kind.TABLE).select_related("area")
    for table in tables.order_by("area__position", "area_id", "number"):
        seat = Seat(
            place=table,
            meeting=by_place.get((table.pk, slot.pk)),
            next=by_place.get((table.pk, following.pk)) if following else None,
            is_lost=is_lost(table, max(slot.starts_at, min(now, slot.ends_at))),
        )
        seats.setdefault(table.area, []).append(seat)
    here = list(meetings_with_people(edition).filter(slot=slot, state__in=LIVE))
    lines = Resource.objects.filter(edition=edition, kind=Resource.Kind.LINE, is_out=False).count()
    return Floor(
        slot=slot,
        next_slot=following,
        halls=tuple(FloorHall(area, tuple(found)) for area, found in seats.items()),
        elsewhere=tuple(one for one in here if one.place != PlaceKind.TABLE),
        lines=lines,
        lines_busy=sum(one.place == PlaceKind.ONLINE for one in here),
        late=tuple(one for one in here if slot.starts_at <= now and _is_awaited(one)),
    )


def _is_awaited(meeting: Meeting) -> bool:
    if meeting.state != Meeting.State.SCHEDULED:
        return False
    return any(person.came is None for person in meeting.people.all())


def _meetings_by_place(edition: Edition, slots: Sequence[Slot]) -> dict[tuple[int, int], Meeting]:
    """(place, slot) → meeting, for places that are no people."""
    rows = (
        Booking.objects.filter(slot__in=slots)
        .exclude(resource__kind=Resource.Kind.PERSON)
        .values_list("resource_id", "slot_id", "meeting_id")
    )
    kept = list(rows)
    meetings = meetings_with_people(edition).filter(slot__in=slots, state__in=LIVE).in_bulk()
    return {(place, slot): meetings[pk] for place, slot, pk in kept if pk in meetings}


def meetings_with_people(edition: Edition) -> QuerySet[Meeting]:
    """Meetings with their people and places, in order of time."""
    people = MeetingPerson.objects.select_related("participant__exhibitor__organisation").order_by(
        "-side", "id"
    )
    places = (
        Booking.objects.exclude(resource__kind=Resource.Kind.PERSON)
        .select_related("resource__area", "resource__exhibitor__organisation")
        .order_by("resource__kind", "id")
    )
    return (
        Meeting.objects.filter(edition=edition)
        .select_related("slot", "exhibitor__organisation", "edition")
        .prefetch_related(Prefetch("people", people), Prefetch("bookings", places, to_attr="places"))
        .order_by("slot__starts_at", "id")
    )


def shown_meeting(meeting: Meeting) -> Meeting:
    """One meeting with its people and places."""
    return meetings_with_people(meeting.edition).get(pk=meeting.pk)


def place_of(meeting: Meeting) -> Resource | None:
    """Where it is, of a meeting out of `meetings_with_people`; None: nothing is booked."""
    booked: list[Booking] = getattr(meeting, "places", [])
    return next((one.resource for one in booked if one.resource.kind != Resource.Kind.INTERPRETER), None)


def interpreter_of(meeting: Meeting) -> Resource | None:
    """Who interprets, of a meeting out of `meetings_with_people`."""
    booked: list[Booking] = getattr(meeting, "places", [])
    return next((one.resource for one in booked if one.resource.kind == Resource.Kind.INTERPRETER), None)


@dataclass(frozen=True)
class FloorCounts:
    """What the organiser watches, over the whole edition."""

    meetings: int
    held: int
    no_shows: int
    requests: int  # open
    waiting: int


def floor_counts(edition: Edition) -> FloorCounts:
    """Three queries."""
    states = dict(
        Meeting.objects.filter(edition=edition).order_by().values_list("state").annotate(count=Count("id"))
    )
    return FloorCounts(
        meetings=states.get("scheduled", 0),
        held=states.get("held", 0),
        no_shows=states.get("no_show", 0),
        requests=Request.objects.filter(edition=edition, state__in=Request.OPEN).count(),
        waiting=waiting_line(edition).count(),
    )


def waiting_line(edition: Edition) -> QuerySet[NextInLine]:
    """Who waits for a slot: those with an offer to answer first, then by how long they wait."""
    rows = NextInLine.objects.filter(edition=edition, ended_at=None)
    rows = rows.select_related("participant", "exhibitor__organisation", "other", "offered_slot")
    return rows.order_by(F("offered_until").asc(nulls_last=True), "since", "id")
