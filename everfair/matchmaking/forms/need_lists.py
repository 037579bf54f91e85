"""A list of needs: which column holds what, tenders of TED, and a row of either made into a need's values. Nothing is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.countries import find_country, find_language
from everfair.base.texts import clean_line, clean_text
from everfair.exhibition.models.offer import MODES
from everfair.fair.models import Sector
from everfair.gateways.tables import Field, guess_mapping
from everfair.matchmaking.forms.cpv import nearest, sector_codes
from everfair.matchmaking.forms.need_values import TEXT, TITLE, Problems, guess_language, is_language
from everfair.matchmaking.models import Need
from everfair.people.models import Organisation

TED = "TED"
TED_COLUMNS = frozenset({"notice", "cpv_main", "title"})
TED_PAGE = "https://ted.europa.eu/en/notice/-/detail/{notice}"
BETWEEN = (";", "；", ",", "，", "、", "|")


def _titles(text: str) -> tuple[str, ...]:
    return tuple(" ".join(title.split()) for title in text.split("|"))


FIELDS: Mapping[str, Field] = {
    name: Field(_titles(titles))
    for name, titles in {
        "id": "id | number | no | external id | reference | 编号 | 序号",
        "title_en": "title_en | title (english) | title | need | subject | 英文标题 | 标题（英文） | 标题(english)",
        "title_zh": "title_zh | title (chinese) | 标题（中文） | 中文标题 | 标题 | 需求 | 需求名称",
        "description_en": "description_en | text (english) | description | text | details | 英文说明 | 说明（英文）",
        "description_zh": "description_zh | text (chinese) | 说明（中文） | 中文说明 | 说明 | 需求描述 | 描述",
        "title_other": "title_other | title (another language) | 标题（其他语言）",
        "description_other": "description_other | text (another language) | 说明（其他语言）",
        "language_other": "language_other | other language | 其他语言",
        "sector": "sector | w/120 | category | 行业 | 部门 | 类别",
        "more_sectors": "more_sectors | further sectors | 其他行业",
        "modes": "modes | modes of supply | mode | 服务提供方式 | 提供方式 | 提供模式",
        "countries": "countries | suppliers from | supplier countries | 供应商国家 | 供应商所在国",
        "deliver_to": "deliver_to | needed in | place of delivery | delivery country | 服务地点 | 交付地 | 需求所在地",
        "languages": "languages | working languages | 语言 | 工作语言",
        "sizes": "sizes | sizes of firm | 企业规模 | 规模",
        "licence": "licence | license | licence needed | 资质 | 许可",
        "licence_in": "licence_in | licence valid in | 资质有效地区 | 资质适用地区",
        "budget_from": "budget_from | budget from | budget min | 预算下限",
        "budget_to": "budget_to | budget to | budget | budget max | value | 预算上限 | 预算",
        "currency": "currency | 币种 | 货币",
        "starts_on": "starts_on | begins on | start | 开始日期",
        "ends_on": "ends_on | ends on | end | 结束日期",
        "closes_on": "closes_on | last day on the board | deadline | closing date | 截止日期",
        "musts": "musts | conditions | 硬性条件 | 必要条件",
        "audience": "audience | who sees it | 可见范围",
        "buyer": "buyer | company | organisation | organization | 采购方 | 采购商 | 单位",
        "buyer_country": "buyer_country | country of the buyer | buyer country | country | 采购方国家 | 国家 | 采购商所在国家或地区",
        "source_url": "source_url | source address | url | link | 网址 | 链接",
    }.items()
}


class NeedListForm(forms.Form):
    """The file, the name its needs are known by, and whether rows with errors are left out."""

    file = forms.FileField(
        label=gettext_lazy("The list"),
        help_text=gettext_lazy(
            "Excel workbook (.xlsx), CSV, or JSON lines; also tenders of TED as JSON lines."
        ),
        error_messages={"required": gettext_lazy("Choose the file that holds the list.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Name of the list"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Send the list again under the same name, and rows with the same number are brought up to date. "
            "Left empty, the file's name is taken."
        ),
    )
    skip_bad = forms.BooleanField(
        label=gettext_lazy("Leave rows with errors out and write the others"), required=False
    )


@dataclass(frozen=True)
class ReadRow:
    """A row as a need's values, or with what is wrong in it: column → what to do."""

    external_id: str
    values: dict[str, Any]
    problems: Problems


