"""Sessions: what, when, where, who, in which state; materials; moves people are told about."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from everfair.base.charts import chart
from everfair.base.codes import address_part, new_code
from everfair.base.languages import UnescapedJSONField, WordsField, for_reader, pick
from everfair.base.models import MediaFile
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import ActivityKind, Delegation, Edition, Sector
from everfair.programme.models.stage import Speaker, Stage


class Session(models.Model):
    """One activity of the programme, from a host's proposal to its replay."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CHANGES_ASKED = "changes_asked", _("changes asked")
        REJECTED = "rejected", _("rejected")
        DRAFT = "draft", _("draft")
        CONFIRMED = "confirmed", _("confirmed")
        PUBLISHED = "published", _("published")
        LIVE = "live", pgettext_lazy("session", "live")
        ENDED = "ended", _("ended")
        CANCELLED = "cancelled", _("cancelled")

    class Format(models.TextChoices):
        ON_SITE = "on_site", _("on site")
        ONLINE = "online", _("on line")
        HYBRID = "hybrid", _("on site and on line")

    PUBLIC_STATES = ("published", "live", "ended", "cancelled")  # a cancelled one is announced as such

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sessions")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    kind = models.ForeignKey(
        ActivityKind, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    title = WordsField(max_length=300)
    subtitle = WordsField(max_length=300)
    abstract = WordsField(max_length=20000)  # markup
    track = models.CharField(max_length=120, blank=True)
    sectors = models.ManyToManyField(Sector, blank=True, related_name="sessions")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    format = models.CharField(max_length=7, choices=Format.choices, default=Format.ON_SITE)
    language = models.CharField(max_length=10, blank=True)  # spoken
    interpretation = UnescapedJSONField(default=list)  # further languages one can listen to: ["zh", "fr"]
    seats = models.PositiveIntegerField(null=True, blank=True)  # None: come as you like; else seats are taken
    seats_taken = models.PositiveIntegerField(default=0)
    has_waiting_list = models.BooleanField(default=True)
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    delegation = models.ForeignKey(
        Delegation, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    host_name = WordsField(max_length=200)  # where neither of the two hosts it
    speakers = models.ManyToManyField(Speaker, through="SessionSpeaker", related_name="sessions")
    state = models.CharField(max_length=13, choices=State.choices, default=State.DRAFT)
    reason = models.TextField(blank=True)  # of asking for changes, rejecting, cancelling
    live_url = models.URLField(max_length=500, blank=True)  # HLS address or a provider's page
    replay_url = models.URLField(max_length=500, blank=True)
    questions_open = models.BooleanField(default=True)
    questions_at_once = models.BooleanField(default=False)  # shown without a moderator letting them through
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    carried = UnescapedJSONField(
        default=dict
    )  # what a schedule format carries and we do not use: given back on export
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                name="session_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(seats=None) | models.Q(seats_taken__lte=models.F("seats")),
                name="session_not_over_full",
            ),
            models.UniqueConstraint(
                fields=["edition", "source", "external_id"],
                condition=~models.Q(external_id=""),
                name="session_source_once",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "state", "starts_at"], name="session_time"),
            models.Index(fields=["stage", "starts_at"], name="session_stage"),
        ]
        ordering = ["starts_at", "id"]

    def __str__(self) -> str:
        return for_reader(self.title)

    @property
    def is_public(self) -> bool:
        return self.state in self.PUBLIC_STATES

    @property
    def address(self) -> str:
        return address_part(pick(self.title, "en"), self.code)


SESSION_STEPS = chart(
    [
        ("proposed", "changes_asked", "programme administrator"),
        ("proposed", "confirmed", "programme administrator"),
        ("proposed", "rejected", "programme administrator"),
        ("proposed", "cancelled", "host"),
        ("changes_asked", "proposed", "host"),
        ("changes_asked", "rejected", "programme administrator"),
        ("changes_asked", "cancelled", "host"),
        ("rejected", "proposed", "programme administrator"),
        ("draft", "confirmed", "programme administrator"),
        ("draft", "cancelled", "programme administrator"),
        ("confirmed", "draft", "programme administrator"),
        ("confirmed", "published", "programme administrator"),
        ("confirmed", "cancelled", "programme administrator"),
        ("published", "confirmed", "programme administrator"),
        ("published", "live", "programme administrator system"),
        ("published", "ended", "programme administrator system"),
        ("published", "cancelled", "programme administrator"),
        ("live", "ended", "programme administrator system"),
        ("live", "cancelled", "programme administrator"),
        ("ended", "live", "programme administrator"),
        ("cancelled", "confirmed", "programme administrator"),
        ("cancelled", "published", "programme administrator"),
    ]
)


class SessionSpeaker(models.Model):
    """A speaker's part in a session."""

    class Role(models.TextChoices):
        SPEAKER = "speaker", _("speaker")
        MODERATOR = "moderator", _("moderator")
        HOST = "host", _("host")
        INTERPRETER = "interpreter", _("interpreter")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="parts")
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="parts")
    role = models.CharField(max_length=11, choices=Role.choices, default=Role.SPEAKER)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "speaker"], name="part_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.speaker}: {self.role}"


class Material(models.Model):
    """Slides or papers of a session: a checked file, or a link opened on click."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(max_length=200)
    file = models.ForeignKey(MediaFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(max_length=500, blank=True)
    language = models.CharField(max_length=10, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Move(models.Model):
    """A public session that changed its time or stage, or was cancelled: what people who kept it are told, once."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="moves")
    before = UnescapedJSONField(default=dict)  # {"starts_at", "ends_at", "stage", "state"}
    after = UnescapedJSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.at}"
