"""Answers to what lower rooms announce, one action each."""

from typing import Any

from django.dispatch import receiver

from everfair.conversations.actions.leaving import give_back
from everfair.people.signals import member_removed


@receiver(member_removed, dispatch_uid="conversations.member_left")
def member_left(organisation_id: int, user_id: int, **kwargs: Any) -> None:
    """A former colleague gets no more letters of the firm's conversations."""
    give_back(organisation_id, user_id)
