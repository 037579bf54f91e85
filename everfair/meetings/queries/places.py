"""Where meetings can be: tables, places at stands, lines, rooms and interpreters, how many are left in a slot, which one is next."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, QuerySet

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.meetings.models import Booking, Meeting, PlaceKind, Resource, Slot

KIND_OF_PLACE = {
    PlaceKind.TABLE.value: Resource.Kind.TABLE,
    PlaceKind.STAND.value: Resource.Kind.STAND,
    PlaceKind.ONLINE.value: Resource.Kind.LINE,
    PlaceKind.ROOM.value: Resource.Kind.ROOM,
}
AT_A_TABLE = 4  # people; more may take a room instead


def places_of(
    edition: Edition, place: str, exhibitor: Exhibitor | None, people: int = 0
) -> QuerySet[Resource]:
    """Tables, the exhibitor's stand places, lines or rooms for so many `people`, in the order in which they are given.

    Those that are out are left out. The smallest room that holds them comes first.
    """
    found = Resource.objects.filter(edition=edition, kind=KIND_OF_PLACE[place], is_out=False)
    if place == PlaceKind.ROOM:
        found = found.filter(Q(seats=None) | Q(seats__gte=people)).select_related("area", "exhibitor__area")
        return found.order_by(F("seats").asc(nulls_last=True), "area__position", "area_id", "number", "pk")
    if place == PlaceKind.STAND:
        found = found.filter(exhibitor=exhibitor)
    return found.select_related("area", "exhibitor__area").order_by(
        "area__position", "area_id", "number", "pk"
    )


def offered_places(edition: Edition, exhibitor: Exhibitor | None = None) -> list[str]:
    """The kinds of place there are: for the firm asked, or for two visitors (who have no stand). Two queries at most."""
    kinds = set(
        Resource.objects.filter(edition=edition, is_out=False, kind__in=("table", "line"))
        .values_list("kind", flat=True)
        .distinct()
    )
    if exhibitor is not None and places_of(edition, PlaceKind.STAND, exhibitor).exists():
        kinds.add("stand")
    return [place for place, kind in KIND_OF_PLACE.items() if kind in kinds]


def area_of(resource: Resource) -> str:
    """The code of the hall it stands in, "" for a line."""
    if resource.area is not None:
        return resource.area.code
    stand = resource.exhibitor
    return stand.area.code if stand is not None and stand.area is not None else ""


def is_lost_in(slot: Slot, resource: Resource) -> bool:
    """Whether it is not to be had for the whole of the slot."""
    begin, end = resource.lost_from, resource.lost_until
    if begin is None:
        return False
    return begin < slot.ends_at and (end is None or end > slot.starts_at)


@dataclass
class Room:
    """How many places are left by slot and hall."""

    total: Counter[str] = field(default_factory=Counter)
    booked: Counter[tuple[int, str]] = field(default_factory=Counter)
    sometimes: list[tuple[Resource, set[int]]] = field(
        default_factory=list
    )  # lost at times, with slots taken

    def all_areas(self) -> set[str]:
        """Halls in which there is a place at all, taken or not."""
        return set(self.total) | {area_of(resource) for resource, _taken in self.sometimes}

    def areas(self, slot: Slot) -> set[str]:
        """Halls in which a place is left in the slot."""
        found = {area for area, total in self.total.items() if total > self.booked[slot.pk, area]}
        for resource, taken in self.sometimes:
            if slot.pk not in taken and not is_lost_in(slot, resource):
                found.add(area_of(resource))
        return found


def room(places: Iterable[Resource], *, without: Meeting | None = None) -> Room:
    """How much is left of these places. Two queries beside that of the places."""
    found, always = Room(), []
    for resource in places:
        if resource.lost_from is not None or resource.lost_until is not None:
            found.sometimes.append((resource, set()))
        else:
            always.append(resource.pk)
            found.total[area_of(resource)] += 1
    booked = Booking.objects.exclude(meeting=without) if without is not None else Booking.objects.all()
    by_hall = booked.filter(resource_id__in=always).values_list(
        "slot_id", "resource__area__code", "resource__exhibitor__area__code"
    )
    for slot, area, stand_area, count in by_hall.annotate(count=Count("pk")).order_by():
        found.booked[slot, area or stand_area or ""] += count
    taken = {resource.pk: slots for resource, slots in found.sometimes}
    if taken:
        for resource_id, slot in booked.filter(resource_id__in=taken).values_list("resource_id", "slot_id"):
            taken[resource_id].add(slot)
    return found


def interpreters_between(edition: Edition, languages: tuple[str, str]) -> list[Resource]:
    """Interpreters who stand between the two languages."""
    found = Resource.objects.filter(edition=edition, kind=Resource.Kind.INTERPRETER, is_out=False)
    return [one for one in found.order_by("number", "pk") if set(languages) <= set(one.languages)]
