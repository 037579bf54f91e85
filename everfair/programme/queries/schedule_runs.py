"""What pages show of schedules that come in: the runs of an edition, how far one is. Reads only."""

from django.db.models import QuerySet

from everfair.base import progress
from everfair.base.progress import Progress
from everfair.fair.models import Edition
from everfair.programme.models import ScheduleRun


def schedule_runs(edition: Edition) -> QuerySet[ScheduleRun]:
    """Every schedule that came in, newest first, without its long lists."""
    found = ScheduleRun.objects.filter(edition=edition).select_related("by")
    return found.defer("differences", "problems", "carried")


def sources_of(edition: Edition) -> list[str]:
    """Names of schedules that came in before, for the form's suggestions."""
    found = ScheduleRun.objects.filter(edition=edition).order_by("source")
    return [source for source in found.values_list("source", flat=True).distinct() if source]


def progress_of(run: ScheduleRun) -> Progress:
    """From what was told: what is being written is not visible in the table before it is whole."""
    return progress.told("schedule", run.pk, total=run.total, since=run.created_at)


def tell_progress(run_id: int, done: int, total: int) -> None:
    """A sign of life outside the transaction."""
    progress.tell("schedule", run_id, done, total)
