"""What pages show of schedules that come in: the runs of an edition, how far one is. Reads only."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from everfair.fair.models import Edition
from everfair.programme.models import ScheduleRun

SILENT_AFTER = 120
"""Seconds without a sign of life after which a run counts as interrupted."""


def schedule_runs(edition: Edition) -> QuerySet[ScheduleRun]:
    """Every schedule that came in, newest first, without its long lists."""
    found = ScheduleRun.objects.filter(edition=edition).select_related("by")
    return found.defer("differences", "problems", "carried")


def sources_of(edition: Edition) -> list[str]:
    """Names of schedules that came in before, for the form's suggestions."""
    found = ScheduleRun.objects.filter(edition=edition).order_by("source")
    return [source for source in found.values_list("source", flat=True).distinct() if source]


@dataclass(frozen=True)
class Progress:
    """How far a run is. `is_silent`: nobody seems to work on it any more; carrying on is safe."""

    done: int
    total: int
    is_silent: bool

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.done / self.total)) if self.total else 0


def progress_of(run: ScheduleRun) -> Progress:
    """From the cache: what is being written is not visible in the table before it is whole."""
    told = cache.get(f"everfair.schedule.{run.pk}") or {}
    seen = told.get("at") or run.created_at.timestamp()
    is_silent = timezone.now().timestamp() - seen > SILENT_AFTER
    return Progress(told.get("done", 0), told.get("total", run.total), is_silent)


def tell_progress(run_id: int, done: int, total: int) -> None:
    """A sign of life outside the transaction."""
    said = {"done": done, "total": total, "at": timezone.now().timestamp()}
    cache.set(f"everfair.schedule.{run_id}", said, timeout=3600)
