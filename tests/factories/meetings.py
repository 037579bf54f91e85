"""Rules, slots, people who meet, tables, requests, meetings and wishes: an open round of 20 minute slots unless told otherwise."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Area, Edition
from everfair.meetings.models import (
    Booking,
    BoothDuty,
    FreeTime,
    Meeting,
    MeetingPerson,
    MeetingRules,
    Participant,
    PlaceKind,
    Request,
    Resource,
    Slot,
    Wish,
)
from everfair.people.models import User
from everfair.registration.models import Registration
from tests.factories import number
from tests.factories.fair import make_area, make_edition
from tests.factories.people import make_membership, make_user

BEGIN = datetime(2026, 9, 4, 1, 0, tzinfo=UTC)  # nine in the morning of the first day in Shanghai
BEFORE = datetime(2026, 8, 20, 8, 0, tzinfo=UTC)  # two weeks before the fair, when people ask each other


def make_rules(edition: Edition | None = None, **extra: Any) -> MeetingRules:
    """Open, 20 minutes with 10 between; replaces the edition's rules."""
    values: dict[str, Any] = {"is_open": True, "minutes": 20, "pause": 10, "languages": ["en", "zh"], **extra}
    edition = edition or make_edition()
    return MeetingRules.objects.update_or_create(edition=edition, defaults=values)[0]


def make_slots(
    edition: Edition,
    count: int = 6,
    *,
    day: int = 0,
    starts_at: datetime | None = None,
    lunch: Sequence[int] = (),
    minutes: int = 20,
    pause: int = 10,
) -> list[Slot]:
    """`count` slots from nine in the morning of day `day` (0 is the first); those numbered in `lunch` are lunch."""
    begin = starts_at or BEGIN + timedelta(days=day)
    step = timedelta(minutes=minutes + pause)
    return [
        Slot.objects.create(
            edition=edition,
            starts_at=begin + n * step,
            ends_at=begin + n * step + timedelta(minutes=minutes),
            is_lunch=n in lunch,
        )
        for n in range(count)
    ]


def make_participant(
    edition: Edition | None = None,
    *,
    registration: Registration | None = None,
    user: User | None = None,
    exhibitor: Exhibitor | None = None,
    free: Sequence[tuple[datetime, datetime]] = (),
    **extra: Any,
) -> Participant:
    """A person with their PERSON resource and an account of their own. With `exhibitor`: its staff (a membership too)."""
    n = number()
    if edition is None:
        owner = exhibitor or registration
        edition = owner.edition if owner is not None else make_edition()
    if user is None and registration is None:
        user = make_user()
    if exhibitor is not None and user is not None:
        is_member = user.memberships.filter(organisation=exhibitor.organisation).exists()
        _membership = None if is_member else make_membership(user, exhibitor.organisation, role="booth_staff")
    values: dict[str, Any] = {
        "name": f"Person {n}",
        "organisation_name": f"Firm {n}",
        "languages": ["en"],
        **extra,
    }
    if free:
        values.setdefault("said_when_free", BEFORE)
    person = Participant.objects.create(
        edition=edition,
        registration=registration,
        user=user or (registration.user if registration else None),
        exhibitor=exhibitor,
        **values,
    )
    Resource.objects.create(edition=edition, kind=Resource.Kind.PERSON, participant=person)
    for starts_at, ends_at in free:
        FreeTime.objects.create(participant=person, starts_at=starts_at, ends_at=ends_at)
    return person


def make_table(edition: Edition, area: Area | None = None, **extra: Any) -> Resource:
    """A table, in a hall of its own unless one is given."""
    values: dict[str, Any] = {"kind": Resource.Kind.TABLE, "number": number(), **extra}
    return Resource.objects.create(edition=edition, area=area or make_area(edition), **values)


def make_line(edition: Edition, **extra: Any) -> Resource:
    """An on-line line."""
    values: dict[str, Any] = {"kind": Resource.Kind.LINE, "number": number(), **extra}
    return Resource.objects.create(edition=edition, **values)


def make_stand_place(exhibitor: Exhibitor, **extra: Any) -> Resource:
    """A place at an exhibitor's stand."""
    values: dict[str, Any] = {
        "kind": Resource.Kind.STAND,
        "number": number(),
        "area": exhibitor.area,
        **extra,
    }
    return Resource.objects.create(edition=exhibitor.edition, exhibitor=exhibitor, **values)


def make_interpreter(edition: Edition, first: str = "en", second: str = "zh", **extra: Any) -> Resource:
    """An interpreter between two languages."""
    values: dict[str, Any] = {
        "kind": Resource.Kind.INTERPRETER,
        "languages": [first, second],
        "number": number(),
        **extra,
    }
    return Resource.objects.create(edition=edition, **values)


def make_room(edition: Edition, area: Area | None = None, **extra: Any) -> Resource:
    """A room for meetings, in a hall of its own unless one is given."""
    n = number()
    values: dict[str, Any] = {
        "kind": Resource.Kind.ROOM,
        "number": n,
        "name": {"en": f"Room {n}", "zh": f"{n}号会议室"},
        **extra,
    }
    return Resource.objects.create(edition=edition, area=area or make_area(edition), **values)


def make_duty(person: Participant, starts_at: datetime, ends_at: datetime, **extra: Any) -> BoothDuty:
    """A duty at the booth as a row, past every check of the action."""
    return BoothDuty.objects.create(participant=person, starts_at=starts_at, ends_at=ends_at, **extra)


def make_request(
    asker: Participant, *, exhibitor: Exhibitor | None = None, asked: Participant | None = None, **extra: Any
) -> Request:
    """A sent request as a row, past every check of the action. Runs out three days after BEFORE."""
    if exhibitor is None and asked is None:
        asked = make_participant(asker.edition)
    values: dict[str, Any] = {"sent_at": BEFORE, "expires_at": BEFORE + timedelta(hours=72), **extra}
    request = Request.objects.create(
        edition=asker.edition, asker=asker, exhibitor=exhibitor, asked=asked, **values
    )
    Participant.objects.filter(pk=asker.pk).update(asked_counted=asker.asked_counted + 1)
    asker.refresh_from_db(fields=["asked_counted"])
    return request


def make_meeting(
    slot: Slot,
    asker: Participant,
    asked: Participant,
    *,
    table: Resource | None = None,
    place: str = PlaceKind.TABLE,
    **extra: Any,
) -> Meeting:
    """A meeting with the bookings of both people, and of `table` if one is given."""
    meeting = Meeting.objects.create(
        edition=slot.edition, slot=slot, place=place, exhibitor=asked.exhibitor, **extra
    )
    for person, side in ((asker, "asker"), (asked, "asked")):
        MeetingPerson.objects.create(meeting=meeting, participant=person, side=side)
        Booking.objects.create(meeting=meeting, slot=slot, resource=person.resource)
    if table is not None:
        Booking.objects.create(meeting=meeting, slot=slot, resource=table)
    return meeting


def make_wish(
    edition: Edition,
    *,
    participant: Participant | None = None,
    by_exhibitor: Exhibitor | None = None,
    exhibitor: Exhibitor | None = None,
    other: Participant | None = None,
    level: str = "want",
) -> Wish:
    """A wish of a visitor (`participant`) or of a firm (`by_exhibitor`)."""
    return Wish.objects.create(
        edition=edition,
        participant=participant,
        by_exhibitor=by_exhibitor,
        exhibitor=exhibitor,
        other=other,
        level=level,
    )
