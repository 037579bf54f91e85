"""Gives a person the secret address of their own calendar, and takes it back."""

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from everfair.base import audit
from everfair.fair.models import Edition
from everfair.programme.models import CalendarKey
from everfair.programme.queries.own import digest_of


def make_calendar(edition: Edition, *, by: Any) -> str:
    """A new secret for the person's calendar of this edition; an older one stops working. Only its digest is kept."""
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        values = {"secret_digest": digest_of(secret), "made_at": timezone.now()}
        key, is_new = CalendarKey.objects.update_or_create(edition=edition, user=by, defaults=values)
        event = "programme.calendar.made" if is_new else "programme.calendar.renewed"
        audit.record(event, key, by=by, edition_id=edition.pk)
    return secret


def end_calendar(edition: Edition, *, by: Any) -> bool:
    """The person's calendar address answers no more. False where there was none."""
    with transaction.atomic():
        key = CalendarKey.objects.filter(edition=edition, user=by).first()
        if key is None:
            return False
        audit.record("programme.calendar.ended", key, by=by, edition_id=edition.pk)
        key.delete()
    return True
