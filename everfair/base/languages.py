"""Texts in several languages (`Words`): the database field, and which language to show. No translation of our own interface."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

Words = dict[str, str]
"""Language code (BCP 47, short: "en", "zh", "ar") → text. Empty texts are left out."""

INTERFACE_TO_CONTENT = {"en": "en", "zh-hans": "zh"}
CONTENT_TO_INTERFACE = {content: interface for interface, content in INTERFACE_TO_CONTENT.items()}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def content_language(interface: str | None) -> str:
    """ "zh-hans" → "zh"; anything unknown → "en"."""
    return INTERFACE_TO_CONTENT.get((interface or "").lower(), "en")


def direction(language: str) -> str:
    """ "rtl" or "ltr", for the `dir` attribute."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def pick(words: Mapping[str, str] | None, language: str, order: Sequence[str] = ("en", "zh")) -> str:
    """The text in `language`, else in the first of `order`, else any, else ""."""
    chosen = pick_language(words, language, order)
    return words[chosen] if words and chosen else ""


def pick_language(
    words: Mapping[str, str] | None, language: str, order: Sequence[str] = ("en", "zh")
) -> str | None:
    """Which language `pick` takes its text from; None when there is no text at all."""
    if not words:
        return None
    for code in (language, *order):
        if words.get(code):
            return code
    return next((code for code, text in words.items() if text), None)


def for_reader(words: Mapping[str, str] | None) -> str:
    """The text in the language of the page or letter that is being written."""
    return pick(words, content_language(get_language()))


def other(words: Mapping[str, str] | None, language: str) -> tuple[str, str] | None:
    """(code, text) of a second language, to stand beside the one `pick` shows; None when there is none."""
    if not words:
        return None
    shown = pick_language(words, language)
    for code in ("zh", "en", *words):
        text = words.get(code)
        if code != shown and text and shown and text != words[shown]:
            return code, text
    return None


def clean_words(words: Mapping[str, str] | None) -> Words:
    """Stripped texts, empty ones dropped."""
    return {code: text.strip() for code, text in (words or {}).items() if text and text.strip()}


class UnescapedEncoder(json.JSONEncoder):
    """Writes 服贸会 as 服贸会 and not as \\u670d…, so that a plain database search finds it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["ensure_ascii"] = False
        super().__init__(**kwargs)


class UnescapedJSONField(models.JSONField):
    """JSON whose text stays readable and searchable in the database, on SQLite too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["encoder"] = UnescapedEncoder
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("encoder", None)
        return name, path, args, kwargs


class WordsField(UnescapedJSONField):
    """A text in several languages. `max_length` holds for each language."""

    def __init__(self, *args: Any, max_length: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        self.words_max_length = max_length
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.words_max_length is not None:
            kwargs["max_length"] = self.words_max_length
        return name, path, args, kwargs

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, dict) or not all(
            isinstance(code, str) and isinstance(text, str) for code, text in value.items()
        ):
            raise ValidationError(_("This must be a text for each language."))
        limit = self.words_max_length
        for code, text in value.items():
            if limit is not None and len(text) > limit:
                raise ValidationError(
                    _("The text in “%(language)s” has %(count)d characters; at most %(limit)d fit."),
                    params={"language": code, "count": len(text), "limit": limit},
                )