@dataclass
class NeedRowReader:
    """Reads rows of one list. `sectors` by code; `columns` of the file decide whether it is a list of TED's."""

    columns: Sequence[str]
    sample: Sequence[Mapping[str, object]]
    sectors: Mapping[str, Sector]
    fields: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.is_ted:
            found = guess_mapping(self.columns, self.sample, FIELDS)
            self.fields = {name: column for name, column in found.items() if column}

    @property
    def is_ted(self) -> bool:
        """Tenders Electronic Daily, one notice in a line."""
        return set(self.columns) >= TED_COLUMNS

    @cached_property
    def by_name(self) -> dict[str, Sector]:
        """Sectors by their names in every language."""
        return {
            text.casefold(): sector
            for sector in self.sectors.values()
            for text in sector.name.values()
            if text
        }

    @property
    def unused(self) -> list[str]:
        """Columns nothing is taken from."""
        return (
            [] if self.is_ted else [column for column in self.columns if column not in self.fields.values()]
        )

    def column(self, name: str) -> str:
        """The file's own title of a field."""
        return self.fields.get(name) or self.fields.get(f"{name}_en") or self.fields.get(f"{name}_zh") or name

    def read(self, row: Mapping[str, object]) -> ReadRow:
        """One row."""
        return self._tender(row) if self.is_ted else self._plain(row)

    # Plain lists ----------------------------------------------------------------------------------------------
    def _text(self, row: Mapping[str, object], name: str) -> str:
        column = self.fields.get(name)
        value = row.get(column) if column else None
        return "" if value is None else str(value)

    def _plain(self, row: Mapping[str, object]) -> ReadRow:
        problems: Problems = {}
        values: dict[str, Any] = {"title": {}, "description": {}}
        other = clean_line(self._text(row, "language_other")).lower()
        for name in ("title", "description"):
            for code in ("en", "zh"):
                text = clean_text(self._text(row, f"{name}_{code}"))
                if text:
                    # a list with one column of titles has Chinese ones in it too
                    values[name].setdefault(guess_language(text, code) if name == "title" else code, text)
            text = clean_text(self._text(row, f"{name}_other"))
            if text:
                code = other if is_language(other) and other else guess_language(text, "en")
                values[name].setdefault(code, text)
        if set(values["description"]) - set(values["title"]) and len(values["title"]) == 1:
            (code,) = values["title"]
            values["description"] = {
                code if one not in values["title"] else one: text
                for one, text in values["description"].items()
            }
        values |= self._structure(row, problems)
        return ReadRow(clean_line(self._text(row, "id"))[:200], values, problems)

    def _structure(self, row: Mapping[str, object], problems: Problems) -> dict[str, Any]:
        values: dict[str, Any] = {
            "sector": self._sector(self._text(row, "sector"), "sector", problems),
            "more_sectors": [
                sector
                for one in _parts(self._text(row, "more_sectors"))
                if (sector := self._sector(one, "more_sectors", problems)) is not None
            ],
            "modes": _numbers(_parts(self._text(row, "modes")), problems),
            "languages": _codes(_parts(self._text(row, "languages")), find_language, "languages", problems),
            "sizes": [_size(one) for one in _parts(self._text(row, "sizes"))],
            "licence": self._text(row, "licence"),
            "currency": self._text(row, "currency"),
            "musts": _parts(self._text(row, "musts")),
            "audience": _audience(self._text(row, "audience"), problems),
            "buyer": self._text(row, "buyer"),
            "source_url": self._text(row, "source_url"),
        }
        for name in ("countries", "licence_in"):
            values[name] = _codes(_parts(self._text(row, name)), find_country, name, problems)
        for name in ("deliver_to", "buyer_country"):
            found = _codes(_parts(self._text(row, name))[:1], find_country, name, problems)
            values[name] = found[0] if found else ""
        for name in ("budget_from", "budget_to"):
            values[name] = _amount(self._text(row, name), name, problems)
        for name in ("starts_on", "ends_on", "closes_on"):
            column = self.fields.get(name)
            values[name] = _day(row.get(column) if column else None, name, problems)
        return values

    def _sector(self, text: str, name: str, problems: Problems) -> Sector | None:
        text = clean_line(text)
        if not text:
            return None
        found = self.sectors.get(text) or self.by_name.get(text.casefold())
        if found is None:
            problems[name] = _("“%(text)s” is no sector of this edition. Write its code, such as 1.A.") % {
                "text": text[:60]
            }
        return found

    # TED ------------------------------------------------------------------------------------------------------
    def _tender(self, row: Mapping[str, object]) -> ReadRow:
        problems: Problems = {}
        notice = clean_line(str(row.get("notice") or ""))[:200]
        if not notice:
            problems["notice"] = _(
                "The notice has no number; without one it cannot be brought up to date later."
            )
        language = str(row.get("language") or "EN").lower()
        code = language if is_language(language) else "en"
        title = clean_line(str(row.get("title") or ""))
        country = find_country(
            {"UK": "GB", "EL": "GR"}.get(str(row.get("country")), str(row.get("country") or ""))
        )
        further = [
            name.rpartition(".")[2]
            for name, value in row.items()
            if name.startswith("cpv_labels_en.") and value
        ]
        main = str(row.get("cpv_main") or "")
        codes = sector_codes(main, [one for one in further if one != main], title)
        found = [sector for one in codes if (sector := nearest(one, self.sectors)) is not None]
        amount, currency = _tender_value(row.get("values"))
        values: dict[str, Any] = {
            "title": {code: _cut(title, TITLE)},
            "description": {code: _tender_text(row)},
            "sector": found[0] if found else None,
            "more_sectors": list(dict.fromkeys(found[1:]))[:6],
            "deliver_to": country or "",
            "buyer": str(row.get("buyer") or ""),
            "buyer_country": country or "",
            "budget_to": amount,
            "currency": currency,
            "audience": Need.Audience.BOARD,
            "source_url": TED_PAGE.format(notice=notice.lstrip("0")) if notice else "",
        }  # fmt: skip
        return ReadRow(notice, values, problems)


