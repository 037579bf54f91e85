"""What an imported list may fill and from which columns: target fields, mappings, presets, guesses. Reads
no rows' meaning."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.base.refusals import Refused
from everfair.gateways.tables import EXHIBITOR_FIELDS, Field, guess_mapping


@dataclass(frozen=True)
class Target:
    """A field an import can fill. `group` is what it belongs to: firm, booth, offer."""

    key: str
    label: "str | Promise"
    group: str


def _targets(group: str, rows: Mapping[str, "str | Promise"]) -> list[Target]:
    return [Target(key, label, group) for key, label in rows.items()]


TARGETS: Mapping[str, Target] = {
    target.key: target
    for target in [
        *_targets(
            "firm",
            {
                "external_id": gettext_lazy("The list's own id"),
                "code": gettext_lazy("everfair's code of the exhibitor"),
                "name_en": gettext_lazy("Name in English"),
                "name_zh": gettext_lazy("Name in Chinese"),
                "country": gettext_lazy("Country or region"),
                "website": gettext_lazy("Website"),
                "email": gettext_lazy("E-mail (for the organiser only)"),
                "size": gettext_lazy("Size"),
            },
        ),
        *_targets(
            "booth",
            {
                "area": gettext_lazy("Area"),
                "sector": gettext_lazy("Main sector"),
                "headline_en": gettext_lazy("One sentence in English"),
                "headline_zh": gettext_lazy("One sentence in Chinese"),
                "about_en": gettext_lazy("Text in English"),
                "about_zh": gettext_lazy("Text in Chinese"),
                "languages": gettext_lazy("Working languages"),
                "delegation": gettext_lazy("Delegation"),
                "video_url": gettext_lazy("Address of a video"),
            },
        ),
        *_targets(
            "offer",
            {
                "offer_external_id": gettext_lazy("The offer's own id"),
                "offer_title_en": gettext_lazy("Offer: title in English"),
                "offer_title_zh": gettext_lazy("Offer: title in Chinese"),
                "offer_description_en": gettext_lazy("Offer: text in English"),
                "offer_description_zh": gettext_lazy("Offer: text in Chinese"),
                "offer_modes": gettext_lazy("Offer: modes of supply"),
                "offer_sector": gettext_lazy("Offer: sector"),
            },
        ),
    ]
}
CATEGORIES = ("area", "sector", "delegation", "offer_sector")
"""Targets whose values are rows of the edition, so that a list's own words may be translated by a value
map."""

_MORE_FIELDS: Mapping[str, Field] = {
    "delegation": Field(("delegation", "trade delegation", "交易团", "代表团", "组团单位")),
    "video_url": Field(("video", "video url", "video address", "视频", "视频地址"), "url"),
    "offer_external_id": Field(("offer id", "product id", "service id", "产品编号", "服务编号")),
    "offer_title_en": Field(
        ("offer title", "offer", "product", "service", "product name", "service name"), "latin"
    ),
    "offer_title_zh": Field(("产品名称", "服务名称", "产品", "服务项目"), "chinese"),
    "offer_description_en": Field(
        ("offer description", "product description", "service description"), "latin"
    ),
    "offer_description_zh": Field(("产品介绍", "服务介绍", "产品简介", "服务简介"), "chinese"),
    "offer_modes": Field(("modes of supply", "mode of supply", "modes", "提供方式", "供应模式")),
}


@dataclass(frozen=True)
class Source:
    """Where a field's value comes from.

    The first of `columns` that is not blank, or all of them joined with `join`; else `otherwise`; else
    `constant`.
    `when` names a column that must be filled for the field to be taken at all. `values` translates the
    list's words
    (compared without case) into codes. `shorten` says that a long text is expected and its beginning wanted.
    """

    columns: tuple[str, ...] = ()
    join: str | None = None
    constant: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    when: str = ""
    shorten: bool = False
    otherwise: "Source | None" = None

    def candidates(self, row: Mapping[str, object]) -> Iterator[tuple[str, object]]:
        """(column, value) in the order in which they are tried. Column "" for a constant."""
        if self.when and is_blank(row.get(self.when)):
            return
        found = [(column, row[column]) for column in self.columns if not is_blank(row.get(column))]
        if self.join is not None and found:
            yield found[0][0], self.join.join(dict.fromkeys(as_text(value) for _column, value in found))
        else:
            yield from found
        if not found and self.otherwise is not None:
            yield from self.otherwise.candidates(row)
        elif not found and self.constant:
            yield "", self.constant

    def used_columns(self) -> set[str]:
        """Every column it names."""
        more = self.otherwise.used_columns() if self.otherwise else set()
        return {*self.columns, *more} | ({self.when} if self.when else set())


Mapped = Mapping[str, Source]
"""Target field → where it comes from."""


def is_blank(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def as_text(value: object) -> str:
    """A cell as text: lists one below the other, pages ({"title", "body"}) with their headings."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        title, body = str(value.get("title") or ""), str(value.get("body") or "")
        return f"## {title}\n\n{body}".strip() if title else body.strip()
    if isinstance(value, (list, tuple)):
        parts = [as_text(part) for part in value]
        return ("\n\n" if any(isinstance(part, Mapping) for part in value) else "; ").join(parts)
    return "" if value is None else str(value)


