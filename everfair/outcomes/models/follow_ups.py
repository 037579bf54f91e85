"""What became of an outcome: both sides are asked after 6, 12 and 24 months; each answer is its party's."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.outcomes.models.outcomes import Outcome, OutcomeParty


class FollowUp(models.Model):
    """One asking of an outcome's parties. Made when it is due."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="follow_ups")
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outcome", "months"], name="follow_up_once"),
            models.CheckConstraint(
                condition=models.Q(months__in=[6, 12, 24]), name="follow_up_months_are_known"
            ),
        ]
        ordering = ["months"]

    def __str__(self) -> str:
        return f"{self.outcome_id}: {self.months}"


class FollowUpAnswer(models.Model):
    """What one party says. Its note is shown on the record."""

    class Said(models.TextChoices):
        IN_FORCE = "in_force", _("in force")
        FULFILLED = "fulfilled", _("fulfilled")
        CHANGED = "changed", _("changed")
        ENDED = "ended", _("ended")

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="answers")
    party = models.ForeignKey(OutcomeParty, on_delete=models.CASCADE, related_name="answers")
    said = models.CharField(max_length=9, choices=Said.choices)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    salt = models.CharField(
        max_length=32, blank=True
    )  # of its digest in the chain; "" = from before the chain had it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follow_up", "party"], name="follow_up_answer_once")]

    def __str__(self) -> str:
        return self.said
