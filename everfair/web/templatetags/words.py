"""Content in several languages: the best text, its language code, the second language beside it."""

from collections.abc import Mapping

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from everfair.base.languages import direction, other, pick, pick_language

register = template.Library()

_SCRIPTS = {"zh": "zh-Hans"}


def _mapping(words: object) -> Mapping[str, str] | None:
    """Words as they are; a plain text is in the page's language and has no second one."""
    return words if isinstance(words, Mapping) else None


@register.filter
def bcp47(language: str | None) -> str:
    """ "zh" → "zh-Hans", so that browsers choose simplified glyphs; others as they are."""
    return _SCRIPTS.get(language or "en", language or "en")


@register.filter
def text_dir(language: str | None) -> str:
    """ "rtl" or "ltr"."""
    return direction(language or "en")


@register.filter(name="pick")
def pick_filter(words: object, language: str | None = "en") -> str:
    """`{{ booth.name|pick:lang }}`: the text in `lang`, else the best other. A plain text stays."""
    if not isinstance(words, Mapping):
        return str(words or "")
    return pick(words, language or "en")


register.filter("in_lang", pick_filter)


@register.filter
def pick_lang(words: object, language: str | None = "en") -> str:
    """The language code of what `pick` shows, ready for a lang attribute."""
    chosen = pick_language(_mapping(words), language or "en")
    return bcp47(chosen or language)


@register.filter
def other_text(words: object, language: str | None = "en") -> str:
    """The text in the second language, or nothing."""
    found = other(_mapping(words), language or "en")
    return found[1] if found else ""


@register.filter
def other_lang(words: object, language: str | None = "en") -> str:
    """The second language's code, ready for a lang attribute."""
    found = other(_mapping(words), language or "en")
    return bcp47(found[0]) if found else ""


@register.simple_tag(takes_context=True)
def text(context: Context, words: object) -> SafeString | str:
    """`{% text booth.name %}`: the best text, with its own lang and dir where that is not the page's."""
    lang = context.get("lang") or "en"
    shown, code = pick_filter(words, lang), pick_language(_mapping(words), lang)
    if not shown or code in (lang, "", None):
        return shown
    if direction(str(code)) != direction(lang):
        return format_html('<span lang="{}" dir="{}">{}</span>', bcp47(code), direction(str(code)), shown)
    return format_html('<span lang="{}">{}</span>', bcp47(code), shown)


@register.simple_tag(takes_context=True)
def other_name(context: Context, words: object, css: str = "other") -> SafeString | str:
    """`{% other_name booth.name %}`: the second language's text in its own span, or nothing."""
    found = other(_mapping(words), context.get("lang") or "en")
    if not found:
        return ""
    code, second = found
    return format_html(
        '<span class="{}" lang="{}" dir="{}">{}</span>', css, bcp47(code), direction(code), second
    )
