"""The line for meetings that found no slot: who joins, what came free is offered to the next, and kept until they answer."""

from datetime import datetime
from typing import Any

from everfair.exhibition.models import Exhibitor
from everfair.meetings.models import Meeting, NextInLine, Participant


def join_line(
    participant: Participant, target: Participant | Exhibitor, *, by: Any, now: datetime | None = None
) -> NextInLine:
    """Wait for a slot with a firm or a person. Joining twice gives the place one has."""
    raise NotImplementedError


def leave_line(line: NextInLine, *, by: Any, now: datetime | None = None) -> NextInLine:
    """Let the place go; a slot that was offered goes to the next."""
    raise NotImplementedError


def take_offer(line: NextInLine, *, by: Any, now: datetime | None = None) -> Meeting:
    """Say yes to the slot offered: the meeting is made. SlotTaken when it went otherwise."""
    raise NotImplementedError


def offer_free_slot(meeting: Meeting, *, now: datetime | None = None) -> list[NextInLine]:
    """After a cancelling: offer the slot to the next in line for each person who has it back. Who was offered it."""
    return []
