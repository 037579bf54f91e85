"""Whom firms may ask from their own desk, and how much: the organiser's word, kept once an edition."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.fair.actions.saving import set_fields
from everfair.fair.models import Edition
from everfair.meetings.models import FirmRule


@transaction.atomic
def save_firm_rule(edition: Edition, values: Mapping[str, Any], *, by: Any) -> FirmRule:
    """`values`: reach, most_sent (None: no limit), `version` (0: no rule yet). Requests that are open stay."""
    is_new = FirmRule.objects.get_or_create(edition=edition)[1]
    row = FirmRule.objects.select_for_update().get(edition=edition)
    version = values.get("version")
    if version is not None and int(version) != (0 if is_new else row.version):
        raise EditedMeanwhile(
            _("Somebody else changed this rule meanwhile. Read what they saved, then save again."),
            row.version,
        )
    if values.get("reach", row.reach) not in FirmRule.Reach.values:
        raise Refused(_("Choose whom firms may ask."), field="reach")
    most = values.get("most_sent")
    if most is not None and most < 1:
        raise Refused(_("A limit is at least one. Leave it empty for none."), field="most_sent")
    before, after = set_fields(row, values, ("reach", "most_sent"))
    if after:
        row.version += 1
        row.save()
        audit.record(
            "meetings.firms.changed", edition, by=by, edition_id=edition.pk, before=before, after=after
        )
    return row
