"""One negotiation as a side may read it: the meetings of the two, notes, next steps. Reads only."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from everfair.base.charts import targets
from everfair.deals.access import Stand
from everfair.deals.models import NEGOTIATION_STEPS, Negotiation, NegotiationNote, NextStep
from everfair.meetings.models import Meeting, MeetingPerson
from everfair.meetings.queries.firm import meetings_of_firm

MOST_MEETINGS = 50


@dataclass(frozen=True)
class Between:
    """A meeting of the two sides. `where`: the kind of place."""

    meeting: Meeting
    starts_at: Any
    ends_at: Any
    state: str
    is_ahead: bool


def meetings_between(stand: Stand, now: Any = None) -> list[Between]:
    """Meetings of the firm's people with the buyer, in order of time. To a firm that may not read who asks: none."""
    row = stand.negotiation
    if row.is_hidden and not stand.is_buyer:
        return []
    theirs = MeetingPerson.objects.filter(meeting=OuterRef("pk"))
    if row.buyer_firm_id is not None:
        theirs = theirs.filter(participant__exhibitor=row.buyer_firm_id)
    elif row.buyer_id is not None:
        own = Q(participant__user=row.buyer_id)
        theirs = theirs.filter(own | Q(participant__user=None, participant__registration__user=row.buyer_id))
    else:
        return []
    rows = meetings_of_firm(row.firm).filter(Exists(theirs)).prefetch_related(None)
    moment = now or timezone.now()
    return [
        Between(one, one.slot.starts_at, one.slot.ends_at, one.state, one.slot.ends_at > moment)
        for one in rows.order_by("slot__starts_at", "pk")[:MOST_MEETINGS]
    ]


def notes_for(stand: Stand) -> list[NegotiationNote]:
    """The own side's notes, and what the other side shares; newest first. One query.

    A firm that may not read who the buyer is reads of no meeting with them: its time would tell.
    """
    mine = Q(side=stand.side) | Q(is_shared=True)
    rows = list(stand.negotiation.notes.filter(mine).select_related("by", "meeting__slot"))
    if stand.negotiation.is_hidden and not stand.is_buyer:
        for one in rows:
            if one.side != stand.side:
                one.meeting = None
    return rows


def next_steps_for(stand: Stand) -> tuple[NextStep | None, NextStep | None]:
    """(own, the other's where it is shared). One query where they were not read with the negotiation."""
    held = stand.negotiation.next_steps.all() if stand.steps is None else stand.steps.values()
    found = {one.side: one for one in held}
    own = found.pop(stand.side, None)
    other = next(iter(found.values()), None)
    return own, other if other is not None and other.is_shared else None


def steps_for(stand: Stand) -> list[str]:
    """States the side may take the negotiation to, for the page's buttons."""
    if stand.negotiation.is_won_by_agreement:
        return []
    return targets(NEGOTIATION_STEPS, stand.negotiation.state, {stand.side})


def is_over(row: Negotiation) -> bool:
    """Whether it was won or lost."""
    return row.state != Negotiation.State.OPEN
