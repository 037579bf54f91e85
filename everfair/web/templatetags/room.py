"""Marks for parts of a session's room that are shown or usable only while something is true. static/js/live.js reads them."""

from collections.abc import Collection, Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


def _marked(attribute: str, words: str, flags: Collection[str]) -> SafeString:
    is_true = any(word in flags for word in words.split())
    return format_html('data-{}="{}"{}', attribute, words, "" if is_true else SafeString(" hidden"))


@register.simple_tag
def when(item: Mapping[str, Any], words: str) -> SafeString:
    """`<p {% when question "named" %}>`: hidden unless one of the words is true of the question or poll."""
    return _marked("when", words, item["flags"])


@register.simple_tag
def room_when(room: Mapping[str, Any], words: str) -> SafeString:
    """The same for what is true of the room."""
    return _marked("room-when", words, room["flags"])


@register.simple_tag
def able(item: Mapping[str, Any], room: Mapping[str, Any], word: str) -> SafeString:
    """`<button {% able question room "shown" %}>`: usable while the word is true and the session takes votes."""
    is_able = word in item["flags"] and "votes" in room["flags"]
    return format_html('data-able="{}"{}', word, "" if is_able else SafeString(" disabled"))
