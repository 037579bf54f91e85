"""Reads of the fair room:

which edition is on, its areas with counts, its tree of sectors, team and delegations.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from everfair.base.charts import targets
from everfair.fair.models import (
    PHASE_STEPS,
    ActivityKind,
    Area,
    BadgeKind,
    Delegation,
    DelegationMember,
    Edition,
    Fair,
    OutcomeClass,
    Place,
    Sector,
    TeamMember,
)

_PUBLISHED = Q(exhibitors__state="published")  # by name: the room above is never imported
COUNTED = ("accepted", "published")  # states in which a firm uses up its delegation's quota
PHASE_ORDER = ("live", "open", "announced", "evergreen", "archived")


def today_of(edition: Edition, now: datetime | None = None) -> date:
    """The day it is at the fair, by its own clock."""
    return (now or timezone.now()).astimezone(ZoneInfo(edition.time_zone)).date()


def current_edition() -> Edition | None:
    """The edition a visitor without an address means:

    the newest live, else open, announced, evergreen, archived.
    """
    rank = Case(
        *(When(phase=phase, then=Value(place)) for place, phase in enumerate(PHASE_ORDER)),
        output_field=IntegerField(),
    )
    return (
        Edition.objects.exclude(phase=Edition.Phase.DRAFT)
        .select_related("fair")
        .annotate(rank=rank)
        .order_by("rank", "-starts_on", "-id")
        .first()
    )


def all_fairs() -> QuerySet[Fair]:
    """Every fair of the installation, oldest first."""
    return Fair.objects.order_by("id")


def editions_of(fair: Fair, *, with_drafts: bool = False) -> QuerySet[Edition]:
    """The fair's editions, newest first."""
    found = fair.editions.select_related("fair")
    return found if with_drafts else found.exclude(phase=Edition.Phase.DRAFT)


def next_phases(edition: Edition, roles: Sequence[str]) -> list[str]:
    """Phases the edition may move to for somebody with these roles."""
    return targets(PHASE_STEPS, edition.phase, roles)


@dataclass(frozen=True)
class Foundations:
    """What an edition needs before firms can apply."""

    has_areas: bool
    has_sectors: bool


def foundations(edition: Edition) -> Foundations:
    """Whether areas and sectors are laid out. Two queries."""
    return Foundations(edition.areas.exists(), edition.sectors.exists())


def areas_of(edition: Edition) -> QuerySet[Area]:
    """Areas in the organiser's order."""
    return edition.areas.order_by("position", "id")


def areas_with_counts(edition: Edition) -> QuerySet[Area]:
    """Areas with `booths` (published), `exhibitors_all`, `places_all` and `places_taken`. One query."""
    return areas_of(edition).annotate(
        booths=_counted(Area, "exhibitors", _PUBLISHED),
        exhibitors_all=_counted(Area, "exhibitors"),
        places_all=_counted(Area, "places"),
        places_taken=_counted(Area, "places__exhibitor"),
    )


def _counted(table: type[Model], relation: str, only: Q | None = None) -> Subquery:
    """How many rows stand behind `relation`, counted for itself:

    two joins at once would multiply each other's rows.
    """
    rows = table._default_manager.filter(pk=OuterRef("pk")).order_by().values("pk")
    return Subquery(rows.annotate(n=Count(relation, filter=only)).values("n"), output_field=IntegerField())


def places_of(area: Area) -> QuerySet[Place]:
    """An area's places by number, with who holds each (`place.exhibitor`, one row or none)."""
    return area.places.select_related("exhibitor__organisation").order_by("number", "id")


GROUND_SCALE = 20  # drawing units in a metre, so that numbers of the usual size fit a place of three


@dataclass(frozen=True)
class DrawnPlace:
    """A place as drawn: drawing units, and who holds it ("" = free)."""

    pk: int
    number: str
    x: float
    y: float
    width: float
    depth: float
    holder: str


@dataclass(frozen=True)
class Ground:
    """An area's places as drawn: metres of width and depth, and each rectangle."""

    width: float
    depth: float
    places: list[DrawnPlace]
    left_out: int

    @property
    def board_width(self) -> float:
        """The drawing's width in drawing units: half a metre of margin on both sides."""
        return (self.width + 1) * GROUND_SCALE

    @property
    def board_depth(self) -> float:
        return (self.depth + 1) * GROUND_SCALE


def ground_of(area: Area, most: int) -> Ground:
    """The built places of an area, `most` of them drawn. Two queries at most."""
    built = area.places.exclude(x=None).select_related("exhibitor__organisation").order_by("y", "x")
    places = list(built[:most])
    count = len(places) if len(places) < most else built.count()
    width = max(((place.x or 0) + (place.width or 0) for place in places), default=0.0)
    depth = max(((place.y or 0) + (place.depth or 0) for place in places), default=0.0)
    return Ground(width, depth, [_drawn(place) for place in places], count - len(places))


