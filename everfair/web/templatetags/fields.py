"""What a form field's part must know about its widget."""

from babel import Locale, UnknownLocaleError
from django import forms, template
from django.forms.boundfield import BoundField

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
def own_name(code: str) -> str:
    """A language's name in itself: "en" → "English", "zh" → "中文"."""
    try:
        return (Locale.parse(code.replace("-", "_")).display_name or code).capitalize()
    except (UnknownLocaleError, ValueError):
        return code