def mapping_to_json(mapped: Mapped) -> dict[str, Any]:
    """As it is kept in the run and in files: a lone column as a text, several as a list, the rest as
    objects."""
    return {key: _source_to_json(source) for key, source in mapped.items()}


def _source_to_json(source: Source) -> Any:
    if source == Source(columns=source.columns) and source.columns:
        return source.columns[0] if len(source.columns) == 1 else list(source.columns)
    plain = {name: value for name, value in asdict(source).items() if value not in ("", None, False, {}, ())}
    if "columns" in plain:
        plain["columns"] = list(source.columns)
    if source.otherwise is not None:
        plain["otherwise"] = _source_to_json(source.otherwise)
    return plain


def mapping_from_json(content: Any) -> dict[str, Source]:
    """The mapping in a run or a mapping file. Refused with a sentence that names what is wrong."""
    if isinstance(content, Mapping) and isinstance(content.get("fields"), Mapping):
        content = content["fields"]
    if not isinstance(content, Mapping):
        raise Refused(
            _("A mapping is an object: field → column. See the page about importing for an example.")
        )
    for key in content:
        if key not in TARGETS:
            raise Refused(
                _(
                    "The mapping names the field “%(field)s”, which does not exist. The "
                    "fields are: %(fields)s."
                )
                % {"field": key, "fields": ", ".join(TARGETS)}
            )
    return {key: _source_from_json(key, value) for key, value in content.items() if value}


def _source_from_json(key: str, value: Any) -> Source:
    if isinstance(value, str):
        return Source(columns=(value,))
    if isinstance(value, list) and all(isinstance(column, str) for column in value):
        return Source(columns=tuple(value))
    if isinstance(value, Mapping) and set(value) <= set(Source.__dataclass_fields__):
        columns = value.get("columns", ())
        otherwise = value.get("otherwise")
        return Source(
            columns=(columns,) if isinstance(columns, str) else tuple(map(str, columns)),
            join=value.get("join"),
            constant=str(value.get("constant", "")),
            values={str(word): str(code) for word, code in dict(value.get("values") or {}).items()},
            when=str(value.get("when", "")),
            shorten=bool(value.get("shorten", False)),
            otherwise=_source_from_json(key, otherwise) if otherwise else None,
        )
    raise Refused(
        _("The mapping of “%(field)s” must be a column, a list of columns, or an object with: %(keys)s.")
        % {"field": key, "keys": ", ".join(Source.__dataclass_fields__)}
    )


def require_usable(mapped: Mapped, columns: Sequence[str]) -> None:
    """Refused unless a name can be read and every named column is in the list."""
    known = set(columns)
    for key, source in mapped.items():
        missing = sorted(source.used_columns() - known)
        if missing:
            raise Refused(
                _(
                    "The list has no column “%(column)s”, which should fill “%(field)s”. "
                    "Its columns are: %(columns)s."
                )
                % {"column": missing[0], "field": TARGETS[key].label, "columns": _listed(columns)},
                field=key,
            )
    if "name_en" not in mapped and "name_zh" not in mapped:
        raise Refused(
            _(
                "No column holds the exhibitors' names. Choose the column for “Name in "
                "English” or “Name in Chinese”, "
                "or add a column titled “Name”. The list has the columns: %(columns)s."
            )
            % {"columns": _listed(columns)},
            field="name_en",
        )


