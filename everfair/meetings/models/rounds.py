"""The round of wishes, and runs of the generator with what each placed and left out."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import UnescapedJSONField
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.meetings.models.ground import Participant, Resource, Slot


class Wish(models.Model):
    """What one side wants of another. `never` is a veto, seen by whoever said it and by nobody else."""

    class Level(models.TextChoices):
        MUST = "must", _("must meet")
        WANT = "want", _("would like to meet")
        NEVER = "never", _("no, thank you")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="wishes")
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="wishes"
    )  # a visitor's wish …
    by_exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="wishes"
    )  # … or a firm's
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="wished_by"
    )
    other = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="wished_by"
    )
    level = models.CharField(max_length=5, choices=Level.choices)
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "exhibitor"],
                condition=models.Q(participant__isnull=False, exhibitor__isnull=False),
                name="wish_firm_once",
            ),
            models.UniqueConstraint(
                fields=["participant", "other"],
                condition=models.Q(participant__isnull=False, other__isnull=False),
                name="wish_person_once",
            ),
            models.UniqueConstraint(
                fields=["by_exhibitor", "other"],
                condition=models.Q(by_exhibitor__isnull=False),
                name="wish_of_firm_once",
            ),
            models.CheckConstraint(
                condition=models.Q(participant__isnull=False, by_exhibitor__isnull=True)
                | models.Q(participant__isnull=True, by_exhibitor__isnull=False),
                name="wish_of_one_side",
            ),
            models.CheckConstraint(
                condition=models.Q(exhibitor__isnull=False, other__isnull=True)
                | models.Q(exhibitor__isnull=True, other__isnull=False),
                name="wish_for_one_side",
            ),
        ]
        indexes = [models.Index(fields=["edition", "level"], name="wish_level")]


class Run(models.Model):
    """One run of the generator: what was given, how far it is, what came out. A dry run until it is published."""

    class Kind(models.TextChoices):
        ALL = "all", _("a new timetable")
        FILL = "fill", _("fill what is empty")
        REPAIR = "repair", _("mend what broke")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")
        PUBLISHED = "published", _("published")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.ALL)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    options = UnescapedJSONField(default=dict)  # seed, limit (s), breaks, walking, share_first
    progress = UnescapedJSONField(default=dict)  # seconds, step, placed, weight, breaks, bound
    result = UnescapedJSONField(
        default=dict
    )  # counts for comparing: by class, size, country, delegation, breaks, nobody
    input_digest = models.CharField(
        max_length=64, blank=True
    )  # of what it was made from; another one: people changed meanwhile
    stop_asked = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="run_number_once"),
            models.UniqueConstraint(
                fields=["edition"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="one_run_at_a_time",
            ),
        ]
        ordering = ["-number"]


class RunRow(models.Model):
    """One wished-for meeting in a run: placed, or not and why."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rows")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    other = models.ForeignKey(Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    wish = models.SmallIntegerField()  # engines.scheduling Wish
    slot = models.ForeignKey(Slot, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Resource, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cause = models.CharField(max_length=20, blank=True)  # engines.scheduling Cause, where it is not placed
    was_locked = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["run", "wish"], name="run_row_wish")]
