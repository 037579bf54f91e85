"""An inquiry as a form: what people type made clean, errors beside the fields. Nothing is saved."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.currencies import currency_names
from everfair.base.texts import clean_line, clean_text
from everfair.deals.models import Inquiry
from everfair.exhibition.forms.fields import CountriesField, IndentedChoice, reader_language
from everfair.fair import queries as fair_queries
from everfair.fair.forms import date_field
from everfair.fair.models import Edition
from everfair.matchmaking.forms.need_values import guess_language

LONGEST_TITLE = 150
LONGEST_TEXT = 4000
MOST_QUESTIONS = 10
LONGEST_QUESTION = 300
NO_DAY = gettext_lazy("Choose a day, or write it as 2026-09-04.")


class InquiryForm(forms.Form):
    """What a buyer asks. A title and a text must be there; everything else helps firms to answer."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    buyer = forms.ChoiceField(label=gettext_lazy("Who asks"))
    title = forms.CharField(
        label=gettext_lazy("In one line"),
        error_messages={"required": gettext_lazy("Say in one line what you ask for.")},
    )
    text = forms.CharField(
        label=gettext_lazy("What you need"),
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
        help_text=gettext_lazy("What, how much, for whom. In any language."),
        error_messages={"required": gettext_lazy("Say what you need, in your own words.")},
    )
    questions = forms.CharField(
        label=gettext_lazy("Questions each firm should answer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=gettext_lazy("One in each line, at most ten."),
    )
    sector = IndentedChoice(
        label=gettext_lazy("Sector"), queryset=None, required=False, empty_label=gettext_lazy("none")
    )
    deliver_to = CountriesField(
        label=gettext_lazy("Where it is needed"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("One country or region."),
    )
    wanted_by = date_field(
        gettext_lazy("When it is needed"), required=False, error_messages={"invalid": NO_DAY}
    )
    answer_by = date_field(
        gettext_lazy("Last day for quotations"), required=False, error_messages={"invalid": NO_DAY}
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency you compare in"),
        required=False,
        help_text=gettext_lazy("Firms may quote in another; both are shown, with the rate."),
    )
    is_hidden = forms.BooleanField(
        label=gettext_lazy("Without my name"),
        required=False,
        help_text=gettext_lazy("Firms read “A buyer, not named” until you say to one of them who you are."),
    )

    def __init__(
        self,
        *args: Any,
        edition: Edition,
        buyers: Sequence[tuple[str, str]],
        inquiry: Inquiry | None = None,
        today: date | None = None,
        **kwargs: Any,
    ) -> None:
        self.edition, self.inquiry, self.today = edition, inquiry, today or date.today()
        kwargs["initial"] = {
            **(stored_values(inquiry) if inquiry is not None else {}),
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        buyer, sector, currency = (
            self.fields["buyer"],
            self.fields["sector"],
            self.fields["currency"],
        )
        buyer.choices = list(buyers)  # type: ignore[attr-defined]
        if len(buyers) == 1:
            buyer.widget = forms.HiddenInput()
            self.initial.setdefault("buyer", buyers[0][0])
        names = currency_names(reader_language())
        currency.choices = [("", _("none in particular"))] + [  # type: ignore[attr-defined]
            (code, f"{code} {name}") for code, name in names.items()
        ]
        rows = list(fair_queries.flat_sectors(edition))
        field: Any = sector
        field.queryset = edition.sectors.order_by("position", "id")
        field.choices = [("", _("none")), *((row.pk, field.label_from_instance(row)) for row in rows)]

    def clean_title(self) -> str:
        words = clean_line(self.cleaned_data["title"])
        if not words:
            raise forms.ValidationError(_("Say in one line what you ask for."))
        return _fitting(words, LONGEST_TITLE)

    def clean_text(self) -> str:
        words = clean_text(self.cleaned_data["text"])
        if not words:
            raise forms.ValidationError(_("Say what you need, in your own words."))
        return _fitting(words, LONGEST_TEXT)

    def clean_questions(self) -> list[str]:
        found = [clean_line(line) for line in self.cleaned_data["questions"].splitlines()]
        found = [line for line in found if line]
        if len(found) > MOST_QUESTIONS:
            raise forms.ValidationError(
                _("%(count)d questions; at most %(limit)d fit.")
                % {"count": len(found), "limit": MOST_QUESTIONS}
            )
        return [_fitting(line, LONGEST_QUESTION) for line in found]

    def clean_deliver_to(self) -> str:
        found = self.cleaned_data["deliver_to"]
        if len(found) > 1:
            raise forms.ValidationError(_("Name one country or region."))
        return found[0] if found else ""

    def clean_answer_by(self) -> date | None:
        day: date | None = self.cleaned_data["answer_by"]
        if day is not None and day < self.today:
            raise forms.ValidationError(_("This day is over. Choose a later one."))
        return day

    def clean_wanted_by(self) -> date | None:
        day: date | None = self.cleaned_data["wanted_by"]
        if day is not None and day < self.today:
            raise forms.ValidationError(_("This day is over. Choose a later one."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted, answers = data.get("wanted_by"), data.get("answer_by")
        if wanted is not None and answers is not None and answers > wanted:
            self.add_error("answer_by", _("Quotations would come after the day you need it."))
        return data

    def values(self) -> dict[str, Any]:
        """For actions.inquiries.save_inquiry, once valid."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "buyer")}
        return data | {"language": guess_language(f"{data['title']}\n{data['text']}", reader_language())}


def stored_values(inquiry: Inquiry) -> dict[str, Any]:
    """What the form shows of a draft."""
    return {
        "version": inquiry.version, "buyer": inquiry.buyer_key, "title": inquiry.title, "text": inquiry.text,
        "questions": "\n".join(inquiry.questions), "sector": inquiry.sector_id, "wanted_by": inquiry.wanted_by,
        "deliver_to": [inquiry.deliver_to] if inquiry.deliver_to else [], "answer_by": inquiry.answer_by,
        "currency": inquiry.currency, "is_hidden": inquiry.is_hidden,
    }  # fmt: skip


def _fitting(text: str, limit: int) -> str:
    if len(text) > limit:
        raise forms.ValidationError(
            _("It has %(count)d characters; at most %(limit)d fit.") % {"count": len(text), "limit": limit}
        )
    return text
