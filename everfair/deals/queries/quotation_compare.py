"""An inquiry's open quotations side by side, in one currency where a rate is known. What cannot be converted is not ranked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from everfair.base.currencies import is_currency, places_of
from everfair.base.languages import for_reader
from everfair.deals.models import Inquiry, Negotiation, QuotationVersion
from everfair.deals.queries.quotations import OPEN, is_over, state_of
from everfair.deals.queries.rates import known_rates
from everfair.engines.money import FoundRate, LineValue, convert, find_rate, line_amount

MOST = 200  # columns nobody reads any more
COLUMNS = {
    "rank": _("Place by total"), "firm": _("Firm"), "quotation": _("Quotation"), "version": _("Version"), "state": _("State"),
    "total": _("Total"), "currency": _("Currency"), "converted": _("Compared"), "target": _("In currency"),
    "rate": _("Rate"), "rate_on": _("Day of the rate"), "rate_source": _("Source of the rate"), "starts_on": _("Valid from"),
    "ends_on": _("Valid until"), "tax_note": _("Taxes"), "terms": _("Terms"), "line": _("Line"), "quantity": _("Quantity"),
    "unit": _("Unit"), "price": _("Price for one"), "amount": _("Amount"),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One quotation of one firm. `rank` counts from 1 by the converted total; None: over, or no rate."""

    negotiation: Negotiation
    version: QuotationVersion
    firm: str
    state: tuple[str, str]
    lines: Sequence[tuple[LineValue, Decimal]]
    rate: FoundRate | None
    converted: Decimal | None
    is_over: bool
    rank: int | None = None

    @property
    def is_same_currency(self) -> bool:
        """Whether nothing had to be converted."""
        return self.rate is not None and not self.rate.legs

    @property
    def factor(self) -> Decimal | None:
        """What one unit of its currency is worth, to be shown."""
        if self.rate is None:
            return None
        found = self.rate.factor
        return Decimal(found.numerator) / Decimal(found.denominator)

    @property
    def is_backward(self) -> bool:
        """Whether a rate kept the other way round was used."""
        return self.rate is not None and any(leg.is_inverse for leg in self.rate.legs)


@dataclass(frozen=True)
class Comparison:
    """Columns, ranked ones first; the currency they are compared in, and the others one may choose."""

    target: str
    columns: Sequence[Column]
    choices: Sequence[str]
    today: date

    @property
    def unconverted(self) -> Sequence[Column]:
        """Those without a rate."""
        return [one for one in self.columns if one.rate is None]


def comparison_of(inquiry: Inquiry, wanted: str, today: date) -> Comparison:
    """The quotations sent and not declined, withdrawn or left behind, converted by what was known on `today`. Four queries.

    `wanted` is a currency's code; where it is none, the inquiry's own, else that of most quotations.
    """
    versions = list(
        QuotationVersion.objects.filter(
            quotation__negotiation__inquiry=inquiry, quotation__state__in=OPEN, number=F("quotation__sent_number")
        )
        .select_related("quotation__negotiation__firm__organisation")
        .prefetch_related("lines")
        .order_by("quotation__negotiation_id", "quotation__number")[:MOST]
    )  # fmt: skip
    used = [one.currency for one in versions]
    target = next((code for code in (wanted, inquiry.currency) if code and is_currency(code)), "")
    target = target or max(sorted(set(used)), key=used.count, default="CNY")
    rates = known_rates(inquiry.edition, {*used, target}, today) if set(used) - {target} else []
    found = {code: find_rate(rates, code, target, today) for code in {*used}}
    columns = [_column(one, found[one.currency], target, today) for one in versions]
    others = {code for rate in rates for code in (rate.currency, rate.base)}
    choices = list(dict.fromkeys([target, *sorted(set(used)), *sorted(others)]))
    return Comparison(target, _ranked(columns), choices, today)


def _column(version: QuotationVersion, rate: FoundRate | None, target: str, today: date) -> Column:
    negotiation = version.quotation.negotiation
    places = places_of(version.currency)
    lines = [LineValue(one.text, one.quantity, one.unit, one.price) for one in version.lines.all()]
    return Column(
        negotiation, version, for_reader(negotiation.firm.organisation.name),
        state_of(version.quotation, version, today), [(line, line_amount(line, places)) for line in lines], rate,
        None if rate is None else convert(version.total, rate, places_of(target)), is_over(version, today),
    )  # fmt: skip


def _ranked(columns: Sequence[Column]) -> list[Column]:
    """Equal totals share a place. Then what is over, then what no rate was found for, each as they came."""
    counted = [one for one in columns if one.converted is not None and not one.is_over]
    totals = sorted(one.converted for one in counted if one.converted is not None)
    placed = [
        replace(one, rank=totals.index(one.converted) + 1) for one in counted if one.converted is not None
    ]
    rest = [one for one in columns if one.converted is None or one.is_over]
    return sorted(placed, key=lambda one: one.rank or 0) + sorted(rest, key=lambda one: one.rate is None)


def export_rows(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """One row for each line of each quotation; amounts as they are."""
    for one in comparison.columns:
        version, rate = one.version, one.rate
        head = {
            "rank": one.rank, "firm": one.firm, "quotation": version.title, "version": version.number, "state": one.state[1],
            "total": version.total.normalize(), "currency": version.currency, "converted": one.converted,
            "target": comparison.target if one.converted is not None else "",
            "rate": "" if one.factor is None else round(one.factor, 8), "rate_on": rate.on if rate else None,
            "rate_source": "; ".join(rate.sources) if rate else "", "starts_on": version.starts_on, "ends_on": version.ends_on,
            "tax_note": version.tax_note, "terms": version.terms,
        }  # fmt: skip
        for line, amount in one.lines:
            yield head | {
                "line": line.text, "quantity": line.quantity.normalize(), "unit": line.unit, "price": line.price.normalize(),
                "amount": amount,
            }  # fmt: skip
