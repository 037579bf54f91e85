"""The daily round: tables that only grow are cut back."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from everfair.config import worker

pytestmark = pytest.mark.django_db


def test_sessions_and_tasks_that_are_over_are_forgotten() -> None:
    now = timezone.now()
    for key, ends in (("over", now - timedelta(days=1)), ("open", now + timedelta(days=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    for path, status, finished in (
        ("old", "SUCCESSFUL", now - timedelta(days=40)),
        ("failed", "FAILED", now - timedelta(days=40)),
        ("new", "SUCCESSFUL", now - timedelta(days=1)),
        ("waits", "READY", None),
    ):
        DBTaskResult.objects.create(
            task_path=path, status=status, finished_at=finished, backend_name="default", args_kwargs={}
        )
    worker.daily_round()
    worker.daily_round()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
    assert set(DBTaskResult.objects.values_list("task_path", flat=True)) == {"new", "waits"}
