"""A list of exchange rates: which column holds what, and each row made into a rate or a sentence. Nothing is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.currencies import is_currency
from everfair.base.texts import clean_line
from everfair.deals.forms.quotation_values import CurrencyField, currency_sentence, number_sentence
from everfair.engines.money import RateValue, Unreadable, Why, read_number
from everfair.gateways.tables import Field, guess_mapping

VALUE_DIGITS, VALUE_PLACES = 7, 8
FINEST = Decimal(1).scaleb(-VALUE_PLACES)
FIRST_DAY = date(1990, 1, 1)
Problems = dict[str, str]


def _titles(text: str) -> tuple[str, ...]:
    return tuple(" ".join(title.split()) for title in text.split("|"))


FIELDS: Mapping[str, Field] = {
    name: Field(_titles(titles))
    for name, titles in {
        "currency": "currency | code | currency code | from | 币种 | 货币 | 货币代码",
        "base": "base | in | in currency | to | base currency | quote currency | 折合货币 | 基准货币 | 计价货币",
        "value": "value | rate | exchange rate | middle rate | mid | 汇率 | 中间价 | 折算价 | 数值",
        "on": "day | date | on | valid on | 日期 | 发布日期",
        "source": "source | published by | 来源 | 数据来源",
        "units": "units | per | unit | 单位 | 数量",
    }.items()
}


class RateListForm(forms.Form):
    """The file, and what holds for rows that do not say it."""

    file = forms.FileField(
        label=gettext_lazy("Table of rates"),
        help_text=gettext_lazy("Excel workbook (.xlsx) or CSV, one rate in a row."),
        error_messages={"required": gettext_lazy("Choose the file that holds the table.")},
    )
    base = CurrencyField(
        label=gettext_lazy("In which currency the values are"),
        required=False,
        help_text=gettext_lazy("Where the table has no column for it."),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Who published the rates; shown beside each comparison."),
    )

    def clean_source(self) -> str:
        """One line."""
        return clean_line(self.cleaned_data["source"])


@dataclass(frozen=True)
class ReadRate:
    """A row as a rate, or None with what is wrong in it: column → what to do."""

    rate: RateValue | None
    problems: Problems


@dataclass
class RateReader:
    """Reads rows of one list. `base` and `source` where the list does not say them; `today` is the fair's."""

    columns: Sequence[str]
    sample: Sequence[Mapping[str, object]]
    today: date
    base: str = ""
    source: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    seen: set[tuple[str, str, date]] = field(default_factory=set)

    def __post_init__(self) -> None:
        found = guess_mapping(self.columns, self.sample, FIELDS)
        self.fields = {name: column for name, column in found.items() if column}

    @property
    def missing(self) -> list[str]:
        """Titles of columns without which nothing can be read."""
        needed = {"currency": _("Currency"), "value": _("Value"), "on": _("Day")}
        if not self.base:
            needed["base"] = _("In")
        return [label for name, label in needed.items() if name not in self.fields]

    def column(self, name: str) -> str:
        """The file's own title."""
        return self.fields.get(name, name)

    def read(self, row: Mapping[str, object]) -> ReadRate:
        """One row. The same pair on the same day twice is a problem of the second."""
        problems: Problems = {}
        currency = self._currency(row, "currency", "", problems)
        base = self._currency(row, "base", self.base, problems)
        if currency and currency == base:
            problems["base"] = _("A currency has no rate in itself.")
        value = self._value(row, problems)
        on = self._day(row, problems)
        if problems or value is None or on is None:
            return ReadRate(None, problems)
        key = (currency, base, on)
        if key in self.seen:
            problems["on"] = _("This pair stands in the table twice for this day. Keep one of them.")
            return ReadRate(None, problems)
        self.seen.add(key)
        source = clean_line(self._text(row, "source"))[:200] or self.source
        return ReadRate(RateValue(currency, base, value, on, source), problems)

    def _text(self, row: Mapping[str, object], name: str) -> str:
        column = self.fields.get(name)
        value = row.get(column) if column else None
        return "" if value is None else str(value)

    def _currency(self, row: Mapping[str, object], name: str, default: str, problems: Problems) -> str:
        code = clean_line(self._text(row, name)).upper() or default
        if not is_currency(code):
            problems[name] = currency_sentence(code) if code else _("Write the three letters of a currency.")
            return ""
        return code

    def _value(self, row: Mapping[str, object], problems: Problems) -> Decimal | None:
        value, units = self._number(row, "value", problems), Decimal(1)
        if self._text(row, "units").strip():
            units = self._number(row, "units", problems) or units
        if value is None:
            return None
        fitted = (value / units).quantize(FINEST, ROUND_HALF_EVEN)
        if fitted <= 0:
            problems["value"] = _("A rate is more than zero, with at most eight decimals that count.")
        elif fitted >= 10**VALUE_DIGITS:
            problems["value"] = number_sentence(Why.TOO_LARGE, str(value), VALUE_DIGITS)
        return fitted

    def _number(self, row: Mapping[str, object], name: str, problems: Problems) -> Decimal | None:
        column = self.fields.get(name)
        given = row.get(column) if column else None
        text = f"{given:.12f}" if isinstance(given, float) else self._text(row, name)
        try:
            if "," in text and "." not in text:  # 7,123 is seven and a bit in half of Europe
                raise Unreadable(Why.TWO_WAYS)
            return read_number(text, digits=15, places=20, has_thousandths=True)
        except Unreadable as error:
            problems[name] = number_sentence(error.why, text, 15, 20)
            return None

    def _day(self, row: Mapping[str, object], problems: Problems) -> date | None:
        column = self.fields.get("on")
        given = row.get(column) if column else None
        try:
            found = given.date() if isinstance(given, datetime) else given
            if not isinstance(found, date):
                text = clean_line(str(given or "")).replace("/", "-").replace(".", "-")
                found = _plain_day(text)
        except ValueError:
            shown = clean_line(str(given or ""))[:20]
            problems["on"] = _("“%(text)s” is no day. Write it as 2026-09-04.") % {"text": shown}
            return None
        if found > self.today + timedelta(days=1) or found < FIRST_DAY:
            problems["on"] = _("Write a day that has come, not before 1990.")
            return None
        return found


def _plain_day(text: str) -> date:
    """2026-09-04, 2026-9-4, 20260904."""
    parts = text.split("-")
    if len(parts) == 3 and all(part.isascii() and part.isdecimal() for part in parts) and len(parts[0]) == 4:
        return date(*(int(part) for part in parts))
    if len(text) == 8 and text.isascii() and text.isdecimal():
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    raise ValueError(text)


def rates_of_payload(rows: object) -> list[RateValue]:
    """What a preview carried, read as strictly as a list. ValidationError when it is no preview of ours."""
    try:
        return [
            RateValue(currency, base, Decimal(value), date.fromisoformat(on), source)
            for currency, base, value, on, source in rows  # type: ignore[attr-defined]
        ]
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ValidationError(_("This preview cannot be read. Send the table again.")) from error
