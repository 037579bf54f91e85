"""An import of a list: the file, its mapping, each row's verdict, problems, progress. Rows stay until the run is cleared away."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.languages import UnescapedJSONField
from everfair.fair.models import Edition, Fair


class ImportMapping(models.Model):
    """A column mapping somebody confirmed, offered again for a file with the same columns."""

    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="import_mappings")
    name = models.CharField(max_length=120)
    columns_digest = models.CharField(max_length=64)
    mapping = UnescapedJSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fair", "columns_digest"], name="mapping_once")]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One import, from upload to done. Checking is resumable by row; applying is one transaction."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        CHECKING = "checking", _("checking")
        READY = "ready", _("ready to apply")
        APPLYING = "applying", _("applying")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="import_runs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    table_kind = models.CharField(max_length=12, blank=True)
    source = models.CharField(
        max_length=60
    )  # the list's own name; with the external id it makes rows repeatable
    mapping = UnescapedJSONField(default=dict)
    options = UnescapedJSONField(default=dict)  # skip_bad_rows, publish, dry_run
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_checked = models.PositiveIntegerField(
        default=0
    )  # rows of the file read and staged: checking goes on here
    rows_applied = models.PositiveIntegerField(default=0)
    counts = UnescapedJSONField(default=dict)  # see ImportCounts in actions/importing.py
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


IMPORT_STEPS = chart(
    [
        ("uploaded", "checking", "administrator"),
        ("uploaded", "stopped", "administrator"),
        ("checking", "ready", "system"),
        ("checking", "failed", "system"),
        ("checking", "stopped", "administrator"),
        ("ready", "checking", "administrator"),
        ("ready", "applying", "administrator"),
        ("ready", "stopped", "administrator"),
        ("applying", "done", "system"),
        ("applying", "ready", "system"),
        ("failed", "checking", "administrator"),
        ("stopped", "checking", "administrator"),
        ("uploaded", "failed", "system"),
    ]
)


class ImportRow(models.Model):
    """One exhibitor as read from the file: clean values and what applying it would do."""

    class Verdict(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        BAD = "bad", _("bad")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as the person sees it in the file
    external_id = models.CharField(max_length=200, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    values = UnescapedJSONField(default=dict)  # target field → clean value; "offers": a list of the same
    changes = UnescapedJSONField(default=dict)  # target field → [before, after], shortened for the preview

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["run", "external_id"], name="import_row_id")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.verdict}"


class ImportProblem(models.Model):
    """What is wrong with a row and what to do about it. A warning does not keep the row out."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="problems")
    row_number = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=200, blank=True)
    message = models.TextField()
    value = models.TextField(blank=True)
    is_warning = models.BooleanField(default=False)

    class Meta:
        ordering = ["is_warning", "row_number", "id"]

    def __str__(self) -> str:
        return self.message
