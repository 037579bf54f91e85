"""What people have in hand: meetings with where they are, sessions, duties at the booth, slots kept for somebody who waits. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from everfair.fair.models import Edition
from everfair.meetings.models import (
    Booking,
    BoothDuty,
    Meeting,
    NextInLine,
    Participant,
    PlaceKind,
    Resource,
)
from everfair.programme.models import Session

PLACE_KINDS = (Resource.Kind.TABLE, Resource.Kind.STAND, Resource.Kind.LINE, Resource.Kind.ROOM)
TAKING_TIME = (Session.State.CONFIRMED, Session.State.PUBLISHED, Session.State.LIVE)
"""States in which a session takes its people's time: announced, or certain to be."""


@dataclass(frozen=True)
class Busy:
    """Something a person is in. `is_online` is None where one may be either way; `area` is the hall's code or ""."""

    kind: str  # "meeting", "session", "duty", "kept"
    starts_at: datetime
    ends_at: datetime
    is_online: bool | None = None
    area: str = ""
    slot_id: int = 0  # of a meeting
    place_id: int = 0  # of a meeting: the table, stand place, line or room
    session_id: int = 0
    stand_of: int = 0  # of a duty during which one may meet at this exhibitor's stand


def busy_of(
    people: Sequence[Participant], edition: Edition, *, without: Meeting | None = None, now: datetime
) -> dict[int, list[Busy]]:
    """What each has in hand, by the participant's number, in order of time. Seven queries at most, however many people.

    A session counts for its speakers, for holders of a seat, and, where it needs no seat, for those who kept it.
    """
    found: dict[int, list[Busy]] = {person.pk: [] for person in people}
    _add_meetings(found, without)
    _add_sessions(found, people, edition)
    _add_duties(found, people)
    _add_kept(found, now)
    for busy in found.values():
        busy.sort(key=lambda one: one.starts_at)
    return found


def _add_meetings(found: dict[int, list[Busy]], without: Meeting | None) -> None:
    skipped = without.pk if without is not None else 0
    booked = Booking.objects.filter(resource__participant_id__in=found).exclude(meeting_id=skipped)
    rows = list(
        booked.values_list(
            "resource__participant_id", "meeting_id", "meeting__place", "slot_id", "slot__starts_at",
            "slot__ends_at",
        )
    )  # fmt: skip
    places: dict[int, tuple[int, str]] = {}
    taken = Booking.objects.filter(meeting_id__in={row[1] for row in rows}, resource__kind__in=PLACE_KINDS)
    for meeting, place, area, stand_area in taken.values_list(
        "meeting_id", "resource_id", "resource__area__code", "resource__exhibitor__area__code"
    ):
        places[meeting] = place, area or stand_area or ""
    for person, meeting, kind, slot, starts_at, ends_at in rows:
        place, area = places.get(meeting, (0, ""))
        is_online = kind == PlaceKind.ONLINE
        found[person].append(Busy("meeting", starts_at, ends_at, is_online, area, slot, place))


def _add_sessions(found: dict[int, list[Busy]], people: Sequence[Participant], edition: Edition) -> None:
    by_user = {user_of(person): person.pk for person in people if user_of(person) is not None}
    if not by_user:
        return
    timed = Session.objects.filter(edition=edition, state__in=TAKING_TIME).exclude(starts_at=None)
    timed = timed.exclude(ends_at=None)
    held = Q(seat_rows__user__in=by_user, seat_rows__state="held")
    ways: tuple[tuple[str, Any], ...] = (
        ("parts__speaker__user_id", Q(parts__speaker__user__in=by_user)),
        ("seat_rows__user_id", held),
        ("bookmarks__user_id", Q(bookmarks__user__in=by_user, seats=None)),
    )
    seen: set[tuple[int, int]] = set()
    for user_path, condition in ways:
        for user, pk, starts_at, ends_at, form, area in timed.filter(condition).values_list(
            user_path, "pk", "starts_at", "ends_at", "format", "stage__area__code"
        ):
            if (user, pk) in seen or user not in by_user:
                continue
            seen.add((user, pk))
            is_online = {"on_site": False, "online": True}.get(form)
            found[by_user[user]].append(
                Busy("session", starts_at, ends_at, is_online, area or "", session_id=pk)
            )


def _add_duties(found: dict[int, list[Busy]], people: Sequence[Participant]) -> None:
    """Whoever stands at the booth is on site, in its hall. Only a firm's people are: others cost no query."""
    staff = [person.pk for person in people if person.exhibitor_id is not None]
    if not staff:
        return
    for person, starts_at, ends_at, may_meet, exhibitor, area in BoothDuty.objects.filter(
        participant_id__in=staff
    ).values_list(
        "participant_id", "starts_at", "ends_at", "may_meet", "participant__exhibitor_id",
        "participant__exhibitor__area__code",
    ):  # fmt: skip
        stand = exhibitor if may_meet else 0
        found[person].append(Busy("duty", starts_at, ends_at, False, area or "", stand_of=stand))


def _add_kept(found: dict[int, list[Busy]], now: datetime) -> None:
    """A slot offered to who waits is kept on the other side, except for the one it is offered to."""
    kept = NextInLine.objects.filter(other_id__in=found, offered_until__gt=now, ended_at=None)
    for other, waiter, starts_at, ends_at in kept.exclude(offered_slot=None).values_list(
        "other_id", "participant_id", "offered_slot__starts_at", "offered_slot__ends_at"
    ):
        if waiter not in found:
            found[other].append(Busy("kept", starts_at, ends_at))


def user_of(person: Participant) -> int | None:
    """The account's number: the row's own, else the registration's."""
    if person.user_id is not None:
        return person.user_id
    return person.registration.user_id if person.registration is not None else None
