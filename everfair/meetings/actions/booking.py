"""Meetings: made, moved, cancelled, confirmed, held. Nobody and nothing is booked twice in a slot, by constraint."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.charts import require_step
from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor
from everfair.meetings import notices
from everfair.meetings.actions.acts import note_met, take_back_met
from everfair.meetings.actions.guards import (
    bring_up_to_date,
    clean_reason,
    lock_meeting,
    lock_people,
    release_quota,
)
from everfair.meetings.actions.offering import offer_free_slot
from everfair.meetings.actions.placing import SlotTaken, book_all
from everfair.meetings.models import (
    MEETING_STEPS,
    REQUEST_STEPS,
    Booking,
    Meeting,
    MeetingPerson,
    Participant,
    PlaceKind,
    Request,
    Resource,
    Run,
    Slot,
)
from everfair.meetings.queries.limits import are_kept_apart
from everfair.meetings.signals import meeting_changed

__all__ = [
    "SlotTaken", "book_meeting", "cancel_meeting", "confirm", "move_meeting", "note_came",
]  # fmt: skip
EVENT = "meetings.meeting."
Side, State = MeetingPerson.Side, Meeting.State


def book_meeting(
    slot: Slot,
    askers: Sequence[Participant],
    asked: Sequence[Participant],
    *,
    place: str = PlaceKind.TABLE,
    exhibitor: Exhibitor | None = None,
    language: str = "",
    interpreter: tuple[str, str] | None = None,
    request: Request | None = None,
    run: Run | None = None,
    by: Any,
    now: datetime | None = None,
) -> Meeting:
    """One meeting with bookings of everybody, a place and, between two languages, an interpreter: all or nothing.

    The place is chosen: where they already are, else the lowest number left. SlotTaken when one is busy or nothing is
    left; Refused when the organiser keeps two of them apart or one is on both sides. Everybody but `by` gets a letter.
    """
    now = now or timezone.now()
    with transaction.atomic():
        people = lock_people([*askers, *asked])
        ours, theirs = [people[one.pk] for one in askers], [people[one.pk] for one in asked]
        _require_two_sides(slot, ours, theirs)
        firm = exhibitor or next((one.exhibitor for one in theirs if one.exhibitor is not None), None)
        meeting = Meeting.objects.create(
            edition=theirs[0].edition,
            request=request,
            run=run,
            slot=slot,
            place=place,
            exhibitor=firm,
            language=language,
            made_at=now,
        )
        sides = [(one, Side.ASKER) for one in ours] + [(one, Side.ASKED) for one in theirs]
        persons = MeetingPerson.objects.bulk_create(
            MeetingPerson(meeting=meeting, participant=one, side=side) for one, side in sides
        )
        book_all(meeting, [*theirs, *ours], interpreter, now=now)
        announce(meeting, "made", by=by, now=now, after=facts_of(meeting, people.values()))
        notices.tell_of_meeting(meeting, "made", persons, by=by)
    return meeting


def cancel_meeting(
    meeting: Meeting, reason: str = "", *, by: Any, now: datetime | None = None, offers: bool = True
) -> Meeting:
    """Give back everything it took, tell the others, offer the slot to who waits (`offers`). Its request ends with it.

    IllegalChange for a meeting that was held or is cancelled already.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row, persons = lock_meeting(meeting)
        require_step(MEETING_STEPS, row.state, State.CANCELLED, _labels())
        before = facts_of(row)
        letters = notices.letters_of_meeting(row, "cancelled", persons, by=by, reason=clean_reason(reason))
        row.state, row.reason, row.version = State.CANCELLED, clean_reason(reason), row.version + 1
        row.save(update_fields=["state", "reason", "version"])
        Booking.objects.filter(meeting=row).delete()
        _end_request(row, {one.participant_id: one.participant for one in persons}, by=by, now=now)
        announce(row, "cancelled", by=by, now=now, before=before)
        notices.post_all(letters)
        if offers:
            offer_free_slot(row, persons, now=now)
    return bring_up_to_date(meeting, row)