def _listed(columns: Sequence[str]) -> str:
    shown = _(", ").join(columns[:30])
    return shown if len(columns) <= 30 else f"{shown} …"


def columns_digest(columns: Iterable[str]) -> str:
    """The same for every file with the same columns in the same order."""
    return hashlib.sha256(json.dumps(list(columns), ensure_ascii=False).encode()).hexdigest()


def guessed(kind: str, columns: Sequence[str], sample: Sequence[Mapping[str, object]]) -> dict[str, Source]:
    """The likely mapping: a preset for known lists, our own column names as they are, else by title and
    content."""
    preset = find_preset(kind, columns)
    if preset is not None:
        return _only_known_columns(preset, columns)
    own = {key: Source(columns=(key,)) for key in TARGETS if key in columns}
    if {"name_en", "name_zh"} & set(own):
        return own
    found = guess_mapping(columns, sample, {**EXHIBITOR_FIELDS, **_MORE_FIELDS})
    return {
        key: Source(columns=(column,))
        for key, column in found.items()
        if column is not None and key in TARGETS
    }


def find_preset(kind: str, columns: Sequence[str]) -> "dict[str, Source] | None":
    """The ready mapping for a landscape, for stand pages and for lists of products by maker in two
    languages."""
    if kind in PRESETS:
        return dict(PRESETS[kind])
    if {"slug", "author", "description_en", "description_zh", "body_en", "body_zh"} <= set(columns):
        return dict(PRESETS["products"])
    return None


def _only_known_columns(preset: Mapped, columns: Sequence[str]) -> dict[str, Source]:
    known = set(columns)

    def kept(source: Source) -> Source | None:
        otherwise = kept(source.otherwise) if source.otherwise else None
        found = tuple(column for column in source.columns if column in known)
        if source.when and source.when not in known:
            return None
        if not found and not source.constant:
            return otherwise
        return Source(
            found, source.join, source.constant, source.values, source.when, source.shorten, otherwise
        )

    return {key: source for key, given in preset.items() if (source := kept(given)) is not None}


PRESETS: Mapping[str, Mapped] = {
    # every entry is an exhibitor; one with a description is an offer too
    "landscape": {
        "external_id": Source(("category", "subcategory", "name"), join=" / "),
        "name_en": Source(("name",)),
        "website": Source(("homepage_url", "repo_url")),
        "area": Source(("subcategory", "category")),
        "sector": Source(("subcategory", "category")),
        "headline_en": Source(
            ("description",),
            shorten=True,
            otherwise=Source(("category", "subcategory"), join=" / ", shorten=True),
        ),
        "about_en": Source(("description",)),
        "offer_title_en": Source(("name",), when="description", shorten=True),
        "offer_description_en": Source(("description",)),
    },
    "stands": {
        "external_id": Source(("folder", "stand"), join="/"),
        "name_en": Source(("title", "index.title", "stand")),
        "website": Source(("website", "index.website")),
        "area": Source(("themes", "index.themes")),
        "sector": Source(("themes", "index.themes")),
        "headline_en": Source(("description", "index.description", "title"), shorten=True),
        "about_en": Source(
            ("description", "body", "showcase", "new_this_year", "pages"),
            join="\n\n",
            shorten=True,
            otherwise=Source(
                ("index.description", "index.showcase", "index.new_this_year"), join="\n\n", shorten=True
            ),
        ),
    },
    # one row per product: the makers become the exhibitors, the products their offers
    "products": {
        "external_id": Source(("author",)),
        "name_en": Source(("author",)),
        "website": Source(("homepage", "repo")),
        "area": Source(("subCategory", "category")),
        "sector": Source(("subCategory", "category")),
        "headline_en": Source(("description_en",), shorten=True),
        "headline_zh": Source(("description_zh",), shorten=True),
        "about_en": Source(("body_en", "description_en")),
        "about_zh": Source(("body_zh", "description_zh")),
        "offer_external_id": Source(("slug",)),
        "offer_title_en": Source(("name",)),
        "offer_title_zh": Source(("name",)),
        "offer_description_en": Source(("description_en", "body_en"), join="\n\n"),
        "offer_description_zh": Source(("description_zh", "body_zh"), join="\n\n"),
        "offer_sector": Source(("subCategory", "category")),
    },
}
