"""Background doors of the programme room: a fact comes in, one action runs. No logic here."""

from typing import Any

from django.dispatch import receiver
from django_tasks import task

from everfair.base.refusals import Refused
from everfair.programme.actions import moves, schedule_apply, schedule_reading
from everfair.programme.signals import session_moved


@task()
def tell_moves(session_id: int) -> int:
    """Tell those who kept the session what changed. Letters queued."""
    return moves.tell_moves(session_id)


@receiver(session_moved, dispatch_uid="programme.tell_moves")
def on_session_moved(session_id: int, **kwargs: Any) -> None:
    """Queue the telling in the transaction of the move."""
    tell_moves.enqueue(session_id)


# Schedules that come in: a worker that died puts the task back, and nothing was written before all of it was.


@task()
def read_schedule(run_id: int) -> str:
    """Read and compare a schedule that was sent. The state it ends in."""
    run = schedule_reading.find_run(run_id)
    return schedule_reading.read_run(run).state if run is not None else "gone"


@task()
def apply_schedule(run_id: int) -> str:
    """Write a schedule into the programme. The state it ends in; a refusal is kept in the run."""
    run = schedule_reading.find_run(run_id)
    if run is None:
        return "gone"
    try:
        return schedule_apply.apply_run(run).state
    except Refused:
        return "ready"
