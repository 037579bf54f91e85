"""When an area's doors are open and to whom, for rooms above that put people into places there. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from everfair.fair.models import Edition
from everfair.gate.models import Zone


@dataclass(frozen=True, slots=True)
class AreaDoor:
    """A zone that leads into an area: from when to when (None: always) and for which kinds of badge (None: all)."""

    opens_at: datetime | None
    closes_at: datetime | None
    kinds: frozenset[int] | None

    def is_open(self, begin: datetime, end: datetime) -> bool:
        """Whether it is open the whole time."""
        return (self.opens_at is None or self.opens_at <= begin) and (
            self.closes_at is None or end <= self.closes_at
        )

    def admits(self, kind: int | None) -> bool:
        """Whether a badge of this kind passes; None: somebody whom no badge of a visitor binds."""
        return kind is None or self.kinds is None or kind in self.kinds


@dataclass(frozen=True)
class AreaDoors:
    """Doors by the area's code. An area without a zone has no doors: everybody is let in, always.

    Where several zones lead into an area, one that is open and admits the badge is enough.
    """

    by_area: Mapping[str, tuple[AreaDoor, ...]] = field(default_factory=dict)

    def let_in(self, area: str, kind: int | None, begin: datetime, end: datetime) -> bool:
        """Whether a badge of this kind can be in the area the whole time."""
        doors = self.by_area.get(area)
        return doors is None or any(door.is_open(begin, end) and door.admits(kind) for door in doors)

    def is_open(self, area: str, begin: datetime, end: datetime) -> bool:
        """Whether anybody can be there the whole time."""
        return self.let_in(area, None, begin, end)

    def admits(self, area: str, kind: int | None) -> bool:
        """Whether a badge of this kind is let in at all, at whatever time."""
        doors = self.by_area.get(area)
        return doors is None or any(door.admits(kind) for door in doors)


def doors_of_areas(edition: Edition) -> AreaDoors:
    """The edition's zones that belong to an area. One query; zones without an area stand in nobody's way."""
    rows = Zone.objects.filter(edition=edition, area__isnull=False).order_by("pk")
    found: dict[int, tuple[str, datetime | None, datetime | None, set[int]]] = {}
    for pk, area, opens_at, closes_at, kind in rows.values_list(
        "pk", "area__code", "opens_at", "closes_at", "kinds__id"
    ):
        zone = found.setdefault(pk, (area, opens_at, closes_at, set()))
        if kind is not None:
            zone[3].add(kind)
    by_area: dict[str, tuple[AreaDoor, ...]] = {}
    for area, opens_at, closes_at, kinds in found.values():
        door = AreaDoor(opens_at, closes_at, frozenset(kinds) or None)
        by_area[area] = (*by_area.get(area, ()), door)
    return AreaDoors(by_area)
