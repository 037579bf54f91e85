"""Runs background tasks from the database queue: in a thread of the web process or as `everfair worker`. No logic of theirs."""

import os
import secrets
import socket
import threading
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

TASKS_KEPT = timedelta(days=30)  # what was done, and how it failed
_HOST = socket.gethostname().replace(":", "-")[:30]


class QueueWorker(Worker):
    """django-tasks-db's worker, which this process stops through an event instead of signals."""

    def __init__(self, ending: threading.Event) -> None:
        super().__init__(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{_HOST}:{os.getpid()}:{_began(os.getpid())}:{secrets.token_hex(4)}",
            excluded_queue_names=[],
        )
        self.ending = ending

    @property
    def running(self) -> bool:
        return self._running and not self.ending.is_set()

    @running.setter
    def running(self, value: bool) -> None:
        self._running = value


def run_ready_tasks(ending: threading.Event) -> None:
    """Run every task that is due, then return. Tasks of a process of this machine that died are put back first."""
    give_back_orphans()
    if DBTaskResult.objects.ready().exists():
        QueueWorker(ending).run()


def give_back_orphans() -> int:
    """Tasks that were running in a process of this machine which is gone become ready again. How many."""
    returned = 0
    for result in DBTaskResult.objects.filter(status="RUNNING"):
        if _is_gone((result.worker_ids or [""])[-1]):
            DBTaskResult.objects.filter(pk=result.pk, status="RUNNING").update(
                status="READY", started_at=None
            )
            returned += 1
    return returned


def _is_gone(worker_id: str) -> bool:
    """Whether this worker ran on this machine and its process ended, even if another one has its number by now."""
    machine, pid, began = [*worker_id.split(":"), "", ""][:3]
    if machine != _HOST or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return began != _began(int(pid))


def _began(pid: int) -> str:
    """When a process began, as the system counts; "" where the system does not tell."""
    try:
        return (
            Path(f"/proc/{pid}/stat")
            .read_text(encoding="utf-8", errors="replace")
            .rpartition(")")[2]
            .split()[19]
        )
    except (OSError, IndexError):
        return ""


def daily_round() -> None:
    """Reminders that are due, letters that could not leave, rows whose time is over. Safe to run often and twice."""
    from everfair.base.changes import forget_changes  # app ready
    from everfair.exhibition.actions.applying import send_reminders  # app ready
    from everfair.gateways.mail.outbox import send_unsent  # app ready

    send_reminders(timezone.localdate())
    send_unsent(everything=False)
    forget_changes()
    call_command("clearsessions")
    done = DBTaskResult.objects.filter(status__in=("SUCCESSFUL", "FAILED"))
    done.filter(finished_at__lt=timezone.now() - TASKS_KEPT).delete()
