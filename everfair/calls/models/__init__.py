"""Tables of the calls room: a call, its people, a stage's audience, rings to a team, notes, and agreements to record."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import WordsField, for_reader
from everfair.base.models import MediaFile
from everfair.conversations.models import Conversation
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.meetings.models import Meeting
from everfair.programme.models import Session


class CallRules(models.Model):
    """Numbers of an edition's calls. No row: these defaults."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="call_rules")
    is_open = models.BooleanField(default=True)
    opens_before = models.PositiveSmallIntegerField(default=10)  # minutes before a meeting its room opens
    stays_after = models.PositiveSmallIntegerField(
        default=15
    )  # minutes a room stays open after a meeting's end
    ring_seconds = models.PositiveSmallIntegerField(default=10)  # at one colleague, then the next
    most_people = models.PositiveSmallIntegerField(default=8)
    may_record = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.edition_id}"


class Call(models.Model):
    """A room in which people speak: of a meeting, a conversation, a booth that was rung, or the stage of a session."""

    class State(models.TextChoices):
        RINGING = "ringing", _("ringing")
        OPEN = "open", _("open")
        ENDED = "ended", _("ended")
        MISSED = "missed", _("nobody answered")

    class Provider(models.TextChoices):
        BROWSER = "browser", _("from browser to browser")
        JANUS = "janus", "Janus"
        LIVEKIT = "livekit", "LiveKit"

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="calls")
    code = models.CharField(max_length=16, unique=True, default=new_code)
    meeting = models.OneToOneField(
        Meeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="call"
    )
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="calls"
    )  # where one goes on in words; always there once somebody entered
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="calls"
    )  # the booth that was rung, or the firm of the meeting
    session = models.OneToOneField(
        Session, null=True, blank=True, on_delete=models.SET_NULL, related_name="call"
    )  # whose stage it is: few speak, everybody with a right to the session listens
    is_chosen = models.BooleanField(
        default=True
    )  # a stage's: False while the session has an outside link instead
    on_air_at = models.DateTimeField(null=True, blank=True)  # a stage's: since when the audience hears it
    listeners = models.PositiveIntegerField(default=0)  # a stage's, as last counted
    title = WordsField(max_length=300)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    provider = models.CharField(max_length=7, choices=Provider.choices, default=Provider.BROWSER)
    epoch = models.PositiveIntegerField(
        default=1
    )  # grows when somebody is removed: older tokens open nothing
    spare_url = models.URLField(max_length=500, blank=True)  # another tool's, for when all else fails
    agenda = models.TextField(max_length=4000, blank=True)
    shared_notes = models.TextField(max_length=20000, blank=True)
    notes_version = models.PositiveIntegerField(default=1)
    starts_at = models.DateTimeField(null=True, blank=True)  # the meeting's; None: at once
    ends_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)  # the second came in
    ended_at = models.DateTimeField(null=True, blank=True)
    recording_since = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(
                    state__in=["ringing", "open"], meeting__isnull=True, conversation__isnull=False
                ),
                name="call_of_conversation_once",
            ),
        ]
        indexes = [models.Index(fields=["edition", "state", "-made_at"], name="call_state")]
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return for_reader(self.title) or self.code

    @property
    def is_stage(self) -> bool:
        return self.session_id is not None


# who: party = whom it is for, host = who may admit, system = time is over, nobody came
CALL_STEPS = chart(
    [
        ("ringing", "open", "party"),
        ("ringing", "missed", "system party"),
        ("open", "ended", "host system"),
        ("ended", "open", "party"),
    ]
)


class CallPerson(models.Model):
    """Somebody in a call or before its door."""

    class Role(models.TextChoices):
        HOST = "host", _("host")  # may admit and remove: the meeting's people, the firm's team
        GUEST = "guest", _("guest")
        INTERPRETER = "interpreter", _("interpreter")
        SPEAKER = "speaker", _("speaker")  # on a stage

    class State(models.TextChoices):
        WAITING = "waiting", _("before the door")
        ADMITTED = "admitted", _("may enter")
        IN = "in", _("in the room")
        LEFT = "left", _("has left")
        REFUSED = "refused", _("not let in")
        REMOVED = "removed", _("removed")

    class Mode(models.TextChoices):
        PICTURE = "picture", _("sound and picture")
        SOUND = "sound", _("sound only")
        TEXT = "text", _("text only")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=12, default=new_code)  # what others address it by
    role = models.CharField(max_length=11, choices=Role.choices, default=Role.GUEST)
    was_party = models.BooleanField(
        default=False
    )  # the call was for them when they came; guests came by a link
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    name = models.CharField(max_length=120)
    firm = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.PICTURE)
    is_muted = models.BooleanField(default=False)
    hushes = models.PositiveSmallIntegerField(
        default=0
    )  # how often a stage's host switched the microphone off
    is_camera_off = models.BooleanField(default=False)
    is_sharing = models.BooleanField(default=False)
    hand_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(
        max_length=10, blank=True
    )  # the interpreter's channel, or the one listened to
    feed = models.CharField(
        max_length=40, blank=True
    )  # under which the server for groups shows them; "" without one
    agrees_to_record = models.BooleanField(default=False)
    private_notes = models.TextField(max_length=20000, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    entered_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "user"], name="call_person_once"),
            models.UniqueConstraint(fields=["call", "code"], name="call_person_code_once"),
        ]
        ordering = ["asked_at", "id"]

    def __str__(self) -> str:
        return self.name


PERSON_STEPS = chart(
    [
        ("waiting", "admitted", "host system"),
        ("waiting", "refused", "host"),
        ("refused", "admitted", "host"),
        ("admitted", "in", "own"),
        ("in", "left", "own system"),
        ("left", "in", "own"),
        ("admitted", "removed", "host"),
        ("in", "removed", "host"),
        ("left", "removed", "host"),
        ("removed", "admitted", "host"),
    ]
)


class Listener(models.Model):
    """Somebody in a stage's audience: receives, never sends. Gone with the end of the session."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="audience")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=12, default=new_code)  # as the server for calls knows them
    since = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "user"], name="listener_once")]
        indexes = [models.Index(fields=["call", "seen_at"], name="listener_seen")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.call_id}"


class Ring(models.Model):
    """One colleague of a booth is being rung for a call; after some seconds the next is."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="rings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "user"], name="ring_once")]
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.user_id}"


class SharedDocument(models.Model):
    """A document shown in a call, kept with it."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="documents")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


__all__ = [
    "CALL_STEPS", "PERSON_STEPS", "Call", "CallPerson", "CallRules", "Listener", "Ring", "SharedDocument",
]  # fmt: skip
