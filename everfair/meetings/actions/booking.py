"""Meetings: made, moved, cancelled, confirmed, held. A person, place or interpreter is booked once in a slot, by constraint."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor
from everfair.meetings.models import Meeting, Participant, PlaceKind, Request, Run, Slot


class SlotTaken(Refused):
    """Somebody was quicker. `alternatives` are up to five slots that are free for all of them."""

    def __init__(self, message: str, alternatives: Sequence[Slot] = ()) -> None:
        super().__init__(message, field="slot")
        self.alternatives = list(alternatives)


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

    The place is chosen: where they already are, else the lowest number left. SlotTaken when one is busy or nothing is left.
    """
    raise NotImplementedError


def cancel_meeting(meeting: Meeting, reason: str = "", *, by: Any, now: datetime | None = None) -> Meeting:
    """Give back everything it took, tell the others, offer the slot to who waits. Its request ends with it."""
    raise NotImplementedError


def move_meeting(meeting: Meeting, slot: Slot, *, by: Any, now: datetime | None = None) -> Meeting:
    """To another slot, with a place there; who had confirmed is asked again. SlotTaken when one is busy then."""
    raise NotImplementedError


def confirm(meeting: Meeting, participant: Participant, *, by: Any, now: datetime | None = None) -> Meeting:
    """The person says yes: no later run or repair moves the meeting."""
    raise NotImplementedError


def note_came(
    meeting: Meeting, participant: Participant, came: bool, *, by: Any, now: datetime | None = None
) -> Meeting:
    """Whether a person came: all did → held; somebody did not → no-show. Refused before it begins."""
    raise NotImplementedError
