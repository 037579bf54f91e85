"""What people do with the programme: bookmarks, seats, calendar keys, questions with votes, polls."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField, WordsField, for_reader
from everfair.fair.models import Edition
from everfair.programme.models.session import Session


class Bookmark(models.Model):
    """A session in a person's own programme."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="bookmarks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bookmarks")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "user"], name="bookmark_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.session_id}"


class Seat(models.Model):
    """A person's seat or place on the waiting list. `Session.seats_taken` counts the held ones, guarded by the database."""

    class State(models.TextChoices):
        HELD = "held", _("seat held")
        WAITING = "waiting", _("on the waiting list")
        GIVEN_BACK = "given_back", _("given back")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="seat_rows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats")
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    at = models.DateTimeField(default=timezone.now)  # the waiting list's order

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"], condition=~models.Q(state="given_back"), name="seat_once"
            )
        ]
        indexes = [models.Index(fields=["session", "state", "at"], name="seat_waiting")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.session_id} {self.state}"


class CalendarKey(models.Model):
    """The secret in the address of a person's own calendar feed."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    secret_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "user"], name="calendar_key_once")]

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.user_id}"


class Question(models.Model):
    """A question from the audience. Shown once a moderator let it through, or at once where the session says so."""

    class State(models.TextChoices):
        ASKED = "asked", _("waiting for the moderator")
        SHOWN = "shown", _("shown")
        ANSWERED = "answered", _("answered")
        HIDDEN = "hidden", _("hidden")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="questions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    shown_name = models.CharField(max_length=120, blank=True)  # "" for a question without a name
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    votes = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)  # grows with every change: late facts are known by it
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["session", "state", "-votes"], name="question_order")]
        ordering = ["-votes", "id"]

    def __str__(self) -> str:
        return self.text


QUESTION_STEPS = chart(
    [
        ("asked", "shown", "moderator"),
        ("asked", "hidden", "moderator"),
        ("shown", "answered", "moderator"),
        ("shown", "hidden", "moderator"),
        ("answered", "shown", "moderator"),
        ("answered", "hidden", "moderator"),
        ("hidden", "shown", "moderator"),
    ]
)


class QuestionVote(models.Model):
    """One person's vote for a question."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="vote_rows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "user"], name="question_vote_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.question_id}"


class Poll(models.Model):
    """A question to the audience with options."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="polls")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    text = WordsField(max_length=300)
    options = UnescapedJSONField(default=list)  # [{"code": "a", "label": {"en": …, "zh": …}}]
    counts = UnescapedJSONField(default=dict)  # option code → votes, written with each vote
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    shows_results = models.BooleanField(default=True)  # while open; closed polls always show them
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.text)


POLL_STEPS = chart(
    [("draft", "open", "moderator"), ("open", "closed", "moderator"), ("closed", "open", "moderator")]
)


class PollVote(models.Model):
    """One person's choice; may be changed while the poll is open."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="vote_rows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    option = models.CharField(max_length=12)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "user"], name="poll_vote_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.option}"
