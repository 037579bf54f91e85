"""Fields of this room: times on the fair's clock, rows named by name or code, spoken languages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.countries import language_names
from everfair.base.languages import pick
from everfair.base.texts import clean_line
from everfair.exhibition.forms.fields import reader_language
from everfair.fair.forms import CONTENT_LANGUAGES

MOST_OFFERED = 400  # names under a field; beyond that a name or code is typed


class FairTimeField(forms.DateTimeField):
    """A moment on the fair's clock, whatever clock the person who types lives by. Gives aware datetimes."""

    zone = ZoneInfo("UTC")

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "300"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **more)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and timezone.is_aware(value):
            return value.astimezone(self.zone).replace(tzinfo=None)
        return value

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(self.zone):
            found: datetime | None = super().to_python(value)
        return found


def on_the_fairs_clock(form: Any, edition: Any) -> None:
    """Set the clock of every FairTimeField of a form, and say which it is."""
    zone = ZoneInfo(edition.time_zone)
    for field in form.fields.values():
        if isinstance(field, FairTimeField):
            field.zone = zone
            field.help_text = field.help_text or _("On the fair's clock (%(zone)s).") % {"zone": zone.key}


class NamedRowField(forms.CharField):
    """A row by what people call it: "Main hall (k3m9x2ab)", a code, or a name that only one has. Gives the row or None.

    `offer` sets the rows; at most MOST_OFFERED stand below the field to choose from.
    """

    def __init__(self, *, list_id: str, unknown: Any, **more: Any) -> None:
        self.list_id, self.unknown = list_id, unknown
        self.rows: list[tuple[str, dict[str, str], Any]] = []
        widget = forms.TextInput(attrs={"list": list_id, "autocomplete": "off"})
        super().__init__(widget=widget, max_length=300, **more)

    def offer(self, rows: Iterable[tuple[str, dict[str, str], Any]]) -> None:
        """(code, name, row) of everything that may be chosen."""
        self.rows = list(rows)

    def options(self) -> list[str]:
        """What the page offers."""
        language = reader_language()
        return [_called(name, code, language) for code, name, _row in self.rows[:MOST_OFFERED]]

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        for code, name, row in self.rows:
            if row == value or getattr(row, "pk", None) == value:
                return _called(name, code, reader_language())
        return ""

    def to_python(self, value: Any) -> Any:
        text = clean_line(super().to_python(value) or "")
        if not text:
            return None
        code = text.rpartition("(")[2].rstrip(")").strip() if text.endswith(")") else text.lower()
        by_code = next((row for held, _name, row in self.rows if held == code), None)
        if by_code is not None:
            return by_code
        wanted = text.casefold()
        found = [row for _code, name, row in self.rows if wanted in {one.casefold() for one in name.values()}]
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(
                _("Several are called “%(name)s”. Write the code in brackets too."),
                params={"name": text[:60]},
            )
        raise ValidationError(self.unknown, params={"name": text[:60]})

    def run_validators(self, value: Any) -> None:
        """The text's length is checked by the widget; a row needs no more."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


def _called(name: dict[str, str], code: str, language: str) -> str:
    return f"{pick(name, language)} ({code})"


def spoken_languages(*held: str) -> list[tuple[str, str]]:
    """Languages to choose from, by name: the usual ones and those already chosen."""
    names = language_names(reader_language())
    codes = dict.fromkeys([*CONTENT_LANGUAGES, *(code for code in held if code)])
    return [(code, names.get(code, code)) for code in codes]
