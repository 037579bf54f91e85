"""Pages about areas on the plan and the booth places in them."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from everfair.base.refusals import Refused
from everfair.fair import access, queries
from everfair.fair.actions import areas as actions
from everfair.fair.forms import AreaForm, LayOutForm, PlaceForm
from everfair.web.organiser.frame import address, attempt, desk, done, named, require_proof, through

PLACES_ON_A_PAGE = 60
MOST_DRAWN = 1500


@dataclass
class Box:
    """A rectangle in the plan editor."""

    id: int
    label: str
    pigment: int
    prefix: str
    x: float
    y: float
    width: float
    height: float
    name: str = ""
    errors: str = ""


@login_required
def area_list(request: HttpRequest, edition: str) -> HttpResponse:
    """The plan: rectangles moved here, everything else about an area on its own page."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    areas = list(queries.areas_with_counts(held))
    boxes = [box for area in areas if (box := _box(area, named(request, area.name)))]
    if request.method == "POST" and _move(request, held, areas, boxes):
        return done(request, _("The plan is saved."), "fair.area_list", edition=held.slug)
    context = {
        "title": _("Areas and places"),
        "areas": areas,
        "boxes": boxes,
        "others": [area for area in areas if area.shape and not _is_rectangle(area.shape)],
        "has_errors": any(box.errors for box in boxes),
    }
    return desk(request, "fair/area_list", held, context, status=400 if context["has_errors"] else 200)


@login_required
def area_create(request: HttpRequest, edition: str) -> HttpResponse:
    """A new area."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    form = AreaForm(request.POST or None, languages=held.languages)
    if request.method == "POST":
        area = through(form, lambda values: actions.save_area(held, None, values, by=request.user))
        if area:
            sentence = _("Area “%(area)s” added.") % {"area": named(request, area.name)}
            return done(request, sentence, "fair.area_list", edition=held.slug)
    return desk(request, "row_edit", held, _editing(held, form, _("New area")))


@login_required
def area_edit(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One area: texts, kind, pigment, corners."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    area = access.get_area_for(request.user, held, code)
    name = dict(area.name)
    form = AreaForm(request.POST or None, row=area, languages=held.languages)
    if through(form, lambda values: actions.save_area(held, area, values, by=request.user)):
        return done(request, _("Saved."), "fair.area_list", edition=held.slug)
    context = _editing(held, form, named(request, name))
    context |= {
        "remove_url": address("fair.area_remove", edition=held.slug, code=area.code),
        "remove": _("Remove this area with its free places"),
        "plan": _drawing(held, area),
    }
    return desk(request, "row_edit", held, context)


@login_required
@require_POST
def area_remove(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """Take an area away that nobody stands in."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    area = access.get_area_for(request.user, held, code)
    require_proof(request)
    sentence = _("Area “%(area)s” removed.") % {"area": named(request, area.name)}
    deed = partial(actions.remove_area, area, by=request.user)
    return attempt(request, deed, sentence, "fair.area_list", edition=held.slug)


