"""Sentences about a schedule as a whole: what people should know before they apply it."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everfair.fair.models import Edition
from everfair.gateways.schedules import Event, Problem, Room
from everfair.programme.actions.guards import local_time
from everfair.programme.models import Session, Stage


def notes_on(edition: Edition, events: list[Event], rooms: list[Room]) -> list[Problem]:
    """What people should know before they apply the file."""
    zone = ZoneInfo(edition.time_zone or "UTC")
    notes: list[str] = []
    if rooms and len(rooms) <= 5:
        names = _("; ").join(room.name for room in rooms)
        notes.append(
            _("These rooms are not stages of the edition yet and will be made: %(names)s.") % {"names": names}
        )
    elif rooms:
        told = _("%(count)d rooms are not stages of the edition yet and will be made, among them %(names)s.")
        notes.append(told % {"count": len(rooms), "names": _("; ").join(room.name for room in rooms[:5])})
    days = {event.starts_at.astimezone(zone).date() for event in events}
    outside = [day for day in days if not edition.starts_on <= day <= edition.ends_on]
    if outside:
        told = ngettext(
            "%(count)d day of the file lies outside of the fair's days (%(first)s to %(last)s). Look whether the "
            "edition is the right one.",
            "%(count)d days of the file lie outside of the fair's days (%(first)s to %(last)s). Look whether the "
            "edition is the right one.",
            len(outside),
        )
        facts = {"count": len(outside), "first": edition.starts_on, "last": edition.ends_on}
        notes.append(told % facts)
    if any(event.starts_at.tzinfo == zone for event in events):
        notes.append(
            _("The file says no time zone; its times are read on the fair's clock (%(zone)s).")
            % {"zone": edition.time_zone}
        )
    return [Problem("", note, is_warning=True) for note in notes]


def overlap_with(row: Session, stage: Stage | None) -> str:
    """The sentence for a session that stays untouched and wants the stage at the same time."""
    return _(
        "“%(other)s” is already on “%(stage)s” from %(start)s to %(end)s. Both will stand there; "
        "move one of them afterwards."
    ) % {
        "other": row,
        "stage": stage,
        "start": local_time(row.starts_at, row),
        "end": local_time(row.ends_at, row),
    }
