"""Deeds on the plan: areas with their shapes, booth places with their ground.

Two places never share ground.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max, ProtectedError
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.refusals import Refused
from everfair.fair.actions.layouts import corners
from everfair.fair.actions.saving import is_used_elsewhere, require_valid, set_fields
from everfair.fair.models import Area, Edition, Place

PLAN_WIDTH, PLAN_HEIGHT = 1000, 600
MOST_CORNERS = 40
MOST_PLACES = 2000  # laid out at once
LONGEST = 1000.0  # metres
TOUCH = 0.01  # metres: edges that touch, however rounded, do not overlap
AREA_FIELDS = ("name", "blurb", "kind", "motif", "position", "shape")
PLACE_FIELDS = ("number", "kind", "x", "y", "width", "depth")


@transaction.atomic
def save_area(edition: Edition, area: Area | None, values: Mapping[str, Any], *, by: Any) -> Area:
    """Add (area = None) or change an area. `values`: AREA_FIELDS, and code when added;

    shape = [[x, y], …] in plan units.
    """
    is_new = area is None
    if area is None:
        area = _new_area(edition, values)
    before, after = set_fields(area, values, AREA_FIELDS)
    if not area.name:
        raise Refused(_("Give a name in at least one language."), field="name")
    check_shape(area.shape)
    require_valid(area, exclude=["edition", "shape"])  # an area may wait for its ground
    area.save()
    if is_new or after:
        event = "fair.area.added" if is_new else "fair.area.changed"
        audit.record(event, area, by=by, edition_id=edition.pk, before=before, after=after)
        note_change("fair.area", area.pk, edition.pk)
    return area


@transaction.atomic
def move_areas(edition: Edition, moved: Iterable[tuple[Area, list[list[float]]]], *, by: Any) -> None:
    """New shapes for several areas, all or none."""
    for area, shape in moved:
        save_area(edition, area, {"shape": shape}, by=by)


@transaction.atomic
def remove_area(area: Area, *, by: Any) -> None:
    """Take an area away, with its free places.

    Refused while exhibitors stand in it or hold one of its places.
    """
    _lock(area)
    stands = Refused(
        _("Exhibitors stand in “%(name)s”. Move them to another area first.") % {"name": str(area)}
    )
    if is_used_elsewhere(area, own=["fair.place", "fair.teammember"]):
        raise stands
    if any(is_used_elsewhere(place) for place in area.places.all()):
        raise stands
    if area.edition.team.filter(area=area).exists():
        raise Refused(_("Reviewers are bound to “%(name)s”. Change their role first.") % {"name": str(area)})
    key, edition_id = area.pk, area.edition_id
    audit.record("fair.area.removed", area, by=by, edition_id=edition_id, before={"code": area.code})
    try:
        area.delete()
    except ProtectedError as error:
        raise stands from error
    note_change("fair.area", key, edition_id)


@transaction.atomic
def save_place(area: Area, place: Place | None, values: Mapping[str, Any], *, by: Any) -> Place:
    """Add (place = None) or change a booth's place. `values`: PLACE_FIELDS; metres from the area's corner.

    Raises Refused when the number is taken in the edition or the ground is.
    """
    _lock(area)
    is_new = place is None
    place = place or Place(edition_id=area.edition_id, area=area)
    before, after = set_fields(place, values, PLACE_FIELDS)
    _check_place(place)
    _require_free_number(place)
    other = _overlapping(place)
    if other is not None:
        raise Refused(_overlap_sentence(place, other), field="x")
    _store(place)
    if is_new or after:
        event = "fair.place.added" if is_new else "fair.place.changed"
        audit.record(event, place, by=by, edition_id=area.edition_id, before=before, after=after)
        note_change("fair.place", place.pk, area.edition_id)
    return place


@transaction.atomic
def remove_place(place: Place, *, by: Any) -> None:
    """Take a free place away. Refused while somebody holds it."""
    _lock(place.area)
    Place.objects.select_for_update().get(pk=place.pk)
    if is_used_elsewhere(place):
        raise Refused(
            _("Place %(number)s is claimed. Let the exhibitor release it first.") % {"number": place.number}
        )
    key, edition_id = place.pk, place.edition_id
    audit.record("fair.place.removed", place, by=by, edition_id=edition_id, before={"number": place.number})
    place.delete()
    note_change("fair.place", key, edition_id)


@transaction.atomic
def lay_out_places(
    area: Area,
    rows: int,
    columns: int,
    width: float,
    depth: float,
    *,
    by: Any,
    kind: str = Place.Kind.SHELL,
    aisle: float = 3.0,
    left: float = 0.0,
    top: float = 0.0,
    prefix: str | None = None,
) -> list[Place]:
    """Rows of equal places, an aisle after every second row, numbered "2-0101" … from the next free row.

    All or none: Refused with the first place that would lie on another one.
    """
    _lock(area)
    _check_layout(rows, columns, width, depth)
    head = f"{area.sign}-" if prefix is None else prefix
    first = _next_row(area, head)
    places = [
        Place(
            edition_id=area.edition_id,
            area=area,
            number=f"{head}{first + row:02d}{column + 1:02d}",
            kind=kind,
            x=round(left + column * width, 3),
            y=round(top + row * depth + (row // 2) * aisle, 3),
            width=width,
            depth=depth,
        )
        for row in range(rows)
        for column in range(columns)
    ]
    for place in places:
        _check_place(place)
    _require_free_ground(area, places)
    _require_free_numbers(area, places)
    made = Place.objects.bulk_create(places, batch_size=500)
    audit.record(
        "fair.places.laid_out",
        area,
        by=by,
        edition_id=area.edition_id,
        after={"places": len(made), "first": made[0].number, "last": made[-1].number},
    )
    note_change("fair.area", area.pk, area.edition_id)
    return made


def rectangle(left: float, top: float, width: float, height: float) -> list[list[float]]:
    """A rectangle's four corners, clockwise from the upper left."""
    return corners(left, top, left + width, top + height)


