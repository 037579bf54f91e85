"""Amounts with their currency in the reader's locale. The code is shown, never a sign that several currencies share."""

from decimal import Decimal
from typing import Any

from babel import numbers
from django import template

from everfair.base.currencies import places_of
from everfair.web.templatetags.figures import reader_locale

register = template.Library()


@register.filter
def money(amount: Any, currency: str) -> str:
    """1200.5, "CNY" → "CNY 1,200.50": in the currency's places, or more where the amount has them."""
    if amount is None or amount == "":
        return ""
    return f"{currency}\u00a0{plain_money(amount, currency)}"


@register.filter
def plain_money(amount: Any, currency: str) -> str:
    """The same without the code, for a column that says it once."""
    places = places_of(currency)
    pattern = "#,##0" + ("." + "0" * places + "#" * max(0, 4 - places) if places else ".####")
    return numbers.format_decimal(Decimal(str(amount)), format=pattern, locale=reader_locale())


@register.filter
def rate(value: Any) -> str:
    """A rate with six digits that count: "7.12345", "0.0478901"."""
    number = Decimal(str(value))
    if not number:
        return "0"
    shown = number.quantize(Decimal(1).scaleb(number.adjusted() - 5)) if number.adjusted() < 5 else number
    return numbers.format_decimal(shown.normalize(), format="#,##0.##########", locale=reader_locale())


@register.filter
def quantity(value: Any) -> str:
    """100.0000 → "100", 0.1250 → "0.125"."""
    return numbers.format_decimal(Decimal(str(value)), format="#,##0.####", locale=reader_locale())


@register.filter
def whole_rate(value: Any) -> str:
    """A rate with every digit it was given with."""
    return numbers.format_decimal(
        Decimal(str(value)).normalize(), format="#,##0.########", locale=reader_locale()
    )
