"""Restoring over another fair leaves nothing of the moment behind: no sign-in, no waiting task of the replaced one."""

import os
from pathlib import Path

import pytest

from tests.config.installation import Installation
from tests.config.test_backup import filled

LEAVE = """
from datetime import timedelta
from pathlib import Path
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from everfair.base.models import TaskLease
from tests.config.lease_race import make_task
session = SessionStore()
session["_auth_user_id"] = "1"
session.create()
task = make_task(Path("."))
TaskLease.objects.create(task_id=task.pk, worker_id="far:1:1:a", until=timezone.now() + timedelta(days=1))
"""
COUNT = """
from django.contrib.sessions.models import Session
from django_tasks_db.models import DBTaskResult
from everfair.base.models import TaskLease
print(Session.objects.count(), DBTaskResult.objects.count(), TaskLease.objects.count())
"""


def judge(installation: Installation, backup: Path) -> None:
    installation.python(LEAVE)
    assert installation.python(COUNT).split()[0] == "1"
    refused = installation.run("restore", str(backup))
    assert refused.returncode != 0
    assert installation.python(COUNT).split() != ["0", "0", "0"]  # nothing happened
    said = installation.do("restore", "--replace", str(backup))
    assert "must sign in again" in said
    assert "were cleared" in said
    assert installation.python(COUNT).split() == ["0", "0", "0"]


def test_on_sqlite(tmp_path: Path) -> None:
    made = filled(tmp_path / "data")
    backup = tmp_path / "a.tar.gz"
    made.do("backup", str(backup))
    judge(made, backup)


@pytest.mark.postgres
def test_on_postgresql(tmp_path: Path) -> None:
    made = filled(tmp_path / "data", f"clears_{os.getpid()}")
    backup = tmp_path / "a.tar.gz"
    made.do("backup", str(backup))
    judge(made, backup)


@pytest.mark.django_db
def test_what_is_of_the_moment_is_in_no_backup() -> None:
    """By the tables themselves: a name that leads nowhere would leave nothing out."""
    from django.contrib.sessions.models import Session
    from django_tasks_db.models import DBTaskResult

    from everfair.base.models import TaskLease
    from everfair.config.backup import CLEARED, tables

    assert {model._meta.label_lower for model in (Session, DBTaskResult, TaskLease)} == CLEARED
    assert not {Session, DBTaskResult, TaskLease} & set(tables())
