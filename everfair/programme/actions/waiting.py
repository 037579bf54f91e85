"""Moves the waiting list up, inside a transaction that holds the session's lock. Used by seats and by sessions."""

from everfair.programme import notices
from everfair.programme.models import Seat, Session


def move_up(row: Session) -> int:
    """Give free seats to those who wait, longest waiting first; each is told. `row` is locked. How many moved up."""
    if not row.is_public or row.state in (Session.State.CANCELLED, Session.State.ENDED):
        return 0
    free = None if row.seats is None else row.seats - row.seats_taken
    if free is not None and free <= 0:
        return 0
    waiting = Seat.objects.select_for_update(of=("self",)).select_related("user")
    waiting = waiting.filter(session=row, state=Seat.State.WAITING).order_by("at", "id")
    moved = list(waiting if free is None else waiting[:free])
    if not moved:
        return 0
    Seat.objects.filter(pk__in=[seat.pk for seat in moved]).update(state=Seat.State.HELD)
    row.seats_taken += len(moved)
    row.save(update_fields=["seats_taken"])
    for seat in moved:
        notices.tell_of_seat(row, seat.user)
    return len(moved)
