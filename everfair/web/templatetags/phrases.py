"""A theme broken by phrase, so that no Chinese word is cut at a line's end."""

import re

from django import template

from everfair.base.languages import other, pick

register = template.Library()
_BREAK = re.compile(r"(?<=[，。；、：！？,;])\s*|\s*\n\s*")


def _split(text: str) -> list[str]:
    return [part for part in _BREAK.split(text) if part]


@register.filter
def phrases(words: object, lang: str) -> list[str]:
    """ "服务致远，合作同行" → ["服务致远，", "合作同行"], of the text `pick` shows."""
    return _split(pick(words, lang)) if isinstance(words, dict) else []


@register.filter
def other_phrases(words: object, lang: str) -> list[str]:
    """The same of the second language."""
    second = other(words, lang) if isinstance(words, dict) else None
    return (
        _split(second[1].replace("，", "\n").replace("。", "\n") if second[0] == "zh" else second[1])
        if second
        else []
    )
