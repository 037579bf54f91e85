"""Tables of the gate room: zones with live occupancy, paired devices, scans (each counted once), who is inside."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.languages import WordsField, for_reader
from everfair.fair.models import Area, BadgeKind, Edition
from everfair.registration.models import Badge, Registration


class Zone(models.Model):
    """A part of the venue with doors of its own. `inside` is the live count, guarded by the database."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="zones")
    code = models.SlugField(max_length=20)
    name = WordsField(max_length=120)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    kinds = models.ManyToManyField(BadgeKind, blank=True, related_name="zones")  # none chosen: every kind
    most = models.PositiveIntegerField(null=True, blank=True)  # people at once; None: no limit
    inside = models.PositiveIntegerField(default=0)
    allows_return = models.BooleanField(default=True)  # whoever left may come in again
    counts_exits = models.BooleanField(default=True)  # False: one-way, nobody is scanned on leaving
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="zone_once"),
            models.CheckConstraint(
                condition=models.Q(most=None) | models.Q(inside__lte=models.F("most")),
                name="zone_not_over_full",
            ),
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return for_reader(self.name)


class Device(models.Model):
    """A phone or tablet at a door. It is paired by a code shown at the desk, holds a secret, and can be shut out."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="gate_devices")
    name = models.CharField(max_length=80)
    zone = models.ForeignKey(Zone, null=True, blank=True, on_delete=models.SET_NULL, related_name="devices")
    pair_digest = models.CharField(max_length=64, blank=True, db_index=True)  # of the code read aloud
    pair_until = models.DateTimeField(null=True, blank=True)
    secret_digest = models.CharField(max_length=64, blank=True, db_index=True)
    paired_at = models.DateTimeField(null=True, blank=True)
    shut_out_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    waiting_scans = models.PositiveIntegerField(default=0)  # as the device last said
    clock_offset = models.IntegerField(default=0)  # seconds the device's clock is ahead of ours
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Scan(models.Model):
    """A badge before a door. (device, number) makes sending twice count once."""

    class Direction(models.TextChoices):
        IN = "in", _("in")
        OUT = "out", _("out")

    class Verdict(models.TextChoices):
        ADMITTED = "admitted", _("let in")
        LEFT = "left", _("let out")
        REFUSED = "refused", _("not let in")
        CONFLICT = "conflict", _("let in off line, to be looked at")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="scans")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="scans")
    number = models.BigIntegerField()  # the device's own
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="scans")
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.IN)
    badge = models.ForeignKey(Badge, null=True, blank=True, on_delete=models.SET_NULL, related_name="scans")
    registration = models.ForeignKey(
        Registration, null=True, blank=True, on_delete=models.SET_NULL, related_name="scans"
    )
    code = models.CharField(max_length=300, blank=True)  # as read; "" when found by name
    scanned_at = models.DateTimeField()  # the device's time, set right by its offset
    received_at = models.DateTimeField(default=timezone.now)
    was_offline = models.BooleanField(default=False)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.CharField(
        max_length=20, blank=True
    )  # forged, expired, other_edition, void, full, inside, kind …
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_number = models.BigIntegerField(null=True, blank=True)  # the device's own number of the undoing
    looked_at = models.DateTimeField(null=True, blank=True)  # a conflict somebody has settled
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "number"], name="scan_once")]
        indexes = [
            models.Index(fields=["edition", "-scanned_at"], name="scan_time"),
            models.Index(fields=["zone", "-scanned_at"], name="scan_zone"),
            models.Index(fields=["registration", "-scanned_at"], name="scan_person"),
            models.Index(
                fields=["edition"],
                condition=models.Q(verdict="conflict", looked_at=None, undone_at=None),
                name="scan_to_look_at",
            ),
        ]
        ordering = ["-scanned_at", "-id"]

    def __str__(self) -> str:
        return f"{self.device_id}/{self.number}: {self.verdict}"


class Presence(models.Model):
    """A person inside a zone now. One row at most, so parallel gates count a person once."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="presences")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="presences")
    since = models.DateTimeField()
    scan = models.ForeignKey(Scan, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "registration"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.registration_id} in {self.zone_id}"
