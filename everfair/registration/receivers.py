"""Answers to what the fair room announces, one action each."""

from typing import Any

from django.dispatch import receiver

from everfair.fair.signals import badge_rules_changed
from everfair.registration.actions.places import move_up


@receiver(badge_rules_changed, dispatch_uid="registration.move_up")
def on_badge_rules_changed(kind_id: int, **kwargs: Any) -> None:
    """More places may have opened: whoever waits longest gets them."""
    move_up(kind_id)
