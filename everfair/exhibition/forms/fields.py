"""Form fields of this room: texts in several languages, lists of languages and countries by name."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from everfair.base.countries import country_name, find_country, find_language, language_names
from everfair.base.languages import Words, content_language, direction, pick
from everfair.exhibition.forms.texts import clean_line, clean_text, has_a_letter
from everfair.exhibition.models.offer import ANYWHERE
from everfair.fair.forms import own_name

_SEPARATORS = re.compile(r"[,;，；、\n]+")
BETWEEN = ", "


def reader_language() -> str:
    """Content language of the page that is being made."""
    return content_language(get_language())


class NamesField(forms.CharField):
    """A list typed as names with commas between: "Kenya, 德国, UG". Subclasses know the names."""

    def find(self, name: str) -> str | None:
        """The code behind a name, or None."""
        raise NotImplementedError

    def show(self, code: str) -> str:
        """The name of a code in the reader's language."""
        raise NotImplementedError

    def unknown(self, name: str) -> str:
        """The sentence about a name nobody knows."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return BETWEEN.join(self.show(code) for code in value)
        return value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        names = [clean_line(name) for name in _SEPARATORS.split(text or "")]
        return [self._code(name) for name in names if name]

    def run_validators(self, value: Any) -> None:
        """Length is that of what was typed, checked by the widget; codes are right by now."""

    def _code(self, name: str) -> str:
        code = self.find(name)
        if code is None:
            raise ValidationError(self.unknown(name[:60]), code="unknown")
        return code


class CountriesField(NamesField):
    """Countries and regions by name in a dozen languages, or by ISO code."""

    def find(self, name: str) -> str | None:
        return find_country(name)

    def show(self, code: str) -> str:
        return country_name(code, reader_language())

    def unknown(self, name: str) -> str:
        return _(
            "“%(name)s” is not the name of a country or region. Write it out, or use its two letters."
        ) % {"name": name}


@lru_cache(maxsize=1)
def _own_names() -> dict[str, str]:
    """What languages call themselves → code: "kiswahili" → "sw"."""
    found: dict[str, str] = {}
    for code in language_names("en"):
        try:
            own = Locale.parse(code).languages.get(code)
        except (UnknownLocaleError, ValueError):
            continue
        if own:
            found[own.casefold()] = code
    return found


class LanguagesField(NamesField):
    """Working languages by name (also what they call themselves), or by ISO code."""

    def find(self, name: str) -> str | None:
        return find_language(name) or _own_names().get(name.casefold())

    def show(self, code: str) -> str:
        return language_names(reader_language()).get(code, code)

    def unknown(self, name: str) -> str:
        return _("“%(name)s” is not the name of a language. Write it out, such as “English” or “中文”.") % {
            "name": name
        }


class DeliveryField(CountriesField):
    """Countries, or anywhere."""

    def find(self, name: str) -> str | None:
        words = {ANYWHERE, "anywhere", "any", "全球", "任何国家或地区", _("anywhere").casefold()}
        return ANYWHERE if name.casefold() in words else super().find(name)

    def show(self, code: str) -> str:
        return _("anywhere") if code == ANYWHERE else super().show(code)


def letter_sentence(what: str, text: str) -> str:
    """Why emoji or punctuation alone is no name."""
    return _(
        "%(what)s “%(text)s” has no letter or digit. Nobody could search for it or read it aloud; add a word."
    ) % {"what": what, "text": text[:40]}


class LetterValidator:
    """A name has one letter or digit at least, in any script."""

    def __init__(self, what: Any) -> None:
        self.what = what

    def __call__(self, text: str) -> None:
        if not has_a_letter(text):
            raise ValidationError(letter_sentence(str(self.what), text))


class WordsForm(forms.Form):
    """A form with texts in each of the edition's languages: `headline_en`, `headline_zh` … are one Words."""

    def __init__(self, *args: Any, languages: Sequence[str] = ("en", "zh"), **kwargs: Any) -> None:
        self.languages = list(languages)
        super().__init__(*args, **kwargs)

    def add_words(self, name: str, label: Any, limit: int, *, rows: int = 0, is_name: bool = False) -> None:
        """Add the fields of one text; `rows` makes it a long one, `is_name` asks for a letter or digit."""
        for code in self.languages:
            attrs: dict[str, Any] = {"lang": {"zh": "zh-Hans"}.get(code, code), "dir": direction(code)}
            if rows:
                attrs |= {"rows": rows}
            widget = forms.Textarea(attrs=attrs) if rows else forms.TextInput(attrs=attrs)
            self.fields[f"{name}_{code}"] = forms.CharField(
                label=f"{label} ({own_name(code)})",
                required=False,
                max_length=limit,
                widget=widget,
                validators=[LetterValidator(label)] if is_name else [],
            )

    def bound_words(self, name: str) -> list[tuple[str, Any]]:
        """(language, bound field) of one text, to stand side by side."""
        prefix = f"{name}_"
        return [(field[len(prefix) :], self[field]) for field in self.fields if field.startswith(prefix)]

    def words(self, name: str, *, long: bool = False) -> Words:
        """What was typed, by language."""
        clean = clean_text if long else clean_line
        typed = {
            code: clean(self.cleaned_data.get(f"{name}_{code}") or "")
            for code, _field in self.bound_words(name)
        }
        return {code: text for code, text in typed.items() if text}


def initial_words(name: str, words: Mapping[str, str] | None) -> dict[str, str]:
    """{"headline_en": …} from a Words."""
    return {f"{name}_{code}": text for code, text in (words or {}).items()}


def languages_with(languages: Sequence[str], *texts: Mapping[str, str] | None) -> list[str]:
    """The edition's languages, then what else the texts hold: nothing written disappears from a form."""
    return list(dict.fromkeys([*languages, *(code for words in texts for code in words or {})]))


class IndentedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A sector or area by its name in the reader's language, branches set in below their parents."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", gettext_lazy("choose"))
        super().__init__(*args, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return choice_label(obj)


class IndentedChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several of them, ticked."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return choice_label(obj)


def choice_label(row: Any) -> str:
    """ "1.A Professional services", set in by its depth in the tree."""
    depth = max(getattr(row, "path", "").count("/") - 1, 0)
    return "\u2003" * depth + f"{row.code} {pick(row.name, reader_language())}"


def add_refusal(form: Any, error: Any, fields: Mapping[str, str] | None = None) -> None:
    """Put an action's refusal beside the field it names, or on top of the form."""
    wanted = (fields or {}).get(error.field or "", error.field or "")
    found = (
        [name for name in form.fields if name == wanted or name.startswith(f"{wanted}_")] if wanted else []
    )
    form.add_error(found[0] if found else None, str(error))
