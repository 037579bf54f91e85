"""An agreed meeting goes to another time: one side proposes, the other says yes or no. Until then it stays where it is.

Rights are asked before; here only the side counts. What the organiser moves by hand, or a run, is done elsewhere.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.charts import require_step
from everfair.base.refusals import Refused
from everfair.base.texts import clean_text
from everfair.meetings import notices
from everfair.meetings.actions.booking import move_meeting
from everfair.meetings.actions.guards import bring_up_to_date, clean_reason, lock_meeting
from everfair.meetings.models import (
    MOVE_STEPS,
    Meeting,
    MeetingPerson,
    MeetingRules,
    MoveProposal,
    Participant,
    Slot,
)
from everfair.meetings.queries.other_time import stands

EVENT = "meetings.meeting."
MOST_SLOTS = 5
State = MoveProposal.State


def propose_move(
    meeting: Meeting,
    proposer: Participant,
    slots: Sequence[Slot],
    *,
    message: str = "",
    by: Any,
    now: datetime | None = None,
) -> MoveProposal:
    """Ask the other side for another time, any of `slots`; the meeting keeps its own until they say yes.

    An own proposal is replaced; one of the other side is answered by it. Refused when the meeting is over or has
    begun, or the slots are none, too many, past or the meeting's own.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row, persons = lock_meeting(meeting)
        _require_ahead(row, now)
        own = _person(persons, proposer)
        wanted = _require_slots(row, slots, now)
        for old in MoveProposal.objects.filter(meeting=row, state=State.OPEN):
            _end(old, State.WITHDRAWN if old.side == own.side else State.DECLINED, now)
        try:
            with transaction.atomic():
                made = MoveProposal.objects.create(
                    meeting=row,
                    proposer=proposer,
                    side=own.side,
                    was=row.slot,
                    message=clean_text(message)[:500],
                    made_at=now,
                    expires_at=_until(row, wanted, now),
                )
        except IntegrityError as error:  # the lock should not let this happen; the constraint says so again
            raise Refused(_("Please try again: somebody changed this at the same moment.")) from error
        made.slots.set(wanted)
        _record(row, "move_proposed", by, now)
        notices.tell_of_move(made, row, "proposed", _others(persons, own.side), wanted, by=by)
    return made


