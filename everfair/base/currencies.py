"""Currencies in use, by ISO 4217 code (Babel / CLDR), their names and places. No list of our own."""

from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision, get_territory_currencies

USUAL = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD")  # offered first


@lru_cache(maxsize=1)
def currency_codes() -> frozenset[str]:
    """What is legal tender somewhere today: no metals, no test codes, nothing that was replaced."""
    return frozenset(
        code
        for territory in get_global("territory_currencies")
        for code in get_territory_currencies(territory)
    )


def is_currency(code: str) -> bool:
    """Whether the code is one in use, in capitals."""
    return code in currency_codes()


def places_of(code: str) -> int:
    """Decimals of its amounts: CNY 2, JPY 0, KWD 3; 2 for one we do not know."""
    return get_currency_precision(code)


@lru_cache(maxsize=8)
def currency_names(language: str) -> dict[str, str]:
    """Code → name in `language` ("en", "zh"), the usual ones first."""
    names = Locale.parse({"zh": "zh_Hans"}.get(language, language)).currencies
    order = [*USUAL, *sorted(currency_codes() - set(USUAL))]
    return {code: names.get(code, code) for code in order if is_currency(code)}
