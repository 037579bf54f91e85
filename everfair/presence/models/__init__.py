"""Tables of the presence room: what each agreed to show, and who is where at the moment."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.fair.models import Edition


class Showing(models.Model):
    """What one person agreed to show of being here, in one edition. No row: nothing but a number without a name."""

    class Level(models.TextChoices):
        NAME = "name", _("my name and firm")
        FIRM = "firm", _("my firm, not my name")
        COUNT = "count", _("only that somebody is here")
        NOTHING = "nothing", _("nothing: do not count me")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=7, choices=Level.choices, default=Level.COUNT)
    may_greet = models.BooleanField(default=False)  # hosts of booths may speak first
    quiet_until = models.DateTimeField(null=True, blank=True)  # do not disturb: no greeting, no ring
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "user"], name="showing_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.level}"


class Stay(models.Model):
    """Somebody has a page open at a place now. One row for each connection; it ends with it, or with its process's word."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=40)  # "booth:<code>", "area:<code>", "help"
    connection = models.CharField(max_length=40, unique=True)
    process = models.CharField(max_length=60, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    visitor_key = models.CharField(max_length=40)  # the same person in two windows counts once
    is_host = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()  # renewed by the process while the connection lives

    class Meta:
        indexes = [models.Index(fields=["place", "until"], name="stay_place")]

    def __str__(self) -> str:
        return f"{self.place}: {self.visitor_key}"


__all__ = ["Showing", "Stay"]