def _tender_text(row: Mapping[str, object]) -> str:
    """What the whole is about, then each lot, nothing twice."""
    parts = [clean_text(str(row.get("short_description") or ""))]
    lots = row.get("lots")
    for lot in lots if isinstance(lots, list) else []:
        if isinstance(lot, Mapping):
            parts += [clean_line(str(lot.get("title") or "")), clean_text(str(lot.get("description") or ""))]
    return _cut("\n\n".join(dict.fromkeys(part for part in parts if part)), TEXT)


def _tender_value(values: object) -> tuple[int | None, str]:
    for one in values if isinstance(values, list) else []:
        if isinstance(one, Mapping):
            try:
                amount = round(float(str(one.get("value"))))
            except (ValueError, OverflowError):
                continue
            if amount >= 100:  # 0.01 and 1 stand for “not said”
                return amount, str(one.get("currency") or "")
    return None, ""


# Cells --------------------------------------------------------------------------------------------------------
def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _parts(text: str) -> list[str]:
    for mark in BETWEEN[1:]:
        text = text.replace(mark, BETWEEN[0])
    return [part for part in (clean_line(one) for one in text.split(BETWEEN[0])) if part]


def _numbers(parts: Sequence[str], problems: Problems) -> list[int]:
    found = [int(part) for part in parts if part in {str(mode) for mode in MODES}]
    if len(found) < len(parts):
        problems["modes"] = _("Modes of supply are numbers from 1 to 4, such as “1; 4”.")
    return found


def _codes(parts: Sequence[str], find: Any, name: str, problems: Problems) -> list[str]:
    found = []
    for part in parts:
        code = find(part)
        if code is None:
            kind = _("language") if name == "languages" else _("country or region")
            problems[name] = _("“%(name)s” is not the name or code of a %(kind)s.") % {
                "name": part[:60],
                "kind": kind,
            }
            continue
        found.append(code)
    return found


def _size(text: str) -> str:
    return next(
        (str(value) for value, label in Organisation.Size.choices if text in (value, str(label))), text
    )


def _audience(text: str, problems: Problems) -> str:
    word = clean_line(text).casefold()
    if word in ("", "board"):
        return str(Need.Audience.BOARD)
    if word in ("hidden", "unnamed", "不具名"):
        return str(Need.Audience.HIDDEN)
    problems["audience"] = _(
        "A list brings needs for the board: write “board”, or “hidden” for a buyer not to be named."
    )
    return str(Need.Audience.BOARD)


def _amount(text: str, name: str, problems: Problems) -> int | None:
    plain = text.replace(",", "").replace("，", "").replace(" ", "").replace("'", "")
    if not plain:
        return None
    try:
        return round(float(plain))
    except (ValueError, OverflowError):
        problems[name] = _("“%(text)s” is no amount. Write whole units, such as 250000.") % {
            "text": text[:40]
        }
        return None


def _day(value: object, name: str, problems: Problems) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip().replace("/", "-")[:10])
    except ValueError:
        problems[name] = _("“%(text)s” is no day. Write it as 2026-09-04.") % {"text": str(value)[:40]}
        return None
