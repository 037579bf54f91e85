"""The organiser's numbers, versions of what was learned, recommendations as kept, and what came of each one shown."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import UnescapedJSONField
from everfair.fair.models import Edition
from everfair.matchmaking.models.interests import Seeker, Target


class MatchRules(models.Model):
    """How an edition recommends. No row: as the defaults say."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="match_rules")
    is_open = models.BooleanField(default=True)
    exposure = models.PositiveSmallIntegerField(
        default=50, validators=[MaxValueValidator(100)]
    )  # 0: by score alone … 100: small and new firms get their full share among equally good ones
    per_firm = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )  # most offers of one firm among the first ten
    asks_three = models.BooleanField(default=True)  # the three questions after registering
    compares = models.ForeignKey(
        "ModelVersion", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # a second version shown interleaved with the active one
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(
        default=timezone.now
    )  # what was kept before is ranked anew when it is next looked at


class ModelVersion(models.Model):
    """What was learned from the edition's bilingual records and with which options; its file lies in the data folder."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="match_versions")
    number = models.PositiveIntegerField()
    options = UnescapedJSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)  # of the file
    facts = UnescapedJSONField(
        default=dict
    )  # bilingual records, words, seconds, "by_sector": too few records
    is_active = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="match_version_once"),
            models.UniqueConstraint(
                fields=["edition"], condition=models.Q(is_active=True), name="one_active_match_version"
            ),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        """ "3", or "3 + bge-m3" for one that ranks with vectors of that encoder too."""
        return f"{self.number} + {self.vectors}" if self.vectors else str(self.number)

    @property
    def vectors(self) -> str:
        """The encoder outside whose vectors it ranks with; "" for none."""
        return str((self.options.get("vectors") or {}).get("name", ""))


class Recommendation(models.Model):
    """What is recommended to a seeker, one row for each kind of thing, best first."""

    seeker = models.ForeignKey(Seeker, on_delete=models.CASCADE, related_name="recommendations")
    kind = models.CharField(max_length=9)  # one of Target.KINDS
    rows = UnescapedJSONField(default=list)  # [[id, score, [reason …], arm]]
    model = models.ForeignKey(ModelVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seeker", "kind"], name="recommendation_once")]


class Refresh(models.Model):
    """A run over everybody: progress, where it stands, how it ended. It goes on after a restart."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="match_refreshes")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    learns = models.BooleanField(default=True)  # makes a new version first
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    position = models.BigIntegerField(default=0)  # the last seeker done
    facts = UnescapedJSONField(default=dict)  # what exposure did, who stuffs, seconds
    error = models.TextField(blank=True)
    stop_asked = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)  # sign of life
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="one_match_refresh_at_a_time",
            )
        ]
        ordering = ["-id"]


class Shown(Target):
    """A match as it was shown the first time a day: its rank, the version behind it, and what the seeker did next."""

    seeker = models.ForeignKey(Seeker, on_delete=models.CASCADE, related_name="shown")
    model = models.ForeignKey(ModelVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    day = models.DateField()
    rank = models.PositiveSmallIntegerField()  # 1: the first
    arm = models.CharField(max_length=1, blank=True)  # "a", "b" where two versions are interleaved
    score = models.FloatField(default=0.0)
    at = models.DateTimeField(default=timezone.now)
    clicked_at = models.DateTimeField(null=True, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seeker", "day", kind],
                condition=models.Q(**{f"{kind}__isnull": False}),
                name=f"shown_{kind}_once_a_day",
            )
            for kind in Target.KINDS
        ]
        indexes = [models.Index(fields=["model", "rank"], name="shown_by_rank")]
