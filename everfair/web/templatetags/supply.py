"""Modes of supply in plain words, and lists of countries."""

from collections.abc import Iterable

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from everfair.web.templatetags.figures import country_name, listed

register = template.Library()

MODE_PLAIN: dict[int, str | Promise] = {
    1: gettext_lazy("The service crosses the border; nobody has to travel. GATS mode 1."),
    2: gettext_lazy("You come to where the service is given. GATS mode 2."),
    3: gettext_lazy("The supplier has an office or a firm in your country. GATS mode 3."),
    4: gettext_lazy("The supplier's people come to you for a time. GATS mode 4."),
}


@register.filter
def mode_plain(mode: int) -> str:
    """What a GATS mode means, in a sentence."""
    return str(MODE_PLAIN.get(int(mode), ""))


@register.filter
def countries_listed(codes: Iterable[str]) -> str:
    """["KE", "TZ"] → "Kenya and Tanzania"."""
    return listed([country_name(code) for code in codes or []])
