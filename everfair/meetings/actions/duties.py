"""Duties at a firm's booth: said, changed, taken away, a day copied to others. Nobody is on duty twice at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line
from everfair.exhibition.models import Exhibitor
from everfair.meetings.actions.diary import fair_span
from everfair.meetings.actions.guards import lock_people
from everfair.meetings.forms.availability import moment_at
from everfair.meetings.models import BoothDuty, Meeting, Participant
from everfair.meetings.queries.duties import duties_on, duty_days, meetings_against

LONGEST = timedelta(hours=25)  # a day at most, also the one on which the clock goes back
MOST_DUTIES = 200  # of one person: beyond that a script speaks
NOTE_LIMIT = 200


@dataclass(frozen=True)
class Planned:
    """A duty as it is kept, and the person's agreed meetings that it stands against: they stay until somebody moves them."""

    duty: BoothDuty
    meetings: tuple[Meeting, ...] = ()


@dataclass(frozen=True)
class Copied:
    """What copying a day did: duties made, and those left out because the person is on duty then or the clock skips it."""

    made: int = 0
    left_out: int = 0


@transaction.atomic
def save_duty(exhibitor: Exhibitor, duty: BoothDuty | None, values: Mapping[str, Any], *, by: Any) -> Planned:
    """Add (duty = None) or change a duty. `values`: person (of the firm), starts_at, ends_at (aware), may_meet, note.

    Refused, with the field, where it lies outside the fair, ends before it begins or overlaps another of the person's.
    """
    person: Participant = values["person"]
    people = lock_people([person, duty.participant_id if duty is not None else None])
    person = people[person.pk]
    if person.exhibitor_id != exhibitor.pk:
        raise Refused(_("Only people of the firm are on duty at its booth."), field="person")
    row = BoothDuty(participant=person) if duty is None else _locked(duty)
    before = {} if duty is None else _facts(row)
    row.participant = person
    row.starts_at, row.ends_at = values["starts_at"], values["ends_at"]
    row.may_meet = bool(values.get("may_meet"))
    row.note = clean_line(values.get("note") or "")[:NOTE_LIMIT]
    _require_sound(row, exhibitor)
    if duty is None and BoothDuty.objects.filter(participant=person).count() >= MOST_DUTIES:
        raise Refused(_("That is too many duties. Make fewer, longer ones."), field="person")
    other = _overlapping(row)
    if other is not None:
        zone = ZoneInfo(exhibitor.edition.time_zone)
        raise Refused(
            _(
                "%(name)s is at the booth from %(from)s to %(until)s already. Change that duty, or choose another time."
            )
            % {
                "name": person.name,
                "from": f"{other.starts_at.astimezone(zone):%H:%M}",
                "until": f"{other.ends_at.astimezone(zone):%H:%M}",
            },
            field="starts",
        )
    row.save()
    after = _facts(row)
    if after != before:
        _record("added" if duty is None else "changed", row, by, before, after)
    return Planned(row, tuple(meetings_against(row)))


@transaction.atomic
def remove_duty(duty: BoothDuty, *, by: Any) -> bool:
    """Take a duty away. False where somebody did already."""
    rows = BoothDuty.objects.select_for_update(of=("self",)).select_related("participant")
    row = rows.filter(pk=duty.pk).first()
    if row is None:
        return False
    _record("removed", row, by, _facts(row), {})
    row.delete()
    return True


@transaction.atomic
def copy_day(exhibitor: Exhibitor, day: date, to: Iterable[date], *, by: Any) -> Copied:
    """The day's duties on other days of the fair, at the same times of the fair's clock. What is there already stays."""
    targets = sorted(set(to) - {day})
    if not targets:
        raise Refused(_("Choose a day to copy to."), field="to")
    if not set(targets) <= set(duty_days(exhibitor.edition)):
        raise Refused(_("The fair is not on on that day."), field="to")
    lock_people(Participant.objects.filter(exhibitor=exhibitor).values_list("pk", flat=True))
    duties = list(duties_on(exhibitor, day))
    if not duties:
        raise Refused(_("Nobody is at the booth on this day: there is nothing to copy."), field="to")
    made, left_out = 0, 0
    zone = ZoneInfo(exhibitor.edition.time_zone)
    for target in targets:
        for duty in duties:
            copy = _on_day(duty, day, target, zone)
            if copy is None or _overlapping(copy) is not None:
                left_out += 1
                continue
            copy.save()
            made += 1
    audit.record(
        "meetings.duty.copied",
        exhibitor,
        by=by,
        edition_id=exhibitor.edition_id,
        after={"from": day.isoformat(), "to": [one.isoformat() for one in targets], "made": made},
    )
    return Copied(made, left_out)


def _locked(duty: BoothDuty) -> BoothDuty:
    rows = BoothDuty.objects.select_for_update(of=("self",)).select_related("participant")
    row = rows.filter(pk=duty.pk).first()
    if row is None:
        raise Refused(_("This duty was removed meanwhile."))
    return row


def _on_day(duty: BoothDuty, day: date, target: date, zone: ZoneInfo) -> BoothDuty | None:
    """The same times of the clock on another day; None where the clock skips one of them."""
    starts, ends = duty.starts_at.astimezone(zone), duty.ends_at.astimezone(zone)
    shift = target - day
    try:
        starts_at = moment_at(starts.date() + shift, _minute(starts), zone)
        ends_at = moment_at(ends.date() + shift, _minute(ends), zone, is_end=True)
    except ValidationError:
        return None
    return BoothDuty(
        participant=duty.participant,
        starts_at=starts_at,
        ends_at=ends_at,
        may_meet=duty.may_meet,
        note=duty.note,
    )


def _minute(at: datetime) -> time:
    return time(at.hour, at.minute)


def _require_sound(row: BoothDuty, exhibitor: Exhibitor) -> None:
    if row.ends_at <= row.starts_at:
        raise Refused(_("The duty ends before it begins."), field="ends")
    begin, end = fair_span(exhibitor.edition)
    if row.starts_at < begin or row.ends_at > end:
        raise Refused(_("The duty lies outside the days of the fair."), field="day")
    if row.ends_at - row.starts_at > LONGEST:
        raise Refused(_("A duty is of one day. Make one for each day."), field="ends")


def _overlapping(row: BoothDuty) -> BoothDuty | None:
    """Another duty of the (locked) person at the same time; those that only touch do not overlap."""
    others = BoothDuty.objects.filter(
        participant=row.participant_id, starts_at__lt=row.ends_at, ends_at__gt=row.starts_at
    )
    return others.exclude(pk=row.pk).order_by("starts_at").first()


def _facts(row: BoothDuty) -> dict[str, Any]:
    return {
        "name": row.participant.name,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "may_meet": row.may_meet,
        "note": row.note,
    }


def _record(event: str, row: BoothDuty, by: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    edition_id = row.participant.edition_id
    audit.record(f"meetings.duty.{event}", row, by=by, edition_id=edition_id, before=before, after=after)
