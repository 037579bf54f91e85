"""Requests, the slots proposed in them, and meetings with all they book. The state charts of both."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.charts import chart
from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair.models import Edition
from everfair.meetings.models.ground import Participant, Resource, Slot


class PlaceKind(models.TextChoices):
    """Where two meet."""

    TABLE = "table", _("at a table")
    STAND = "stand", _("at the stand")
    ONLINE = "online", _("on line")
    ROOM = "room", _("in a room")  # nobody asks for it: it is given


class Request(models.Model):
    """Somebody asks a firm or a person for a meeting."""

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        COUNTERED = "countered", _("another time proposed")
        SCHEDULED = "scheduled", _("agreed")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("ran out")
        CANCELLED = "cancelled", _("cancelled")

    OPEN = ("sent", "countered")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="meeting_requests")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    asker = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="requests_sent")
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="meeting_requests"
    )  # the firm asked, any of its staff may answer
    asked = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="requests_received"
    )  # the person asked; with a firm: whose turn it is to answer
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    message = models.TextField(max_length=2000, blank=True)
    place = models.CharField(max_length=6, choices=PlaceKind.choices, default=PlaceKind.TABLE)
    language = models.CharField(max_length=10, blank=True)
    needs_interpreter = models.BooleanField(default=False)
    colleagues = models.ManyToManyField(Participant, blank=True, related_name="+")  # who comes along
    state = models.CharField(max_length=9, choices=State.choices, default=State.SENT)
    reason = models.CharField(
        max_length=500, blank=True
    )  # of declining or cancelling, as told to the other side
    sent_at = models.DateTimeField(default=timezone.now)
    handed_on_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asker", "exhibitor"],
                condition=models.Q(state__in=["sent", "countered"], exhibitor__isnull=False),
                name="request_to_firm_once",
            ),
            models.UniqueConstraint(
                fields=["asker", "asked"],
                condition=models.Q(state__in=["sent", "countered"], exhibitor__isnull=True),
                name="request_to_person_once",
            ),
            models.CheckConstraint(
                condition=models.Q(exhibitor__isnull=False) | models.Q(asked__isnull=False),
                name="request_to_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "state", "expires_at"], name="request_expiry"),
            models.Index(fields=["exhibitor", "state"], name="request_firm"),
            models.Index(fields=["asked", "state"], name="request_asked"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.asker} – {self.exhibitor or self.asked}"


REQUEST_STEPS = chart(
    [
        ("sent", "scheduled", "asked system"),
        ("sent", "declined", "asked"),
        ("sent", "countered", "asked"),
        ("sent", "expired", "system"),
        ("sent", "cancelled", "asker organiser"),
        ("countered", "scheduled", "asker"),
        ("countered", "declined", "asked asker"),
        ("countered", "countered", "asked"),
        ("countered", "sent", "asker"),
        ("countered", "expired", "system"),
        ("countered", "cancelled", "asker organiser"),
        ("scheduled", "cancelled", "asker asked organiser"),
    ]
)


class ProposedSlot(models.Model):
    """A slot one side proposes; the last side's proposals count. Nothing is booked by it."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="proposals")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="+")
    by_asker = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "slot", "by_asker"], name="proposal_once"),
        ]
        ordering = ["position", "id"]


class Meeting(models.Model):
    """Two sides at one time in one place. What it takes is in `bookings`, deleted when it is cancelled."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("scheduled")
        HELD = "held", _("held")
        NO_SHOW = "no_show", _("somebody did not come")
        CANCELLED = "cancelled", _("cancelled")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="meetings")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    request = models.ForeignKey(
        Request, null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    run = models.ForeignKey("Run", null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="meetings")
    place = models.CharField(max_length=6, choices=PlaceKind.choices)
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.SCHEDULED)
    reason = models.CharField(max_length=500, blank=True)
    online_url = models.URLField(max_length=500, blank=True)
    is_dropped = models.BooleanField(
        default=False
    )  # cancelled by a later run, not by one of the two: they may be brought together again
    suggested = UnescapedJSONField(
        null=True, blank=True, default=None
    )  # None: somebody asked; else the fair suggested it, with why for each side: {"asker": [[code, facts]], "asked": […]}
    made_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["edition", "state", "slot"], name="meeting_slot")]
        ordering = ["slot__starts_at", "id"]

    def __str__(self) -> str:
        return f"{self.exhibitor} · {self.code}" if self.exhibitor is not None else self.code


MEETING_STEPS = chart(
    [
        ("scheduled", "held", "person organiser system"),
        ("scheduled", "no_show", "person organiser"),
        ("scheduled", "cancelled", "person organiser system"),
        ("held", "no_show", "organiser"),
        ("no_show", "held", "organiser"),
    ]
)


class MeetingPerson(models.Model):
    """A participant of a meeting: which side, whether they confirmed it and whether they came."""

    class Side(models.TextChoices):
        ASKER = "asker", _("who asked")
        ASKED = "asked", _("who was asked")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="people")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="meetings")
    side = models.CharField(max_length=5, choices=Side.choices)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # then no later run or repair moves it
    came = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "participant"], name="meeting_person_once")]


class Booking(models.Model):
    """A resource taken in a slot. The one constraint that makes double booking impossible."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="bookings")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="bookings")
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="bookings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "slot"], name="booking_once")]


class MoveProposal(models.Model):
    """One side of an agreed meeting asks for another time. The meeting keeps its slot until the other side says yes."""

    class State(models.TextChoices):
        OPEN = "open", _("not answered yet")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("taken back")
        LAPSED = "lapsed", _("ran out")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="moves")
    proposer = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=5, choices=MeetingPerson.Side.choices)  # the proposer's in the meeting
    was = models.ForeignKey(
        Slot, on_delete=models.CASCADE, related_name="+"
    )  # the meeting's slot then: moved otherwise meanwhile, the proposal counts no more
    slots = models.ManyToManyField(Slot, related_name="+")  # any of which would suit; nothing is booked by it
    message = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=500, blank=True)  # of declining, as told to the proposer
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=models.Q(state="open"), name="move_open_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="move_expiry")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.meeting} · {self.proposer}"


MOVE_STEPS = chart(
    [
        ("open", "accepted", "other"),
        ("open", "declined", "other"),
        ("open", "withdrawn", "own"),
        ("open", "lapsed", "system"),
    ]
)


class FirmRule(models.Model):
    """Whom firms may ask from their own desk, and how much. One row an edition; none: KNOWN, without a limit."""

    class Reach(models.TextChoices):
        NOBODY = "nobody", _("nobody: firms only answer")
        LISTED = "listed", _("visitors who agreed to be found")
        KNOWN = "known", _("them, and those the firm knows: who share their contact, asked it or met it")
        REGISTERED = "registered", _("every registered visitor, by name")

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="firm_rule")
    reach = models.CharField(max_length=10, choices=Reach.choices, default=Reach.KNOWN)
    most_sent = models.PositiveIntegerField(
        null=True, blank=True
    )  # requests of all a firm's people together that are open or became a meeting
    version = models.PositiveIntegerField(default=1)


class NextInLine(models.Model):
    """Who wants a meeting that has no slot yet, and the slot that came free and is kept for them until they answer."""

    request = models.ForeignKey(Request, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    wish = models.ForeignKey("Wish", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="next_in_line")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="waits_for")
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    other = models.ForeignKey(Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    offered_slot = models.ForeignKey(Slot, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    offered_until = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(
        null=True, blank=True
    )  # became a meeting, was let go, or the wish went away

    class Meta:
        ordering = ["since", "id"]


class DiaryKey(models.Model):
    """The secret in a person's calendar address."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="diary_key")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
