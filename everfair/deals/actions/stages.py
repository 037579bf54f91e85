"""The organiser's stages of negotiations: made on first use, added, renamed, put in order, removed while empty."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.languages import Words
from everfair.base.refusals import Refused
from everfair.deals.models import DealStage, Negotiation
from everfair.fair.models import Edition

MOST_STAGES = 12
DEFAULTS: Mapping[str, Words] = {
    "new": {"en": "New", "zh": "新询价"},
    "talking": {"en": "Talking", "zh": "沟通中"},
    "quoted": {"en": "Quoted", "zh": "已报价"},
    "negotiating": {"en": "Negotiating", "zh": "商谈中"},
    "agreed": {"en": "Agreed", "zh": "已达成"},
}


def stages_of(edition: Edition) -> list[DealStage]:
    """The edition's stages in order; on first use the usual five. One query where they are there."""
    found = list(DealStage.objects.filter(edition=edition))
    if found:
        return found
    rows = [
        DealStage(edition=edition, code=code, name=dict(name), position=position)
        for position, (code, name) in enumerate(DEFAULTS.items(), 1)
    ]
    try:
        with transaction.atomic():
            DealStage.objects.bulk_create(rows)
    except IntegrityError:  # another request made them at the same moment
        pass
    return list(DealStage.objects.filter(edition=edition))


def add_stage(edition: Edition, name: Words, *, by: Any) -> DealStage:
    """One more, at the end."""
    with transaction.atomic():
        Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
        held = stages_of(edition)
        if len(held) >= MOST_STAGES:
            raise Refused(_("At most %(count)d stages fit on a board.") % {"count": MOST_STAGES})
        taken = {one.code for one in held}
        code = next(f"s{number}" for number in range(1, 1000) if f"s{number}" not in taken)
        last = max((one.position for one in held), default=0)
        row = DealStage.objects.create(edition=edition, code=code, name=name, position=last + 1)
        audit.record("deals.stage.added", row, by=by, edition_id=edition.pk, after={"name": name})
    return row


def rename_stage(stage: DealStage, name: Words, *, by: Any) -> DealStage:
    """Another name in its languages; the code stays."""
    with transaction.atomic():
        row = DealStage.objects.select_for_update().get(pk=stage.pk)
        if row.name == name:
            return row
        before, row.name = row.name, name
        row.save(update_fields=["name"])
        audit.record(
            "deals.stage.renamed", row, by=by, edition_id=row.edition_id, before={"name": before}, after={"name": name}
        )  # fmt: skip
    return row


def move_stage(stage: DealStage, step: int, *, by: Any) -> None:
    """One place up (-1) or down (1); at the end of the row nothing happens."""
    with transaction.atomic():
        rows = list(DealStage.objects.select_for_update().filter(edition=stage.edition_id))
        at = next((number for number, one in enumerate(rows) if one.pk == stage.pk), None)
        if at is None or not 0 <= at + step < len(rows):
            return
        rows[at], rows[at + step] = rows[at + step], rows[at]
        for position, one in enumerate(rows, 1):
            one.position = position
        DealStage.objects.bulk_update(rows, ["position"])
        audit.record("deals.stage.moved", stage, by=by, edition_id=stage.edition_id)


def remove_stage(stage: DealStage, *, by: Any) -> None:
    """Gone, if no negotiation stands in it and it is not the last one."""
    with transaction.atomic():
        rows = list(DealStage.objects.select_for_update().filter(edition=stage.edition_id))
        row = next((one for one in rows if one.pk == stage.pk), None)
        if row is None:
            return
        if len(rows) == 1:
            raise Refused(_("A board needs one stage at least. Rename this one instead."))
        if Negotiation.objects.filter(stage=row).exists():
            raise Refused(
                _("Negotiations stand in this stage. Rename it, or wait until firms have moved them on.")
            )
        audit.record("deals.stage.removed", row, by=by, edition_id=row.edition_id)
        row.delete()