def check_shape(shape: Any) -> None:
    """Refused unless `shape` is empty or a simple polygon on the plan with some ground inside."""
    if not shape:
        return
    points = _points(shape)
    if not 3 <= len(points) <= MOST_CORNERS:
        raise Refused(
            _("A shape has between 3 and %(count)d corners.") % {"count": MOST_CORNERS}, field="shape"
        )
    for x, y in points:
        if not (0 <= x <= PLAN_WIDTH and 0 <= y <= PLAN_HEIGHT):
            raise Refused(
                _(
                    "The corner %(x)g, %(y)g lies outside the plan, "
                    "which is %(width)d wide and %(height)d high."
                )
                % {"x": x, "y": y, "width": PLAN_WIDTH, "height": PLAN_HEIGHT},
                field="shape",
            )
    if abs(_ground(points)) < 1:
        raise Refused(_("The shape has no ground inside. Check the order of its corners."), field="shape")
    if _crosses_itself(points):
        raise Refused(_("The shape's edges cross. Give its corners in order around the edge."), field="shape")


def _new_area(edition: Edition, values: Mapping[str, Any]) -> Area:
    code = str(values.get("code") or "").strip().lower()
    if not code:
        raise Refused(
            _("Give the area a short code, like 2 or s1. It stands in addresses and place numbers."),
            field="code",
        )
    if edition.areas.filter(code=code).exists():
        raise Refused(
            _("The code “%(code)s” is taken. Choose another.") % {"code": code.upper()}, field="code"
        )
    highest = edition.areas.aggregate(highest=Max("position"))["highest"]
    return Area(edition=edition, code=code, position=0 if highest is None else highest + 1)


def _lock(area: Area) -> None:
    """One writer at a time on an area's ground. SQLite has one writer anyway."""
    Area.objects.select_for_update().get(pk=area.pk)


def _check_place(place: Place) -> None:
    place.number = place.number.strip()
    if not place.number:
        raise Refused(_("Give the place a number."), field="number")
    if place.kind == Place.Kind.CLOUD:
        place.x = place.y = place.width = place.depth = None
    else:
        for name in ("x", "y", "width", "depth"):
            _check_metres(name, getattr(place, name))
    require_valid(place, exclude=["edition", "area"])


def _check_metres(name: str, metres: Any) -> None:
    if not isinstance(metres, int | float) or not math.isfinite(metres):
        raise Refused(_("Give position, width and depth in metres. Only a cloud place has none."), field=name)
    if name in ("width", "depth") and metres < 0.5:
        raise Refused(_("A place is at least half a metre wide and deep."), field=name)
    if not 0 <= metres <= LONGEST:
        raise Refused(_("Metres are between 0 and %(most)d.") % {"most": int(LONGEST)}, field=name)


