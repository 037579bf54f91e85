"""Numbers and currencies of quotations and rates as people write them. The reading itself is engines/money's."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everfair.base.currencies import currency_names, is_currency, places_of
from everfair.base.languages import content_language
from everfair.deals.models.quotations import DIGITS, PLACES
from everfair.engines.money import Unreadable, Why, read_number

WHOLE_DIGITS = DIGITS - PLACES


def number_sentence(why: Why, text: str, digits: int = WHOLE_DIGITS, places: int = PLACES) -> str:
    """What to do about a text that is no number here."""
    sentences = {
        Why.EMPTY: _("Write a number; zero is one."),
        Why.NO_NUMBER: _("“%(text)s” is no number. Write digits, such as 1200 or 12.50."),
        Why.TWO_WAYS: _("“%(text)s” can be read in two ways. Write 1200 for twelve hundred and 1.20 for one and a fifth."),
        Why.NEGATIVE: _("“%(text)s” is below zero. Write zero or more."),
        Why.TOO_LARGE: _("“%(text)s” is too large: at most %(digits)d digits fit before the point."),
        Why.TOO_FINE: _("“%(text)s” is too fine: at most %(places)d digits fit after the point."),
    }  # fmt: skip
    return sentences[why] % {"text": text.strip()[:20], "digits": digits, "places": places}


def plain_number(value: Decimal) -> str:
    """12.5000 → "12.50", 3.0000 → "3": as it is put into a box to be changed, read back as it is."""
    text = f"{value:f}"
    if "." not in text:
        return text
    whole, rest = text.rstrip("0").partition(".")[::2]
    if len(rest) in (1, 3):  # 12.5 is a price more easily read as 12.50; 1.234 could be read in two ways
        rest += "0"
    return f"{whole}.{rest}" if rest else whole


class NumberField(forms.CharField):
    """A number from zero on. `has_thousandths` is set by the form that knows the currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"widget": forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **kwargs}
        )
        self.has_thousandths = False

    def prepare_value(self, value: Any) -> Any:
        """A kept number as one writes it; what was typed as it is."""
        return plain_number(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        """A Decimal, or None for nothing where nothing is required."""
        text = str(value or "")
        if not text.strip() and not self.required:
            return None
        try:
            return read_number(text, digits=WHOLE_DIGITS, places=PLACES, has_thousandths=self.has_thousandths)
        except Unreadable as error:
            raise ValidationError(number_sentence(error.why, text)) from error


def currency_sentence(code: str) -> str:
    """What to do about a currency nobody pays in."""
    return _("“%(code)s” is no currency in use. Choose one, such as CNY, EUR or USD.") % {"code": code[:10]}


def currency_choices() -> list[tuple[str, str]]:
    """(code, "CNY, Chinese Yuan") in the reader's language, the usual ones first."""
    names = currency_names(content_language(get_language()))
    return [(code, f"{code} · {name}") for code, name in names.items()]


class CurrencyField(forms.CharField):
    """A three-letter code in use, chosen from a list or typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.Select(), **kwargs})

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> Any:
        """Choices in the language of the page, with what was chosen before among them."""
        self.widget.choices = [("", "–"), *currency_choices()]
        return super().get_bound_field(form, field_name)

    def clean(self, value: Any) -> str:
        """In capitals."""
        code = str(super().clean(value)).strip().upper()
        if code and not is_currency(code):
            raise ValidationError(currency_sentence(code))
        return code


def has_thousandths(currency: str) -> bool:
    """Whether 12.500 is an ordinary amount in it, as in dinars."""
    return places_of(currency) == 3
