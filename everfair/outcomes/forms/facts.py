"""The facts of an outcome made clean: a form, and the same judgement for whoever comes without one."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.currencies import is_currency
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line_words, clean_text_words
from everfair.deals.forms.quotation_values import has_thousandths, number_sentence
from everfair.engines.money import Unreadable, read_number
from everfair.exhibition.forms.fields import IndentedChoices
from everfair.fair import queries as fair_queries
from everfair.fair.forms import WordsForm, WordsSpec, date_field
from everfair.fair.models import Edition, OutcomeClass
from everfair.outcomes.models import Outcome

MOST_SECTORS = 5
WHOLE_DIGITS, PLACES = 13, 2  # of an amount; the registry counts in hundredths, whatever the currency
EARLIEST = date(1990, 1, 1)
AMOUNT_HELP = gettext_lazy("Digits alone, such as 250000 or 250000.50.")


def clean_facts(values: Mapping[str, Any], edition: Edition, now: datetime | None = None) -> dict[str, Any]:
    """The values of an outcome, or Refused at the first field that is wrong. `now`: for the day it is at the fair."""
    clean = {name: values.get(name) for name in ("kind", "agreed_on")}
    clean["title"] = clean_line_words(values.get("title"))
    clean["summary"] = clean_text_words(values.get("summary"))
    sectors = clean["sectors"] = list(values.get("sectors") or ())
    if clean["kind"] is None or clean["kind"].edition_id != edition.pk:
        raise Refused(_("Choose a class of this edition."), field="kind")
    if not clean["title"]:
        raise Refused(_("Give it a title, in one language at least."), field="title")
    if len(sectors) > MOST_SECTORS:
        raise Refused(_("Choose at most %(count)d sectors.") % {"count": MOST_SECTORS}, field="sectors")
    if clean["agreed_on"] is not None and clean["agreed_on"] < EARLIEST:
        raise Refused(_("This day is too long ago."), field="agreed_on")
    if clean["agreed_on"] is not None and clean["agreed_on"] > fair_queries.today_of(edition, now):
        raise Refused(
            _("This day is still to come. The registry holds what has happened."), field="agreed_on"
        )
    return clean | _value(values)


def _value(values: Mapping[str, Any]) -> dict[str, Any]:
    worth = values.get("worth") or Outcome.Worth.UNDISCLOSED
    if worth in (Outcome.Worth.UNDISCLOSED, Outcome.Worth.NONE):
        return {"worth": worth, "value_from": None, "value_to": None, "currency": ""}
    currency = (values.get("currency") or "").strip().upper()
    if not is_currency(currency):
        raise Refused(
            _("Write a currency in use by its three letters, such as CNY, EUR or USD."), field="currency"
        )
    low = _amount(values.get("value_from"), currency, "value_from")
    high = low if worth == Outcome.Worth.EXACT else _amount(values.get("value_to"), currency, "value_to")
    if high < low:
        raise Refused(_("The upper end is below the lower one."), field="value_to")
    return {"worth": worth, "value_from": low, "value_to": high, "currency": currency}


def _amount(value: Any, currency: str, field: str) -> Decimal:
    text = f"{value:f}" if isinstance(value, Decimal) else str("" if value is None else value)
    is_plain = isinstance(value, Decimal) or has_thousandths(currency)  # "1.234" is then no question
    try:
        return read_number(text, digits=WHOLE_DIGITS, places=PLACES, has_thousandths=is_plain).quantize(
            Decimal("0.01")
        )
    except Unreadable as error:
        raise Refused(number_sentence(error.why, text, WHOLE_DIGITS, PLACES), field=field) from error


class FactsForm(WordsForm):
    """What an outcome says. Its parties are chosen beside it."""

    words = (
        WordsSpec("title", gettext_lazy("Title"), 200, is_required=True),
        WordsSpec("summary", gettext_lazy("What it is about"), 4000, rows=4),
    )
    order = (
        "version", "kind", "title", "summary", "agreed_on", "worth", "currency", "value_from", "value_to", "sectors",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ModelChoiceField(
        label=gettext_lazy("Class"), queryset=OutcomeClass.objects.none(), empty_label=gettext_lazy("choose")
    )
    agreed_on = date_field(gettext_lazy("Day of the agreement, release or launch"), required=False)
    worth = forms.ChoiceField(
        label=gettext_lazy("Value"),
        choices=Outcome.Worth.choices,
        widget=forms.RadioSelect,
        initial="undisclosed",
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        required=False,
        max_length=3,
        help_text=gettext_lazy("Three letters, such as CNY, EUR or USD."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "size": 4}),
    )
    value_from = forms.CharField(
        label=gettext_lazy("Amount, or lower end"), required=False, max_length=20, help_text=AMOUNT_HELP,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    value_to = forms.CharField(
        label=gettext_lazy("Upper end of a range"), required=False, max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    sectors = IndentedChoices(
        label=gettext_lazy("Sectors"), queryset=None, required=False,
        help_text=gettext_lazy("Up to five."),
    )  # fmt: skip

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        self.edition = edition
        super().__init__(*args, languages=edition.languages, **kwargs)
        kind: Any = self.fields["kind"]
        kind.queryset = edition.outcome_classes.order_by("position", "id")
        rows = [row for row in fair_queries.flat_sectors(edition) if row.parent_id is None]
        sectors: Any = self.fields["sectors"]
        sectors.queryset = edition.sectors.all()
        sectors.choices = [(row.pk, sectors.label_from_instance(row)) for row in rows]
        if self.row is not None:
            self.initial.setdefault("sectors", list(self.row.sectors.values_list("pk", flat=True)))
            self.initial["sectors"] = list(self.row.sectors.values_list("pk", flat=True))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                clean_facts(self.values(), self.edition)
            except Refused as error:
                self.refuse(error)
        return data
