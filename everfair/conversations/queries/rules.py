"""An edition's numbers, and who may not write in it. Reads only."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from everfair.conversations.models import Silenced, TalkRules
from everfair.fair.models import Edition
from everfair.people.models import User


def rules_of(edition: Edition) -> TalkRules:
    """The organiser's numbers; without a row the defaults."""
    return TalkRules.objects.filter(edition=edition).first() or TalkRules(edition=edition)


def silenced_until(edition: Edition, user: User, now: datetime | None = None) -> str:
    """Why somebody may not write, in a sentence; "" when they may."""
    row = Silenced.objects.filter(edition=edition, user=user).first()
    return silence(row.why, row.until, now) if row is not None else ""


def silence(why: str, until: datetime | None, now: datetime | None = None) -> str:
    """What somebody who is silenced `until` a moment (None: for good) reads; "" once it is past."""
    if until is None:
        return _("The organiser has ended your writing in this fair: %(why)s") % {"why": why}
    if until <= (now or timezone.now()):
        return ""
    return _("The organiser lets you write again from %(day)s: %(why)s") % {
        "day": date_format(timezone.localtime(until), "DATETIME_FORMAT"), "why": why
    }  # fmt: skip
