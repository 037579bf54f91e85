"""Links built from the current address: a filter added, a filter dropped, another page of the same list."""

from typing import Any

from django import template
from django.http import QueryDict
from django.template.context import Context

register = template.Library()

PAGE_KEY = "page"


def _query(context: Context) -> QueryDict:
    """A copy of the current query without the page number: a changed list starts at its first page."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    query.pop(PAGE_KEY, None)
    return query


def _address(query: QueryDict) -> str:
    for key in list(query):
        kept = [value for value in query.getlist(key) if value != ""]
        if kept:
            query.setlist(key, kept)
        else:
            del query[key]
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """`{% query_with sort="name" page=2 %}`: the current query with keys replaced; None or "" drops a key."""
    query = _query(context)
    for key, value in changes.items():
        values = value if isinstance(value, list | tuple) else [value]
        query.setlist(key, ["" if one is None else str(one) for one in values])
    return _address(query)


@register.simple_tag(takes_context=True)
def query_adding(context: Context, key: str, value: Any) -> str:
    """`{% query_adding "sector" "7" %}`: one more value of a key, the others kept."""
    query = _query(context)
    if str(value) not in query.getlist(key):
        query.appendlist(key, str(value))
    return _address(query)


@register.simple_tag(takes_context=True)
def query_without(context: Context, *pairs: Any) -> str:
    """`{% query_without "sector" "7" %}` drops one value, `{% query_without "sector" %}` the whole key.

    With no argument every key goes but the words searched for (`q`), the order and the view.
    """
    query = _query(context)
    if not pairs:
        kept = {key: query.getlist(key) for key in ("q", "sort", "view") if key in query}
        query.clear()
        for key, values in kept.items():
            query.setlist(key, values)
    elif len(pairs) == 1:
        query.pop(str(pairs[0]), None)
    else:
        key, value = str(pairs[0]), str(pairs[1])
        query.setlist(key, [one for one in query.getlist(key) if one != value])
    return _address(query)


@register.simple_tag(takes_context=True)
def kept_fields(context: Context, *without: str) -> list[tuple[str, str]]:
    """Name and value of what a GET form must carry along as hidden fields, except the keys it has itself."""
    query = _query(context)
    return [(key, value) for key in query if key not in without for value in query.getlist(key) if value]


@register.simple_tag(takes_context=True)
def carried_fields(context: Context, *only: str) -> list[tuple[str, str]]:
    """Name and value of the named keys of the current query, for hidden fields of a GET form."""
    query = _query(context)
    return [(key, value) for key in only for value in query.getlist(key) if value]
