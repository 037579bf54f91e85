"""What the organiser types about rooms made clean: a room's name, hall and seats; where a meeting goes. Nothing is saved."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.fair.forms import WordsForm, WordsSpec
from everfair.fair.models import Area, Edition
from everfair.meetings.forms.ground import AreaField
from everfair.meetings.models import Resource


class RoomForm(WordsForm):
    """A room for meetings."""

    words: ClassVar[Sequence[WordsSpec]] = (WordsSpec("name", _("Name"), 120, is_required=True),)
    order: ClassVar[Sequence[str]] = ("name", "area", "seats")
    area = AreaField(
        label=_("Hall"),
        queryset=Area.objects.none(),
        required=False,
        help_text=_("By it the way to the room and the opening times of its doors are known."),
    )
    seats = forms.IntegerField(
        label=_("People it holds"),
        min_value=2,
        max_value=1000,
        required=False,
        help_text=_("Empty: any number."),
    )

    def __init__(self, *args: Any, edition: Edition, row: Resource | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, languages=edition.languages, **kwargs)
        field: Any = self.fields["area"]
        field.queryset = edition.areas.all()


class SeatForm(WordsForm):
    """Where a meeting goes, out of what is free at its time: `groups` are (label, [(id, name), …])."""

    order: ClassVar[Sequence[str]] = ("place",)
    place = forms.ChoiceField(
        label=_("Place"),
        error_messages={
            "required": _("Choose a place."),
            "invalid_choice": _("This place is not free then any more. Choose another one."),
        },
    )

    def __init__(
        self, *args: Any, groups: Sequence[tuple[str, Sequence[tuple[int, str]]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["place"]
        field.choices = [("", _("choose …")), *((label, list(places)) for label, places in groups)]

    def values(self) -> dict[str, Any]:
        """`place`: the number of a row."""
        return {"place": int(self.cleaned_data["place"])}
