"""Tables of the leads room: an exhibitor's own questions, its leads, and each scan that made or met one."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.codes import new_code
from everfair.base.languages import UnescapedJSONField, WordsField, for_reader
from everfair.exhibition.models import Exhibitor
from everfair.registration.models import Registration


class LeadQuestion(models.Model):
    """A question booth staff answer about a visitor. The exhibitor writes its own; answers keep the question's code."""

    class Kind(models.TextChoices):
        CHOICE = "choice", _("one of several")
        MANY = "many", _("several")
        TEXT = "text", _("text")
        NUMBER = "number", _("number")

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="lead_questions")
    code = models.CharField(max_length=12, default=new_code)
    label = WordsField(max_length=200)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.TEXT)
    options = UnescapedJSONField(default=list)  # [{"code": "a1", "label": {"en": …, "zh": …}}]
    is_required = models.BooleanField(default=False)
    is_retired = models.BooleanField(default=False)  # asked no more; old answers stay readable
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exhibitor", "code"], name="lead_question_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.label)


class Lead(models.Model):
    """A visitor at a booth. Until the visitor agreed to share a contact it is a badge without a name."""

    class Interest(models.TextChoices):
        HOT = "hot", _("hot")
        WARM = "warm", _("warm")
        COLD = "cold", _("cold")

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="leads")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="leads")
    code = models.CharField(max_length=12, unique=True, default=new_code)  # the name while there is none
    interest = models.CharField(max_length=4, choices=Interest.choices, blank=True)
    note = models.TextField(blank=True, max_length=4000)
    follow_up_on = models.DateField(null=True, blank=True)
    answers = UnescapedJSONField(default=dict)  # question code → answer
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_at = models.DateTimeField()
    is_shared = models.BooleanField(
        default=False
    )  # the visitor agreed to share name and contact with this booth; the consent for all booths stands elsewhere
    withdrawn_at = models.DateTimeField(
        null=True, blank=True
    )  # the visitor took it back: contact and answers are gone
    expires_on = models.DateField()  # erased after this day
    told_at = models.DateTimeField(null=True, blank=True)  # the visitor's letter about it was sent
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exhibitor", "registration"], name="lead_once")]
        indexes = [models.Index(fields=["expires_on"], name="lead_expiry")]
        ordering = ["-taken_at", "-id"]

    def __str__(self) -> str:
        return self.code


class LeadScan(models.Model):
    """One scan at a booth. (exhibitor, key) makes sending twice count once; the visitor sees these."""

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="lead_scans")
    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.CASCADE, related_name="scans")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=64)  # made by the device
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    was_offline = models.BooleanField(default=False)
    refusal = models.CharField(max_length=20, blank=True)  # forged, void …: kept so that nothing vanishes
    digest = models.CharField(
        max_length=64, blank=True
    )  # of the values that came last: sent twice counts once
    differs = UnescapedJSONField(
        default=dict, blank=True
    )  # noted otherwise than the lead says; open until settled

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exhibitor", "key"], name="lead_scan_once")]
        ordering = ["-scanned_at", "-id"]

    def __str__(self) -> str:
        return self.key