@login_required
def place_list(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """An area's places: drawn, listed, with who holds them; rows are laid out here."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    area = access.get_area_for(request.user, held, code)
    form = LayOutForm(request.POST or None)
    if request.method == "POST":
        made = through(form, lambda values: actions.lay_out_places(area, by=request.user, **values))
        if made:
            sentence = ngettext("%(count)d place laid out.", "%(count)d places laid out.", len(made))
            return done(
                request, sentence % {"count": len(made)}, "fair.place_list", edition=held.slug, code=area.code
            )
    places = queries.places_of(area)
    page = Paginator(places, PLACES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Places in %(area)s") % {"area": named(request, area.name)},
        "crumbs": _crumbs(held, area.name),
        "area": area,
        "form": form,
        "page": page,
        "ground": queries.ground_of(area, MOST_DRAWN),
    }
    return desk(request, "fair/place_list", held, context)


@login_required
def place_create(request: HttpRequest, edition: str, code: str) -> HttpResponse:
    """One more place."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    area = access.get_area_for(request.user, held, code)
    form = PlaceForm(request.POST or None)
    if request.method == "POST":
        place = through(form, lambda values: actions.save_place(area, None, values, by=request.user))
        if place:
            sentence = _("Place %(number)s added.") % {"number": place}
            return done(request, sentence, "fair.place_list", edition=held.slug, code=area.code)
    return desk(request, "row_edit", held, _editing(held, form, _("New place"), area))


@login_required
def place_edit(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponse:
    """One place: number, kind, ground."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    area = access.get_area_for(request.user, held, code)
    place = access.get_place_for(request.user, area, pk)
    title = _("Place %(number)s") % {"number": place.number}
    form = PlaceForm(request.POST or None, row=place)
    if through(form, lambda values: actions.save_place(area, place, values, by=request.user)):
        return done(request, _("Saved."), "fair.place_list", edition=held.slug, code=area.code)
    context = _editing(held, form, title, area)
    context |= {
        "remove_url": address("fair.place_remove", edition=held.slug, code=area.code, pk=place.pk),
        "remove": _("Remove this place"),
    }
    return desk(request, "row_edit", held, context)


@login_required
@require_POST
def place_remove(request: HttpRequest, edition: str, code: str, pk: int) -> HttpResponse:
    """Take a free place away."""
    held = access.get_edition_at_desk(request.user, edition, "administer")
    area = access.get_area_for(request.user, held, code)
    place = access.get_place_for(request.user, area, pk)
    require_proof(request)
    sentence = _("Place %(number)s removed.") % {"number": place.number}
    deed = partial(actions.remove_place, place, by=request.user)
    return attempt(request, deed, sentence, "fair.place_list", edition=held.slug, code=area.code)


def _move(request: HttpRequest, edition: Any, areas: list[Any], boxes: list[Box]) -> bool:
    """Read the posted rectangles and save those that moved, all or none."""
    by_id = {area.pk: area for area in areas}
    moved: list[tuple[Any, list[list[float]], Box]] = []
    for box in boxes:
        area = by_id[box.id]
        try:
            sides = [
                float(request.POST.get(f"{box.prefix}-{side}", "")) for side in ("x", "y", "width", "height")
            ]
        except ValueError:
            box.errors = _("Write four numbers.")
            continue
        box.x, box.y, box.width, box.height = sides
        shape = actions.rectangle(*sides)
        try:
            actions.check_shape(shape)
        except Refused as refused:
            box.errors = str(refused)
            continue
        if shape != area.shape:
            moved.append((area, shape, box))
    if any(box.errors for box in boxes):
        return False
    actions.move_areas(edition, [(area, shape) for area, shape, _box in moved], by=request.user)
    return True


def _box(area: Any, name: str) -> Box | None:
    if not area.shape:
        return Box(area.pk, area.sign, area.motif, f"area-{area.pk}", 0, 0, 100, 100, name)
    if not _is_rectangle(area.shape):
        return None
    xs, ys = [point[0] for point in area.shape], [point[1] for point in area.shape]
    left, top = min(xs), min(ys)
    return Box(
        area.pk, area.sign, area.motif, f"area-{area.pk}", left, top, max(xs) - left, max(ys) - top, name
    )


def _is_rectangle(shape: Any) -> bool:
    xs, ys = {point[0] for point in shape}, {point[1] for point in shape}
    return len(shape) == 4 and len(xs) == len(ys) == 2


def _drawing(edition: Any, chosen: Any) -> list[dict[str, Any]]:
    """Every area's outline for the small plan beside the form; the chosen one last, on top."""
    areas = sorted(queries.areas_of(edition), key=lambda area: area.pk == chosen.pk)
    return [
        {
            "points": " ".join(f"{x:g},{y:g}" for x, y in area.shape),
            "pigment": area.motif,
            "is_chosen": area.pk == chosen.pk,
            "label": area.sign,
        }
        for area in areas
        if area.shape
    ]


def _editing(edition: Any, form: Any, title: str, area: Any = None) -> dict[str, Any]:
    back_url = (
        address("fair.place_list", edition=edition.slug, code=area.code)
        if area
        else address("fair.area_list", edition=edition.slug)
    )
    crumbs = _crumbs(edition, area.name if area else None, back_url if area else "")
    return {
        "title": title,
        "form": form,
        "save": _("Save"),
        "back_url": back_url,
        "crumbs": [*crumbs, (title, "")],
    }


def _crumbs(edition: Any, area_name: Any = None, url: str = "") -> list[tuple[Any, str]]:
    crumbs: list[tuple[Any, str]] = [(_("Areas and places"), address("fair.area_list", edition=edition.slug))]
    return [*crumbs, (area_name, url)] if area_name else crumbs
