"""What a person agrees to show, whether they may be greeted or want quiet, and whether they attend their firm's booth."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from everfair.fair.models import Edition
from everfair.presence.actions.staying import booths_of
from everfair.presence.actions.telling import tell_after
from everfair.presence.models import FAIR, Showing, Stay


def save_showing(
    edition: Edition,
    *,
    level: str,
    may_greet: bool,
    quiet_until: datetime | None,
    attends: bool | None = None,
    by: Any,
    now: datetime | None = None,
) -> Showing:
    """Keep the person's word; it holds at once. Greeting needs a name or a firm. `attends` None: as it was."""
    shown = level in (Showing.Level.NAME, Showing.Level.FIRM)
    values: dict[str, Any] = {
        "level": level, "may_greet": may_greet and shown, "quiet_until": quiet_until,
        "changed_at": now or timezone.now(),
    }  # fmt: skip
    return _keep(edition, by, values if attends is None else {**values, "attends": attends})


def attend(edition: Edition, attends: bool, *, by: Any, now: datetime | None = None) -> Showing:
    """Stand at the firm's booth from now on, or no more. Somebody who attends wants to be rung: quiet is over."""
    values: dict[str, Any] = {"attends": attends, "changed_at": now or timezone.now()}
    return _keep(edition, by, {**values, "quiet_until": None} if attends else values)


def _keep(edition: Edition, by: Any, values: dict[str, Any]) -> Showing:
    with transaction.atomic():
        row, _is_new = Showing.objects.update_or_create(edition=edition, user=by, defaults=values)
        stays = Stay.objects.filter(edition=edition, user=by)
        places = set(stays.values_list("place", flat=True)) | booths_of(edition, [by.pk])
        if row.level == Showing.Level.NOTHING and not row.attends:
            stays.delete()
        elif row.level == Showing.Level.NOTHING:
            stays.filter(is_host=False).exclude(place=FAIR).delete()
        tell_after(edition, places)
    return row
