"""Moving a meeting by hand: what each slot would disturb, and what would become of the meetings that are in the way. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from everfair.meetings.models import Booking, Meeting, MeetingPerson, Resource, Slot
from everfair.meetings.queries.floor import meetings_with_people
from everfair.meetings.queries.free import free_slots


@dataclass(frozen=True)
class Disturbance:
    """What stands against a slot. `kind`: "meeting" (this person has that one then), "person" (not free), "place"."""

    kind: str
    person: Any = None
    meeting: Meeting | None = None


@dataclass(frozen=True)
class MoveOption:
    """A slot a meeting could move to, and what that disturbs; nothing: it is free."""

    slot: Slot
    disturbs: tuple[Disturbance, ...] = field(default=())

    @property
    def is_free(self) -> bool:
        """Whether the meeting can go there as things stand."""
        return not self.disturbs

    @property
    def can_be_forced(self) -> bool:
        """Whether nothing but other meetings stands against it: nobody is called out of a session, or when they are away."""
        return bool(self.disturbs) and all(one.kind == "meeting" for one in self.disturbs)


def move_options(meeting: Meeting, now: datetime | None = None) -> list[MoveOption]:
    """Every coming slot but its own, with what stands against it."""
    now = now or timezone.now()
    people = [row.participant for row in meeting.people.select_related("participant")]
    ways: dict[str, Any] = {
        "place": meeting.place,
        "exhibitor": meeting.exhibitor,
        "now": now,
        "without": meeting,
    }
    free = {slot.pk for slot in free_slots(people, **ways)} if people else set()
    each = {one.pk: {slot.pk for slot in free_slots([one], **ways)} for one in people}
    booked = _booked_by(meeting, people)
    slots = Slot.objects.filter(edition=meeting.edition_id, starts_at__gt=now).exclude(pk=meeting.slot_id)
    return [
        MoveOption(slot, () if slot.pk in free else tuple(_against(slot, people, each, booked)))
        for slot in slots
    ]


def _booked_by(meeting: Meeting, people: Iterable[Any]) -> dict[tuple[int, int], Meeting]:
    """(participant, slot) → the other meeting they have then."""
    rows = Booking.objects.filter(resource__participant__in=list(people)).exclude(meeting=meeting)
    kept = list(rows.values_list("resource__participant_id", "slot_id", "meeting_id"))
    meetings = meetings_with_people(meeting.edition).in_bulk([pk for _person, _slot, pk in kept])
    return {(person, slot): meetings[pk] for person, slot, pk in kept}


def _against(
    slot: Slot, people: Iterable[Any], each: dict[int, set[int]], booked: dict[tuple[int, int], Meeting]
) -> Iterable[Disturbance]:
    said = False
    for person in people:
        other = booked.get((person.pk, slot.pk))
        if other is not None:
            said = True
            yield Disturbance("meeting", person, other)
        elif slot.pk not in each[person.pk] and any(slot.pk in slots for slots in each.values()):
            said = True
            yield Disturbance("person", person)
    if not said:
        yield Disturbance("place")


@dataclass(frozen=True)
class Displaced:
    """A meeting in the way: another time for it, or None where there is none and it would be called off."""

    meeting: Meeting
    is_confirmed: bool
    to: Slot | None


def in_the_way(meeting: Meeting, slot: Slot) -> list[Meeting]:
    """Other meetings of its people in a slot, with people and places, in order of their numbers."""
    people = MeetingPerson.objects.filter(meeting=meeting).values("participant")
    booked = Booking.objects.filter(slot=slot, resource__participant__in=people).exclude(meeting=meeting)
    rows = meetings_with_people(meeting.edition).filter(pk__in=booked.values("meeting"))
    return list(rows.order_by("pk"))


def languages_spoken(meeting: Meeting) -> tuple[str, str] | None:
    """The two languages its interpreter stands between; None: it has none."""
    held = Booking.objects.filter(meeting=meeting, resource__kind=Resource.Kind.INTERPRETER)
    found = held.values_list("resource__languages", flat=True).first()
    return (found[0], found[1]) if found else None


def another_time(meeting: Meeting, now: datetime, not_in: Sequence[Slot] = ()) -> Slot | None:
    """The slot nearest to its own in which its people are free and a place is left; of two as near, the later."""
    people = [row.participant for row in meeting.people.select_related("participant")]
    if not people:
        return None
    ways: dict[str, Any] = {
        "place": meeting.place,
        "exhibitor": meeting.exhibitor,
        "languages": languages_spoken(meeting),
        "without": meeting,
        "now": now,
    }
    own = meeting.slot.starts_at
    found = [one for one in free_slots(people, **ways) if one.pk != meeting.slot_id and one not in not_in]
    return min(found, key=lambda one: (abs(one.starts_at - own), one.starts_at < own), default=None)


def displaced_by(meeting: Meeting, slot: Slot, now: datetime | None = None) -> list[Displaced]:
    """What would become of each meeting in the way, as things stand now."""
    now = now or timezone.now()
    return [
        Displaced(
            one,
            any(person.confirmed_at for person in one.people.all()),
            another_time(one, now),
        )
        for one in in_the_way(meeting, slot)
    ]
