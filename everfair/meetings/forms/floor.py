"""What the organiser types about places and on the floor made clean: tables, lines, interpreters, losses, reasons. Nothing is saved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.fair.forms import WordsForm, WordsSpec
from everfair.fair.models import Area, Edition
from everfair.meetings.forms.ground import AreaField
from everfair.meetings.models import Resource
from everfair.people.forms import LineField
from everfair.programme.forms.fields import FairTimeField, on_the_fairs_clock, spoken_languages


class TablesForm(WordsForm):
    """More tables in a hall."""

    order: ClassVar[Sequence[str]] = ("area", "count")
    area = AreaField(label=_("Hall"), queryset=Area.objects.none())
    count = forms.IntegerField(label=_("How many tables"), min_value=1, max_value=2000, initial=20)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, languages=edition.languages, **kwargs)
        field: Any = self.fields["area"]
        field.queryset = edition.areas.all()


class LinesForm(WordsForm):
    """More lines."""

    count = forms.IntegerField(label=_("How many lines"), min_value=1, max_value=5000, initial=50)


class InterpreterForm(WordsForm):
    """An interpreter's name and two languages."""

    words: ClassVar[Sequence[WordsSpec]] = (WordsSpec("name", _("Name"), 120, is_required=True),)
    order: ClassVar[Sequence[str]] = ("name", "first", "second")
    first = forms.ChoiceField(label=_("From"))
    second = forms.ChoiceField(label=_("to"))

    def __init__(self, *args: Any, edition: Edition, row: Resource | None = None, **kwargs: Any) -> None:
        held = [*(row.languages if row else []), "", ""]
        kwargs["initial"] = {
            "first": held[0] or "en",
            "second": held[1] or "zh",
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, row=row, languages=edition.languages, **kwargs)
        for name in ("first", "second"):
            field: Any = self.fields[name]
            field.choices = spoken_languages(*edition.languages, *held)

    def values(self) -> dict[str, Any]:
        """`name` and `languages`."""
        data = super().values()
        return {"name": data["name"], "languages": [data["first"], data["second"]]}


class LossForm(WordsForm):
    """From when to when a place cannot be used."""

    order: ClassVar[Sequence[str]] = ("since", "until")
    since = FairTimeField(label=_("Cannot be used from"), required=False, help_text=_("Empty: from now."))
    until = FairTimeField(label=_("until"), required=False, help_text=_("Empty: for good."))

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, languages=edition.languages, **kwargs)
        on_the_fairs_clock(self, edition)

    def values(self) -> dict[str, datetime | None]:
        """`since` and `until`."""
        return {name: self.cleaned_data.get(name) for name in ("since", "until")}


class ReasonForm(WordsForm):
    """Why a meeting is cancelled or a request declined: both sides read it."""

    reason = LineField(label=_("Reason"), max_length=500, help_text=_("The others read it."))


class ForceForm(WordsForm):
    """Why other meetings give way to one, and that confirmed ones do too."""

    order: ClassVar[Sequence[str]] = ("reason", "though_confirmed")
    reason = LineField(
        label=_("Why"), max_length=500, help_text=_("Everybody whose meeting this changes reads it.")
    )
    though_confirmed = forms.BooleanField(
        label=_("Also the meetings that somebody confirmed"),
        required=False,
        help_text=_("These people were told that nothing moves their meeting any more."),
    )
