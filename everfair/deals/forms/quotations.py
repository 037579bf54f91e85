"""A quotation as it is typed: its head, its lines, what a buyer answers. Nothing is saved."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.refusals import Refused
from everfair.base.texts import clean_line, clean_text
from everfair.deals.forms.quotation_values import CurrencyField, NumberField, has_thousandths
from everfair.deals.models import QuotationVersion
from everfair.engines.money import LineValue

MOST_LINES = 100
BLANK_LINES = 3  # offered in an empty quotation
LINE = "line"
KEPT = 60_000  # characters of a form that are kept as typed: a hundred lines of five hundred
HEAD = ("title", "currency", "tax_note", "starts_on", "ends_on", "terms", "note")


def _day(**kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        widget=widget, error_messages={"invalid": gettext_lazy("Write the day as 2026-09-04.")}, **kwargs
    )


class _Line(forms.CharField):
    """One line without marks that only steer."""

    def to_python(self, value: Any) -> str:
        return clean_line(str(super().to_python(value) or ""))


class LineForm(forms.Form):
    """One line; wholly empty ones are left out."""

    text = forms.CharField(label=gettext_lazy("What is quoted"), max_length=500, error_messages={
        "required": gettext_lazy("Say what is quoted in this line, or empty its price."),
    })  # fmt: skip
    quantity = NumberField(label=gettext_lazy("Quantity"))
    unit = _Line(label=gettext_lazy("Unit"), max_length=30, required=False)
    price = NumberField(label=gettext_lazy("Price for one"))

    def __init__(self, *args: Any, currency: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["price"].has_thousandths = has_thousandths(currency)  # type: ignore[attr-defined]

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed; a quantity of 1 stands there by itself."""
        typed = {name: str(self.data.get(self.add_prefix(name), "")).strip() for name in self.fields}
        return not (typed["text"] or typed["unit"] or typed["price"]) and typed["quantity"] in ("", "1")

    def full_clean(self) -> None:
        """A blank line is left out, so nothing is wrong in it."""
        if self.is_bound and self.is_blank:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    def value(self) -> LineValue:
        """Of a valid line."""
        data = self.cleaned_data
        return LineValue(data["text"], data["quantity"], data["unit"], data["price"])


