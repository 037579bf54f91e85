"""Tables of the meetings room."""

from everfair.meetings.models.asking import (
    MEETING_STEPS,
    MOVE_STEPS,
    REQUEST_STEPS,
    Booking,
    DiaryKey,
    FirmRule,
    Meeting,
    MeetingPerson,
    MoveProposal,
    NextInLine,
    PlaceKind,
    ProposedSlot,
    Request,
)
from everfair.meetings.models.ground import (
    BlockedPair,
    BoothDuty,
    FreeTime,
    KindRule,
    MeetingRules,
    Participant,
    Resource,
    Slot,
)
from everfair.meetings.models.rounds import Run, RunRow, Wish

__all__ = [
    "MEETING_STEPS", "MOVE_STEPS", "REQUEST_STEPS", "BlockedPair", "Booking", "BoothDuty", "DiaryKey",
    "FirmRule", "FreeTime", "KindRule", "Meeting", "MeetingPerson", "MeetingRules", "MoveProposal",
    "NextInLine", "Participant", "PlaceKind", "ProposedSlot", "Request", "Resource", "Run", "RunRow",
    "Slot", "Wish",
]  # fmt: skip
