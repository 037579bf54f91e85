"""Rates of an edition: the list at the organiser's desk, and what was known on a day. Conversion is engines/money's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from everfair.deals.models import Rate
from everfair.engines.money import RateValue
from everfair.fair.models import Edition

COLUMNS = {
    "currency": _("Currency"), "base": _("In"), "value": _("Value"), "on": _("Day"), "source": _("Source")
}  # fmt: skip


def value_of(row: Rate) -> RateValue:
    """As the engine takes it."""
    return RateValue(row.currency, row.base, row.value, row.on, row.source)


def known_rates(edition: Edition, currencies: Iterable[str], on: date) -> list[RateValue]:
    """The latest rate of each pair on or before `on` that leads from or to one of `currencies`. Two queries."""
    named = list(currencies)
    rows = Rate.objects.filter(Q(currency__in=named) | Q(base__in=named), edition=edition)
    latest = {
        (one["currency"], one["base"]): one["last"]
        for one in rows.filter(on__lte=on).order_by().values("currency", "base").annotate(last=Max("on"))
    }
    if not latest:
        return []
    found = rows.filter(on__in=set(latest.values()))
    return [value_of(row) for row in found if latest[row.currency, row.base] == row.on]


@dataclass(frozen=True)
class RateFilters:
    """What narrows the list: words in the source, a currency on either side, days."""

    words: str = ""
    currency: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.words or self.currency or self.first or self.last)


def filters_of(query: Mapping[str, str]) -> RateFilters:
    """From an address; what is no day or no code filters nothing."""
    code = query.get("currency", "").strip().upper()[:3]
    return RateFilters(
        query.get("q", "").strip()[:100], code if code.isalpha() and code.isascii() else "",
        _day(query.get("from", "")), _day(query.get("to", "")),
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def rates_of(edition: Edition, filters: RateFilters | None = None) -> QuerySet[Rate]:
    """The edition's rates, newest first."""
    rows = Rate.objects.filter(edition=edition)
    if filters is None:
        return rows
    for word in filters.words.split():
        rows = rows.filter(Q(source__icontains=word) | Q(currency__iexact=word) | Q(base__iexact=word))
    if filters.currency:
        rows = rows.filter(Q(currency=filters.currency) | Q(base=filters.currency))
    if filters.first:
        rows = rows.filter(on__gte=filters.first)
    if filters.last:
        rows = rows.filter(on__lte=filters.last)
    return rows


def currencies_of(edition: Edition) -> list[str]:
    """Every currency a rate of the edition names, in order."""
    pairs = Rate.objects.filter(edition=edition).order_by().values_list("currency", "base").distinct()
    return sorted({code for pair in pairs for code in pair})


def rate_of(edition: Edition, pk: int) -> Rate | None:
    """One of them."""
    return Rate.objects.filter(edition=edition, pk=pk).first()


def export_rows(rows: QuerySet[Rate]) -> Iterator[dict[str, Any]]:
    """As the import reads them back."""
    for row in rows.iterator(chunk_size=500):
        yield {
            "currency": row.currency, "base": row.base, "value": row.value.normalize(), "on": row.on, "source": row.source
        }  # fmt: skip
