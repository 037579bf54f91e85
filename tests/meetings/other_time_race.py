"""Both sides of a meeting propose, answer and cancel at the same moment, each in a thread of their own."""

import json
from typing import Any

from tests.prepared import make_tables
from tests.programme.seat_race import at_once


def proposing_race(tabs: int) -> dict[str, Any]:
    """Both sides propose another time from several tabs."""
    from everfair.meetings.actions.booking import book_meeting
    from everfair.meetings.actions.other_time import propose_move
    from everfair.meetings.models import Meeting, MoveProposal, Participant, Slot
    from tests.factories.meetings import BEFORE
    from tests.meetings.world import make_world

    fair = make_world(slots=tabs + 1)
    buyer = fair.buyer()
    held = book_meeting(fair.slots[0], [buyer], [fair.staff], by=None, now=BEFORE)

    def propose(number: int) -> Any:
        def deed() -> str:
            who = Participant.objects.get(pk=(buyer if number % 2 else fair.staff).pk)
            slot = Slot.objects.get(pk=fair.slots[number + 1].pk)
            propose_move(Meeting.objects.get(pk=held.pk), who, [slot], by=None, now=BEFORE)
            return "proposed"

        return deed

    answers = at_once([propose(number) for number in range(tabs)])
    rows = MoveProposal.objects.filter(meeting=held)
    return {
        "answers": answers,
        "open": rows.filter(state="open").count(),
        "ended": rows.exclude(state="open").count(),
    }


def answering_race(sides: int) -> dict[str, Any]:
    """One accepts, one declines, one takes back, one calls the meeting off: whatever comes first holds, nothing is booked twice."""
    from everfair.base.charts import IllegalChange
    from everfair.meetings.actions.booking import book_meeting, cancel_meeting
    from everfair.meetings.actions.other_time import (
        accept_move,
        decline_move,
        propose_move,
        withdraw_move,
    )
    from everfair.meetings.models import Booking, Meeting, MoveProposal, Participant, Slot
    from tests.factories.meetings import BEFORE
    from tests.meetings.world import make_world

    fair = make_world(tables=1)
    buyer = fair.buyer()
    held = book_meeting(fair.slots[0], [buyer], [fair.staff], by=None, now=BEFORE)
    propose_move(held, buyer, fair.slots[1:3], by=None, now=BEFORE)
    rival = fair.buyer(), fair.colleague()

    def act(number: int) -> Any:
        def deed() -> str:
            meeting = Meeting.objects.get(pk=held.pk)
            asker, staff = Participant.objects.get(pk=buyer.pk), Participant.objects.get(pk=fair.staff.pk)
            slot = Slot.objects.get(pk=fair.slots[1].pk)
            try:
                if number % 5 == 0:
                    accept_move(meeting, staff, slot, by=None, now=BEFORE)
                    return "moved"
                if number % 5 == 1:
                    decline_move(meeting, staff, by=None, now=BEFORE)
                    return "declined"
                if number % 5 == 2:
                    withdraw_move(meeting, asker, by=None, now=BEFORE)
                    return "withdrawn"
                if number % 5 == 3:
                    pair = [Participant.objects.get(pk=one.pk) for one in rival]
                    book_meeting(slot, pair[:1], pair[1:], by=None, now=BEFORE)
                    return "rival"
                cancel_meeting(meeting, by=None, now=BEFORE)
                return "cancelled"
            except IllegalChange:
                return "late"

        return deed

    answers = at_once([act(number) for number in range(sides)])
    row = Meeting.objects.get(pk=held.pk)
    booked = Booking.objects.filter(meeting=held)
    return {
        "answers": answers,
        "state": row.state,
        "at": fair.slots.index(row.slot),
        "bookings": booked.count(),
        "slots": sorted(set(booked.values_list("slot__starts_at", flat=True))) == [row.slot.starts_at],
        "table": Booking.objects.filter(resource__kind="table", slot=fair.slots[1]).count(),
        "moved": MoveProposal.objects.filter(meeting=held, state="accepted").count(),
    }


def main() -> None:
    """On a new SQLite file (EVERFAIR_DATA_DIR): the answers as JSON."""
    import django

    django.setup()
    make_tables()
    print(json.dumps({"proposing": proposing_race(6), "answering": answering_race(10)}))


if __name__ == "__main__":
    main()
