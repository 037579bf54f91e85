"""Answers to lower rooms: an account goes, or one of its addresses. One action each, no logic."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from everfair.outcomes.actions.erasing import follow_address, forget_person
from everfair.people.models import User


@receiver(pre_delete, sender=User, dispatch_uid="outcomes.forget_person")
def account_goes(instance: User, **_: Any) -> None:
    """While its addresses still stand beside it."""
    forget_person(instance)


@receiver(pre_delete, sender=EmailAddress, dispatch_uid="outcomes.follow_address")
def address_goes(instance: EmailAddress, **_: Any) -> None:
    """Another one stands beside it, if it was changed."""
    follow_address(instance)