def accept_move(
    meeting: Meeting, participant: Participant, slot: Slot, *, by: Any, now: datetime | None = None
) -> Meeting:
    """Yes to one of the times proposed: the meeting moves, its old slot goes to who waits, both have confirmed the new one.

    SlotTaken, with others, when somebody is not free then any more: the meeting stays and so does the proposal.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row, persons = lock_meeting(meeting)
        own = _person(persons, participant)
        proposal = _standing(row, now)
        _require_other(proposal, own)
        if not proposal.slots.filter(pk=slot.pk).exists():
            raise Refused(_("Choose one of the times proposed, or propose others."), field="slot")
        _end(proposal, State.ACCEPTED, now)
        move_meeting(row, slot, by=by, now=now)
        agreed = (proposal.proposer_id, participant.pk)
        MeetingPerson.objects.filter(meeting=row, participant__in=agreed).update(confirmed_at=now)
        _record(row, "move_accepted", by, now)
    return bring_up_to_date(meeting, row)


def decline_move(
    meeting: Meeting, participant: Participant, reason: str = "", *, by: Any, now: datetime | None = None
) -> MoveProposal:
    """No: the meeting stays as it was agreed. The proposer reads the reason."""
    now = now or timezone.now()
    with transaction.atomic():
        row, persons = lock_meeting(meeting)
        own = _person(persons, participant)
        proposal = _standing(row, now)
        _require_other(proposal, own)
        proposal.reason = clean_reason(reason)
        _end(proposal, State.DECLINED, now)
        _record(row, "move_declined", by, now)
        notices.tell_of_move(proposal, row, "declined", _others(persons, own.side), (), by=by)
    return proposal


def withdraw_move(
    meeting: Meeting, participant: Participant, *, by: Any, now: datetime | None = None
) -> MoveProposal:
    """Take one's own side's proposal back: the meeting stays as it was agreed."""
    now = now or timezone.now()
    with transaction.atomic():
        row, persons = lock_meeting(meeting)
        own = _person(persons, participant)
        proposal = _standing(row, now)
        if proposal.side != own.side:
            raise Refused(_("The other side proposed this time: accept it or decline it."))
        _end(proposal, State.WITHDRAWN, now)
        _record(row, "move_withdrawn", by, now)
        notices.tell_of_move(proposal, row, "withdrawn", _others(persons, own.side), (), by=by)
    return proposal


def lapse_moves(now: datetime | None = None) -> int:
    """Proposals nobody answered run out, and those whose meeting moved or ended otherwise. How many. Safe to run twice.

    The proposer reads of the first; of the others they have read already.
    """
    now = now or timezone.now()
    due = [
        row.pk
        for row in MoveProposal.objects.filter(state=State.OPEN).select_related("meeting")
        if not stands(row, row.meeting, now)
    ]
    return sum(_lapse(pk, now) for pk in due)


def _lapse(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        found = MoveProposal.objects.select_related("meeting").filter(pk=pk).first()
        if found is None:
            return False
        meeting, persons = lock_meeting(found.meeting)
        row = MoveProposal.objects.select_for_update(of=("self",)).select_related("proposer").get(pk=pk)
        if row.state != State.OPEN or stands(row, meeting, now):  # answered at this very moment
            return False
        is_unanswered = meeting.state == Meeting.State.SCHEDULED and row.was_id == meeting.slot_id
        _end(row, State.LAPSED, now)
        _record(meeting, "move_lapsed", None, now)
        if is_unanswered:
            own = [one for one in persons if one.participant_id == row.proposer_id]
            notices.tell_of_move(row, meeting, "lapsed", own, (), by=None)
    return True


def _require_ahead(meeting: Meeting, now: datetime) -> None:
    if meeting.state != Meeting.State.SCHEDULED:
        raise Refused(_("This meeting is over or cancelled."))
    if meeting.slot.starts_at <= now:
        raise Refused(_("The meeting has begun: it cannot be moved any more."))


def _require_slots(meeting: Meeting, slots: Sequence[Slot], now: datetime) -> list[Slot]:
    wanted = list({slot.pk: slot for slot in slots}.values())
    if not wanted:
        raise Refused(_("Propose one time at least."), field="slots")
    if len(wanted) > MOST_SLOTS:
        raise Refused(_("Propose at most %(most)d times.") % {"most": MOST_SLOTS}, field="slots")
    if any(slot.edition_id != meeting.edition_id for slot in wanted):
        raise Refused(_("That does not belong to this edition."), field="slots")
    if any(slot.starts_at <= now for slot in wanted):
        raise Refused(_("One of these times is over. Choose others."), field="slots")
    if any(slot.pk == meeting.slot_id for slot in wanted):
        raise Refused(_("The meeting is at this time already. Choose another one."), field="slots")
    return wanted


def _until(meeting: Meeting, slots: Sequence[Slot], now: datetime) -> datetime:
    """The rules' hours for an answer; never beyond the meeting's beginning or the last time proposed."""
    rules = MeetingRules.objects.filter(edition_id=meeting.edition_id).first()
    hours = timedelta(hours=rules.answer_hours if rules is not None else 72)
    return min(now + hours, meeting.slot.starts_at, max(slot.starts_at for slot in slots))


def _person(persons: Sequence[MeetingPerson], participant: Participant) -> MeetingPerson:
    found = next((one for one in persons if one.participant_id == participant.pk), None)
    if found is None:
        raise Refused(_("%(name)s is not in this meeting.") % {"name": participant.name})
    return found


def _others(persons: Sequence[MeetingPerson], side: str) -> list[MeetingPerson]:
    return [one for one in persons if one.side != side]


def _standing(meeting: Meeting, now: datetime) -> MoveProposal:
    """The open proposal, locked; Refused where there is none any more."""
    rows = MoveProposal.objects.select_for_update(of=("self",)).select_related("proposer", "was")
    found = rows.filter(meeting=meeting, state=State.OPEN).first()
    if found is None or not stands(found, meeting, now):
        raise Refused(_("No other time is proposed for this meeting any more."))
    return found


def _require_other(proposal: MoveProposal, own: MeetingPerson) -> None:
    if proposal.side == own.side:
        raise Refused(_("Your own side proposed this time: the other side answers."))


def _end(row: MoveProposal, state: str, now: datetime) -> None:
    labels = {str(value): str(label) for value, label in State.choices}
    require_step(MOVE_STEPS, row.state, state, labels)
    row.state, row.ended_at = state, now
    row.save(update_fields=["state", "ended_at", "reason"])


def _record(meeting: Meeting, event: str, by: Any, now: datetime) -> None:
    audit.record(EVENT + event, meeting, by=by, edition_id=meeting.edition_id, now=now)
    note_change("meetings.meeting", meeting.pk, meeting.edition_id)
