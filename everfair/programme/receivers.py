"""Answers to what the people room announces, one action each."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from everfair.people.signals import account_leaving
from everfair.programme.actions.seats import give_back_all


@receiver(account_leaving, dispatch_uid="programme.give_back_seats")
def on_account_leaving(user: Any, now: datetime, **kwargs: Any) -> None:
    """Seats go to who waits for them."""
    give_back_all(user, now=now)
