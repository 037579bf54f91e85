"""Another time proposed by one side of an agreed meeting: the one that stands, the slots it could go to. Reads only."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from everfair.meetings.models import (
    Booking,
    Meeting,
    MeetingPerson,
    MoveProposal,
    Participant,
    Resource,
    Slot,
)
from everfair.meetings.queries.free import free_slots

RELATED = ("meeting", "proposer__exhibitor__organisation", "was")


def move_of(meeting: Meeting, now: datetime | None = None) -> MoveProposal | None:
    """The proposal that waits for an answer; None where there is none, or what it was made for has changed meanwhile."""
    found = MoveProposal.objects.filter(meeting=meeting, state=MoveProposal.State.OPEN)
    row = found.select_related(*RELATED).prefetch_related("slots").first()
    return row if row is not None and stands(row, meeting, now or timezone.now()) else None


def stands(row: MoveProposal, meeting: Meeting, now: datetime) -> bool:
    """Whether an open proposal still means the meeting as it is: agreed, where it was, and not too late."""
    return (
        row.state == MoveProposal.State.OPEN
        and meeting.state == Meeting.State.SCHEDULED
        and row.was_id == meeting.slot_id
        and row.expires_at > now
    )


def moves_to_answer(people: Iterable[Participant], now: datetime | None = None) -> list[MoveProposal]:
    """Proposals of the other side for meetings of these people that wait for an answer, soonest end first."""
    now = now or timezone.now()
    open_ones = MoveProposal.objects.filter(state=MoveProposal.State.OPEN, expires_at__gt=now)
    own = MeetingPerson.objects.filter(
        participant__in=list(people), meeting__in=open_ones.values("meeting_id")
    )
    sides = dict(own.values_list("meeting_id", "side"))
    rows = open_ones.filter(meeting__in=list(sides)).select_related(
        *RELATED, "meeting__slot", "meeting__edition", "meeting__exhibitor__organisation"
    )
    return [
        row for row in rows.order_by("expires_at", "id")
        if row.side != sides[row.meeting_id] and stands(row, row.meeting, now)
    ]  # fmt: skip


def slots_for_move(meeting: Meeting, now: datetime | None = None) -> list[Slot]:
    """Other slots in which everybody of the meeting is free, with a place of its kind and its interpreter."""
    rows = MeetingPerson.objects.filter(meeting=meeting).select_related(
        "participant__edition", "participant__exhibitor", "participant__registration__kind"
    )
    people = [row.participant for row in sorted(rows, key=lambda row: (row.side != "asked", row.pk))]
    if not people:
        return []
    spoken = Booking.objects.filter(meeting=meeting, resource__kind=Resource.Kind.INTERPRETER)
    languages = spoken.values_list("resource__languages", flat=True).first()
    found = free_slots(
        people,
        place=meeting.place,
        exhibitor=meeting.exhibitor,
        languages=(languages[0], languages[1]) if languages else None,
        without=meeting,
        now=now,
    )
    return [slot for slot in found if slot.pk != meeting.slot_id]


def choices_of(move: MoveProposal | None, free: Iterable[Slot]) -> list[Slot]:
    """Of the times proposed those that still suit everybody (`free`), in order of time."""
    wanted = {slot.pk for slot in move.slots.all()} if move is not None else set()
    return [slot for slot in free if slot.pk in wanted]
