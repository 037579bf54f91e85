"""Background tasks run in the server or in `everfair worker`, and survive the death of either."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from everfair.config import worker
from tests.config.installation import HERE, Installation

ENQUEUE = """
import sys
import threading
from tests.config.tasks_for_tests import mark_and_wait
print(mark_and_wait.enqueue(sys.argv[1], float(sys.argv[2])).id)
"""
STATES = "from django_tasks_db.models import DBTaskResult as R; print(*[r.status for r in R.objects.all()])"


def until(condition: Callable[[], object], seconds: float = 40) -> None:
    """Wait for something; it not coming is a failure."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.1)


def marks(folder: Path) -> list[str]:
    path = folder / "marks"
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def start_worker(installation: Installation) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", "everfair", "worker"]
    return subprocess.Popen(words, env=installation.environment, cwd=HERE, stdout=subprocess.DEVNULL)


@pytest.fixture
def ready(empty: Installation) -> Installation:
    return empty.with_tables()


def test_the_task_of_a_killed_worker_is_run_by_the_next(ready: Installation, tmp_path: Path) -> None:
    ready.python(ENQUEUE, str(tmp_path), "600")
    first = start_worker(ready)
    until(lambda: marks(tmp_path) == ["begun"])
    first.send_signal(signal.SIGKILL)
    first.wait(timeout=20)
    assert ready.python(STATES).split() == ["RUNNING"]
    second = start_worker(ready)
    try:
        until(lambda: marks(tmp_path) == ["begun", "begun", "ended"])
        until(lambda: ready.python(STATES).split() == ["SUCCESSFUL"])
    finally:
        second.terminate()
        second.wait(timeout=20)
    assert second.returncode == 0  # it ends politely


def test_the_task_of_a_killed_server_is_run_by_the_next(ready: Installation, tmp_path: Path) -> None:
    ready.python(ENQUEUE, str(tmp_path), "600")
    with ready.serving() as server:
        until(lambda: marks(tmp_path) == ["begun"])
        server.process.kill()
        server.process.wait(timeout=20)
    with ready.serving():
        until(lambda: marks(tmp_path) == ["begun", "begun", "ended"])


def test_a_worker_beside_a_server_leaves_the_running_task_alone(ready: Installation, tmp_path: Path) -> None:
    ready.python(ENQUEUE, str(tmp_path), "5")
    first, second = start_worker(ready), start_worker(ready)
    try:
        until(lambda: marks(tmp_path) == ["begun", "ended"])
        until(lambda: ready.python(STATES).split() == ["SUCCESSFUL"])
    finally:
        for process in (first, second):
            process.terminate()
            process.wait(timeout=20)
    assert marks(tmp_path) == ["begun", "ended"]


# Whose process is gone ---------------------------------------------------------------------------------------


def task_of(worker_id: str | None) -> Any:
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.create(
        status="RUNNING",
        args_kwargs={"args": [], "kwargs": {}},
        task_path="x.y",
        backend_name="default",
        run_after=timezone.now(),
        started_at=timezone.now(),
        worker_ids=[worker_id] if worker_id else [],
    )


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(timeout=20)
    return process.pid


@pytest.mark.django_db
def test_which_tasks_are_given_back() -> None:
    host, me = socket.gethostname()[:30], os.getpid()
    mine = worker.QueueWorker(threading.Event()).worker_id
    kept = {
        "mine": task_of(mine),
        "of another machine": task_of(f"{host[:20]}-other:{ended_process()}:1:abc"),
        "of nobody": task_of(None),
        "of a worker with another kind of name": task_of("worker-7"),
    }
    back = {
        "of a process that is gone": task_of(f"{host}:{ended_process()}:1:abc"),
        "of an earlier process with my number (container)": task_of(f"{host}:{me}:1:abc"),
        "of an earlier process whose number another one has": task_of(f"{host}:{os.getppid()}:1:abc"),
    }
    assert worker.give_back_orphans() == len(back)
    for name, result in [*kept.items(), *back.items()]:
        result.refresh_from_db()
        assert result.status == ("RUNNING" if name in kept else "READY"), name
    assert worker.give_back_orphans() == 0


@pytest.mark.django_db
def test_the_daily_round_forgets_old_changes_and_may_run_again() -> None:
    from everfair.base.models import Change

    Change.objects.create(topic="a", key=1, at=timezone.now() - timedelta(days=9))
    Change.objects.create(topic="a", key=2)
    worker.daily_round()
    worker.daily_round()
    assert list(Change.objects.values_list("key", flat=True)) == [2]