def move_meeting(
    meeting: Meeting,
    slot: Slot,
    *,
    reason: str = "",
    by: Any,
    now: datetime | None = None,
    offers: bool = True,
) -> Meeting:
    """To another slot, with a place there; who had confirmed is asked again. SlotTaken when one is busy then.

    `reason` is told in the letters; what comes free is offered to who waits, unless `offers` is False.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row, persons = lock_meeting(meeting)
        _require_agreed(row)
        if slot.edition_id != row.edition_id:
            raise Refused(_("That does not belong to this edition."), field="slot")
        if slot.pk == row.slot_id:
            raise Refused(_("The meeting is at this time already. Choose another one."), field="slot")
        was, before = row.slot, facts_of(row)
        spoken = Booking.objects.filter(meeting=row, resource__kind=Resource.Kind.INTERPRETER)
        languages = spoken.values_list("resource__languages", flat=True).first()
        Booking.objects.filter(meeting=row).delete()
        row.slot, row.reminded_at, row.version = slot, None, row.version + 1
        row.save(update_fields=["slot", "reminded_at", "version"])
        asked_first = sorted(persons, key=lambda one: one.side != Side.ASKED)
        pair = (languages[0], languages[1]) if languages else None
        book_all(row, [one.participant for one in asked_first], pair, now=now)
        MeetingPerson.objects.filter(meeting=row).update(confirmed_at=None)
        announce(row, "moved", by=by, now=now, before=before, after=facts_of(row))
        notices.tell_of_meeting(row, "moved", persons, was=was, reason=clean_reason(reason), by=by)
        notices.tell_floor(row.edition_id, was.pk)
        freed = Meeting(pk=row.pk, edition=row.edition, slot=was, place=row.place, exhibitor=row.exhibitor)
        if offers:
            offer_free_slot(freed, persons, now=now)
    return bring_up_to_date(meeting, row)


def confirm(meeting: Meeting, participant: Participant, *, by: Any, now: datetime | None = None) -> Meeting:
    """The person says yes: no later run or repair moves the meeting. Twice is once."""
    now = now or timezone.now()
    with transaction.atomic():
        row, persons = lock_meeting(meeting)
        _require_agreed(row)
        person = _person_in(persons, participant)
        if person.confirmed_at is None:
            person.confirmed_at = now
            person.save(update_fields=["confirmed_at"])
            announce(row, "confirmed", by=by, now=now, after={"name": participant.name})
    return bring_up_to_date(meeting, row)


def note_came(
    meeting: Meeting, participant: Participant, came: bool, *, by: Any, now: datetime | None = None
) -> Meeting:
    """Whether a person came: all did → held; somebody did not → no-show. Refused before it begins."""
    now = now or timezone.now()
    with transaction.atomic():
        row, persons = lock_meeting(meeting)
        if row.slot.starts_at > now:
            raise Refused(_("The meeting has not begun yet. Note who came once it has."))
        if row.state == State.CANCELLED:
            raise Refused(_("This meeting was cancelled."))
        person = _person_in(persons, participant)
        if person.came is came:
            return bring_up_to_date(meeting, row)
        person.came = came
        person.save(update_fields=["came"])
        said = [one.came for one in persons]
        state = State.NO_SHOW if False in said else State.HELD if all(said) else row.state
        before = row.state
        if state != before:
            require_step(MEETING_STEPS, before, state, _labels())
            row.state, row.version = state, row.version + 1
            row.save(update_fields=["state", "version"])
            if state == State.HELD:
                note_met(row, persons, now=now)
            elif before == State.HELD:
                take_back_met(row, persons, now=now)
        announce(
            row,
            "came" if came else "stayed_away",
            by=by,
            now=now,
            before={"state": before},
            after={"state": state, "name": participant.name},
        )
    return bring_up_to_date(meeting, row)


def _end_request(meeting: Meeting, people: dict[int, Participant], *, by: Any, now: datetime) -> None:
    """The request that became this meeting is cancelled with it, and its quota comes back."""
    request = meeting.request
    if request is None or request.state != Request.State.SCHEDULED:
        return
    labels = {str(value): str(label) for value, label in Request.State.choices}
    require_step(REQUEST_STEPS, request.state, Request.State.CANCELLED, labels)
    request.state, request.reason, request.version = (
        Request.State.CANCELLED,
        meeting.reason,
        request.version + 1,
    )
    request.save(update_fields=["state", "reason", "version"])
    people |= lock_people(pk for pk in (request.asker_id, request.asked_id) if pk not in people)
    release_quota(request, people)
    audit.record(
        "meetings.request.cancelled",
        request,
        by=by,
        edition_id=request.edition_id,
        before={"state": Request.State.SCHEDULED},
        after={"state": request.state},
        reason=request.reason,
        now=now,
    )


def _require_agreed(row: Meeting) -> None:
    if row.state != State.SCHEDULED:
        raise Refused(_("This meeting is over or cancelled."))


def _person_in(persons: Sequence[MeetingPerson], participant: Participant) -> MeetingPerson:
    found = next((one for one in persons if one.participant_id == participant.pk), None)
    if found is None:
        raise Refused(_("%(name)s is not in this meeting.") % {"name": participant.name})
    return found


def _labels() -> dict[str, str]:
    return {str(value): str(label) for value, label in State.choices}


def announce(
    meeting: Meeting, event: str, *, by: Any, now: datetime, before: Any = None, after: Any = None
) -> None:
    """The audit row, the change that pages follow, the signal for rooms above."""
    audit.record(
        EVENT + event,
        meeting,
        by=by,
        edition_id=meeting.edition_id,
        before=before,
        after=after,
        reason=meeting.reason,
        now=now,
    )
    note_change("meetings.meeting", meeting.pk, meeting.edition_id)
    notices.tell_floor(meeting.edition_id, meeting.slot_id)
    meeting_changed.send(sender=Meeting, meeting_id=meeting.pk, event=event)


def facts_of(meeting: Meeting, people: Iterable[Participant] = ()) -> dict[str, Any]:
    """What the log keeps of when and where."""
    held = Booking.objects.filter(meeting=meeting, resource__participant=None).select_related("resource")
    found: dict[str, Any] = {
        "starts_at": meeting.slot.starts_at.isoformat(),
        "place": meeting.place,
        "places": [f"{one.resource.kind} {one.resource.number}" for one in held],
    }
    names = [person.name for person in people]
    return found | ({"people": names} if names else {})


def _require_two_sides(slot: Slot, ours: Sequence[Participant], theirs: Sequence[Participant]) -> None:
    everybody = [*ours, *theirs]
    if not ours or not theirs or len({one.pk for one in everybody}) < len(everybody):
        raise Refused(_("A meeting needs two sides, and nobody can be on both."))
    if any(one.edition_id != slot.edition_id for one in everybody):
        raise Refused(_("That does not belong to this edition."))
    if are_kept_apart(ours, theirs):
        raise Refused(_("This meeting cannot be made."))
