"""A meeting given another place at its own time by the organiser: a room, a table, the stand, a line. Once in a slot, by constraint."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.meetings import notices
from everfair.meetings.actions.booking import announce, facts_of
from everfair.meetings.actions.guards import bring_up_to_date, lock_meeting
from everfair.meetings.models import Booking, Meeting, Resource
from everfair.meetings.queries.places import is_lost_in
from everfair.meetings.queries.seating import PLACE_OF, seats_of_kind


def seat_meeting(meeting: Meeting, place: Resource, *, by: Any, now: datetime | None = None) -> Meeting:
    """To this place in the meeting's own slot; its people are told, what they confirmed stays confirmed.

    Refused, with what to do, where the place is taken or lost then, too small, or not within somebody's reach.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row, persons = lock_meeting(meeting)
        _require_can_go(row, place, now)
        people = [one.participant for one in persons]
        if place.kind == Resource.Kind.ROOM and place.seats is not None and place.seats < len(people):
            raise Refused(
                _("%(room)s holds %(seats)d people, and %(count)d come. Choose a larger room.")
                % {"room": place, "seats": place.seats, "count": len(people)},
                field="place",
            )
        busy = set(
            Booking.objects.filter(slot=row.slot, resource=place).values_list("resource_id", flat=True)
        )
        if busy or is_lost_in(row.slot, place) or place.is_out:
            raise _taken()
        seats = seats_of_kind(row, people, PLACE_OF[Resource.Kind(place.kind)], busy, now)
        if place not in seats.places:
            raise Refused(
                _(
                    "Somebody cannot be there then: the doors are closed to them, or the way is too long. Choose another place."
                ),
                field="place",
            )
        before = facts_of(row)
        held = Booking.objects.filter(meeting=row, resource__kind__in=PLACE_OF)
        held.delete()
        try:
            with transaction.atomic():
                Booking.objects.create(meeting=row, slot=row.slot, resource=place)
        except IntegrityError:  # somebody took it a moment ago; the meeting keeps its place
            raise _taken() from None
        row.place, row.version = PLACE_OF[Resource.Kind(place.kind)], row.version + 1
        row.save(update_fields=["place", "version"])
        announce(row, "seated", by=by, now=now, before=before, after=facts_of(row))
        notices.tell_of_meeting(row, "moved", persons, was=row.slot, by=by)
    return bring_up_to_date(meeting, row)


def _require_can_go(row: Meeting, place: Resource, now: datetime) -> None:
    if row.state != Meeting.State.SCHEDULED or row.slot.starts_at <= now:
        raise Refused(_("This meeting has begun, is over or is cancelled."))
    if place.edition_id != row.edition_id or place.kind not in PLACE_OF:
        raise Refused(_("That does not belong to this edition."), field="place")
    if Booking.objects.filter(meeting=row, resource=place).exists():
        raise Refused(_("The meeting is there already. Choose another place."), field="place")


def _taken() -> Refused:
    return Refused(_("This place is not free then any more. Choose another one."), field="place")
