"""What the organiser's desk shows in its own way: one language and no other, an answer in words."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from everfair.base.languages import pick
from everfair.exhibition.forms.importing import TARGETS

register = template.Library()


@register.filter
def only(words: object, language: str) -> str:
    """The text in this language or nothing: a reviewer must see what is missing."""
    return str(words.get(language, "")) if isinstance(words, Mapping) else ""


@register.filter
def answer_words(answer: Any, language: str) -> str:
    """An answer to an application question as the exhibitor meant it: yes and no, a choice's text."""
    question, value = answer.question, answer.value
    if question.kind == "yes_no":
        return str({"yes": _("Yes"), "no": _("No")}.get(value, value))
    if question.kind == "choice":
        return next(
            (str(pick(one["text"], language)) for one in question.choices if one["key"] == value), value
        )
    return str(value)


@register.filter
def target_words(key: str) -> str:
    """What an import changes, as the page of its columns calls it: "offer_title_en 4" → its title, then "4"."""
    name, _space, own_id = key.partition(" ")
    label = str(TARGETS[name].label) if name in TARGETS else name.replace("_", " ")
    return f"{label} · {own_id}" if own_id else label
