"""A negotiation that a firm begins, as a form; and what it expects in money. Nothing is saved."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.texts import clean_line, clean_text
from everfair.deals.forms.negotiations import NO_DAY
from everfair.deals.forms.quotation_values import CurrencyField, NumberField, has_thousandths
from everfair.exhibition.forms.fields import reader_language
from everfair.fair.forms import date_field
from everfair.matchmaking.forms.need_values import guess_language

LONGEST_TITLE = 150
LONGEST_TEXT = 4000
LONGEST_STEP = 300


class ExpectedForm(forms.Form):
    """What the firm thinks it is worth, in which currency. Both may be empty."""

    expected = NumberField(
        label=gettext_lazy("Expected value"),
        required=False,
        help_text=gettext_lazy("Only your side reads it."),
    )
    currency = CurrencyField(label=gettext_lazy("Currency"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = str(self.data.get(self.add_prefix("currency"), "")) if self.is_bound else ""
        self.fields["expected"].has_thousandths = has_thousandths(code.strip().upper())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("expected") is None:
            data["currency"] = ""  # a currency of nothing says nothing
        elif not data.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Choose the currency of the value."))
        return data


class BeginForm(ExpectedForm):
    """The first word to the buyer, and what the firm keeps for itself."""

    title = forms.CharField(
        label=gettext_lazy("In one line"),
        error_messages={"required": gettext_lazy("Say in one line what it is about.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Your first message"),
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
        help_text=gettext_lazy("The buyer gets it by mail and in the conversation. In any language."),
        error_messages={"required": gettext_lazy("Write to the buyer what you offer, in your own words.")},
    )
    step = forms.CharField(label=gettext_lazy("Our next step"), max_length=LONGEST_STEP, required=False)
    on = date_field(gettext_lazy("On"), required=False, error_messages={"invalid": NO_DAY})
    is_shared = forms.BooleanField(label=gettext_lazy("The other side may read it"), required=False)
    field_order = ("title", "text", "expected", "currency", "step", "on", "is_shared")

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        self.today = today or date.today()
        super().__init__(*args, **kwargs)

    def clean_title(self) -> str:
        words = clean_line(self.cleaned_data["title"])
        if not words:
            raise forms.ValidationError(_("Say in one line what it is about."))
        return _fitting(words, LONGEST_TITLE)

    def clean_text(self) -> str:
        words = clean_text(self.cleaned_data["text"])
        if not words:
            raise forms.ValidationError(_("Write to the buyer what you offer, in your own words."))
        return _fitting(words, LONGEST_TEXT)

    def clean_on(self) -> date | None:
        day: date | None = self.cleaned_data["on"]
        if day is not None and day < self.today:
            raise forms.ValidationError(_("This day is over. Choose a later one."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["step"] = clean_line(data.get("step", ""))
        if data.get("on") is not None and not data["step"] and "step" not in self.errors:
            self.add_error("step", _("Say what is to be done on that day."))
        return data

    def values(self) -> dict[str, Any]:
        """For actions.beginning.begin_negotiation, once valid."""
        data = self.cleaned_data
        return data | {"language": guess_language(f"{data['title']}\n{data['text']}", reader_language())}


def _fitting(text: str, limit: int) -> str:
    if len(text) > limit:
        raise forms.ValidationError(
            _("It has %(count)d characters; at most %(limit)d fit.") % {"count": len(text), "limit": limit}
        )
    return text
