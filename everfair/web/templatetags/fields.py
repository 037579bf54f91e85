"""What a form field's part must know about its widget."""

import re
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.translation import gettext as _

from everfair.exhibition.forms.fields import IndentedChoices

register = template.Library()


@register.filter
def is_single_tick(field: BoundField) -> bool:
    """Whether the label stands after the box, as with one checkbox."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the widget is several inputs that need a legend instead of a label."""
    widget = field.field.widget
    return bool(getattr(widget, "use_fieldset", False)) and not isinstance(widget, forms.CheckboxInput)


@register.filter
def is_tree(field: BoundField) -> bool:
    """Whether it is a tree of boxes to tick, too long to stand open."""
    return isinstance(field.field, IndentedChoices)


@dataclass(frozen=True)
class Branch:
    """A box at the root and those below it, each with its label and how deep it lies; the labels of what is ticked."""

    box: BoundWidget
    label: str
    below: list[tuple[BoundWidget, str, int]]

    @property
    def ticked(self) -> list[str]:
        """So that a folded branch says what is chosen in it."""
        own = [_("all of it")] if self.box.data["selected"] else []
        return own + [label for box, label, _depth in self.below if box.data["selected"]]


@register.filter
def branches(field: BoundField) -> list[Branch]:
    """The tree of boxes by its roots: "2 …" before "10 …"."""
    found: list[Branch] = []
    for box in field.subwidgets:
        told = str(box.data["label"])
        label = told.lstrip("\u2003")
        if len(label) < len(told) and found:
            found[-1].below.append((box, label, len(told) - len(label)))
        else:
            found.append(Branch(box, label, []))
    return sorted(found, key=lambda one: int(re.match(r"\d*", one.label)[0] or 0))  # type: ignore[index]


@register.filter
def own_name(code: str) -> str:
    """A language's name in itself: "en" → "English", "zh" → "中文"."""
    try:
        return (Locale.parse(code.replace("-", "_")).display_name or code).capitalize()
    except (UnknownLocaleError, ValueError):
        return code
