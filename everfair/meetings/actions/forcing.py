"""A meeting moved by hand though others stand in the way: these go to another time or are called off, and all are told why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.meetings import notices
from everfair.meetings.actions.booking import SlotTaken, cancel_meeting, move_meeting
from everfair.meetings.actions.guards import clean_reason, lock_meeting, lock_people
from everfair.meetings.actions.offering import offer_free_slot
from everfair.meetings.models import Meeting, MeetingPerson, NextInLine, Request, Slot
from everfair.meetings.queries.disturbing import another_time, in_the_way

EVENT = "meetings.meeting."


@dataclass(frozen=True)
class Forced:
    """What a move did to the meetings in its way."""

    moved: tuple[Meeting, ...] = ()
    called_off: tuple[Meeting, ...] = ()


def force_move(
    meeting: Meeting,
    slot: Slot,
    reason: str,
    *,
    seen: Mapping[str, int],
    though_confirmed: bool = False,
    by: Any,
    now: datetime | None = None,
) -> Forced:
    """Move `meeting` to `slot` though its people have other meetings then: all of it, or nothing.

    A meeting in the way goes to the nearest time that is free for its people; where there is none it is called off, and
    its asker waits in line from the moment it was made. What comes free is then offered to who waits, in their order.
    `seen`: code → version of the meeting and of those in the way, as the page showed them; Refused when another one is
    there now, or one changed. Confirmed ones are disturbed only with `though_confirmed`. SlotTaken as for any move.
    """
    now, reason = now or timezone.now(), clean_reason(reason)
    if not reason:
        raise Refused(_("Say why. Everybody whose meeting this changes reads it."), field="reason")
    if slot.starts_at <= now:
        raise Refused(_("This time has begun already. Choose one that is still to come."))
    with transaction.atomic():
        row, others = _locked(meeting, slot)
        _require_as_seen(row, others, seen)
        persons = {one.pk: list(one.people.select_related("participant")) for one in (row, *others)}
        confirmed = [one for one in others if any(person.confirmed_at for person in persons[one.pk])]
        if confirmed and not though_confirmed:
            raise Refused(
                _(
                    "Somebody confirmed a meeting that stands in the way. Tick that you want this all the same."
                ),
                field="though_confirmed",
            )
        done = _clear(slot, others, reason, by=by, now=now)
        was = row.slot
        try:
            move_meeting(row, slot, reason=reason, by=by, now=now, offers=False)
        except SlotTaken:
            raise Refused(
                _(
                    "Even without these meetings there is no place, no interpreter or no way between halls then. "
                    "Nothing was changed; choose another time."
                )
            ) from None
        _record(row, others, done, reason, by=by, now=now)
        _offer(row, was, persons[row.pk], now)
        for other in others:
            _offer(other, slot, persons[other.pk], now)
    return done


def _locked(meeting: Meeting, slot: Slot) -> tuple[Meeting, list[Meeting]]:
    """The meeting and those in the way, fresh and locked: everybody in them first, in one order."""
    ids = {meeting.pk, *(one.pk for one in in_the_way(meeting, slot))}
    people = MeetingPerson.objects.filter(meeting__in=ids).values_list("participant_id", flat=True)
    asked = Request.objects.filter(meetings__in=ids).values_list("asker_id", "asked_id")
    lock_people([*people, *(pk for pair in asked for pk in pair)])
    others = in_the_way(meeting, slot)
    if {one.pk for one in others} - ids:
        raise _changed()
    row = lock_meeting(meeting)[0]
    return row, [lock_meeting(other)[0] for other in others]


def _require_as_seen(row: Meeting, others: Sequence[Meeting], seen: Mapping[str, int]) -> None:
    if {one.code: one.version for one in (row, *others)} != dict(seen):
        raise _changed()
    if any(one.state != Meeting.State.SCHEDULED for one in (row, *others)):
        raise _changed()


def _changed() -> Refused:
    return Refused(
        _(
            "Something changed here meanwhile. Nothing was moved; read what stands in the way now, then decide again."
        )
    )


def _clear(slot: Slot, others: Sequence[Meeting], reason: str, *, by: Any, now: datetime) -> Forced:
    """Everything in the way goes to another time, else off; nothing is offered to anybody yet."""
    moved, called_off = [], []
    for other in others:
        to = another_time(other, now)
        if to is not None and _went(other, to, reason, by=by, now=now):
            moved.append(other)
            continue
        cancel_meeting(other, reason, by=by, now=now, offers=False)
        _stand_in_line(other)
        called_off.append(other)
    return Forced(tuple(moved), tuple(called_off))


def _went(other: Meeting, to: Slot, reason: str, *, by: Any, now: datetime) -> bool:
    try:
        with transaction.atomic():
            move_meeting(other, to, reason=reason, by=by, now=now, offers=False)
    except SlotTaken:
        return False
    return True


def _stand_in_line(meeting: Meeting) -> None:
    """Who had a meeting waits from when it was made: before all who began to wait later."""
    sides = {
        person.side: person.participant
        for person in meeting.people.select_related("participant").order_by("-pk")
    }
    asker, asked = sides.get(MeetingPerson.Side.ASKER), sides.get(MeetingPerson.Side.ASKED)
    if asker is None or asked is None:
        return
    firm = asked.exhibitor
    other = None if firm is not None else asked
    held = NextInLine.objects.filter(participant=asker, exhibitor=firm, ended_at=None)
    if (held if firm is not None else held.filter(other=asked)).exists():
        return
    NextInLine.objects.create(
        edition_id=meeting.edition_id, participant=asker, exhibitor=firm, other=other, since=meeting.made_at
    )
    audit.record("meetings.line.joined", asker, by=None, edition_id=meeting.edition_id)


def _record(
    row: Meeting, others: Sequence[Meeting], done: Forced, reason: str, *, by: Any, now: datetime
) -> None:
    after = {
        "starts_at": row.slot.starts_at.isoformat(),
        "moved": [one.code for one in done.moved],
        "called_off": [one.code for one in done.called_off],
    }
    audit.record(EVENT + "forced", row, by=by, edition_id=row.edition_id, after=after, reason=reason, now=now)
    for other in others:
        audit.record(
            EVENT + "displaced", other, by=by, edition_id=row.edition_id, after={"code": row.code},
            reason=reason, now=now,
        )  # fmt: skip


def _offer(row: Meeting, slot: Slot, persons: Sequence[MeetingPerson], now: datetime) -> None:
    freed = Meeting(pk=row.pk, edition=row.edition, slot=slot, place=row.place, exhibitor=row.exhibitor)
    offer_free_slot(freed, persons, now=now)
    notices.tell_floor(row.edition_id, slot.pk)
