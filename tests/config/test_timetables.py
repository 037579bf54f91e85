"""Runs of the generator have processes of their own: begun once, begun again when they die, given up after some tries."""

import subprocess
import sys
from typing import Any

import pytest

from everfair.config.timetables import Timetables
from everfair.meetings.actions import runs
from everfair.meetings.models import Run
from tests.factories.fair import make_edition

pytestmark = pytest.mark.django_db


class Fakes(Timetables):
    """Children that do what `words` say instead of making a timetable."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words, self.begun = words, 0

    def _begin(self, run_id: int) -> "subprocess.Popen[bytes]":  # type: ignore[override]
        self.begun += 1
        return subprocess.Popen([sys.executable, "-c", self.words])

    def wait(self) -> None:
        for child in self._children.values():
            child.wait(timeout=20)


def make_run(**extra: Any) -> Run:
    options = {"seed": 1, "limit": 1, "breaks": 0, "walking": 0, "share_first": False}
    return Run.objects.create(edition=make_edition(), number=1, options=options, **extra)


def test_a_process_that_dies_is_begun_again_and_given_up_at_last() -> None:
    run = make_run()
    timetables = Fakes("raise SystemExit(3)")
    for _ in range(runs.TRIES + 3):
        timetables.follow()
        timetables.wait()
    assert timetables.begun == runs.TRIES
    run.refresh_from_db()
    assert run.state == "failed"
    assert "several times" in run.error


def test_one_process_for_a_run_and_it_ends_with_its_parent() -> None:
    make_run()
    timetables = Fakes("import time; time.sleep(600)")
    timetables.follow()
    timetables.follow()
    assert timetables.begun == 1
    timetables.stop()
    assert not timetables._children


def test_a_process_that_is_another_s_is_left_alone() -> None:
    run = make_run(state="running", progress={"at": 9e12, "process": "elsewhere:1"})
    timetables = Fakes("")
    timetables.follow()
    assert timetables.begun == 0
    assert not runs.let_go(run.pk, 1)
    run.refresh_from_db()
    assert run.progress["at"] == 9e12
