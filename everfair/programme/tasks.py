"""Background doors of the programme room: a fact comes in, one action runs. No logic here."""

from typing import Any

from django.dispatch import receiver
from django_tasks import task

from everfair.programme.actions import moves
from everfair.programme.signals import session_moved


@task()
def tell_moves(session_id: int) -> int:
    """Tell those who kept the session what changed. Letters queued."""
    return moves.tell_moves(session_id)


@receiver(session_moved, dispatch_uid="programme.tell_moves")
def on_session_moved(session_id: int, **kwargs: Any) -> None:
    """Queue the telling in the transaction of the move."""
    tell_moves.enqueue(session_id)
