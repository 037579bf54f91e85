"""The text of an agreement as people type it: kind, words, amount, days; a reason; a function. Errors beside the fields; nothing is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.agreements.models import Agreement
from everfair.base.countries import country_names
from everfair.base.currencies import places_of
from everfair.base.languages import Words, content_language
from everfair.base.texts import clean_line, clean_text
from everfair.deals.forms.quotation_values import (
    CurrencyField,
    NumberField,
    has_thousandths,
    number_sentence,
)
from everfair.engines.money import Why
from everfair.fair.forms import WordsForm, WordsSpec, date_field

AMOUNTS = ("value_from", "value_to")
FEWEST_PLACES = 2  # may be written in any currency; in dinars three, as the currency has them


@dataclass(frozen=True)
class Terms:
    """What an agreement says. Of an exact amount both values are the same; of one not disclosed there is none."""

    kind: str
    title: Words
    summary: Words
    worth: str
    value_from: Decimal | None
    value_to: Decimal | None
    currency: str
    signed_on: date | None
    starts_on: date | None
    ends_on: date | None


class AgreementForm(WordsForm):
    """A draft. `person`: the party that is a person, whose organisation is named here."""

    words: ClassVar[Sequence[WordsSpec]] = (
        WordsSpec(
            "title", gettext_lazy("Title"), 200, is_required=True,
            help=gettext_lazy("What the agreement is about, in one line. In both languages where you can."),
        ),
        WordsSpec(
            "summary", gettext_lazy("What is agreed"), 4000, rows=6, is_required=True,
            help=gettext_lazy("Who does what, where and by when. Write no names of people: the record cannot be changed later."),
        ),
        WordsSpec("organisation", gettext_lazy("Organisation the buyer signs for"), 200),
    )  # fmt: skip
    order: ClassVar[Sequence[str]] = (
        "kind", "organisation", "country", "title", "summary", "worth", "value_from", "value_to", "currency",
        "signed_on", "starts_on", "ends_on", "version",
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Agreement.Kind.choices)
    country = forms.ChoiceField(label=gettext_lazy("Its country or region"), required=False)
    worth = forms.ChoiceField(
        label=gettext_lazy("Value"), choices=Agreement.Worth.choices, widget=forms.RadioSelect,
        initial=Agreement.Worth.UNDISCLOSED,
    )  # fmt: skip
    value_from = NumberField(
        label=gettext_lazy("Amount"), required=False,
        help_text=gettext_lazy("Of a range the lower end."),
    )  # fmt: skip
    value_to = NumberField(label=gettext_lazy("Upper end of the range"), required=False)
    currency = CurrencyField(label=gettext_lazy("Currency"), required=False)
    signed_on = date_field(gettext_lazy("Signed on"), required=False)
    starts_on = date_field(gettext_lazy("In force from"), required=False)
    ends_on = date_field(gettext_lazy("In force until"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, has_person: bool = False, **kwargs: Any) -> None:
        self.has_person = has_person
        super().__init__(*args, **kwargs)
        currency = str(self.data.get("currency", "")).strip().upper()
        for name in AMOUNTS:
            self.fields[name].has_thousandths = has_thousandths(currency)  # type: ignore[attr-defined]
        if not has_person:
            del self.fields["country"]
            for code in self.text_languages:
                del self.fields[f"organisation_{code}"]
        else:
            from django.utils.translation import get_language  # the page's, not the import's

            names = country_names(content_language(get_language()))
            field = self.fields["country"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "–"), *sorted(names.items(), key=lambda row: row[1])]

    def _stored(self) -> dict[str, Any]:
        stored: dict[str, Any] = {}
        if self.row is None:
            return stored
        for name in ("title", "summary"):
            stored |= {f"{name}_{code}": text for code, text in getattr(self.row, name).items()}
        plain = (
            "kind", "worth", "value_from", "value_to", "currency", "signed_on", "starts_on", "ends_on", "version"
        )  # fmt: skip
        stored |= {name: getattr(self.row, name) for name in plain}
        if self.row.worth == Agreement.Worth.EXACT:
            stored["value_to"] = None
        return stored

    def parts(self) -> list[Any]:
        """As every form of words; without the organisation where nobody signs for one by name."""
        specs = {spec.name: spec for spec in self.words if spec.name != "organisation" or self.has_person}
        names = [name for name in self.order if name in specs or name in self.fields]
        return [self._part(name, specs) for name in names]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        worth = data.get("worth")
        low, high = data.get("value_from"), data.get("value_to")
        if worth in (Agreement.Worth.EXACT, Agreement.Worth.RANGE):
            self._require_amount(worth, low, high, data.get("currency") or "")
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("It ends before it begins. Choose a later day."))
        if self.has_person and not self._words("organisation"):
            first = self.text_languages[0]
            self.add_error(f"organisation_{first}", _("Name the organisation, in at least one language."))
        return data

    def _require_amount(self, worth: str, low: Any, high: Any, currency: str) -> None:
        if low is None and "value_from" not in self.errors:
            self.add_error("value_from", _("Write the amount, or choose “not disclosed”."))
        if worth == Agreement.Worth.RANGE and "value_to" not in self.errors:
            if high is None:
                self.add_error("value_to", _("A range has an upper end."))
            elif low is not None and high <= low:
                self.add_error("value_to", _("The upper end is above the lower one."))
        if not currency and "currency" not in self.errors:
            self.add_error("currency", _("Say in which currency."))
        places = max(FEWEST_PLACES, places_of(currency))
        for name, amount in zip(AMOUNTS, (low, high), strict=True):
            if isinstance(amount, Decimal) and amount != round(amount, places):
                self.add_error(
                    name, number_sentence(Why.TOO_FINE, str(self.data.get(name, "")), places=places)
                )

    def terms(self) -> Terms:
        """What the action keeps. A value that is not disclosed is kept nowhere."""
        data = self.values()
        worth = data["worth"]
        is_told = worth != Agreement.Worth.UNDISCLOSED
        low = data["value_from"] if is_told else None
        high = (data["value_to"] if worth == Agreement.Worth.RANGE else low) if is_told else None
        return Terms(
            data["kind"],
            {code: clean_line(text) for code, text in data["title"].items()},
            {code: clean_text(text) for code, text in data["summary"].items()},
            worth,
            low,
            high,
            data["currency"] if is_told else "",
            data["signed_on"],
            data["starts_on"],
            data["ends_on"],
        )

    def organisation(self) -> tuple[Words, str] | None:
        """Name and country of the organisation a person signs for; None where both sides are firms."""
        if not self.has_person:
            return None
        words = {code: clean_line(text) for code, text in self._words("organisation").items()}
        return words, self.cleaned_data.get("country") or ""


class ReasonForm(forms.Form):
    """Why somebody refuses or takes back."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The other parties read it."),
    )  # fmt: skip

    def clean_reason(self) -> str:
        return clean_text(self.cleaned_data["reason"])


class FunctionForm(forms.Form):
    """As what somebody confirms."""

    function = forms.CharField(
        label=gettext_lazy("Your function in the organisation"), max_length=200, required=False,
        help_text=gettext_lazy("Such as “Director of purchasing”. The parties read it; it is not in the record."),
    )  # fmt: skip

    def clean_function(self) -> str:
        return clean_line(self.cleaned_data["function"])
