"""Deeds on kinds of activity, outcome classes and badge kinds: rows of the edition, never an enum."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.codes import new_code, slug
from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.fair.actions.layouts import KIND_TABLES
from everfair.fair.actions.saving import is_used_elsewhere, require_valid, set_fields
from everfair.fair.models import ActivityKind, BadgeKind, Edition, OutcomeClass

Kind = ActivityKind | OutcomeClass | BadgeKind


@transaction.atomic
def save_kind(edition: Edition, part: str, kind: Kind | None, values: Mapping[str, Any], *, by: Any) -> Kind:
    """Add (kind = None) or change a row of `part`: "activity_kinds", "outcome_classes" or "badge_kinds".

    `values`: name (words), code (only when added; made from the name if empty), position.
    """
    table = KIND_TABLES[part]
    is_new = kind is None
    if kind is None:
        kind = table(edition=edition, code=_free_code(edition, part, values), position=_next(edition, part))
    before, after = set_fields(kind, values, ("name", "position"))
    if not kind.name:
        raise Refused(_("Give a name in at least one language."), field="name")
    require_valid(kind, exclude=["edition", "questions"])
    kind.save()
    event = f"fair.{table._meta.model_name}.{'added' if is_new else 'changed'}"
    if is_new or after:
        audit.record(event, kind, by=by, edition_id=edition.pk, before=before, after=after)
        note_change(f"fair.{table._meta.model_name}", kind.pk, edition.pk)
    return kind


@transaction.atomic
def remove_kind(kind: Kind, *, by: Any) -> None:
    """Take a kind away that nothing uses."""
    refused = Refused(_("“%(name)s” is in use. Rename it, or move what uses it first.") % {"name": str(kind)})
    if is_used_elsewhere(kind):
        raise refused
    name, edition_id = kind._meta.model_name, kind.edition_id
    audit.record(f"fair.{name}.removed", kind, by=by, edition_id=edition_id, before={"code": kind.code})
    try:
        kind.delete()
    except ProtectedError as error:
        raise refused from error


def _next(edition: Edition, part: str) -> int:
    highest: int | None = getattr(edition, part).aggregate(highest=Max("position"))["highest"]
    return 0 if highest is None else highest + 1


def _free_code(edition: Edition, part: str, values: Mapping[str, Any]) -> str:
    given = values.get("code") or ""
    wished = given or slug(pick(values.get("name"), "en"), 30) or new_code()
    if not getattr(edition, part).filter(code=wished).exists():
        return str(wished)
    if given:
        raise Refused(_("The code “%(code)s” is taken. Choose another.") % {"code": given}, field="code")
    return f"{wished}-{new_code(4)}"
