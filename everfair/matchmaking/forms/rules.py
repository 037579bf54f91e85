"""What the organiser sets about matching, made clean. Nothing is saved."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.fair.forms import WordsForm


class MatchRulesForm(WordsForm):
    """Whether and how an edition recommends."""

    order: ClassVar[Sequence[str]] = ("is_open", "asks_three", "exposure", "per_firm", "compares")
    is_open = forms.BooleanField(
        label=_("Suggest partners to visitors and firms"),
        required=False,
        help_text=_("Switched off, nothing is suggested and nothing new is noted; what people saved stays."),
    )
    asks_three = forms.BooleanField(
        label=_("Ask three questions after registering"),
        required=False,
        help_text=_("What somebody looks for, in which sectors, in which languages. Nobody has to answer."),
    )
    exposure = forms.IntegerField(
        label=_("Fairness to small and new firms, 0 to 100"),
        min_value=0,
        max_value=100,
        help_text=_(
            "0: the order is by score alone. 100: among equally good matches, small and new firms get their full share "
            "of the first ten places. Between them: so much of the way. A clearly better match is never put behind a worse one."
        ),
    )
    per_firm = forms.IntegerField(
        label=_("Offers of one firm among the first ten"), min_value=1, max_value=10,
        help_text=_("More of the same firm stand further down."),
    )  # fmt: skip
    compares = forms.TypedChoiceField(
        label=_("Compare the active version with"), required=False, coerce=int, empty_value=None,
        help_text=_(
            "Both versions then take turns in every list, and nobody sees which line is whose. What people follow, save "
            "and ask for tells which is better."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, row: Any, versions: Sequence[Any] = (), **kwargs: Any) -> None:
        kwargs["initial"] = {"compares": row.compares.number if row.compares is not None else ""}
        super().__init__(*args, row=row, **kwargs)
        others = [one for one in versions if not one.is_active]
        field: Any = self.fields["compares"]
        field.choices = [
            ("", _("nothing")),
            *((one.number, _("version %(number)s") % {"number": one}) for one in others),
        ]
        if not others:
            del self.fields["compares"]

    def _stored(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in ("is_open", "asks_three", "exposure", "per_firm")}

    def values(self) -> dict[str, Any]:
        """As the action takes them; without a field for it, what is compared stays."""
        found = super().values()
        if "compares" not in self.fields:
            found.pop("compares", None)
        return found
