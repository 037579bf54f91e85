"""What meetings stand on: the organiser's rules, the slots, the people who meet, and whatever can be booked once in a slot."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField, WordsField, for_reader
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Area, BadgeKind, Edition
from everfair.registration.models import Registration


class MeetingRules(models.Model):
    """How an edition holds its meetings: length, hours, deadlines. One row an edition; none: no meetings yet."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="meeting_rules")
    is_open = models.BooleanField(default=False)  # people may ask
    minutes = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    pause = models.PositiveSmallIntegerField(
        default=10, validators=[MaxValueValidator(120)]
    )  # minutes between two slots
    hours = UnescapedJSONField(
        default=dict, blank=True
    )  # day of the fair → [opens, closes, lunch from, lunch until], "HH:MM" of the fair's zone, "" where none
    buffer = models.PositiveSmallIntegerField(
        default=10, validators=[MaxValueValidator(240)]
    )  # minutes between on site and on line
    walking = UnescapedJSONField(
        default=dict, blank=True
    )  # "code code" of two areas, in order of the alphabet → minutes
    answer_hours = models.PositiveSmallIntegerField(
        default=72, validators=[MinValueValidator(1), MaxValueValidator(720)]
    )  # then a request has run out
    hand_on_hours = models.PositiveSmallIntegerField(
        default=24, validators=[MaxValueValidator(720)]
    )  # of silence, then a colleague is asked; 0: never
    wishes_open_at = models.DateTimeField(null=True, blank=True)
    wishes_close_at = models.DateTimeField(null=True, blank=True)
    visitor_musts = models.PositiveSmallIntegerField(
        default=10, validators=[MaxValueValidator(500)]
    )  # wishes of one visitor that may be a must; where all are, none is
    firm_musts = models.PositiveSmallIntegerField(default=30, validators=[MaxValueValidator(500)])
    languages = UnescapedJSONField(
        default=list, blank=True
    )  # of meetings, content codes; between two of them one may need an interpreter
    version = models.PositiveIntegerField(default=1)


class Slot(models.Model):
    """A time in which meetings can be. Slots of an edition never overlap; a lunch slot is kept free for those who wish."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_lunch = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "starts_at"], name="slot_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="slot_ends_after_start"
            ),
        ]
        ordering = ["starts_at"]


class KindRule(models.Model):
    """What holders of a kind of badge may ask of whom, and how much. No row: they may ask exhibitors, without a limit."""

    kind = models.OneToOneField(BadgeKind, on_delete=models.CASCADE, related_name="meeting_rule")
    may_ask_exhibitors = models.BooleanField(default=True)
    may_ask = models.ManyToManyField(BadgeKind, blank=True, related_name="+")  # kinds of other visitors
    most_sent = models.PositiveIntegerField(
        null=True, blank=True
    )  # requests of theirs that are open or became a meeting
    most_received = models.PositiveIntegerField(null=True, blank=True)
    most_a_day = models.PositiveIntegerField(null=True, blank=True)  # meetings
    version = models.PositiveIntegerField(default=1)


class Participant(models.Model):
    """A person who meets others in an edition: a registered visitor, or one of an exhibitor's staff."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="participants")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    registration = models.OneToOneField(
        Registration, null=True, blank=True, on_delete=models.CASCADE, related_name="participant"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="participants"
    )
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="participants"
    )  # whose staff
    name = models.CharField(max_length=120)
    organisation_name = models.CharField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)  # "": the edition's
    languages = UnescapedJSONField(default=list)  # spoken, content codes, best first
    is_on_site = models.BooleanField(default=True)
    least = models.PositiveSmallIntegerField(default=0)  # meetings wished for
    most = models.PositiveSmallIntegerField(null=True, blank=True)
    longest_run = models.PositiveSmallIntegerField(null=True, blank=True)  # meetings in a row
    keeps_lunch = models.BooleanField(default=True)
    accepts_at_once = models.BooleanField(default=False)  # requests for free slots need no answer
    said_when_free = models.DateTimeField(null=True, blank=True)  # None: free whenever there are slots
    asked_counted = models.PositiveIntegerField(
        default=0
    )  # open requests and meetings out of own requests, counted under a lock
    received_counted = models.PositiveIntegerField(default=0)
    is_listed = models.BooleanField(
        default=False
    )  # a visitor agreed that firms see name, firm and country in their list of wishes
    is_out = models.BooleanField(default=False)  # left the fair, or wants no meetings
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "user"], condition=models.Q(user__isnull=False), name="participant_once"
            )
        ]
        indexes = [models.Index(fields=["edition", "exhibitor"], name="participant_firm")]

    def __str__(self) -> str:
        return self.name


class FreeTime(models.Model):
    """From when to when a participant can meet. Said in the person's zone, kept in UTC."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="free_times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=7, blank=True)  # "on_site", "online", "": both

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="free_time_ends_after_start"
            )
        ]
        ordering = ["starts_at"]


class BoothDuty(models.Model):
    """From when to when one of a firm's people stands at its booth: met nowhere else then, there only if `may_meet`.

    Typed on the fair's clock, kept in UTC. Two duties of one person never overlap: the action sees to it under a lock.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="booth_duties")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    may_meet = models.BooleanField(default=False)  # at the firm's own stand, while on duty
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "starts_at"], name="booth_duty_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="booth_duty_ends_after_start"
            ),
        ]
        ordering = ["starts_at", "id"]

    def __str__(self) -> str:
        return f"{self.participant} {self.starts_at:%Y-%m-%d %H:%M}"


class Resource(models.Model):
    """Whatever one meeting at a time can have: a person, a table, a place at a stand, a line, an interpreter, a room."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        TABLE = "table", _("table")
        STAND = "stand", _("place at a stand")
        LINE = "line", _("line")
        INTERPRETER = "interpreter", _("interpreter")
        ROOM = "room", _("room")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="resources")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    participant = models.OneToOneField(
        Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="resource"
    )
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="meeting_places"
    )  # of a stand
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.CASCADE, related_name="meeting_places"
    )
    number = models.PositiveIntegerField(default=0)
    name = WordsField(max_length=120)  # of a room or an interpreter
    languages = UnescapedJSONField(default=list)  # the two an interpreter stands between
    seats = models.PositiveSmallIntegerField(null=True, blank=True)  # a room holds; None: any number
    is_out = models.BooleanField(default=False)  # broken, given away: nothing new is booked
    lost_from = models.DateTimeField(null=True, blank=True)
    lost_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "area", "number"], condition=models.Q(kind="table"), name="table_once"
            ),
            models.UniqueConstraint(
                fields=["exhibitor", "number"], condition=models.Q(kind="stand"), name="stand_place_once"
            ),
            models.UniqueConstraint(
                fields=["edition", "number"], condition=models.Q(kind="line"), name="line_once"
            ),
        ]
        indexes = [models.Index(fields=["edition", "kind"], name="resource_kind")]

    def __str__(self) -> str:
        return for_reader(self.name) or f"{self.get_kind_display()} {self.number}"


class BlockedPair(models.Model):
    """Two who shall not be brought together, by the organiser's word. Never shown to either."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="blocked_pairs")
    a = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    b = models.ForeignKey(Participant, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    exhibitor = models.ForeignKey(
        Exhibitor, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
