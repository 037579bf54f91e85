"""What people type at a negotiation's page, made clean: how it ended, a note, the next step. Nothing is saved."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.deals.models import Negotiation
from everfair.fair.forms import date_field

NO_DAY = _("Choose a day, or write it as 2026-09-04.")


class EndForm(forms.Form):
    """Why a negotiation came to nothing."""

    why = forms.ChoiceField(
        label=_("Why"), choices=[("", _("choose")), *Negotiation.Why.choices], required=False
    )
    why_text = forms.CharField(
        label=_("In your words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("The other side reads both."),
    )  # fmt: skip


class NoteForm(forms.Form):
    """A note, perhaps of a meeting of the two."""

    text = forms.CharField(
        label=_("Note"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )  # fmt: skip
    meeting = forms.ChoiceField(label=_("Of a meeting"), required=False)
    is_shared = forms.BooleanField(label=_("The other side may read it"), required=False)

    def __init__(self, *args: Any, meetings: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if meetings:
            self.fields["meeting"].choices = [("", _("of none")), *meetings]  # type: ignore[attr-defined]
        else:
            del self.fields["meeting"]


class StepForm(forms.Form):
    """What one's own side does next, and by when."""

    step = forms.CharField(label=_("Our next step"), max_length=2000, required=False)
    on = date_field(_("On"), required=False, error_messages={"invalid": NO_DAY})
    is_shared = forms.BooleanField(label=_("The other side may read it"), required=False)
