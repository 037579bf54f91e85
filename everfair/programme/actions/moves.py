"""What people who kept a session are told: a public one changed its time or stage, was cancelled, or is on again."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from everfair.base.languages import Words
from everfair.programme import notices
from everfair.programme.actions.pushing import push_stage_left
from everfair.programme.models import Move, Session
from everfair.programme.signals import session_moved

Facts = dict[str, Any]


def facts_of(row: Session) -> Facts:
    """Time, stage and state as a move keeps them."""
    stage: Words = dict(row.stage.name) if row.stage else {}
    return {
        "starts_at": row.starts_at.isoformat() if row.starts_at else None,
        "ends_at": row.ends_at.isoformat() if row.ends_at else None,
        "stage": stage,
        "stage_id": row.stage_id,
        "state": row.state,
    }


def note_move(row: Session, before: Facts, *, by: Any) -> Move | None:
    """Keep the move and queue the telling, where people relied on the session: it was announced, or had been before."""
    after = facts_of(row)
    if before["state"] not in Session.PUBLIC_STATES:
        last = row.moves.order_by("-id").first() if row.is_public else None
        if last is None or last.after["state"] in Session.PUBLIC_STATES:
            return None
        before = last.after  # taken out of the programme then, and people know; now it is back
    if not _is_worth_telling(before, after):
        return None
    if before["stage_id"] not in (None, row.stage_id):
        push_stage_left(before["stage_id"], row)
    move = Move.objects.create(session=row, before=before, after=after, by_id=getattr(by, "pk", None))
    session_moved.send(Session, session_id=row.pk)
    return move


def _is_worth_telling(before: Facts, after: Facts) -> bool:
    """Another time or stage, or another answer to whether it takes place."""
    if _standing(before["state"]) != _standing(after["state"]):
        return True
    return any(before[name] != after[name] for name in ("starts_at", "ends_at", "stage_id"))


def _standing(state: str) -> str:
    """What the state means to somebody who wants to come."""
    if state == Session.State.CANCELLED:
        return "cancelled"
    return "on" if state in Session.PUBLIC_STATES else "away"


def tell_moves(session_id: int) -> int:
    """Write one letter to each who kept the session about all that was not told yet. Letters queued.

    What was moved and moved back before anybody was told is marked as told without a letter.
    """
    with transaction.atomic():
        row = (
            Session.objects.select_for_update(of=("self",))
            .select_related("edition__fair", "stage")
            .filter(pk=session_id)
            .first()
        )
        if row is None:
            return 0
        waiting = list(row.moves.filter(told_at=None).order_by("id"))
        if not waiting:
            return 0
        row.moves.filter(pk__in=[move.pk for move in waiting]).update(told_at=timezone.now())
        first, last = waiting[0].before, waiting[-1].after
        return notices.tell_of_move(row, first, last) if _is_worth_telling(first, last) else 0
