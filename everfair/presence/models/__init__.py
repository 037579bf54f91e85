"""Tables of the presence room: what each agreed to show, who is where at the moment, whom a booth greeted."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from everfair.base.codes import new_code
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition

FAIR, HALLS = "fair", "halls"  # places: a page of a booth's desk open, whichever; the plan of all halls
BOOTH, AREA = "booth-", "area-"  # with the exhibitor's or the area's code


def booth_place(code: str) -> str:
    """The place of an exhibitor's code."""
    return BOOTH + code


def area_place(code: str) -> str:
    """The place of an area's code."""
    return AREA + code


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
    attends = models.BooleanField(default=False)  # at the booths of their firms: may be rung; never named
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "user"], name="showing_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.level}"


class Stay(models.Model):
    """Somebody has a page open at a place now. One row for each process that serves them; it ends with its lease."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=12, unique=True, default=new_code)  # what a host greets by
    place = models.CharField(max_length=40)  # one of the above
    process = models.CharField(max_length=60)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    visitor_key = models.CharField(max_length=40)  # the same person in two windows counts once
    is_host = models.BooleanField(default=False)  # of the booth's own team: not one of its visitors
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(db_index=True)  # renewed by the process while a page is open

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "edition", "place", "visitor_key"], name="stay_once")
        ]
        indexes = [models.Index(fields=["edition", "place", "until"], name="stay_place")]

    def __str__(self) -> str:
        return f"{self.place}: {self.visitor_key}"


class Greeting(models.Model):
    """A booth spoke first to a visitor: once for the two, for good."""

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exhibitor", "user"], name="greeting_once")]

    def __str__(self) -> str:
        return f"{self.exhibitor_id} → {self.user_id}"


__all__ = ["AREA", "BOOTH", "FAIR", "HALLS", "Greeting", "Showing", "Stay", "area_place", "booth_place"]
