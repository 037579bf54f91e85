"""Places of meetings: tables of a hall, lines, rooms, interpreters, places at a stand. Laying them out, losing one, taking it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.exhibition.models import Exhibitor
from everfair.fair.actions.saving import require_valid, set_fields
from everfair.fair.models import Area, Edition
from everfair.gate.queries.areas import AreaDoors, doors_of_areas
from everfair.meetings import notices
from everfair.meetings.models import Booking, Meeting, Resource
from everfair.meetings.queries.free import badge_kind_of
from everfair.meetings.queries.ground import is_lost
from everfair.meetings.queries.places import area_of

MOST_TABLES = 2000  # of one hall
MOST_LINES = 5000
MOST_AT_A_STAND = 50
MOST_ROOMS = 500


@dataclass(frozen=True)
class Replaced:
    """What losing a place did: meetings that sit elsewhere now, and those for which no place was free."""

    moved: tuple[Meeting, ...] = ()
    stuck: tuple[Meeting, ...] = ()


@transaction.atomic
def make_tables(edition: Edition, area: Area, count: int, *, by: Any) -> list[Resource]:
    """More tables in a hall, numbered on from the highest."""
    if area.edition_id != edition.pk:
        raise Refused(_("This area belongs to another edition."), field="area")
    return _add(edition, Resource.Kind.TABLE, count, MOST_TABLES, by, area=area)


@transaction.atomic
def make_lines(edition: Edition, count: int, *, by: Any) -> list[Resource]:
    """More lines: so many meetings can be on line at once."""
    return _add(edition, Resource.Kind.LINE, count, MOST_LINES, by)


def _add(
    edition: Edition, kind: str, count: int, most: int, by: Any, area: Area | None = None
) -> list[Resource]:
    if count < 1:
        raise Refused(_("Add at least one."), field="count")
    Edition.objects.select_for_update().get(pk=edition.pk)  # numbers are given once
    rows = Resource.objects.filter(edition=edition, kind=kind, area=area)
    if rows.count() + count > most:
        raise Refused(_("There can be at most %(most)s here.") % {"most": most}, field="count")
    last = rows.aggregate(last=Max("number"))["last"] or 0
    made = Resource.objects.bulk_create(
        [Resource(edition=edition, kind=kind, area=area, number=last + n) for n in range(1, count + 1)]
    )
    after = {"kind": str(kind), "from": last + 1, "to": last + count}
    audit.record("meetings.places.added", area or edition, by=by, edition_id=edition.pk, after=after)
    notices.tell_floor(edition.pk)
    return made


@transaction.atomic
def save_interpreter(
    edition: Edition, row: Resource | None, values: Mapping[str, Any], *, by: Any
) -> Resource:
    """Somebody who stands between two languages. `values`: name (words), languages (two codes)."""
    is_new = row is None
    if row is None:
        row = Resource(edition=edition, kind=Resource.Kind.INTERPRETER)
    else:
        row = Resource.objects.select_for_update().get(pk=row.pk)
    before, after = set_fields(row, values, ("name", "languages"))
    if not row.name:
        raise Refused(_("Give a name in at least one language."), field="name")
    if len(set(row.languages)) != 2:
        raise Refused(
            _("An interpreter stands between two languages: choose two different ones."), field="second"
        )
    require_valid(row, exclude=["edition"])
    row.save()
    if after:
        event = "meetings.interpreter.added" if is_new else "meetings.interpreter.changed"
        audit.record(event, row, by=by, edition_id=edition.pk, before=before, after=after)
    return row


@transaction.atomic
def save_room(edition: Edition, row: Resource | None, values: Mapping[str, Any], *, by: Any) -> Resource:
    """A room for meetings. `values`: name (words), area (None: in no hall), seats (people it holds; None: any number).

    Fewer seats than people of a meeting booked there: the meeting stays, nothing as large is booked any more.
    """
    is_new = row is None
    if row is None:
        Edition.objects.select_for_update().get(pk=edition.pk)  # numbers are given once
        rooms = Resource.objects.filter(edition=edition, kind=Resource.Kind.ROOM)
        if rooms.count() >= MOST_ROOMS:
            raise Refused(_("There can be at most %(most)s here.") % {"most": MOST_ROOMS})
        number = (rooms.aggregate(last=Max("number"))["last"] or 0) + 1
        row = Resource(edition=edition, kind=Resource.Kind.ROOM, number=number)
    else:
        row = Resource.objects.select_for_update().get(pk=row.pk)
    before, after = set_fields(row, values, ("name", "area", "seats"))
    if not row.name:
        raise Refused(_("Give a name in at least one language."), field="name")
    if row.seats is not None and row.seats < 2:
        raise Refused(_("A room holds at least two. Leave it empty for any number."), field="seats")
    if row.area is not None and row.area.edition_id != edition.pk:
        raise Refused(_("This area belongs to another edition."), field="area")
    require_valid(row, exclude=["edition", "languages"])
    row.save()
    if after:
        event = "meetings.room.added" if is_new else "meetings.room.changed"
        audit.record(event, row, by=by, edition_id=edition.pk, before=before, after=after)
        notices.tell_floor(edition.pk)
    return row


@transaction.atomic
def set_stand_places(exhibitor: Exhibitor, count: int, *, by: Any) -> int:
    """How many meetings a firm can hold at its stand at once. Fewer: what is booked there stays, nothing new is."""
    if not 0 <= count <= MOST_AT_A_STAND:
        raise Refused(_("Between 0 and %(most)s at once.") % {"most": MOST_AT_A_STAND}, field="places")
    Exhibitor.objects.select_for_update().get(pk=exhibitor.pk)
    rows = Resource.objects.filter(kind=Resource.Kind.STAND, exhibitor=exhibitor)
    was = rows.filter(is_out=False).count()
    if was == count:
        return count
    rows.filter(number__gt=count, bookings=None).delete()
    rows.filter(number__gt=count).update(is_out=True)
    rows.filter(number__lte=count).update(is_out=False)
    held = set(rows.values_list("number", flat=True))
    Resource.objects.bulk_create(
        Resource(
            edition_id=exhibitor.edition_id, kind=Resource.Kind.STAND, exhibitor=exhibitor,
            area_id=exhibitor.area_id, number=number,
        )
        for number in range(1, count + 1) if number not in held
    )  # fmt: skip
    audit.record(
        "meetings.stand.changed", exhibitor, by=by, edition_id=exhibitor.edition_id,
        before={"places": was}, after={"places": count},
    )  # fmt: skip
    return count


@transaction.atomic
def lose_place(
    place: Resource,
    *,
    by: Any,
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime | None = None,
) -> Replaced:
    """A place that cannot be used, from `since` until `until` (None: for good). Meetings there go to free places beside it."""
    row = Resource.objects.select_for_update().get(pk=place.pk)
    if row.kind == Resource.Kind.PERSON:
        raise Refused(_("People are not taken out here."))
    since = since or now or timezone.now()
    if until is not None and until <= since:
        raise Refused(_("The end is before the beginning."), field="until")
    if until is None:
        row.is_out, row.lost_from, row.lost_until = True, since, None
    else:
        row.is_out, row.lost_from, row.lost_until = False, since, until
    row.save(update_fields=["is_out", "lost_from", "lost_until"])
    done = _seat_elsewhere(row, since)
    for meeting in done.moved:
        notices.tell_of_meeting(
            meeting, "moved", meeting.people.select_related("participant"), was=meeting.slot
        )
    audit.record(
        "meetings.place.lost", row, by=by, edition_id=row.edition_id,
        after={
            "from": since.isoformat(), "until": until.isoformat() if until else "",
            "moved": len(done.moved), "stuck": len(done.stuck),
        },
    )  # fmt: skip
    notices.tell_floor(row.edition_id)
    return done


@transaction.atomic
def bring_back(place: Resource, *, by: Any) -> Resource:
    """The place can be used again. Meetings that went elsewhere stay there: their people were told."""
    row = Resource.objects.select_for_update().get(pk=place.pk)
    row.is_out, row.lost_from, row.lost_until = False, None, None
    row.save(update_fields=["is_out", "lost_from", "lost_until"])
    audit.record("meetings.place.back", row, by=by, edition_id=row.edition_id)
    notices.tell_floor(row.edition_id)
    return row


@transaction.atomic
def remove_place(place: Resource, *, by: Any) -> None:
    """Take away a place that holds no meeting."""
    row = Resource.objects.select_for_update().get(pk=place.pk)
    if row.kind == Resource.Kind.PERSON or Booking.objects.filter(resource=row).exists():
        raise Refused(
            _("Meetings are booked here. Take the place out of use instead: they go to free places.")
        )
    audit.record("meetings.place.removed", row, by=by, edition_id=row.edition_id)
    notices.tell_floor(row.edition_id)
    row.delete()


def _seat_elsewhere(row: Resource, since: datetime) -> Replaced:
    """Its coming meetings to free places of the kind in the same slot; those of the same hall first."""
    bookings = Booking.objects.filter(
        resource=row, meeting__state=Meeting.State.SCHEDULED, slot__ends_at__gt=since
    ).select_related("slot", "meeting")
    moved: list[Meeting] = []
    stuck: list[Meeting] = []
    doors = doors_of_areas(row.edition)
    for booking in bookings.order_by("slot__starts_at"):
        if not is_lost(row, booking.slot.starts_at) and not is_lost(row, max(since, booking.slot.starts_at)):
            continue
        (moved if _move_booking(booking, row, doors) else stuck).append(booking.meeting)
    return Replaced(tuple(moved), tuple(stuck))


def _move_booking(booking: Booking, lost: Resource, doors: AreaDoors) -> bool:
    for other in _others(lost, booking, doors):
        try:
            with transaction.atomic():
                Booking.objects.filter(pk=booking.pk).update(resource=other)
        except IntegrityError:  # somebody took it a moment ago
            continue
        Meeting.objects.filter(pk=booking.meeting_id).update(version=F("version") + 1)
        return True
    return False


def _others(lost: Resource, booking: Booking, doors: AreaDoors) -> Iterable[Resource]:
    """Free places of the kind within everybody's reach by the gate; a room holds as many as come."""
    slot, people = (
        booking.slot,
        [one.participant for one in booking.meeting.people.select_related("participant__registration")],
    )
    rows = Resource.objects.filter(edition_id=lost.edition_id, kind=lost.kind, is_out=False)
    rows = rows.exclude(pk=lost.pk).select_related("area", "exhibitor__area")
    if lost.kind == Resource.Kind.STAND:
        rows = rows.filter(exhibitor=lost.exhibitor_id)
    taken = Booking.objects.filter(slot=booking.slot_id).values("resource")
    free = [
        one for one in rows.exclude(pk__in=taken)
        if not is_lost(one, booking.slot.starts_at)
        and (lost.kind != Resource.Kind.INTERPRETER or set(one.languages) == set(lost.languages))
        and (one.seats is None or one.seats >= len(people))
        and all(
            doors.let_in(area_of(one), badge_kind_of(person), slot.starts_at, slot.ends_at) for person in people
        )
    ]  # fmt: skip
    return sorted(free, key=lambda one: (one.area_id != lost.area_id, abs(one.number - lost.number), one.pk))[
        :20
    ]
