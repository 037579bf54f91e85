"""How a request becomes a meeting: the meeting booked, the request settled; by a person's yes, or at once where somebody said so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor
from everfair.meetings.actions.booking import book_meeting
from everfair.meetings.actions.guards import count_received, record_request
from everfair.meetings.models import Meeting, Participant, Request, Slot
from everfair.meetings.queries.free import free_slots
from everfair.meetings.queries.limits import said_never

State = Request.State


def accept_at_once(
    request: Request, staff: Sequence[Participant], *, by: Any, now: datetime
) -> Meeting | None:
    """Book where somebody asked accepts at once and is free in a slot proposed (none proposed: in any). None: a person answers."""
    asked = staff or ([request.asked] if request.asked is not None else [])
    candidates = [one for one in asked if one.accepts_at_once]
    candidates.sort(key=lambda one: one.pk != request.asked_id)  # whose turn it is comes first
    if not candidates or said_never(request.exhibitor, request.asked, request.asker):
        return None
    colleagues = list(request.colleagues.all())
    wanted = [one.slot for one in request.proposals.select_related("slot")]
    for who in candidates:
        pair = languages_between(request, who)
        ours = [request.asker, *colleagues]
        free = free_slots(
            [*ours, who], place=request.place, exhibitor=firm_of(request), languages=pair, now=now
        )
        for slot in [one for one in wanted if one in free] if wanted else free[:1]:
            try:
                with transaction.atomic():
                    return schedule(request, slot, who, colleagues, by=by, now=now)
            except Refused:
                break  # somebody answers by hand then
    return None


def schedule(
    row: Request, slot: Slot, who: Participant, colleagues: Sequence[Participant], *, by: Any, now: datetime
) -> Meeting:
    """The meeting of a locked request, and the request that became it."""
    before = row.state
    meeting = book_meeting(
        slot,
        [row.asker, *colleagues],
        [who],
        place=row.place,
        exhibitor=firm_of(row),
        language=row.language,
        interpreter=languages_between(row, who),
        request=row,
        by=by,
        now=now,
    )
    if row.asked_id != who.pk:
        if row.asked is not None:
            count_received(row.asked, -1)
        count_received(who, 1)
        row.asked = who
    row.state, row.answered_at, row.version = State.SCHEDULED, now, row.version + 1
    row.save(update_fields=["asked", "state", "answered_at", "version"])
    record_request(row, before, by=by, now=now)
    return meeting


def firm_of(row: Request) -> Exhibitor | None:
    """The firm at whose stand the two can meet: the one asked, else the one that asks."""
    return row.exhibitor or row.asker.exhibitor


def languages_between(row: Request, who: Participant | None) -> tuple[str, str] | None:
    """Between which two an interpreter is needed; None without need, or where the two share the language."""
    if not row.needs_interpreter or who is None:
        return None
    mine = row.language or next(iter(row.asker.languages), "en")
    if mine in who.languages or not who.languages:
        return None
    return mine, who.languages[0]
