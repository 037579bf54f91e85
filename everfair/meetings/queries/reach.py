"""Which kinds of place two can meet at, by what is laid out and whom the gate lets in where; in words where it lets nobody. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.languages import for_reader
from everfair.exhibition.models import Exhibitor
from everfair.gate.queries.areas import AreaDoors, doors_of_areas
from everfair.meetings.models import Participant, PlaceKind, Resource, Slot
from everfair.meetings.queries.free import badge_kind_of
from everfair.meetings.queries.places import KIND_OF_PLACE, offered_places

Halls = dict[str, str]  # code → name in the reader's language


@dataclass(frozen=True)
class Reach:
    """Kinds of place within reach of both, and those that are laid out but stay shut to one of them, with the sentence."""

    places: tuple[str, ...]
    shut: tuple[tuple[str, str], ...] = ()

    @property
    def why_not(self) -> str | None:
        """The first sentence, where the gate leaves no place at all; None otherwise."""
        return self.shut[0][1] if self.shut and not self.places else None


def reach_of(asker: Participant, target: Participant | Exhibitor) -> Reach:
    """Where the two could meet, at one time or another. Six queries at most."""
    firm = target if isinstance(target, Exhibitor) else target.exhibitor
    laid_out = offered_places(asker.edition, firm or asker.exhibitor)
    on_site = asker.is_on_site and (isinstance(target, Exhibitor) or target.is_on_site)
    found = laid_out if on_site else [place for place in laid_out if place == PlaceKind.ONLINE]
    doors = doors_of_areas(asker.edition)
    if not doors.by_area or found == [PlaceKind.ONLINE]:
        return Reach(tuple(found))
    both = [asker, *([target] if isinstance(target, Participant) else [])]
    slots = list(Slot.objects.filter(edition=asker.edition_id, starts_at__gt=timezone.now()))
    places, shut = [], []
    for place in found:
        halls = {} if place == PlaceKind.ONLINE else _halls(asker, place, firm or asker.exhibitor)
        if not halls or not slots or _can_be_in(halls, both, slots, doors):
            places.append(place)
        else:
            shut.append((place, _sentence(halls, both, doors)))
    return Reach(tuple(places), tuple(shut))


def _halls(asker: Participant, place: str, firm: Exhibitor | None) -> Halls:
    """The halls in which such places stand; one without a hall has no gate before it."""
    rows = Resource.objects.filter(edition=asker.edition_id, kind=KIND_OF_PLACE[place], is_out=False)
    if place == PlaceKind.STAND:
        rows = rows.filter(exhibitor=firm)
    columns = ("area__code", "area__name", "exhibitor__area__code", "exhibitor__area__name")
    found: Halls = {}
    for code, name, stand_code, stand_name in rows.values_list(*columns).distinct().order_by("area__code"):
        found[code or stand_code or ""] = for_reader(name or stand_name or {})
    return {} if "" in found else found


def _can_be_in(
    halls: Iterable[str], people: Iterable[Participant], slots: Iterable[Slot], doors: AreaDoors
) -> bool:
    kinds = {badge_kind_of(person) for person in people}
    return any(
        all(doors.let_in(hall, kind, slot.starts_at, slot.ends_at) for kind in kinds)
        for hall in halls
        for slot in slots
    )


def _sentence(halls: Halls, people: Iterable[Participant], doors: AreaDoors) -> str:
    """Why the gate stands in the way: whose badge, else the hours."""
    names = _(", ").join(halls.values())
    for number, person in enumerate(people):
        if any(doors.admits(hall, badge_kind_of(person)) for hall in halls):
            continue
        if number == 0:
            return _("With your kind of badge one is not let into %(halls)s, where the places are.") % {
                "halls": names
            }
        return _("%(name)s is not let into %(halls)s, where the places are.") % {
            "name": person.name,
            "halls": names,
        }
    return _("The doors of %(halls)s are not open to you both at any time of meetings.") % {"halls": names}
