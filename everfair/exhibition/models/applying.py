"""What an organiser asks of exhibitors: own questions on the application, tasks with due dates, reminders sent."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import UnescapedJSONField, WordsField, for_reader
from everfair.exhibition.models.exhibitor import Exhibitor
from everfair.fair.models import Edition


class ApplicationQuestion(models.Model):
    """A question of the organiser's own on the application."""

    class Kind(models.TextChoices):
        LINE = "line", _("one line")
        TEXT = "text", _("a longer text")
        YES_NO = "yes_no", _("yes or no")
        CHOICE = "choice", _("one of a list")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="application_questions")
    text = WordsField(max_length=300)
    help = WordsField(max_length=500)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.LINE)
    choices = UnescapedJSONField(
        default=list, blank=True
    )  # [{"key": "a", "text": {"en": …}}]: keys, never labels
    is_required = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)  # a closed question is asked no longer; its answers stay
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.text)


class ApplicationAnswer(models.Model):
    """An exhibitor's answer to one question."""

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(ApplicationQuestion, on_delete=models.PROTECT, related_name="answers")
    value = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exhibitor", "question"], name="answer_once")]

    def __str__(self) -> str:
        return self.value[:80]


class TaskKind(models.Model):
    """Something every exhibitor of an edition has to do by a date. With a `check` it ticks itself."""

    class Check(models.TextChoices):
        NONE = "", _("ticked by hand")
        BOOTH_COMPLETE = "booth_complete", _("the booth is complete")
        HAS_OFFER = "has_offer", _("one offer at least")
        HAS_DOCUMENT = "has_document", _("one document at least")
        PUBLISHED = "published", _("the booth is published")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="task_kinds")
    title = WordsField(max_length=200)
    help = WordsField(max_length=1000)
    due_on = models.DateField()
    check_name = models.CharField(max_length=20, choices=Check.choices, blank=True)
    remind_days = UnescapedJSONField(default=list, blank=True)  # days before due: [7, 1]
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["due_on", "position", "id"]

    def __str__(self) -> str:
        return for_reader(self.title)


class ExhibitorTask(models.Model):
    """A task done by an exhibitor."""

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="tasks_done")
    kind = models.ForeignKey(TaskKind, on_delete=models.CASCADE, related_name="done")
    done_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exhibitor", "kind"], name="task_done_once")]

    def __str__(self) -> str:
        return f"{self.exhibitor_id}: {self.kind_id}"


class Reminder(models.Model):
    """A reminder that was sent, so that it is sent once."""

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="reminders")
    kind = models.ForeignKey(TaskKind, on_delete=models.CASCADE, related_name="reminders")
    days_before = models.SmallIntegerField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exhibitor", "kind", "days_before"], name="reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.exhibitor_id}: {self.kind_id}"
