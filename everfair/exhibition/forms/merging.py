"""Two versions of one form brought together field by field: what was typed, and what somebody saved meanwhile.

A page keeps fingerprints of the values it was filled with, so that a field only one of the two changed is merged
by itself; a field both changed becomes a choice. Nothing is saved here, and nothing typed is dropped.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from everfair.base.countries import language_names
from everfair.exhibition.forms.rows import Rows

BASE = "base"  # hidden: fingerprints of what the page was filled with
ASKED = "merge"  # hidden, once for each field with a choice
YOURS, THEIRS = "yours", "theirs"


@dataclass(frozen=True)
class Sheet:
    """A form with its repeated rows: `lists` is prefix → (label, Rows)."""

    form: Any
    lists: Mapping[str, tuple[str, Rows]] = field(default_factory=dict)

    def is_valid(self) -> bool:
        """Every part is asked, so that each shows its errors."""
        parts = [self.form.is_valid(), *(rows.is_valid() for _label, rows in self.lists.values())]
        return all(parts)


@dataclass(frozen=True)
class Difference:
    """A field in which two versions differ, each as text. `chosen` is YOURS, THEIRS or not yet ""."""

    name: str
    label: str
    yours: str
    theirs: str
    language: str = ""
    anchor: str = ""
    chosen: str = ""


@dataclass(frozen=True)
class Merged:
    """The outcome: `data` for the form, `choices` both changed, `taken` only they did, `kept` only you did."""

    data: QueryDict
    choices: list[Difference]
    taken: list[Difference] = field(default_factory=list)
    kept: list[Difference] = field(default_factory=list)


def posted_languages(data: QueryDict, texts: Iterable[str]) -> list[str]:
    """Languages in which the page had fields of these texts: none of them may go missing meanwhile."""
    known = language_names("en")
    names = [key.rpartition("_") for key in data]
    wanted = set(texts)
    return list(dict.fromkeys(code for text, _dash, code in names if text in wanted and code in known))


def choice_name(name: str) -> str:
    """Name of the radio buttons of a field."""
    return f"{ASKED}-{name}"


def fingerprints(sheet: Sheet) -> str:
    """What a page carries to tell later who changed which field: digests, no texts."""
    return json.dumps({name: _digest(_plain_part(sheet, name)) for name in _names(sheet)})


def settled(data: QueryDict, saved: Sheet) -> QueryDict:
    """What was typed, with the saved value wherever "theirs" was chosen."""
    fresh = data.copy()
    for name in _names(saved):
        if name in data.getlist(ASKED) and data.get(choice_name(name)) == THEIRS:
            _write(fresh, saved, name)
    return fresh


def open_choices(data: QueryDict, typed: Sheet, saved: Sheet) -> list[Difference]:
    """The fields this page asked about and whose two versions still differ, with what is chosen so far."""
    asked = set(data.getlist(ASKED))
    return [
        _difference(name, typed, saved, _chosen(data, name))
        for name in _names(saved)
        if name in asked and _differs(name, typed, saved)
    ]


def merge(data: QueryDict, typed: Sheet, saved: Sheet) -> Merged:
    """Bring what was typed and what is saved together; the data then carries the saved version's number.

    Without readable fingerprints every field that differs is a choice.
    """
    base, asked, merged = _base(data), set(data.getlist(ASKED)), data.copy()
    result = Merged(merged, [])
    for name in _names(saved):
        if not _differs(name, typed, saved):
            continue
        before = None if base is None else base.get(name, _digest(""))
        mine, theirs = _digest(_plain_part(typed, name)), _digest(_plain_part(saved, name))
        if name in asked:  # a choice stays one; what was chosen counts while theirs is the one compared
            chosen = _chosen(data, name) if before == theirs else ""
            result.choices.append(_difference(name, typed, saved, chosen))
        elif before == mine:
            result.taken.append(_difference(name, typed, saved))
            _write(merged, saved, name)
        elif before == theirs:
            result.kept.append(_difference(name, typed, saved))
        else:
            result.choices.append(_difference(name, typed, saved))
    merged["version"], merged[BASE] = str(saved.form["version"].value()), fingerprints(saved)
    return result


def _base(data: QueryDict) -> dict[str, Any] | None:
    try:
        found = json.loads(data.get(BASE) or "null")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _chosen(data: QueryDict, name: str) -> str:
    chosen = data.get(choice_name(name), "")
    return chosen if chosen in {YOURS, THEIRS} else ""


def _names(sheet: Sheet) -> Iterator[str]:
    yield from (name for name in sheet.form.fields if name != "version")
    yield from sheet.lists


def _differs(name: str, typed: Sheet, saved: Sheet) -> bool:
    return _plain_part(typed, name) != _plain_part(saved, name)


def _plain_part(sheet: Sheet, name: str) -> str:
    """A field, or a whole list of rows, as text that is the same for the same value."""
    if name in sheet.lists:
        rows = [
            sorted((bound.name, _plain(bound.value())) for bound in form if _plain(bound.value()))
            for form in _standing(sheet.lists[name][1])
        ]
        return json.dumps([row for row in rows if row]) if any(rows) else ""
    return _plain(sheet.form[name].value()) if name in sheet.form.fields else ""


def _standing(rows: Rows) -> list[Any]:
    return [form for form in rows.forms if not rows.is_removed(form)]


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(sorted(str(one) for one in value))
    return "" if value is None or value is False else str(value).replace("\r\n", "\n").strip()


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


def _difference(name: str, typed: Sheet, saved: Sheet, chosen: str = "") -> Difference:
    yours, theirs = _text(typed, name), _text(saved, name)
    if name in saved.lists:
        return Difference(
            name, str(saved.lists[name][0]), yours, theirs, anchor=f"{name}-rows", chosen=chosen
        )
    bound = saved.form[name]
    language = str(bound.field.widget.attrs.get("lang", ""))
    anchor = bound.id_for_label or bound.auto_id
    return Difference(name, str(bound.label), yours, theirs, language, anchor, chosen)


def _text(sheet: Sheet, name: str) -> str:
    """A value as the reader of the form sees it; a list of rows in one line each."""
    if name not in sheet.lists:
        return _readable(sheet.form[name])
    lines = (
        _(", ").join(text for text in (_readable(bound) for bound in _names_first(form)) if text)
        for form in _standing(sheet.lists[name][1])
    )
    return "\n".join(line for line in lines if line)


def _names_first(form: Any) -> list[Any]:
    """A row's fields, what it is called before its years and countries."""
    return sorted(form, key=lambda bound: "lang" not in bound.field.widget.attrs)


def _readable(bound: Any) -> str:
    value = bound.value()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = {str(key): str(label).strip() for key, label in getattr(bound.field, "choices", ())}
    values = value if isinstance(value, list | tuple) else [value]
    return "\n".join(choices.get(str(one), str(one)) for one in values if one not in (None, ""))


def _write(data: QueryDict, saved: Sheet, name: str) -> None:
    """Put the saved value into the data as a browser would have sent it."""
    if name not in saved.lists:
        _write_field(data, saved.form[name])
        return
    for key in [key for key in data if key.startswith(f"{name}-")]:
        del data[key]
    rows = saved.lists[name][1]
    data[f"{name}-count"] = str(rows.count)
    for form in rows.forms:
        for bound in form:
            _write_field(data, bound)


def _write_field(data: QueryDict, bound: Any) -> None:
    value = bound.value()
    if isinstance(value, list | tuple):
        data.setlist(bound.html_name, [str(one) for one in value])
    elif value is False:
        data.pop(bound.html_name, None)
    else:
        data[bound.html_name] = "on" if value is True else "" if value is None else str(value)
