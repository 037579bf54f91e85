"""How an edition recommends: the organiser's numbers, and which version of what was learned counts. Ranks nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.fair.actions.saving import require_valid, set_fields
from everfair.fair.models import Edition
from everfair.matchmaking.models import MatchRules, ModelVersion

FIELDS = ("is_open", "exposure", "per_firm", "asks_three")


@transaction.atomic
def save_rules(
    edition: Edition, values: Mapping[str, Any], *, by: Any, now: datetime | None = None
) -> MatchRules:
    """`values`: any of FIELDS, `compares` (number of a version or None), `version`. The row is made with the first saving.

    What is kept is ranked anew when it is next looked at.
    """
    row = _locked(edition, values)
    before, after = set_fields(row, values, [name for name in FIELDS if name in values])
    if "compares" in values:
        old, new = row.compares, _compared(edition, values["compares"])
        if (old and old.pk) != (new and new.pk):
            row.compares = new
            before["compares"], after["compares"] = old and old.number, new and new.number
    require_valid(row, exclude=["edition", "compares"])
    if not after:
        return row
    row.version += 1
    row.changed_at = now or timezone.now()
    row.save()
    audit.record(
        "matchmaking.rules.changed",
        edition,
        by=by,
        edition_id=edition.pk,
        before=before,
        after=after,
        now=now,
    )
    return row


@transaction.atomic
def activate_version(edition: Edition, number: int, *, by: Any, now: datetime | None = None) -> ModelVersion:
    """From now on this version ranks. Compared with itself nothing is: a comparison with it ends. Refused where there is none."""
    _hold(edition)
    rows = {row.number: row for row in ModelVersion.objects.filter(edition=edition)}
    if number not in rows:
        raise Refused(_("There is no such version."))
    wanted, active = rows[number], next((row for row in rows.values() if row.is_active), None)
    if wanted == active:
        raise Refused(_("This version is the active one already."))
    if active is not None:
        ModelVersion.objects.filter(pk=active.pk).update(is_active=False)
    wanted.is_active = True
    wanted.save(update_fields=["is_active"])
    MatchRules.objects.filter(edition=edition, compares=wanted).update(compares=None)
    before = {"number": active.number} if active is not None else {}
    audit.record(
        "matchmaking.version.activated", edition, by=by, edition_id=edition.pk, before=before,
        after={"number": number}, now=now or timezone.now(),
    )  # fmt: skip
    return wanted


def _hold(edition: Edition) -> None:
    """Rules, the active version and the one compared with it change one after the other. What points to the edition goes on."""
    Edition.objects.select_for_update(of=("self",), no_key=True).get(pk=edition.pk)


def _locked(edition: Edition, values: Mapping[str, Any]) -> MatchRules:
    _hold(edition)
    MatchRules.objects.get_or_create(edition=edition)
    row = MatchRules.objects.select_related("compares").get(edition=edition)
    version = values.get("version")
    if version is not None and int(version) != row.version:
        raise EditedMeanwhile(
            _("Somebody else changed the rules meanwhile. Read what they saved, then save again."),
            row.version,
        )
    return row


def _compared(edition: Edition, number: int | None) -> ModelVersion | None:
    if not number:
        return None
    found = ModelVersion.objects.filter(edition=edition, number=number).first()
    if found is None:
        raise Refused(_("There is no such version."), field="compares")
    if found.is_active:
        raise Refused(_("This is the active version. Choose another to compare it with."), field="compares")
    return found