def _drawn(place: Place) -> DrawnPlace:
    x, y, width, depth = (
        round((metres or 0) * GROUND_SCALE, 1) for metres in (place.x, place.y, place.width, place.depth)
    )
    holder = str(place.exhibitor) if hasattr(place, "exhibitor") else ""
    return DrawnPlace(place.pk, place.number, x, y, width, depth, holder)


def free_places(edition: Edition, area: Area | None = None) -> QuerySet[Place]:
    """Places nobody holds, of the edition or of one area."""
    found = Place.objects.filter(edition=edition, exhibitor__isnull=True).select_related("area")
    return found if area is None else found.filter(area=area)


def places_to_give(
    edition: Edition, area: Area | None, held: int | None, most: int = 1000
) -> QuerySet[Place]:
    """Places a firm may be given: free ones of its area (of every area while it has none), and the one it holds."""
    near = Q(exhibitor__isnull=True) & (Q(area=area) if area is not None else Q())
    found = Place.objects.filter(near | Q(pk=held), edition=edition).values("pk")[:most]
    return Place.objects.filter(pk__in=list(found.values_list("pk", flat=True))).order_by("number", "id")


@dataclass
class SectorNode:
    """A sector with what is below it."""

    sector: Sector
    children: list["SectorNode"] = field(default_factory=list)

    @property
    def depth(self) -> int:
        """1 for a top sector."""
        return self.sector.path.count("/")


def sector_tree(edition: Edition) -> list[SectorNode]:
    """The top sectors with their branches, in the organiser's order. One query."""
    nodes = {sector.pk: SectorNode(sector) for sector in edition.sectors.order_by("position", "id")}
    tops: list[SectorNode] = []
    for node in nodes.values():
        parent = nodes.get(node.sector.parent_id or 0)
        (parent.children if parent else tops).append(node)
    return tops


def flat_sectors(edition: Edition) -> list[Sector]:
    """All sectors, each before those below it: for lists of choices."""
    flat: list[Sector] = []

    def walk(nodes: Sequence[SectorNode]) -> None:
        for node in nodes:
            flat.append(node.sector)
            walk(node.children)

    walk(sector_tree(edition))
    return flat


@dataclass(frozen=True)
class Kinds:
    """The three kinds-as-data of an edition."""

    activity_kinds: list[ActivityKind]
    outcome_classes: list[OutcomeClass]
    badge_kinds: list[BadgeKind]


def kinds_of(edition: Edition) -> Kinds:
    """Kinds of activity, outcome classes and badge kinds. Three queries."""
    return Kinds(
        list(edition.activity_kinds.all()),
        list(edition.outcome_classes.all()),
        list(edition.badge_kinds.all()),
    )


def has_open_badge_kind(edition: Edition) -> bool:
    """Whether anybody may register for a badge: the front page then leads there. One query at most."""
    return edition.phase not in ("draft", "archived") and edition.badge_kinds.filter(is_open=True).exists()


def team_of(edition: Edition) -> QuerySet[TeamMember]:
    """The organiser's team with people and areas, administrators first."""
    order = Case(
        *(When(role=role, then=Value(place)) for place, role in enumerate(TeamMember.Role.values)),
        output_field=IntegerField(),
    )
    return edition.team.select_related("user", "area").order_by(order, "since", "id")


def delegations_with_counts(edition: Edition) -> QuerySet[Delegation]:
    """Delegations with `people`, `firms` (all it brought), `accepted` (they fill the quota) and `booths`."""
    return edition.delegations.annotate(
        people=_counted(Delegation, "members"),
        firms=_counted(Delegation, "exhibitors"),
        accepted=_counted(Delegation, "exhibitors", Q(exhibitors__state__in=COUNTED)),
        booths=_counted(Delegation, "exhibitors", _PUBLISHED),
    ).order_by("position", "id")


def delegations_in(edition: Edition) -> QuerySet[Delegation]:
    """Delegations in the organiser's order."""
    return edition.delegations.order_by("position", "id")


def members_of(delegation: Delegation) -> QuerySet[DelegationMember]:
    """The delegation's people, longest serving first."""
    return delegation.members.select_related("user").order_by("since", "id")


def firms_counted(delegation: Delegation) -> int:
    """How many firms use up the delegation's quota now."""
    counted = Count("exhibitors", filter=Q(exhibitors__state__in=COUNTED))
    return int(Delegation.objects.filter(pk=delegation.pk).aggregate(firms=counted)["firms"])


def count_places_by_area(edition: Edition) -> dict[int, int]:
    """Area id → booth places in it. One query."""
    counted = edition.places.order_by().values("area_id").annotate(n=Count("pk"))
    return dict(counted.values_list("area_id", "n"))
