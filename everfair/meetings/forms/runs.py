"""What the organiser chooses for a run of the generator, made clean. Nothing is saved."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.fair.forms import WordsForm
from everfair.meetings.models import Run

BREAKS = ((0, _("do not matter")), (1, _("matter a little")), (3, _("matter much")))
WALKING = ((0, _("does not matter")), (1, _("matters a little")), (3, _("matters much")))


class RunForm(WordsForm):
    """A run: what it may touch, how long it thinks, what counts beside the wishes."""

    order: ClassVar[Sequence[str]] = (
        "kind",
        "limit",
        "breaks",
        "walking",
        "share_first",
        "suggest",
        "seed",
        "start",
    )
    kind = forms.ChoiceField(
        label=_("What is to be made"),
        choices=Run.Kind.choices,
        initial=Run.Kind.ALL,
        widget=forms.RadioSelect,
        help_text=_(
            "A new timetable may move and drop what nobody confirmed. Filling leaves everything where it is. "
            "Mending moves as few meetings as it can, after somebody left or a table was lost."
        ),
    )
    limit = forms.IntegerField(
        label=_("Seconds to think"), min_value=1, max_value=1800, initial=20,
        help_text=_("It may be stopped earlier: the best found so far is kept."),
    )  # fmt: skip
    breaks = forms.TypedChoiceField(label=_("Breaks in diaries"), choices=BREAKS, coerce=int, initial=1)
    walking = forms.TypedChoiceField(label=_("Walking between halls"), choices=WALKING, coerce=int, initial=1)
    share_first = forms.BooleanField(
        label=_("Everybody something before anybody much"),
        required=False,
        help_text=_("First raises the smallest share of wishes that anybody gets, then the sum."),
    )
    suggest = forms.IntegerField(
        label=_("Suggested meetings for each person"), min_value=0, max_value=20, initial=0, required=False,
        help_text=_(
            "Where room is left, the fair brings visitors and firms together that suit each other though neither asked: "
            "up to so many for each person. 0: none. Only visitors who agreed to be shown by name are suggested, and nobody who was set aside."
        ),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Number for the lot"), min_value=0, max_value=2**31 - 1, initial=1,
        help_text=_("Ties are drawn by lot, never by who came first. The same number gives the same timetable."),
    )  # fmt: skip
    start = forms.TypedChoiceField(
        label=_("Go on from"), required=False, coerce=int, empty_value=None,
        help_text=_("An earlier run, to make it better instead of beginning anew."),
    )  # fmt: skip

    def __init__(self, *args: Any, earlier: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[Any, Any]] = [("", _("nothing: begin anew"))]
        choices += [(number, _("run %(number)s") % {"number": number}) for number in earlier]
        field: Any = self.fields["start"]
        field.choices = choices
        if not earlier:
            del self.fields["start"]
