"""Answers to what the people room announces, one action each."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from everfair.meetings.actions.erasing import forget_person
from everfair.people.signals import account_leaving


@receiver(account_leaving, dispatch_uid="meetings.forget_person")
def on_account_leaving(user: Any, now: datetime, **kwargs: Any) -> None:
    """Meetings to come are called off; those that were held stay with the others, without a name."""
    forget_person(user, now=now)
