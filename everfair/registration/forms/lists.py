"""A list of people: which column holds what, and a row of it made clean. Nothing is saved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.countries import find_country, find_language
from everfair.base.languages import CONTENT_TO_INTERFACE, for_reader
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line
from everfair.gateways.tables import Field, guess_mapping

KIND, FIRST_NAME, LAST_NAME, ID = "kind", "first_name", "last_name", "external_id"
LABELS: dict[str, "str | Promise"] = {
    "name": gettext_lazy("Name"),
    FIRST_NAME: gettext_lazy("Given name"),
    LAST_NAME: gettext_lazy("Family name"),
    "second_name": gettext_lazy("Name in the other script"),
    "email": gettext_lazy("E-mail address"),
    "organisation_name": gettext_lazy("Firm or body"),
    "job_title": gettext_lazy("Job title"),
    "country": gettext_lazy("Country or region"),
    "language": gettext_lazy("Language"),
    KIND: gettext_lazy("Kind of badge"),
    ID: gettext_lazy("Number in the list"),
}


def _titles(text: str) -> tuple[str, ...]:
    return tuple(" ".join(title.split()) for title in text.split("|"))


FIELDS: Mapping[str, Field] = {
    ID: Field(
        _titles(
            "id | external id | number | no | registration id | reference | code | 编号 | 序号 | 登记号 | 证件编号"
        )
    ),
    "name": Field(
        _titles(
            "name | full name | person | visitor | attendee | name on badge | contact | contact person | participant |"
            "姓名 | 名字 | 联系人 | 参会人 | 观众姓名 | 嘉宾姓名 | 中文姓名"
        )
    ),
    FIRST_NAME: Field(_titles("first name | given name | forename | vorname | 名")),
    LAST_NAME: Field(_titles("last name | family name | surname | nachname | 姓 | 姓氏")),
    "second_name": Field(
        _titles(
            "second name | name in the other script | chinese name | english name | name (en) | name (zh) | pinyin |"
            "英文姓名 | 英文名 | 拼音 | 姓名拼音"
        )
    ),
    "email": Field(
        _titles(
            "email | e-mail | mail | email address | e-mail address | 邮箱 | 电子邮箱 | 邮件 | 电子邮件 | 邮箱地址"
        ),
        "email",
        by_content=True,
    ),
    "organisation_name": Field(
        _titles(
            "company | organisation | organization | firm | firm or body | company name | employer | institution | unit |"
            "单位 | 公司 | 企业 | 机构 | 单位名称 | 公司名称 | 企业名称 | 工作单位"
        )
    ),
    "job_title": Field(_titles("job title | title | position | role | function | 职务 | 职位 | 职称 | 岗位")),
    "country": Field(
        _titles(
            "country | country or region | country/region | nation | 国家 | 国家/地区 | 国家或地区 | 国别"
        ),
        "country",
        by_content=True,
    ),
    "language": Field(_titles("language | lang | 语言 | 语种")),
    KIND: Field(
        _titles(
            "kind | kind of badge | badge | badge type | category | ticket | 类别 | 证件类别 | 证件类型 | 身份"
        )
    ),
}


class ListForm(forms.Form):
    """A file, the kind its people come as, and the name under which the list is known."""

    file = forms.FileField(
        label=gettext_lazy("The list"),
        help_text=gettext_lazy("Excel workbook (.xlsx), CSV or JSON lines. The first row holds the titles."),
        error_messages={"required": gettext_lazy("Choose the file that holds the list.")},
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of badge"))
    name = forms.CharField(
        label=gettext_lazy("Name of the list"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Send the list again under the same name, and rows with the same number are brought up to date. "
            "Left empty, the file's name is taken."
        ),
    )

    def __init__(self, *args: Any, kinds: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {kind.code: kind for kind in kinds}
        chosen: Any = self.fields["kind"]
        chosen.choices = [(code, for_reader(kind.name)) for code, kind in self.kinds.items()]


def questions_of(kinds: Iterable[Any]) -> dict[str, Mapping[str, Any]]:
    """Question code → question, of several kinds."""
    return {question["code"]: question for kind in kinds for question in kind.questions}


def targets(kinds: Iterable[Any]) -> dict[str, "str | Promise"]:
    """What a column may hold: LABELS, then the kinds' questions as "q_<code>"."""
    asked = {f"q_{code}": for_reader(question["label"]) for code, question in questions_of(kinds).items()}
    return {**LABELS, **asked}


