"""Fields of one text in several languages, as parts/words_field.html wants them."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def words_of(form: Any, name: str) -> list[tuple[str, Any]]:
    """`{{ form|words_of:"title" }}`: (language, bound field) of that text."""
    fields: list[tuple[str, Any]] = form.bound_words(name)
    return fields
