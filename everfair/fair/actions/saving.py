"""How rows of an edition are saved: fields set, words cleaned, model rules turned into sentences.

No deeds of its own.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from everfair.base.languages import WordsField, clean_words
from everfair.base.refusals import Refused


def set_fields(
    row: Model, values: Mapping[str, Any], names: Iterable[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the named fields that `values` holds;

    returns (before, after) of those that changed, fit for the audit log.
    """
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name in names:
        if name not in values:
            continue
        new = values[name]
        if isinstance(row._meta.get_field(name), WordsField):
            new = clean_words(new)
        old = getattr(row, name)
        if old != new:
            before[name], after[name] = plain(old), plain(new)
            setattr(row, name, new)
    return before, after


def plain(value: Any) -> Any:
    """A value as the audit log keeps it: JSON's own types, everything else as text."""
    if isinstance(value, Model):
        return str(value)
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)


def require_valid(row: Model, exclude: Iterable[str] = ()) -> None:
    """The model's own rules (lengths, choices, ranges); Refused with the first sentence that fails."""
    try:
        row.clean_fields(exclude=set(exclude))
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(str(sentences[0]), field=field) from error


def is_used_elsewhere(row: Model, own: Iterable[str] = ()) -> bool:
    """Whether a row of another table points at this one. `own` names tables that go with it ("fair.place").

    Rooms above the fair point at its rows; asking the relations keeps the fair from knowing their names.
    """
    mine = set(own)
    for relation in row._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and model._meta.label_lower in mine:
            continue
        if model._default_manager.filter(**{relation.field.name: row}).exists():
            return True
    return False
