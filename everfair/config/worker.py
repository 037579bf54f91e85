"""Runs background tasks from the database queue: in a thread of the web process or as `everfair worker`. No logic of theirs."""

import os
import secrets
import threading
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from everfair.config.leases import HOST, at_work, forget_leases, give_back_orphans, leased, process_began

TASKS_KEPT = timedelta(days=30)  # what was done, and how it failed


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
            worker_id=f"{HOST}:{os.getpid()}:{process_began(os.getpid())}:{secrets.token_hex(4)}",
            excluded_queue_names=[],
        )
        self.ending = ending

    def run(self) -> None:
        """As the worker does it, known to be alive until it ends."""
        with at_work(self.worker_id):
            super().run()

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        """As the worker does it, with a lease on the task until it ends."""
        with leased(db_task_result.pk, self.worker_id):
            super().run_task(db_task_result)

    @property
    def running(self) -> bool:
        return self._running and not self.ending.is_set()

    @running.setter
    def running(self, value: bool) -> None:
        self._running = value


def run_ready_tasks(ending: threading.Event) -> None:
    """Run every task that is due, then return. Tasks whose worker is gone are put back first."""
    give_back_orphans()
    if DBTaskResult.objects.ready().exists():
        QueueWorker(ending).run()


def daily_round() -> None:
    """Reminders that are due, letters that could not leave, rows whose time is over. Safe to run often and twice."""
    from everfair.agreements.tasks import follow_agreements  # app ready
    from everfair.base.changes import forget_changes  # app ready
    from everfair.conversations.actions.answers import forget_answers  # app ready
    from everfair.conversations.actions.silence import forget_old  # app ready
    from everfair.exhibition.actions.applying import send_reminders  # app ready
    from everfair.gateways.mail.outbox import send_unsent  # app ready
    from everfair.leads.actions import erase_expired, tell_visitors  # app ready
    from everfair.matchmaking.tasks import follow_needs, refresh_editions, send_digests  # app ready
    from everfair.meetings.actions.runs import forget_old_runs  # app ready
    from everfair.meetings.tasks import follow_requests  # app ready
    from everfair.outcomes.actions.erasing import forget_unanswered  # app ready
    from everfair.outcomes.tasks import ask_what_became  # app ready
    from everfair.registration.actions.batches import forget_old_batches  # app ready

    follow_requests()
    follow_agreements()
    refresh_editions()
    follow_needs()
    ask_what_became()
    send_digests()
    erase_expired(timezone.localdate())
    tell_visitors(timezone.localdate())
    send_reminders(timezone.localdate())
    send_unsent(everything=False)
    forget_old_batches()
    forget_old_runs()
    forget_old()
    forget_answers()
    forget_unanswered()
    forget_changes()
    call_command("clearsessions")
    done = DBTaskResult.objects.filter(status__in=("SUCCESSFUL", "FAILED"))
    done.filter(finished_at__lt=timezone.now() - TASKS_KEPT).delete()
    forget_leases()
