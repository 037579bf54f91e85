"""Makes, changes, orders and removes stages and on-line rooms."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.base import audit
from everfair.base.changes import note_change, note_changes
from everfair.base.codes import new_code, slug
from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line_words
from everfair.exhibition.actions.guards import require_name, validate_fields
from everfair.fair.models import Edition
from everfair.programme.actions.guards import (
    bring_up_to_date,
    differences,
    require_known,
    require_same_edition,
    require_version,
)
from everfair.programme.models import Stage

EVENT = "programme.stage."
FIELDS = frozenset({"code", "name", "kind", "area", "directions", "seats", "position"})


def save_stage(
    edition: Edition, stage: Stage | None, values: Mapping[str, Any], *, by: Any, version: int | None = None
) -> Stage:
    """Make a stage or change the named fields; see FIELDS. Without a `code` one is made from the English name.

    A code stands in addresses and on doors, so it is changed only when one is given.
    """
    fresh = require_known(values, FIELDS)
    for name in ("name", "directions"):
        if name in fresh:
            fresh[name] = clean_line_words(fresh[name])
    require_same_edition(edition.pk, [("area", fresh.get("area"))])
    with transaction.atomic():
        if stage is None:
            row = Stage(edition=edition, position=Stage.objects.filter(edition=edition).count())
        else:
            row = Stage.objects.select_for_update(of=("self",)).select_related("area").get(pk=stage.pk)
            require_version(row, version)
        if stage is None and not fresh.get("code"):
            fresh["code"] = _free_code(edition, pick(fresh.get("name"), "en"))
        before, after = differences(row, fresh)
        for name, value in fresh.items():
            setattr(row, name, value)
        require_name(row.name, "name", _("The name"))
        validate_fields(row, fresh)
        if stage is not None and not after:
            return bring_up_to_date(stage, row)
        row.version += 0 if stage is None else 1
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise Refused(_("Another stage of this edition has that code."), field="code") from error
        event = EVENT + ("created" if stage is None else "saved")
        audit.record(
            event, row, by=by, edition_id=edition.pk, before={} if stage is None else before, after=after
        )
        _note(row)
    return row if stage is None else bring_up_to_date(stage, row)


def remove_stage(stage: Stage, *, by: Any) -> None:
    """Take a stage away. Refused while sessions are on it."""
    with transaction.atomic():
        row = Stage.objects.select_for_update(of=("self",)).get(pk=stage.pk)
        count = row.sessions.count()
        if count:
            sentence = ngettext(
                "%(stage)s still has %(count)d session. Move it to another stage first.",
                "%(stage)s still has %(count)d sessions. Move them to another stage first.",
                count,
            )
            raise Refused(sentence % {"stage": row, "count": count})
        audit.record(
            EVENT + "removed",
            row,
            by=by,
            edition_id=row.edition_id,
            before={"code": row.code, "name": row.name},
        )
        note_change("programme.stage", row.pk, row.edition_id)
        row.delete()


def _note(row: Stage) -> None:
    note_change("programme.stage", row.pk, row.edition_id)
    note_changes("programme.session", row.sessions.values_list("pk", flat=True), row.edition_id)


def _free_code(edition: Edition, name: str) -> str:
    """ "main-hall", "main-hall-2" …; a random one where the name has no Latin letters."""
    base = slug(name, 30) or new_code()
    taken = set(Stage.objects.filter(edition=edition, code__startswith=base).values_list("code", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
