"""Drawings as tags: covers, mode glyphs, icons, the hall plan. everfair.web.drawing does the drawing."""

from dataclasses import replace
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from everfair.web.drawing import icons
from everfair.web.drawing import plan as plans
from everfair.web.drawing.cover import cover as draw_cover
from everfair.web.drawing.mode import mode_glyph as draw_mode
from everfair.web.templatetags.figures import number

register = template.Library()

MODE_NAMES: dict[int, str | Promise] = {
    1: gettext_lazy("Cross-border supply"),
    2: gettext_lazy("Consumption abroad"),
    3: gettext_lazy("Commercial presence"),
    4: gettext_lazy("Presence of natural persons"),
}
MODE_SHORT_NAMES: dict[int, str | Promise] = {
    1: pgettext_lazy("mode of supply", "Cross-border"),
    2: pgettext_lazy("mode of supply", "Abroad"),
    3: pgettext_lazy("mode of supply", "Presence"),
    4: pgettext_lazy("mode of supply", "People"),
}


def _number(value: Any, otherwise: int = 0) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise


@register.simple_tag
def cover(motif: Any, key: Any, **options: Any) -> SafeString:
    """`{% cover booth.motif booth.id pigment=… wide=… square=… label=… %}`. Odd motifs become 1."""
    number = _number(motif, 1)
    pigment = _number(options.get("pigment")) or None
    drawn = draw_cover(
        number if 1 <= number <= 12 else 1,
        str(key),
        pigment=pigment if pigment and pigment <= 12 else None,
        label=str(options["label"]) if options.get("label") else None,
        wide=bool(options.get("wide")),
        square=bool(options.get("square")),
    )
    return mark_safe(drawn)


@register.simple_tag
def mode_glyph(mode: Any, *, silent: bool = False) -> SafeString:
    """`{% mode_glyph 1 %}` speaks its name; `silent=True` where that stands beside it. Unknown: nothing."""
    number = _number(mode)
    if number not in MODE_NAMES:
        return SafeString("")
    spoken = (
        None if silent else _("Mode %(number)d: %(name)s") % {"number": number, "name": MODE_NAMES[number]}
    )
    return mark_safe(draw_mode(number, label=spoken))


@register.filter
def mode_name(mode: Any) -> str:
    """The full name of GATS mode 1-4, or nothing."""
    return str(MODE_NAMES.get(_number(mode), ""))


@register.filter
def mode_short_name(mode: Any) -> str:
    """The short name of GATS mode 1-4, for narrow places, or nothing."""
    return str(MODE_SHORT_NAMES.get(_number(mode), ""))


@register.simple_tag
def icon(name: str, label: str | None = None) -> SafeString:
    """`{% icon "search" %}`; with a label it speaks. Names: everfair.web.drawing.icons.ICON_NAMES."""
    return mark_safe(icons.icon(name, label=str(label) if label else None))


@register.simple_tag
def drawn(name: str = "paper") -> SafeString:
    """`{% drawn "booth" %}`: an empty state's line drawing, see drawing.icons.DRAWING_NAMES."""
    return mark_safe(icons.drawing(name or "paper"))


def _plan_texts() -> plans.PlanTexts:
    return plans.PlanTexts(
        here=_("{here} here"),
        open=_("{open} open"),
        open_of=_("{open} of {total} open"),
        here_now=_("{here} here now"),
        spoken=_("{name}: {open} of {total} booths open"),
        spoken_here=_("{name}: {open} of {total} booths open, someone here now in {here}"),
        locale=get_language() or "en",
        numerals=number,
    )


@register.simple_tag
def hall_plan(areas: Any) -> plans.Plan:
    """`{% hall_plan areas as plan %}`: `areas` are PlanArea; gives `plan.markup` and `plan.per_square`."""
    drawn_plan = plans.hall_plan(tuple(areas or ()), _plan_texts(), _("Hall plan"))
    safe = mark_safe(drawn_plan.markup)  # drawn by us, texts escaped
    return replace(drawn_plan, markup=safe)


@register.simple_tag
def mini_plan(areas: Any, current: str = "") -> SafeString:
    """`{% mini_plan areas area.code %}`: the thumbnail with one area in its pigment."""
    return mark_safe(plans.mini_plan(tuple(areas or ()), str(current)))  # drawn by us
