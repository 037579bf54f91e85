"""Who still works on a background task: a locked file on this machine, a lease in the database for all others. Runs nothing.

A worker holds its file's lock for as long as its thread works: the system lets go of it when the thread or the process
ends, and of nothing else. Workers of other machines are judged by their lease, which they renew while a task runs.
"""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from everfair.base.models import TaskLease

try:
    import fcntl
except ImportError:  # no such locks on this system: process numbers and leases decide
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("everfair.worker")
LEASE = timedelta(minutes=10)  # ten renewals may fail before anybody thinks the worker gone
RENEW_EVERY = 60.0  # seconds
UNLEASED = timedelta(hours=6)  # a task begun by a version that kept no leases
HOST = socket.gethostname().replace(":", "-")[:30]


@contextmanager
def at_work(worker_id: str) -> Iterator[None]:
    """While the block runs, the worker is known on this machine to be alive; after an error in it, to be gone."""
    if fcntl is None:
        yield
        return
    path = _lock_file(worker_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        path.unlink(missing_ok=True)  # after an error it stays, unlocked: a task may have been left behind
    finally:
        os.close(handle)


@contextmanager
def leased(task_id: Any, worker_id: str) -> Iterator[None]:
    """While the block runs, the task's lease is kept from running out, by a thread with a connection of its own."""
    TaskLease.objects.update_or_create(
        task_id=task_id, defaults={"worker_id": worker_id, "until": timezone.now() + LEASE}
    )
    ended = threading.Event()
    renewer = threading.Thread(
        target=_renew, args=(task_id, worker_id, ended, threading.current_thread()), daemon=True
    )
    renewer.start()
    try:
        yield
    finally:
        ended.set()
        with suppress(DatabaseError):  # one that stays runs out by itself
            TaskLease.objects.filter(task_id=task_id, worker_id=worker_id).delete()


def _renew(task_id: Any, worker_id: str, ended: threading.Event, runner: threading.Thread) -> None:
    while not ended.wait(RENEW_EVERY) and runner.is_alive():
        try:
            lease = TaskLease.objects.filter(task_id=task_id, worker_id=worker_id)
            if not lease.update(until=timezone.now() + LEASE) and not ended.is_set():
                log.error("Task %s was given to another worker: the database was away for too long.", task_id)
                return
        except DatabaseError as error:  # SQLite is being written, the database is away: the next turn
            log.debug("the lease of task %s is renewed later: %s", task_id, error)
        finally:
            connection.close()


def give_back_orphans() -> int:
    """Tasks that run in a worker which is gone become ready again. How many."""
    returned = 0
    for result in DBTaskResult.objects.filter(status="RUNNING"):
        worker_id = (result.worker_ids or [""])[-1]
        is_gone = _is_gone_here(worker_id)
        if is_gone is not False and _give_back(result, worker_id, is_known_gone=bool(is_gone)):
            returned += 1
        if is_gone:
            _lock_file(worker_id).unlink(missing_ok=True)
    return returned


def _give_back(result: DBTaskResult[..., Any], worker_id: str, *, is_known_gone: bool) -> bool:
    """Make it ready if its worker is gone for certain, or its lease ran out. Two that try at once: one does it."""
    now = timezone.now()
    with transaction.atomic():
        lease = TaskLease.objects.filter(task_id=result.pk, worker_id=worker_id)
        if is_known_gone:
            lease.delete()
        elif lease.exists():
            if not lease.filter(until__lt=now).delete()[0]:
                return False
        elif not worker_id or result.started_at is None or result.started_at > now - UNLEASED:
            return False
        same = DBTaskResult.objects.filter(
            pk=result.pk, status="RUNNING", started_at=result.started_at
        )  # not one that was given back and taken up again meanwhile
        return bool(same.update(status="READY", started_at=None))


def forget_leases() -> None:
    """Rows of leases that ran out and stand for nothing that runs."""
    running = DBTaskResult.objects.filter(status="RUNNING").values("pk")
    TaskLease.objects.filter(until__lt=timezone.now()).exclude(task_id__in=running).delete()


def _is_gone_here(worker_id: str) -> bool | None:
    """Whether a worker of this machine is gone; None where this machine cannot tell."""
    machine, pid, began = [*worker_id.split(":"), "", ""][:3]
    if machine != HOST or not pid.isdigit():
        return None
    return _is_process_gone(int(pid), began) or _is_unlocked(_lock_file(worker_id))


def _is_process_gone(pid: int, began: str) -> bool:
    """Whether the process ended, even if another one has its number by now."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return began != process_began(pid)


def _is_unlocked(path: Path) -> bool | None:
    """Whether nobody holds this file; None where there is no file: another data folder, or the work has just ended."""
    if fcntl is None:
        return None
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(handle)


def _lock_file(worker_id: str) -> Path:
    return Path(settings.DATA_DIR) / "workers" / worker_id.replace("/", "-").replace(":", "-")


def process_began(pid: int) -> str:
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
