"""Badges: signing keys of an edition, issued codes, batches to print."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import UnescapedJSONField
from everfair.base.models import MediaFile
from everfair.fair.models import Edition
from everfair.registration.models.people import Registration


class SigningKey(models.Model):
    """A pair of keys that signs an edition's badges. A retired one still proves what it signed."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="signing_keys")
    number = models.PositiveSmallIntegerField()  # stands in the code, 1 to 255
    private = models.TextField()  # the seed, sealed with the installation's secret key
    public = models.CharField(max_length=64)  # 32 bytes as hexadecimal digits
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)  # signs no more
    distrusted_at = models.DateTimeField(null=True, blank=True)  # proves no more: the key was lost

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="signing_key_number_once"),
            models.UniqueConstraint(
                fields=["edition"], condition=models.Q(retired_at=None), name="signing_key_one_in_use"
            ),
        ]
        ordering = ["edition", "number"]

    def __str__(self) -> str:
        return f"{self.edition_id}/{self.number}"


class Badge(models.Model):
    """One issue of a person's badge. A new issue makes the old one void; the code says nothing about the person."""

    class State(models.TextChoices):
        VALID = "valid", _("valid")
        VOID = "void", _("void")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="badges")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="badges")
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="badges")
    serial = models.BigIntegerField()  # random, 1 to 2^32-1, the same for every issue of one registration
    issue = models.PositiveSmallIntegerField(default=1)  # 1 to 255
    code = models.CharField(max_length=200, unique=True)  # what the QR code holds: engines/passes
    state = models.CharField(max_length=5, choices=State.choices, default=State.VALID)
    issued_at = models.DateTimeField(default=timezone.now)
    valid_until = models.DateField()
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)
    printed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=models.Q(state="valid"), name="badge_one_valid"
            ),
            models.UniqueConstraint(fields=["edition", "serial", "issue"], name="badge_issue_once"),
        ]
        indexes = [models.Index(fields=["edition", "state", "voided_at"], name="badge_void")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.serial}/{self.issue}"


class BadgeBatch(models.Model):
    """Badges to print in one file: which ones, how far it is, where the file lies."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being set")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="badge_batches")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    filters = UnescapedJSONField(default=dict)  # as in the address of the list of registrations
    paper = models.CharField(max_length=2, default="a6")  # "a6" or "a4": gateways/printing
    people = UnescapedJSONField(
        default=list
    )  # registrations' ids, in the order of the file, fixed at the start
    parts = UnescapedJSONField(
        default=list
    )  # [[digest, badges], …] of files set so far: a stop costs one part
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    file = models.ForeignKey(MediaFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.total}"
