"""Outcomes as pages say them: values, fields, what became of them, files. What all audiences share; no rights, no writing."""

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from everfair.gateways import tables
from everfair.gateways.storage.detect import TYPES
from everfair.gateways.storage.headers import file_headers
from everfair.gateways.storage.store import get_store
from everfair.outcomes.queries.following import Point
from everfair.web.drawing.bars import Bar

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BY_CONTENT_TYPE = {kind.content_type: kind for kind in TYPES}
PIGMENTS = (5, 11, 8, 6, 2, 10, 7, 3, 1, 9, 4, 12)  # of classes, in the edition's order

FIELD_WORDS: dict[str, "str | Promise"] = {
    "names": gettext_lazy("names of the parties"),
    "summary": gettext_lazy("what it is about"),
    "value": gettext_lazy("value"),
    "day": gettext_lazy("day"),
    "sectors": gettext_lazy("sectors"),
    "countries": gettext_lazy("countries and regions of the parties"),
    "delegations": gettext_lazy("delegations"),
    "evidence": gettext_lazy("evidence"),
}
STANDING_WORDS: dict[str, "str | Promise"] = {
    "not_due": gettext_lazy("not due yet"),
    "waiting": gettext_lazy("asked, waiting"),
    "in_force": gettext_lazy("in force"),
    "fulfilled": gettext_lazy("fulfilled"),
    "changed": gettext_lazy("changed"),
    "ended": gettext_lazy("ended"),
    "differ": gettext_lazy("the parties differ"),
    "no_answer": gettext_lazy("no answer"),
}


def language_of(request: HttpRequest) -> str:
    """Content language of the page."""
    return getattr(request, "content_language", "en")


def locale_of(lang: str) -> str:
    """Babel's name of the page's language."""
    return {"zh": "zh_Hans_CN"}.get(lang, "en_GB")


def money(amount: Decimal, currency: str, lang: str) -> str:
    """ "US$1,000", "US$1,000.50": decimals only where there are some."""
    is_round = amount == amount.to_integral_value()
    pattern = "¤¤ #,##0" if is_round else "¤¤ #,##0.00"
    return str(format_currency(amount, currency, pattern, locale=locale_of(lang), currency_digits=False))


def span_words(low: Decimal, high: Decimal, currency: str, lang: str) -> str:
    """An amount, or its two ends, with the currency once."""
    if low == high:
        return money(low, currency, lang)
    upper = money(high, currency, lang).removeprefix(currency).strip()
    return _("%(low)s to %(high)s") % {"low": money(low, currency, lang), "high": upper}


def value_words(value: Mapping[str, str] | None, lang: str) -> str:
    """A public value in words; "" where it was held back."""
    if value is None:
        return ""
    if value["worth"] == "none":
        return _("none")
    if "from" not in value:
        return _("not disclosed")
    return span_words(Decimal(value["from"]), Decimal(value["to"]), value["currency"], lang)


def worth_words(outcome: Any, lang: str) -> str:
    """An outcome's value as its parties and the organiser read it."""
    if outcome.value_from is None:
        return _("none") if outcome.worth == "none" else str(outcome.get_worth_display())
    return span_words(outcome.value_from, outcome.value_to, outcome.currency, lang)


def confirmed_count(parties: Sequence[Any]) -> int:
    """How many of them have confirmed."""
    return sum(party.confirmed_at is not None for party in parties)


def sums_words(cell: Any, lang: str) -> list[str]:
    """The sums of a cell, one line a currency."""
    return [
        ngettext("%(sum)s (%(count)d outcome)", "%(sum)s (%(count)d outcomes)", one.count)
        % {"sum": span_words(one.low, one.high, code, lang), "count": one.count}
        for code, one in cell.sums.items()
    ]


def held_words(names: Iterable[str]) -> list[str]:
    """Fields held back, in words."""
    return [str(FIELD_WORDS[name]) for name in names if name in FIELD_WORDS]


def standing_words(point: Point) -> str:
    """ "in force"; what fell due and was not asked is not said to be ahead."""
    if point.standing.state == "not_due" and point.due_on and point.due_on < timezone.localdate():
        return _("not asked")
    return str(STANDING_WORDS[point.standing.state])


def point_words(point: Point) -> str:
    """ "After 6 months: in force"."""
    return _("After %(months)d months: %(said)s") % {"months": point.months, "said": standing_words(point)}


def life_words(points: Sequence[Point]) -> str:
    """The whole line in a sentence, for whoever does not see the dots."""
    return "; ".join(point_words(point) for point in points)


def class_bars(codes: Sequence[str], cells: Mapping[str, Any], names: Mapping[str, str]) -> list[Bar]:
    """One bar a class, most first; colours by the place of the class in `codes`."""
    pigment = {code: PIGMENTS[n % len(PIGMENTS)] for n, code in enumerate(codes)}
    return [Bar(names.get(code, code), cell.count, pigment.get(code, 12)) for code, cell in cells.items()]


def file_of(
    rows: Iterable[Mapping[str, Any]], columns: Mapping[str, Any], kind: str, name: str, sheet: str
) -> HttpResponseBase:
    """A list as CSV or XLSX."""
    if kind == "csv":
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        chunks = tables.csv_chunks(rows, columns)
        return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)
    if kind != "xlsx":
        raise Http404
    out = io.BytesIO()
    tables.write_xlsx(rows, columns, out, sheet=sheet)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def evidence_answer(row: Any, *, is_private: bool) -> HttpResponseBase:
    """The bytes of a piece of evidence to somebody who may have them."""
    digest = row.file.digest
    headers = file_headers(BY_CONTENT_TYPE[row.file.content_type], row.name, private=True)
    headers |= {"Cache-Control": "private, no-cache" if is_private else "no-cache", "ETag": f'"{digest}"'}
    store = get_store()
    if not store.exists(digest):
        raise Http404
    response = FileResponse(store.open(digest), headers=headers)
    response.headers["Content-Disposition"] = headers["Content-Disposition"]  # FileResponse makes its own
    return response
