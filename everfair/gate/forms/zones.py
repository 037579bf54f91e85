"""What people type about zones and devices made clean. Times are those of the fair; nothing is saved."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import for_reader
from everfair.fair.forms import WordsForm, WordsSpec
from everfair.fair.models import Area, BadgeKind, Edition
from everfair.gate.models import Zone
from everfair.people.forms import LineField


class _NamedRow(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.sign} {for_reader(obj.name)}" if isinstance(obj, Area) else for_reader(obj.name)


class _NamedRows(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return for_reader(obj.name)


def _moment(label: Any, help_text: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, required=False, widget=widget)


class ZoneForm(WordsForm):
    """A zone's name and rules."""

    words: ClassVar[Sequence[WordsSpec]] = (
        WordsSpec("name", _("Name of the zone"), 120, is_required=True, help=_("Such as “North hall”.")),
    )
    order: ClassVar[Sequence[str]] = (
        "name",
        "area",
        "most",
        "kinds",
        "allows_return",
        "counts_exits",
        "opens_at",
        "closes_at",
        "position",
    )
    area = _NamedRow(label=_("Area on the plan"), queryset=Area.objects.none(), required=False)
    most = forms.IntegerField(
        label=_("Most people at once"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_(
            "Leave it empty for no limit. The last place is given once, however many doors there are."
        ),
    )
    kinds = _NamedRows(
        label=_("Kinds of badge let in"),
        queryset=BadgeKind.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every kind."),
    )
    allows_return = forms.BooleanField(
        label=_("Whoever left may come in again"), required=False, initial=True
    )
    counts_exits = forms.BooleanField(
        label=_("Badges are read on leaving too"),
        required=False,
        initial=True,
        help_text=_("Without it the zone is one-way: it counts who came, and nobody is taken off."),
    )
    opens_at = _moment(_("Lets in from"), _("Time of the fair. Empty: always."))
    closes_at = _moment(_("Lets in until"), lazystr(""))
    position = forms.IntegerField(label=_("Order"), min_value=0, max_value=9999, required=False, initial=0)

    def __init__(self, *args: Any, edition: Edition, row: Zone | None = None, **kwargs: Any) -> None:
        kwargs["languages"] = edition.languages
        if row is not None:
            kwargs["initial"] = {"kinds": list(row.kinds.all()), **(kwargs.get("initial") or {})}
        super().__init__(*args, row=row, **kwargs)
        self._choose_from(edition)

    def _choose_from(self, edition: Edition) -> None:
        for name, rows in (("area", edition.areas.all()), ("kinds", edition.badge_kinds.all())):
            field: Any = self.fields[name]
            field.queryset = rows

    def clean_position(self) -> int:
        """An empty order is the first."""
        return int(self.cleaned_data.get("position") or 0)


class DeviceForm(WordsForm):
    """A device's name and where it stands."""

    order: ClassVar[Sequence[str]] = ("name", "zone")
    name = LineField(label=_("Name of the device"), max_length=80, help_text=_("Such as “North gate 1”."))
    zone = _NamedRow(
        label=_("Zone it begins with"),
        queryset=Zone.objects.none(),
        required=False,
        help_text=_("The door keeper may choose another."),
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, languages=edition.languages, **kwargs)
        field: Any = self.fields["zone"]
        field.queryset = edition.zones.all()
