"""Answers to what the fair and people rooms announce, one action each."""

from typing import Any

from django.dispatch import receiver

from everfair.fair.signals import badge_rules_changed
from everfair.people.signals import account_leaving
from everfair.registration.actions.erasing import forget_person
from everfair.registration.actions.places import move_up


@receiver(badge_rules_changed, dispatch_uid="registration.move_up")
def on_badge_rules_changed(kind_id: int, **kwargs: Any) -> None:
    """More places may have opened: whoever waits longest gets them."""
    move_up(kind_id)


@receiver(account_leaving, dispatch_uid="registration.forget_person")
def on_account_leaving(user: Any, **kwargs: Any) -> None:
    """The person comes no more, and nothing of theirs stands on the list."""
    forget_person(user)
