"""Bookings of one meeting: its people, a place all can reach, an interpreter. Once in a slot, by constraint; all or nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.meetings.models import Booking, Meeting, Participant, PlaceKind, Resource, Slot
from everfair.meetings.queries.free import ALTERNATIVES, Diaries
from everfair.meetings.queries.places import (
    AT_A_TABLE,
    area_of,
    interpreters_between,
    is_lost_in,
    places_of,
)


class SlotTaken(Refused):
    """Somebody was quicker. `alternatives` are up to five slots that are free for all of them."""

    def __init__(self, message: str, alternatives: Sequence[Slot] = ()) -> None:
        super().__init__(message, field="slot")
        self.alternatives = list(alternatives)


def book_all(
    meeting: Meeting,
    people: Sequence[Participant],
    interpreter: tuple[str, str] | None,
    *,
    now: datetime,
) -> None:
    """Bookings of the (locked) people, of a place and of an interpreter in the meeting's slot; it has none yet.

    Whose place is kept, if it can be, goes by the order of `people`.
    """
    slot, edition = meeting.slot, meeting.edition
    diaries = Diaries(people, edition, meeting.place, meeting.exhibitor, interpreter, None, now)
    free = diaries.together(people)
    if slot not in free:
        raise _shut(diaries, people, slot, free) or _taken(free)
    for person in people:
        if not _book(meeting, person.resource):
            raise _taken(one for one in free if one != slot)
    taken = next((place for place in _candidates(meeting, people, diaries) if _book(meeting, place)), None)
    if taken is None:
        raise _taken(one for one in free if one != slot)
    if taken.kind == Resource.Kind.ROOM and meeting.place != PlaceKind.ROOM:
        meeting.place = PlaceKind.ROOM
        meeting.save(update_fields=["place"])
    if interpreter is None:
        return
    speakers = interpreters_between(edition, interpreter)
    busy = _busy_ids(speakers, slot)
    if not any(_book(meeting, one) for one in speakers if one.pk not in busy and not is_lost_in(slot, one)):
        raise _taken(one for one in free if one != slot)


def _candidates(meeting: Meeting, people: Sequence[Participant], diaries: Diaries) -> Iterable[Resource]:
    """Where they could sit, best first. More people than a table holds get a room, where one is free that holds them."""
    if meeting.place == PlaceKind.TABLE and len(people) > AT_A_TABLE:
        yield from _places_in_order(meeting, people, diaries, PlaceKind.ROOM)
    yield from _places_in_order(meeting, people, diaries, meeting.place)


def _places_in_order(
    meeting: Meeting, people: Sequence[Participant], diaries: Diaries, kind: str
) -> Iterable[Resource]:
    """Free places all can reach: those where they sit just before or after first, then by number."""
    slot = meeting.slot
    rows = list(places_of(meeting.edition, kind, meeting.exhibitor, len(people)))
    busy = _busy_ids(rows, slot)
    beside = [pk for person in people for pk in diaries.places_beside(person, slot)]
    free = [
        row
        for row in rows
        if row.pk not in busy
        and not is_lost_in(slot, row)
        and all(diaries.reaches(person, slot, area_of(row)) for person in people)
    ]
    return sorted(free, key=lambda row: beside.index(row.pk) if row.pk in beside else len(beside))


def _busy_ids(rows: Sequence[Resource], slot: Slot) -> set[int]:
    held = Booking.objects.filter(slot=slot, resource_id__in=[row.pk for row in rows])
    return set(held.values_list("resource_id", flat=True))


def _book(meeting: Meeting, resource: Resource) -> bool:
    """Whether it could be had. The constraint decides; a savepoint keeps the transaction alive."""
    try:
        with transaction.atomic():
            Booking.objects.create(meeting=meeting, slot=meeting.slot, resource=resource)
    except IntegrityError:
        return False
    return True


def _shut(
    diaries: Diaries, people: Sequence[Participant], slot: Slot, free: Iterable[Slot]
) -> SlotTaken | None:
    """The gate is what stands in the way: said, so that nobody tries the same time again."""
    if any(slot.pk not in diaries.free(person) for person in people):
        return None  # somebody is busy, and that comes first
    person = diaries.shut_out(people, slot)
    if person is None:
        return None
    sentence = _(
        "The gate does not let %(name)s into a hall with a place for this meeting then. Choose another time or place."
    )
    return SlotTaken(sentence % {"name": person.name}, list(free)[:ALTERNATIVES])


def _taken(free: Iterable[Slot]) -> SlotTaken:
    others = list(free)[:ALTERNATIVES]
    if others:
        return SlotTaken(_("This time is not free any more. Choose another one."), others)
    return SlotTaken(_("This time is not free any more, and there is no other at which all of you are free."))
