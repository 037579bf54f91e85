"""`{% kept_include %}`: a part whose markup depends on its own variables and the language only, kept once rendered."""

from collections.abc import Hashable
from threading import Lock
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
MOST = 4000  # parts, about 6 MB
_kept: dict[Hashable, SafeString] = {}
_lock = Lock()


@register.simple_tag(takes_context=True)
def kept_include(context: Context, name: str, **values: Any) -> SafeString:
    """Like `{% include name with … only %}` plus `lang`; equal values give the kept markup.

    Only for parts that read nothing else from the context: no user, no request, no clock.
    """
    lang = context.get("lang") or "en"
    key = (name, lang, get_language(), repr(values))  # plain texts, numbers and dicts of them
    found = _kept.get(key)
    if found is None:
        found = SafeString(render_to_string(name, {**values, "lang": lang}))
        with _lock:
            if len(_kept) >= MOST:  # forget the older half; dicts keep their order
                for old in list(_kept)[: MOST // 2]:
                    del _kept[old]
            _kept[key] = found
    return found
