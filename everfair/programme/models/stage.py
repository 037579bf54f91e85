"""Where and by whom: stages and on-line rooms, speakers, the call for sessions."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.codes import address_part, new_code
from everfair.base.languages import WordsField, for_reader, pick
from everfair.base.models import MediaFile
from everfair.fair.models import Area, Edition


class Stage(models.Model):
    """A hall, room or on-line room in which one session runs at a time."""

    class Kind(models.TextChoices):
        ROOM = "room", _("room")
        ONLINE = "online", _("on-line room")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="stages")
    code = models.SlugField(max_length=40)
    name = WordsField(max_length=120)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.ROOM)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="stages")
    directions = WordsField(max_length=300)
    seats = models.PositiveIntegerField(null=True, blank=True)  # None: not counted
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="stage_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.name)


class Speaker(models.Model):
    """A person on stage in one edition. Shown only with a public session."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="speakers")
    code = models.CharField(max_length=12, unique=True, default=new_code)
    name = WordsField(max_length=120)
    title = WordsField(max_length=200)  # position
    organisation_name = WordsField(max_length=200)
    about = WordsField(max_length=5000)
    country = models.CharField(max_length=2, blank=True)
    photo = models.ForeignKey(MediaFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="speaking"
    )
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "source", "external_id"],
                condition=~models.Q(external_id=""),
                name="speaker_source_once",
            )
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return for_reader(self.name)

    @property
    def address(self) -> str:
        return address_part(pick(self.name, "en"), self.code)


class Call(models.Model):
    """An edition's call for sessions: who may propose, until when."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="call_for_sessions")
    text = WordsField(max_length=5000)
    opens_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField()
    most_per_host = models.PositiveSmallIntegerField(default=3)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.closes_at:%Y-%m-%d}"
