"""A schedule that comes in: its file, what it would change, whether that was applied."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.languages import UnescapedJSONField
from everfair.fair.models import Edition


class ScheduleRun(models.Model):
    """One schedule read: compared with what is there, shown, then applied in one transaction or thrown away."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        READING = "reading", _("being read")
        READY = "ready", _("ready to apply")
        APPLYING = "applying", _("being applied")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="schedule_runs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    source = models.CharField(
        max_length=60
    )  # the schedule's own name; with the event's id it makes sessions repeatable
    format = models.CharField(max_length=13, blank=True)  # schedule.xml, schedule.json
    options = UnescapedJSONField(default=dict)  # publish: whether new sessions are announced at once
    carried = UnescapedJSONField(
        default=dict
    )  # conference, days, rooms by stage, version: given back on export
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = UnescapedJSONField(default=dict)  # kept, moved, retitled, changed, new, withdrawn, back
    differences = UnescapedJSONField(default=list)  # [{"verdict", "external_id", "title", "before", "after"}]
    problems = UnescapedJSONField(default=list)  # [{"event", "message", "is_warning"}]
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


SCHEDULE_STEPS = chart(
    [
        ("uploaded", "reading", "programme administrator"),
        ("uploaded", "stopped", "programme administrator"),
        ("reading", "ready", "system"),
        ("reading", "failed", "system"),
        ("reading", "stopped", "programme administrator"),
        ("ready", "reading", "programme administrator"),
        ("ready", "applying", "programme administrator"),
        ("ready", "stopped", "programme administrator"),
        ("applying", "done", "system"),
        ("applying", "ready", "system"),
        ("failed", "reading", "programme administrator"),
        ("stopped", "reading", "programme administrator"),
    ]
)
