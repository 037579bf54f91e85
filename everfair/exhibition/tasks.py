"""Background doors of the exhibition room: a fact comes in, one action runs. No logic here."""

from django.utils import timezone
from django_tasks import task

from everfair.base.refusals import Refused
from everfair.exhibition.actions import importing, importing_apply, importing_check
from everfair.exhibition.actions.applying import send_reminders


@task()
def send_due_reminders() -> int:
    """Daily, or more often (each reminder goes out once): remind exhibitors of open tasks. Letters sent."""
    return send_reminders(timezone.now().date())


# Imports: a worker that died puts the task back, and checking or applying carries on where nothing was lost.


@task()
def check_import(run_id: int) -> str:
    """Read and compare a registered list. The state it ends in."""
    run = importing.find_run(run_id)
    if run is None:
        return "gone"
    try:
        return importing_check.check_import(run).state
    except Refused:
        return "stuck"


@task()
def apply_import(run_id: int) -> str:
    """Write a checked list into the fair. The state it ends in; a refusal is kept in the run."""
    run = importing.find_run(run_id)
    if run is None:
        return "gone"
    try:
        return importing_apply.apply_import(run).state
    except Refused:
        return "ready"
