"""Answers to what the people room announces, one action each."""

from typing import Any

from django.dispatch import receiver

from everfair.fair.actions.team import require_other_administrator
from everfair.people.signals import account_leaving


@receiver(account_leaving, dispatch_uid="fair.keep_an_administrator")
def on_account_leaving(user: Any, **kwargs: Any) -> None:
    """An edition that goes on keeps somebody who runs it."""
    require_other_administrator(user)
