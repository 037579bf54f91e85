"""`{% kept_include %}`: a part whose markup depends on its own variables and the language only, kept once rendered."""

from collections.abc import Hashable, Mapping
from threading import Lock
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
MOST = 4000  # parts, about 6 MB
_kept: dict[Hashable, SafeString] = {}
_lock = Lock()


def frozen(value: Any) -> Hashable:
    """A value as a key: mappings and sequences by their content."""
    if isinstance(value, Mapping):
        return tuple((key, frozen(one)) for key, one in value.items())
    if isinstance(value, list | tuple):
        return tuple(frozen(one) for one in value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


@register.simple_tag(takes_context=True)
def kept_include(context: Context, name: str, **values: Any) -> SafeString:
    """Like `{% include name with … only %}` plus `lang`; equal values give the kept markup.

    Only for parts that read nothing else from the context: no user, no request, no clock.
    """
    lang = context.get("lang") or "en"
    key = (name, lang, get_language(), frozen(values))
    found = _kept.get(key)
    if found is None:
        found = get_template(name).template.render(Context({**values, "lang": lang}))
        with _lock:
            if len(_kept) >= MOST:  # forget the older half; dicts keep their order
                for old in list(_kept)[: MOST // 2]:
                    del _kept[old]
            _kept[key] = found
    return found
