"""Rules of an edition's conversations, notes of absence, blocks, reports, and how fast firms answer."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField, WordsField
from everfair.conversations.models.talk import Conversation, Message, Party
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition

SHORTEST_KEPT = 30  # days after the last message, whatever an organiser sets
_KEPT = [MinValueValidator(SHORTEST_KEPT), MaxValueValidator(3660)]


class TalkRules(models.Model):
    """Numbers of an edition's conversations. No row: these defaults."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="talk_rules")
    is_open = models.BooleanField(default=True)  # new conversations may begin
    letter_minutes = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(1440)])
    hand_over_hours = models.PositiveSmallIntegerField(
        default=4, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    messages_a_minute = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    begun_a_day = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(10000)]
    )
    kept_days = models.PositiveSmallIntegerField(default=730, validators=_KEPT)  # after the last message
    has_help_desk = models.BooleanField(default=True)
    help_hours = WordsField(max_length=300)  # when the help desk is there, in words
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.edition_id}"


class HelpDeskMember(models.Model):
    """Who of the organiser's team answers at the help desk."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="help_desk")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "user"], name="help_desk_member_once")]

    def __str__(self) -> str:
        return f"{self.user}"


class AwayNote(models.Model):
    """A person's, or a firm's, word that nobody answers for a while, said to whoever writes meanwhile."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    exhibitor = models.OneToOneField(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="away_note"
    )
    text = WordsField(max_length=500)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "user"], condition=models.Q(user__isnull=False), name="away_note_once"
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) ^ models.Q(exhibitor__isnull=False),
                name="away_note_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                name="away_note_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.exhibitor_id}"


class Block(models.Model):
    """One party wants nothing of another: no messages, no calls, no matches. The other is not told."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="blocks")
    own = models.CharField(max_length=40)  # a party's key
    other = models.CharField(max_length=40, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "own", "other"], name="block_once"),
            models.CheckConstraint(condition=~models.Q(own=models.F("other")), name="block_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.own} ⊘ {self.other}"


class Report(models.Model):
    """A reader's word to the organiser about a message. Moderators read what is copied here and nothing else."""

    class Why(models.TextChoices):
        SPAM = "spam", _("advertising nobody asked for")
        ABUSE = "abuse", _("insult or threat")
        FRAUD = "fraud", _("fraud or a false name")
        OTHER = "other", _("something else")

    class State(models.TextChoices):
        OPEN = "open", _("not looked at yet")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("not upheld")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="talk_reports")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="reports")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    by_side = models.CharField(max_length=1, choices=Party.Side.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    why = models.CharField(max_length=6, choices=Why.choices)
    words = models.CharField(max_length=1000, blank=True)
    shown = UnescapedJSONField(
        default=list
    )  # [{"number", "side", "name", "text", "at"}]: what the reporter gave
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    decision = models.CharField(max_length=1000, blank=True)  # as told to the reporter
    removed_message = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "by_side"], name="report_once"),
        ]
        indexes = [models.Index(fields=["edition", "state", "-at"], name="report_desk")]
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.code


REPORT_STEPS = chart(
    [
        ("open", "upheld", "moderator"),
        ("open", "dismissed", "moderator"),
        ("upheld", "open", "moderator"),
        ("dismissed", "open", "moderator"),
    ]
)


class Silenced(models.Model):
    """Somebody the organiser keeps from writing in this edition, until a day or for good."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="silenced")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=500)
    until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "user"], name="silenced_once")]

    def __str__(self) -> str:
        return f"{self.user}"


class Answered(models.Model):
    """One answer of a team and how long the other side waited for it. The source of the answer time."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=40)  # the party's
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    seconds = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["key", "-answered_at"], name="answered_lately")]

    def __str__(self) -> str:
        return f"{self.key}: {self.seconds} s"
