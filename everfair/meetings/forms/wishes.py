"""Human input of the round of wishes made clean: levels by code, numbers of meetings, the list's filters. Nothing is saved."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.base.texts import clean_line
from everfair.meetings.models import Participant, Wish
from everfair.meetings.queries.wishes import UNSAID, WISHED, WishFilters

PREFIX = "w-"
MOST_TYPED = 1000  # meetings; the edition's slots bind tighter
FILTER_LEVELS = (*Wish.Level.values, WISHED, UNSAID)


def levels_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Code → level of every row that was sent, as it was sent: the action refuses what is no level."""
    return {
        key.removeprefix(PREFIX): str(value)[:10]
        for key, value in data.items()
        if key.startswith(PREFIX) and len(key) < 40
    }


def wish_filters(data: Mapping[str, Any]) -> WishFilters:
    """The list's filters out of its address; what is none filters nothing."""
    level = str(data.get("level", ""))
    return WishFilters(
        words=clean_line(str(data.get("q", "")))[:100],
        level=level if level in FILTER_LEVELS else "",
        group=clean_line(str(data.get("group", "")))[:20],
        country=clean_line(str(data.get("country", "")))[:2],
        language=clean_line(str(data.get("language", "")))[:10],
        firm=clean_line(str(data.get("firm", "")))[:100],
    )


def _count(label: Any, *, least: int, help_text: Any = "") -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=MOST_TYPED, required=False, widget=widget, help_text=help_text
    )


class LimitsForm(forms.Form):
    """How many meetings a person wants; for visitors also whether firms may see them."""

    least = _count(_("Meetings at least"), least=0, help_text=_("Empty: none in particular."))
    most = _count(_("Meetings at most"), least=1, help_text=_("Empty: as many as fit."))
    is_listed = forms.BooleanField(
        label=_("Others may find me in their list"),
        help_text=_(
            "Firms, and visitors whose badge lets them ask me, see my name, firm, position and country, and can wish for a meeting with me."
        ),
        required=False,
    )

    def __init__(
        self, data: Any = None, *, person: Participant | None = None, is_visitor: bool = True, **kwargs: Any
    ) -> None:
        initial: dict[str, Any] = {}
        if person is not None:
            initial = {name: getattr(person, name) for name in self.base_fields}
            initial["least"] = person.least or None
        super().__init__(data, initial=initial, **kwargs)
        if not is_visitor:
            del self.fields["is_listed"]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        clean = self.cleaned_data
        return {"least": clean["least"] or 0, "most": clean["most"], "is_listed": clean.get("is_listed")}
