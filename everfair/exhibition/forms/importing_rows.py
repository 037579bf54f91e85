"""One row of a list made clean: values our tables can hold, and what is wrong in words. Asks no database,
saves nothing."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from everfair.exhibition.forms.importing import Mapped, Source, as_text
from everfair.exhibition.forms.importing_cells import (
    CLEANERS,
    HEADLINE_LIMIT,
    ID_LIMIT,
    NAME_LIMIT,
    OFFER_CLEANERS,
    TEXT_LIMIT,
    fold,
    opening,
    plain_text,
    shorten_text,
)
from everfair.exhibition.forms.texts import clean_line, has_a_letter

ONLY_OFFER = "1"
"""The id of the one offer of a list that gives its offers no ids."""


@dataclass(frozen=True)
class Lookups:
    """The edition's areas, sectors and delegations: folded code or name in any language → code."""

    area: Mapping[str, str]
    sector: Mapping[str, str]
    delegation: Mapping[str, str]
    area_names: Sequence[str] = ()
    delegation_names: Sequence[str] = ()


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell and what to do. A warning does not keep the row out."""

    message: str
    column: str = ""
    value: str = ""
    is_warning: bool = False


@dataclass
class Cleaned:
    """A row read: `values` by target field without blanks; "offers" is a list with at most one."""

    external_id: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_bad(self) -> bool:
        return any(not problem.is_warning for problem in self.problems)


class RowReader:
    """Reads rows with one mapping; counts the list's own words for areas and sectors that it could not
    place."""

    def __init__(self, mapped: Mapped, lookups: Lookups, defaults: Mapping[str, str]) -> None:
        self.mapped = mapped
        self.lookups = lookups
        self.defaults = defaults
        self.unmatched: dict[str, Counter[str]] = {}
        self._value_maps = {
            key: {fold(word): code for word, code in _all_values(source).items()}
            for key, source in mapped.items()
        }

    def read(self, row: Mapping[str, object]) -> Cleaned:
        """The row's clean values and problems."""
        cleaned = Cleaned()
        self._read_names(row, cleaned)
        for key, clean in CLEANERS.items():
            if key in self.mapped:
                self._read_field(key, clean, row, cleaned)
        for key in ("area", "sector", "delegation"):
            self._read_category(key, key, row, cleaned)
        self._read_offer(row, cleaned)
        cleaned.external_id = cleaned.values.pop("external_id", "") or cleaned.values.get("code", "")
        if not cleaned.external_id and not {"external_id", "code"} & set(self.mapped):
            cleaned.external_id = fold(cleaned.values.get("name_en") or cleaned.values.get("name_zh") or "")[
                :ID_LIMIT
            ]
        elif not cleaned.external_id:
            source = self.mapped.get("external_id") or self.mapped["code"]
            column = source.columns[0] if source.columns else ""
            cleaned.problems.append(
                Problem(
                    _(
                        "The id is missing. Write one that no other row has, and keep it when "
                        "you send the list again."
                    ),
                    column,
                )
            )
        return cleaned

    def _first(self, key: str, row: Mapping[str, object]) -> tuple[str, str]:
        """(column, text) of the first candidate, ("", "") without one."""
        source = self.mapped.get(key)
        if source is not None:
            words = self._value_maps[key]
            for column, value in source.candidates(row):
                text = as_text(value)
                return column, words.get(fold(text), text) if words else text
        return "", ""

    def _read_names(self, row: Mapping[str, object], cleaned: Cleaned) -> None:
        for key in ("name_en", "name_zh"):
            column, text = self._first(key, row)
            if name := clean_line(plain_text(text)):
                self._keep_name(key, column, name, cleaned)
        named = [key for key in ("name_en", "name_zh") if key in self.mapped]
        if not any(key in cleaned.values for key in named) and not cleaned.is_bad:
            columns = [column for key in named for column in self.mapped[key].columns]
            cleaned.problems.append(
                Problem(
                    _("The name is missing. Write it in the column “%(column)s”, or delete the row.")
                    % {"column": "” / “".join(columns)},
                    columns[0] if columns else "",
                )
            )

    def _keep_name(self, key: str, column: str, name: str, cleaned: Cleaned) -> None:
        if not has_a_letter(name):
            message = _(
                "The name has no letter or digit. Nobody could search for it or read it aloud; add a word."
            )
        elif len(name) > NAME_LIMIT:
            message = _("The name has %(count)d characters; at most %(limit)d fit. Shorten it.") % {
                "count": len(name),
                "limit": NAME_LIMIT,
            }
        else:
            cleaned.values[key] = name
            return
        cleaned.problems.append(Problem(message, column, name[:200]))

    def _read_field(
        self,
        key: str,
        clean: Callable[[str], Any],
        row: Mapping[str, object],
        cleaned: Cleaned,
        into: Any = None,
    ) -> None:
        column, text = self._first(key, row)
        if not text:
            return
        try:
            value = clean(text)
        except ValueError as error:
            cleaned.problems.append(Problem(str(error), column, text[:200]))
            return
        if isinstance(value, str):
            value = self._fitted(key, column, value, cleaned)
        if value:
            (cleaned.values if into is None else into)[
                key.removeprefix("offer_") if into is not None else key
            ] = value

    def _fitted(self, key: str, column: str, value: str, cleaned: Cleaned) -> str:
        limit = _limit_of(key)
        if len(value) <= limit:
            return value
        shorter = opening(value, limit) if limit == HEADLINE_LIMIT else shorten_text(value, limit)
        if not _is_meant_short(self.mapped[key]):
            cleaned.problems.append(
                Problem(
                    _(
                        "The text has %(count)d characters; only the beginning was taken, at "
                        "most %(limit)d fit."
                    )
                    % {"count": len(value), "limit": limit},
                    column,
                    value[:200],
                    is_warning=True,
                )
            )
        return shorter

    def _read_category(
        self, key: str, table: str, row: Mapping[str, object], cleaned: Cleaned, into: Any = None
    ) -> None:
        """An area, sector or delegation: the first candidate that is known, else the default, else a
        problem."""
        known: Mapping[str, str] = getattr(self.lookups, table)
        default = self.defaults.get(table, "")
        target, name = (cleaned.values, key) if into is None else (into, key.removeprefix("offer_"))
        tried: list[tuple[str, str]] = []
        source = self.mapped.get(key)
        for column, value in source.candidates(row) if source else ():
            for word in value if isinstance(value, (list, tuple)) else (value,):
                text = as_text(word)
                code = known.get(fold(self._value_maps[key].get(fold(text), text)))
                if code is not None:
                    target[name] = code
                    return
                tried.append((column, text))
        if tried and into is None:
            self.unmatched.setdefault(table, Counter())[tried[0][1]] += 1
        if default and into is None:
            target[name] = default
        elif tried and into is None:
            column, text = tried[0]
            cleaned.problems.append(Problem(self._unknown(table, text), column, text[:200]))

    def _unknown(self, table: str, text: str) -> str:
        given = {"text": text[:80], "known": _(", ").join(self.lookups.area_names[:12])}
        if table == "area":
            return (
                _("This edition has no area “%(text)s”. Write one of: %(known)s, or choose a default area.")
                % given
            )
        if table == "sector":
            return (
                _(
                    "This edition has no sector “%(text)s”. Write its code or name as in "
                    "the edition's tree of sectors, "
                    "say in the mapping which sector this word means, or choose a default sector."
                )
                % given
            )
        given["known"] = _(", ").join(self.lookups.delegation_names[:12])
        return (
            _("This edition has no delegation “%(text)s”. Add it first, or write one of: %(known)s.") % given
        )

    def _read_offer(self, row: Mapping[str, object], cleaned: Cleaned) -> None:
        offer: dict[str, Any] = {}
        for key, clean in OFFER_CLEANERS.items():
            if key in self.mapped:
                self._read_field(key, clean, row, cleaned, offer)
        own_id = offer.pop("external_id", "")
        if not offer:
            return
        column, _text = self._first("offer_title_en", row)
        if not offer.get("title_en") and not offer.get("title_zh"):
            message = _("The offer has a text but no title. Write its title, or delete its text.")
            cleaned.problems.append(Problem(message, column))
            return
        if not own_id and "offer_external_id" in self.mapped:
            source = self.mapped["offer_external_id"]
            message = _("The offer has no id. Write one that no other offer of this exhibitor has.")
            cleaned.problems.append(Problem(message, source.columns[0] if source.columns else ""))
            return
        if "offer_sector" in self.mapped:
            self._read_category("offer_sector", "sector", row, cleaned, offer)
        cleaned.values["offers"] = [{"external_id": own_id or ONLY_OFFER, **offer}]


def _all_values(source: Source) -> dict[str, str]:
    return {**(_all_values(source.otherwise) if source.otherwise else {}), **source.values}


def _is_meant_short(source: Source) -> bool:
    return source.shorten or (source.otherwise is not None and source.otherwise.shorten)


def _limit_of(key: str) -> int:
    if key.startswith(("headline", "offer_title")):
        return HEADLINE_LIMIT
    return TEXT_LIMIT