def guess_fields(
    columns: Sequence[str], sample: Sequence[Mapping[str, object]], kinds: Iterable[Any]
) -> dict[str, str]:
    """Field → column, as the titles and the first rows suggest."""
    asked = {
        f"q_{code}": Field(tuple(question["label"].values()))
        for code, question in questions_of(kinds).items()
    }
    found = guess_mapping(columns, sample, {**FIELDS, **asked})
    if found.get("name") and (found.get(FIRST_NAME) and found.get(LAST_NAME)):
        found[FIRST_NAME] = found[LAST_NAME] = None
    return {key: column for key, column in found.items() if column}


def require_usable(fields: Mapping[str, str], columns: Sequence[str]) -> None:
    """Refused where no column holds the name, or a column is not in the list."""
    for key, column in fields.items():
        if column not in columns:
            raise Refused(_("The list has no column “%(column)s”.") % {"column": column}, field=key)
    if not fields.get("name") and not fields.get(FIRST_NAME) and not fields.get(LAST_NAME):
        raise Refused(_("Say which column holds the person's name."), field="name")


@dataclass
class RowReader:
    """A row of the file as values for a registration. `kinds` by code; `default` where no column names one."""

    fields: Mapping[str, str]
    kinds: Mapping[str, Any]
    default: Any
    language: str
    known: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in self.kinds.values():
            for spelling in (kind.code, *kind.name.values()):
                self.known.setdefault(spelling.casefold(), kind)

    def column(self, key: str) -> str:
        """The list's own title of a field, for the problem's line."""
        return self.fields.get(key, "") or (self.fields.get(LAST_NAME, "") if key == "name" else "")

    def text(self, row: Mapping[str, object], key: str) -> str:
        """One cell as a line of text."""
        column = self.fields.get(key)
        value = row.get(column) if column else None
        return "" if value is None else clean_line(str(value))

    def kind_of(self, row: Mapping[str, object]) -> Any:
        """The kind a row names, else the list's own. Refused where it is unknown."""
        word = self.text(row, KIND)
        if not word:
            return self.default
        kind = self.known.get(word.casefold())
        if kind is None:
            raise Refused(
                _("“%(word)s” is no kind of badge of this edition.") % {"word": word[:60]}, field=KIND
            )
        return kind

    def values(self, row: Mapping[str, object], kind: Any) -> dict[str, Any]:
        """What `clean_values` takes. Refused where a country is unknown."""
        name = self.text(row, "name") or self._joined(row)
        country = self.text(row, "country")
        code = _country(country) if country else ""
        if code is None:
            raise Refused(
                _("“%(name)s” is not the name of a country or region. Write it out, or use its two letters.")
                % {"name": country[:60]},
                field="country",
            )
        answers = {
            question["code"]: row.get(self.fields[f"q_{question['code']}"])
            for question in kind.questions
            if f"q_{question['code']}" in self.fields
        }
        return {
            "name": name,
            "second_name": self.text(row, "second_name"),
            "email": self.text(row, "email"),
            "organisation_name": self.text(row, "organisation_name"),
            "job_title": self.text(row, "job_title"),
            "country": code,
            "language": _language(self.text(row, "language"), name) or self.language,
            "answers": answers,
        }

    def _joined(self, row: Mapping[str, object]) -> str:
        """Chinese names stand family name first and without a space."""
        first, last = self.text(row, FIRST_NAME), self.text(row, LAST_NAME)
        if last and "\u3400" <= last[0] <= "\u9fff":
            return f"{last}{first}"
        return f"{first} {last}".strip()


@lru_cache(maxsize=2000)
def _country(name: str) -> str | None:
    return find_country(name)


def _language(word: str, name: str) -> str:
    code = find_language(word) if word else None
    if code in CONTENT_TO_INTERFACE:
        return str(code)
    return "zh" if not word and name and "\u3400" <= name[0] <= "\u9fff" else ""
