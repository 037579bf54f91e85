"""Takes seats and gives them back. A session's lock decides the last one; the database holds the count."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.refusals import Refused
from everfair.programme.actions.guards import EVENT, bring_up_to_date, lock_session, note_session
from everfair.programme.actions.waiting import move_up
from everfair.programme.models import Seat, Session


def take_seat(session: Session, *, by: Any, now: datetime | None = None) -> Seat:
    """A seat for the person, or a place on the waiting list. Asking twice gives what one has.

    Refused when no seats are given out, the session is over or cancelled, or all are taken and nobody may wait.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = lock_session(session)
        held = _seat_of(row, by)
        if held is not None:
            return held
        _require_open(row, now)
        is_free = row.seats is not None and row.seats_taken < row.seats
        if not is_free and not row.has_waiting_list:
            raise Refused(_("All seats are taken, and there is no waiting list."))
        seat = Seat.objects.create(
            session=row, user=by, at=now, state=Seat.State.HELD if is_free else Seat.State.WAITING
        )
        if is_free:
            row.seats_taken += 1
            row.save(update_fields=["seats_taken"])
        event = EVENT + ("seat_taken" if is_free else "seat_awaited")
        audit.record(event, row, by=by, edition_id=row.edition_id, now=now)
        note_session(row)
    bring_up_to_date(session, row)
    return seat


def give_back_seat(session: Session, *, by: Any, now: datetime | None = None) -> bool:
    """Give the seat (or the place on the list) back; the next on the list moves up and is told. False without one."""
    with transaction.atomic():
        row = lock_session(session)
        seat = _seat_of(row, by)
        if seat is None:
            return False
        if seat.state == Seat.State.HELD:
            row.seats_taken -= 1
            row.save(update_fields=["seats_taken"])
        seat.state = Seat.State.GIVEN_BACK
        seat.save(update_fields=["state"])
        audit.record(EVENT + "seat_given_back", row, by=by, edition_id=row.edition_id, now=now)
        move_up(row)
        note_session(row)
    bring_up_to_date(session, row)
    return True


def give_back_all(person: Any, *, now: datetime | None = None) -> int:
    """Every seat and place on a list of somebody who erases their account; how many."""
    held = Seat.objects.filter(user=person).exclude(state=Seat.State.GIVEN_BACK)
    sessions = [seat.session for seat in held.select_related("session__edition").order_by("session_id")]
    return sum(give_back_seat(session, by=person, now=now) for session in sessions)


def _seat_of(row: Session, person: Any) -> Seat | None:
    return row.seat_rows.filter(user=person).exclude(state=Seat.State.GIVEN_BACK).first()


def _require_open(row: Session, now: datetime) -> None:
    if row.state not in (Session.State.PUBLISHED, Session.State.LIVE):
        raise Refused(_("Seats are given only for sessions that are announced and not over."))
    if row.seats is None:
        raise Refused(_("This session needs no seat: come as you like."))
    if row.ends_at is not None and row.ends_at <= now:
        raise Refused(_("This session is over."))
