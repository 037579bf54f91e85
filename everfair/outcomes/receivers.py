"""Answers to lower rooms: an account goes. One action, no logic."""

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from everfair.outcomes.actions.erasing import forget_person
from everfair.people.models import User


@receiver(pre_delete, sender=User, dispatch_uid="outcomes.forget_person")
def account_goes(instance: User, **_: Any) -> None:
    """While its addresses still stand beside it."""
    forget_person(instance)
