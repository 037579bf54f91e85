"""Answers to what lower rooms and Django announce, one action each."""

from typing import Any

from django.conf import settings
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from everfair.agreements.actions import erasing


@receiver(pre_delete, sender=settings.AUTH_USER_MODEL, dispatch_uid="agreements.forget_person")
def on_account_erased(instance: Any, **kwargs: Any) -> None:
    """What is personal goes with the account; the record of the organisations stays."""
    erasing.forget_person(instance)
