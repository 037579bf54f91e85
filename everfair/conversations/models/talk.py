"""Conversation, its two parties, messages with files, and how far each person has read."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import WordsField, for_reader
from everfair.base.models import MediaFile
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Delegation, Edition


class Conversation(models.Model):
    """What two parties write about one thing, or about nothing. The same two have one conversation about one thing."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    class About(models.TextChoices):
        NOTHING = "", _("nothing in particular")
        BOOTH = "booth", _("a booth")
        OFFER = "offer", _("an offer")
        NEED = "need", _("a need")
        MEETING = "meeting", _("a meeting")
        SESSION = "session", _("a session")
        INQUIRY = "inquiry", _("an inquiry")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="conversations")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    pair = models.CharField(max_length=120)  # both parties' keys in order, and the thing: what exists once
    about = models.CharField(max_length=10, choices=About.choices, blank=True)
    about_code = models.CharField(max_length=12, blank=True)  # the thing's public code
    title = WordsField(max_length=200)  # the thing's name when it began; {}: about nothing
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    last_number = models.PositiveIntegerField(default=0)  # of its messages; counts under the row's lock
    last_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)  # grows with everything a page shows

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "pair"], name="conversation_once")]
        indexes = [models.Index(fields=["edition", "-last_at"], name="conversation_last")]
        ordering = ["-last_at", "-id"]

    def __str__(self) -> str:
        return for_reader(self.title) or self.code


# who: party = anybody of either side, system = its time is over
CONVERSATION_STEPS = chart(
    [("open", "closed", "party moderator system"), ("closed", "open", "party moderator")]
)


class Party(models.Model):
    """One of the two sides: a person, a firm's team, a delegation's, or the organiser's help desk."""

    class Kind(models.TextChoices):
        PERSON = "person", _("a person")
        FIRM = "firm", _("a firm's team")
        DELEGATION = "delegation", _("a delegation's team")
        HELP_DESK = "help_desk", _("the organiser's help desk")

    class Side(models.TextChoices):
        OPENER = "a", _("who began")
        OTHER = "b", _("who was written to")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="parties")
    side = models.CharField(max_length=1, choices=Side.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(
        max_length=40, db_index=True
    )  # "person:12", "firm:5", "delegation:3", "help_desk:1"
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # of a person; None after they erased their account
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    delegation = models.ForeignKey(
        Delegation, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    is_hidden = models.BooleanField(default=False)  # a buyer not named, until they say who they are
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # of a team: whose turn it is to answer
    handed_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(
        null=True, blank=True
    )  # the oldest message of the other side that nobody of this one answered
    told_number = models.PositiveIntegerField(default=0)  # up to which message a letter told of it
    told_at = models.DateTimeField(null=True, blank=True)
    away_told_at = models.DateTimeField(null=True, blank=True)  # when the other side read that they are away

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "side"], name="party_side_once"),
            models.UniqueConstraint(fields=["conversation", "key"], name="party_key_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "waiting_since"], name="party_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.side}"

    @property
    def is_team(self) -> bool:
        return self.kind != self.Kind.PERSON


class Message(models.Model):
    """What one side wrote, or what the house says in between (handed over, a call nobody took). Written once."""

    class Kind(models.TextChoices):
        TEXT = "text", _("a message")
        NOTE = "note", _("a note of the house")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()  # 1, 2, 3 … in the conversation
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.TEXT)
    side = models.CharField(max_length=1, choices=Party.Side.choices, blank=True)  # "": the house
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    own_number = models.CharField(
        max_length=36, blank=True
    )  # the sender's device's own: sent twice, kept once
    text = models.TextField(max_length=8000, blank=True)
    language = models.CharField(max_length=10, blank=True)
    note = models.CharField(
        max_length=20, blank=True
    )  # of the house: "handed_over", "greeting", "call_missed" …
    note_facts = WordsField(max_length=300)  # what the note's sentence names
    is_greeting = models.BooleanField(default=False)  # a host spoke first; the visitor may leave it
    removed_at = models.DateTimeField(null=True, blank=True)  # by a moderator, or taken back by its writer
    removed_why = models.CharField(max_length=10, blank=True)  # "writer", "moderator"
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="message_number_once"),
            models.UniqueConstraint(
                fields=["conversation", "by", "own_number"],
                condition=~models.Q(own_number=""),
                name="message_sent_once",
            ),
        ]
        indexes = [models.Index(fields=["by", "-at"], name="message_rate")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.number}"


class MessageFile(models.Model):
    """A file that goes with a message. Read by the two parties alone, at the conversation's address."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class ReadMark(models.Model):
    """How far one person has read, and whether they want to be told of it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=1, choices=Party.Side.choices)
    number = models.PositiveIntegerField(default=0)
    is_muted = models.BooleanField(default=False)
    is_put_away = models.BooleanField(default=False)  # not in the list until something new comes
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.number}"
