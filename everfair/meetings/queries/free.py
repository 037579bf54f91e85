"""When people can meet: their free time, what they have in hand, and whether a place is left. Reads only."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from everfair.exhibition.models import Exhibitor
from everfair.meetings.models import Booking, Meeting, Participant, PlaceKind, Slot


def free_slots(
    people: Iterable[Participant],
    *,
    place: str = PlaceKind.TABLE,
    exhibitor: Exhibitor | None = None,
    languages: tuple[str, str] | None = None,
    without: Meeting | None = None,
    now: datetime | None = None,
) -> list[Slot]:
    """Slots to come in which all `people` (of one edition) can meet, in order of time.

    `place` must be left there (with STAND: at `exhibitor`'s), with `languages` an interpreter between the two too.
    `without` is a meeting that does not count: the one that is about to be moved.
    """
    people = list(people)
    slots = Slot.objects.filter(edition_id=people[0].edition_id, starts_at__gt=now or timezone.now())
    taken = Booking.objects.filter(resource__participant__in=people).exclude(meeting=without)
    return list(slots.exclude(pk__in=taken.values("slot_id")))


def free_slots_with_firm(
    people: Iterable[Participant],
    exhibitor: Exhibitor,
    *,
    place: str = PlaceKind.TABLE,
    languages: tuple[str, str] | None = None,
    now: datetime | None = None,
) -> list[Slot]:
    """Slots in which all `people` can meet any one of the firm's staff."""
    found: dict[int, Slot] = {}
    for staff in exhibitor.participants.filter(is_out=False):
        both = free_slots([*people, staff], place=place, exhibitor=exhibitor, languages=languages, now=now)
        found |= {slot.pk: slot for slot in both}
    return sorted(found.values(), key=lambda slot: slot.starts_at)
