"""A task whose worker is gone runs again, whatever became of the worker; one that still runs is never begun twice."""

import json
import logging
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from everfair.base.models import TaskLease
from everfair.config import leases, worker
from tests.config.installation import Installation
from tests.config.lease_race import all_of_it, in_threads, make_task
from tests.config.test_worker import until


def judge(found: dict[str, Any]) -> None:
    died = found["the_thread_died"]
    assert "away" in str(died["died"])
    assert (died["between"], died["returned"], died["after"]) == ("RUNNING", [1], "SUCCESSFUL")

    found_at_once = found["all_find_them_at_once"]
    assert sum(found_at_once["returned"]) == 6
    assert found_at_once["runs"] == [["begun", "ended"]] * 6
    assert found_at_once["leases"] == 0

    slow = found["it_is_only_slow"]
    assert slow == {"answers": [0, [0, 0, 0]], "runs": ["begun", "ended"], "after": "SUCCESSFUL"}


def test_workers_in_threads_on_sqlite(empty: Installation, tmp_path: Path) -> None:
    printed = empty.python("from tests.config.lease_race import main; main()", str(tmp_path))
    judge(json.loads(printed.splitlines()[-1]))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_in_threads_on_postgresql(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    judge(all_of_it(tmp_path))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_lease_is_renewed_while_the_task_runs_and_gone_afterwards(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setattr(leases, "RENEW_EVERY", 0.05)
    task, first = make_task(tmp_path / "one"), timezone.now() - timedelta(seconds=1)

    def run() -> str:
        with leases.leased(task.pk, "far:1:1:a"):
            TaskLease.objects.filter(pk=task.pk).update(until=first)
            until(lambda: TaskLease.objects.filter(pk=task.pk, until__gt=timezone.now()).exists(), 20)
        return "renewed"

    assert in_threads([run]) == ["renewed"]
    assert not TaskLease.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_says_so_and_takes_it_from_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setattr(leases, "RENEW_EVERY", 0.05)
    task = make_task(tmp_path / "one")
    with caplog.at_level(logging.ERROR, "everfair.worker"), leases.leased(task.pk, "far:1:1:a"):
        TaskLease.objects.filter(pk=task.pk).update(worker_id="near:2:2:b")
        until(lambda: "given to another worker" in caplog.text, 20)
    assert list(TaskLease.objects.values_list("worker_id", flat=True)) == ["near:2:2:b"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lease_ends", "began", "returned"),
    [(-1, 0, 1), (60, 0, 0), (60, 9 * 3600, 0), (None, 60, 0), (None, 7 * 3600, 1)],
    ids=["ran out", "holds", "holds long", "none yet", "never had one"],
)
def test_tasks_of_other_machines_are_judged_by_their_lease(
    tmp_path: Path, lease_ends: int | None, began: int, returned: int
) -> None:
    now = timezone.now()
    started = now - timedelta(seconds=began)
    task = make_task(tmp_path, status="RUNNING", started_at=started, worker_ids=["far:1:1:a"])
    if lease_ends is not None:
        ends = now + timedelta(seconds=lease_ends)
        TaskLease.objects.create(task_id=task.pk, worker_id="far:1:1:a", until=ends)
    assert worker.give_back_orphans() == returned
    task.refresh_from_db()
    assert task.status == ("READY" if returned else "RUNNING")


@pytest.mark.django_db
def test_leases_left_behind_are_forgotten_but_not_those_of_running_tasks(tmp_path: Path) -> None:
    past = timezone.now() - timedelta(days=1)
    running = make_task(tmp_path, status="RUNNING", started_at=timezone.now(), worker_ids=["far:1:1:a"])
    done = make_task(tmp_path, status="SUCCESSFUL")
    for task in (running, done):
        TaskLease.objects.create(task_id=task.pk, worker_id="far:1:1:a", until=past)
    worker.daily_round()
    assert [lease.task_id for lease in TaskLease.objects.all()] == [running.pk]


@pytest.mark.django_db(transaction=True)  # a worker closes its connection
def test_a_worker_that_ended_well_leaves_no_file(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    worker.QueueWorker(threading.Event()).run()
    assert list((tmp_path / "workers").iterdir()) == []
