"""A list of needs that comes in: the file, what it would do, how far the work is. The needs themselves are in needs.py."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.languages import UnescapedJSONField
from everfair.fair.models import Edition


class NeedList(models.Model):
    """One list, from upload to done. Judging writes nothing, writing is one transaction: either is simply begun again."""

    class State(models.TextChoices):
        CHECKING = "checking", _("checking")
        READY = "ready", _("ready to apply")
        APPLYING = "applying", _("applying")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="need_lists")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    source = models.CharField(
        max_length=60
    )  # the list's own name; with a row's number it makes rows repeatable
    writes = models.BooleanField(default=False)  # asked to write as soon as it is judged, not only to look
    skips_bad = models.BooleanField(default=False)  # rows with errors are left out
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKING)
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    counts = UnescapedJSONField(default=dict)  # rows, new, changed, unchanged, bad
    problems = UnescapedJSONField(default=list)  # [{row, column, message, value}], at most some hundred
    unused = UnescapedJSONField(default=list)  # columns from which nothing is taken
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.source


NEED_LIST_STEPS = chart(
    [
        ("checking", "ready", "system"),
        ("checking", "applying", "system"),
        ("checking", "failed", "system"),
        ("ready", "applying", "reviewer"),
        ("applying", "done", "system"),
        ("applying", "ready", "system"),
        ("ready", "checking", "reviewer"),
        ("failed", "checking", "reviewer"),
    ]
)