class QuotationForm(forms.Form):
    """Head and lines together. `typed` is what a browser sent, or what was kept of it in a draft."""

    title = _Line(label=gettext_lazy("Title"), max_length=200)
    currency = CurrencyField(label=gettext_lazy("Currency"))
    tax_note = _Line(
        label=gettext_lazy("Taxes"), max_length=300, required=False,
        help_text=gettext_lazy("Whether taxes are in the prices, such as “without VAT”."),
    )  # fmt: skip
    starts_on = _day(
        label=gettext_lazy("Valid from"),
        required=False,
        help_text=gettext_lazy("Empty: from the day it is sent."),
    )
    ends_on = _day(
        label=gettext_lazy("Valid until"),
        help_text=gettext_lazy("The last day on which it may be accepted, on the fair's clock."),
    )
    terms = forms.CharField(
        label=gettext_lazy("Terms"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    note = forms.CharField(
        label=gettext_lazy("What is new in this version"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, typed: Mapping[str, Any] | None = None, *, today: date, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(typed, initial=dict(initial or {}))
        self.today = today
        self.use_required_attribute = False  # a draft is saved as it is
        source = self.initial if typed is None else typed
        currency = str(source.get("currency", "")).strip().upper()
        given: Sequence[Mapping[str, Any]] = self.initial.get("lines", ())
        count = len(given) or BLANK_LINES
        if typed is not None:
            count = _count(typed)
        self.too_many = count > MOST_LINES
        self.lines = [
            LineForm(
                typed, prefix=f"{LINE}-{place}", currency=currency,
                initial=dict(given[place]) if place < len(given) else {"quantity": "1"},
            )
            for place in range(min(count, MOST_LINES))
        ]  # fmt: skip

    @classmethod
    def unmarked(cls, typed: Mapping[str, Any], today: date) -> "QuotationForm":
        """What was typed, to be gone on with: nothing is judged yet."""
        lines = [
            {name: typed.get(f"{LINE}-{place}-{name}", "") for name in LineForm.base_fields}
            for place in range(min(_count(typed), MOST_LINES))
        ]
        initial = {name: typed.get(name, "") for name in HEAD}
        return cls(today=today, initial={**initial, "lines": lines})

    @classmethod
    def of_version(
        cls, version: QuotationVersion, lines: Sequence[LineValue], today: date
    ) -> "QuotationForm":
        """A kept draft; with marks where some of it could not be read."""
        if version.typed:
            return cls(version.typed, today=today)
        rows = [
            {"text": one.text, "quantity": one.quantity, "unit": one.unit, "price": one.price}
            for one in lines
        ]
        initial = {name: getattr(version, name) for name in HEAD}
        return cls(today=today, initial={**initial, "lines": rows})

    def is_valid(self) -> bool:
        """Head and every line that is not blank."""
        head = super().is_valid()
        lines = [line.is_valid() for line in self.lines if not line.is_blank]
        return head and all(lines)

    @property
    def has_bad_lines(self) -> bool:
        """Whether a line has something marked; the head may have, too."""
        return self.is_bound and any(not line.is_blank and not line.is_valid() for line in self.lines)

    def clean(self) -> dict[str, Any]:
        """Days in order and not over yet, at least one line."""
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if ends and ends < self.today:
            self.add_error("ends_on", _("This day is over. Choose today or a later one."))
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("It would end before it starts. Choose a day from “valid from” on."))
        if self.too_many:
            self.add_error(
                None,
                _("A quotation has at most %(count)d lines. Put the rest into a file.")
                % {"count": MOST_LINES},
            )
        if all(line.is_blank for line in self.lines):
            self.add_error(None, _("Nothing is quoted yet. Fill in at least one line."))
        return data

    def values(self) -> dict[str, Any]:
        """Of a valid form: the head's fields and `lines`."""
        data = {name: self.cleaned_data[name] for name in HEAD}
        data |= {name: clean_text(data[name]) for name in ("terms", "note")}
        return {**data, "lines": [line.value() for line in self.lines if not line.is_blank]}

    def typed(self) -> dict[str, str]:
        """The form as it was typed, cut where nobody types that much; what a draft keeps."""
        names = [*HEAD, *(line.add_prefix(name) for line in self.lines for name in line.fields)]
        kept, room = {"lines": str(len(self.lines))}, KEPT
        for name in names:
            text = str(self.data.get(name, "")).replace("\x00", "")[: max(room, 0)]
            room -= len(text)
            kept[name] = text
        return kept

    def refuse(self, refused: Refused) -> None:
        """An action's sentence beside its field."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


def _count(typed: Mapping[str, Any]) -> int:
    text = str(typed.get("lines", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def with_line(typed: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, with one more line to fill in."""
    found = {name: str(value) for name, value in typed.items()}
    count = min(_count(typed), MOST_LINES)
    if count < MOST_LINES:
        found[f"{LINE}-{count}-quantity"] = "1"
        count += 1
    return {**found, "lines": str(count)}


def without_line(typed: Mapping[str, Any], place: int) -> dict[str, str]:
    """What was typed, without the line at `place`; the ones below move up."""
    count = min(_count(typed), MOST_LINES)
    found = {name: str(value) for name, value in typed.items() if not name.startswith(f"{LINE}-")}
    kept = [number for number in range(count) if number != place]
    for new, old in enumerate(kept):
        for name in LineForm.base_fields:
            found[f"{LINE}-{new}-{name}"] = str(typed.get(f"{LINE}-{old}-{name}", ""))
    return {**found, "lines": str(len(kept))}


class AnswerForm(forms.Form):
    """What a buyer says to a version: to accept, decline or counter it. `number` is the version on their page."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("What you would like instead"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, typed: Mapping[str, Any] | None, version: QuotationVersion, *, wishes: bool = False
    ) -> None:
        super().__init__(typed, initial={"number": version.number})
        self.lines = list(version.lines.all()) if wishes else []
        for line in self.lines:
            field = NumberField(label=_("Wished price"), required=False)
            field.has_thousandths = has_thousandths(version.currency)
            self.fields[f"wish-{line.position}"] = field

    def rows(self) -> list[tuple[Any, Any]]:
        """(line, its field) for the page."""
        return [(line, self[f"wish-{line.position}"]) for line in self.lines]

    def values(self) -> dict[str, Any]:
        """Of a valid form: number, text, wishes by position."""
        data = self.cleaned_data
        wishes = {
            line.position: data[f"wish-{line.position}"]
            for line in self.lines
            if data.get(f"wish-{line.position}") is not None
        }
        return {"number": data["number"], "text": clean_text(data["text"]), "wishes": wishes}

    def refuse(self, refused: Refused) -> None:
        """An action's sentence beside its field."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))
