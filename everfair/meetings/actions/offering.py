"""What came free is offered to the next in line, and kept for them until they answer or the time is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from everfair.base import audit
from everfair.meetings import notices
from everfair.meetings.actions.guards import lock_people
from everfair.meetings.models import Meeting, MeetingPerson, NextInLine, Participant, PlaceKind, Slot
from everfair.meetings.queries.free import free_slots
from everfair.meetings.queries.limits import are_kept_apart
from everfair.meetings.queries.places import offered_places

OFFER_HOURS = 12
TRIED = 50  # of a long line, in one turn: the next cancelling goes on


def offer_free_slot(
    meeting: Meeting, persons: Iterable[MeetingPerson], *, now: datetime | None = None
) -> list[NextInLine]:
    """Offer the meeting's slot, given back just now, to the next in line for each of its people. Who was offered it."""
    now = now or timezone.now()
    found = []
    for one in persons:
        line = offer_slot(meeting.slot, one.participant, now=now)
        if line is not None:
            found.append(line)
    return found


def offer_slot(slot: Slot, person: Participant, *, now: datetime | None = None) -> NextInLine | None:
    """Keep the slot of `person` for the first in line for them (or their firm) who is free then. None: nobody is."""
    now = now or timezone.now()
    until = _kept_until(slot, now)
    if until is None:
        return None
    with transaction.atomic():
        for line in _in_line(person):
            if _can_meet(slot, person, line.participant, now):
                kept = _keep(line, slot, person, until, now)
                if kept is not None:
                    return kept
    return None


def lapse_offers(now: datetime | None = None) -> int:
    """Offers nobody answered go to the next; who was silent stands at the end of the line. How many lapsed."""
    now = now or timezone.now()
    due = NextInLine.objects.filter(offered_until__lte=now, ended_at=None).exclude(offered_slot=None)
    count = 0
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            line = lock_line(pk)
            if line is None or line.offered_until is None or line.offered_until > now:
                continue
            freed = let_offer_go(line)
            line.since = now
            line.save(update_fields=["since"])
            count += 1
            if freed is not None:
                offer_slot(freed[0], freed[1], now=now)
    return count


def let_offer_go(line: NextInLine) -> tuple[Slot, Participant] | None:
    """Take the (locked) line's offer away; the slot and the person who have it back."""
    slot, person = line.offered_slot, line.other
    line.offered_slot = line.offered_until = None
    if line.exhibitor_id is not None:
        line.other = None  # it stood for whoever of the firm was free then
    line.save(update_fields=["offered_slot", "offered_until", "other"])
    notices.tell_floor(line.edition_id)
    return (slot, person) if slot is not None and person is not None else None


def lock_line(pk: int) -> NextInLine | None:
    """A place in the line with both its people locked before; None when it ended."""
    ids = NextInLine.objects.filter(pk=pk).values_list("participant_id", "other_id").first()
    if ids is None:
        return None
    lock_people(ids)
    rows = NextInLine.objects.select_for_update(of=("self",), no_key=True).select_related(
        "edition__fair", "participant", "other", "offered_slot", "exhibitor__organisation"
    )
    return rows.filter(pk=pk, ended_at=None).first()


def place_for(first: Participant, second: Participant) -> str:
    """Where the two can meet: at a table where both are on site, else on line; a stand where there are no tables."""
    firm = first.exhibitor or second.exhibitor
    there = offered_places(first.edition, firm)
    both = first.is_on_site and second.is_on_site
    for place in (PlaceKind.TABLE, PlaceKind.STAND) if both else ():
        if place.value in there:
            return place.value
    return PlaceKind.ONLINE.value if PlaceKind.ONLINE.value in there else PlaceKind.TABLE.value


def _kept_until(slot: Slot, now: datetime) -> datetime | None:
    """Twelve hours, but never into the last hour before it begins; None when it is too late to offer."""
    until = min(now + timedelta(hours=OFFER_HOURS), slot.starts_at - timedelta(minutes=30))
    return until if until > now + timedelta(minutes=5) else None


def _in_line(person: Participant) -> Sequence[NextInLine]:
    wanted = Q(other=person)
    if person.exhibitor_id is not None:
        wanted |= Q(exhibitor_id=person.exhibitor_id, other=None)
    rows = NextInLine.objects.filter(wanted, edition_id=person.edition_id, ended_at=None, offered_slot=None)
    related = ("participant__edition", "participant__registration__kind", "participant__exhibitor")
    return list(rows.select_related(*related).order_by("since", "pk")[:TRIED])


def _can_meet(slot: Slot, person: Participant, waiter: Participant, now: datetime) -> bool:
    if waiter.pk == person.pk or are_kept_apart([waiter], [person]):
        return False
    place = place_for(person, waiter)
    return slot in free_slots([person, waiter], place=place, exhibitor=person.exhibitor, now=now)


def _keep(
    line: NextInLine, slot: Slot, person: Participant, until: datetime, now: datetime
) -> NextInLine | None:
    """None when the line ended or got another offer meanwhile."""
    kept = NextInLine.objects.filter(pk=line.pk, offered_slot=None, ended_at=None)
    if not kept.update(offered_slot=slot, offered_until=until, other=person):
        return None
    line.refresh_from_db()
    audit.record(
        "meetings.line.offered",
        line.participant,
        by=None,
        edition_id=line.edition_id,
        after={"starts_at": slot.starts_at.isoformat(), "until": until.isoformat()},
        now=now,
    )
    notices.tell_of_offer(line)
    notices.tell_floor(line.edition_id)
    return line
