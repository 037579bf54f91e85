"""Two schedules into one edition at the same moment, and one schedule applied twice: nothing doubles, nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from everfair.fair.models import Edition
from everfair.programme.actions.schedule_apply import apply_run, start_applying
from everfair.programme.models import ScheduleRun, Session, Speaker, Stage
from tests.factories.schedules import event, read_in, schedule

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def apply_together(runs: list[ScheduleRun]) -> list[str]:
    """Every run in a thread of its own, all let go at once. How each ended."""
    gate = Barrier(len(runs))

    def one(run: ScheduleRun) -> str:
        try:
            gate.wait(timeout=30)
            return apply_run(run).state
        except Exception as error:
            return str(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runs)) as pool:
        return list(pool.map(one, runs))


def test_one_schedule_applied_four_times_at_once_is_written_once(edition: Edition) -> None:
    run = start_applying(
        read_in(edition, schedule(*(event(n, start=f"{n + 8:02d}:00") for n in range(1, 9)))), by=None
    )
    copies = [ScheduleRun.objects.select_related("edition__fair", "by").get(pk=run.pk) for _n in range(4)]
    assert apply_together(copies) == ["done"] * 4
    assert (Session.objects.count(), Speaker.objects.count(), Stage.objects.count()) == (8, 1, 1)


def test_two_schedules_at_once_share_the_stage_and_the_second_looks_again(edition: Edition) -> None:
    runs = [
        start_applying(read_in(edition, schedule(event(n), acronym=f"schedule{n}")), by=None) for n in (1, 2)
    ]
    ended = apply_together(runs)
    assert Stage.objects.filter(edition=edition).count() == 1
    assert "done" in ended
    for run in ScheduleRun.objects.filter(state="ready"):
        apply_run(start_applying(run, by=None))
    assert Session.objects.filter(state__in=("published", "ended")).count() == 2
    assert Stage.objects.filter(edition=edition).count() == 1
