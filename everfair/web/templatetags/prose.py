"""Markdown of exhibitors as safe HTML, and as one plain line. The sanitiser is the markup gateway's."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString, mark_safe

from everfair.base.languages import pick
from everfair.gateways.markup import first_sentence, to_html, to_text

register = template.Library()


@lru_cache(maxsize=256)
def _html(text: str) -> SafeString:
    return mark_safe(to_html(text))


@lru_cache(maxsize=1024)
def _line(text: str) -> str:
    return first_sentence(text, 160) if len(text) > 160 else to_text(text)


@register.filter
def prose(words: object, lang: str) -> SafeString:
    """The text in `lang` as safe HTML."""
    return _html(pick(words, lang) if isinstance(words, dict) else str(words or ""))


@register.filter
def prose_line(words: object, lang: str) -> str:
    """The text in `lang` as one plain line."""
    return _line(pick(words, lang) if isinstance(words, dict) else str(words or ""))