def _overlapping(place: Place) -> Place | None:
    if place.x is None or place.y is None or place.width is None or place.depth is None:
        return None
    return (
        Place.objects.filter(area_id=place.area_id)
        .exclude(pk=place.pk)
        .annotate(right=F("x") + F("width"), bottom=F("y") + F("depth"))
        .filter(
            x__lt=place.x + place.width - TOUCH,
            right__gt=place.x + TOUCH,
            y__lt=place.y + place.depth - TOUCH,
            bottom__gt=place.y + TOUCH,
        )
        .first()
    )


def _overlap_sentence(place: Place, other: Place) -> str:
    return _("Place %(number)s would lie on place %(other)s. Move it or make it smaller.") % {
        "number": place.number,
        "other": other.number,
    }


def _require_free_number(place: Place) -> None:
    taken = Place.objects.filter(edition_id=place.edition_id, number__iexact=place.number)
    if taken.exclude(pk=place.pk).exists():
        raise Refused(
            _("The number %(number)s is taken. Choose another.") % {"number": place.number}, field="number"
        )


def _store(place: Place) -> None:
    """Save; the database's own guards (number, ground) answer with the same sentences."""
    try:
        with transaction.atomic():
            place.save()
    except IntegrityError as error:
        if "place_number_once" in str(error) or "number" in str(error):
            sentence = _("The number %(number)s is taken. Choose another.") % {"number": place.number}
            raise Refused(sentence, field="number") from error
        raise Refused(
            _("Another place was laid on this ground a moment ago. Look again."), field="x"
        ) from error


def _check_layout(rows: int, columns: int, width: float, depth: float) -> None:
    if rows < 1 or columns < 1 or rows * columns > MOST_PLACES:
        raise Refused(
            _("Lay out between 1 and %(most)d places at once.") % {"most": MOST_PLACES}, field="rows"
        )
    if columns > 99:
        raise Refused(_("A row has 99 places at most."), field="columns")
    for name, metres in (("width", width), ("depth", depth)):
        _check_metres(name, metres)


def _next_row(area: Area, head: str) -> int:
    """1, or the row after the highest "2-RRCC" of the area."""
    numbers = area.places.filter(number__istartswith=head).values_list("number", flat=True)
    rows = [
        int(tail[:-2]) for number in numbers if (tail := number[len(head) :]).isdecimal() and len(tail) > 2
    ]
    return max(rows, default=0) + 1


def _require_free_ground(area: Area, places: Sequence[Place]) -> None:
    taken = list(area.places.exclude(kind=Place.Kind.CLOUD))
    for place in places:
        for other in taken:
            if place.overlaps(_shrunk(other)):
                raise Refused(_overlap_sentence(place, other), field="rows")


def _shrunk(place: Place) -> Place:
    """The same rectangle, smaller by what edges may touch."""
    if place.x is None or place.y is None or place.width is None or place.depth is None:
        return place
    return Place(
        x=place.x + TOUCH, y=place.y + TOUCH, width=place.width - 2 * TOUCH, depth=place.depth - 2 * TOUCH
    )


def _require_free_numbers(area: Area, places: Sequence[Place]) -> None:
    taken = (
        Place.objects.filter(edition_id=area.edition_id, number__in=[place.number for place in places])
        .values_list("number", flat=True)
        .first()
    )
    if taken is not None:
        raise Refused(
            _("The number %(number)s is taken. Choose another.") % {"number": taken}, field="prefix"
        )


def _points(shape: Any) -> list[tuple[float, float]]:
    try:
        points = [(float(x), float(y)) for x, y in shape]
    except (TypeError, ValueError) as error:
        raise Refused(_("A shape is a list of corners, each with two numbers."), field="shape") from error
    if not all(math.isfinite(x) and math.isfinite(y) for x, y in points):
        raise Refused(_("A shape is a list of corners, each with two numbers."), field="shape")
    return points


def _ground(points: Sequence[tuple[float, float]]) -> float:
    """Signed area by the shoelace sum."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in _edges(points)) / 2


def _edges(points: Sequence[tuple[float, float]]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return list(zip(points, [*points[1:], points[0]], strict=True))


def _crosses_itself(points: Sequence[tuple[float, float]]) -> bool:
    edges = _edges(points)
    pairs: Iterable[tuple[int, int]] = (
        (i, j)
        for i in range(len(edges))
        for j in range(i + 2, len(edges))
        if not (i == 0 and j == len(edges) - 1)  # neighbours share a corner
    )
    return any(_cross(*edges[i], *edges[j]) for i, j in pairs)


def _cross(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float]
) -> bool:
    def side(p: tuple[float, float], q: tuple[float, float], r: tuple[float, float]) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
