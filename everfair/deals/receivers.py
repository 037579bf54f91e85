"""Answers to what is said in a negotiation's conversation. One action each, no logic."""

from typing import Any

from django.conf import settings
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone

from everfair.conversations.signals import buyer_revealed, message_sent
from everfair.deals.actions import erasing
from everfair.deals.actions.leaving import give_back
from everfair.deals.actions.negotiations import revealed_in_conversation, touch_by_message
from everfair.people.signals import member_removed


@receiver(message_sent)
def message_was_sent(conversation_id: int, number: int, **kwargs: Any) -> None:
    """The latest stands first; who answers first looks after it."""
    touch_by_message(conversation_id, number)


@receiver(buyer_revealed)
def buyer_was_revealed(conversation_id: int, **kwargs: Any) -> None:
    """Said in the conversation, it holds for the negotiation."""
    revealed_in_conversation(conversation_id, timezone.now())


@receiver(member_removed, dispatch_uid="deals.member_left")
def member_left(organisation_id: int, user_id: int, **kwargs: Any) -> None:
    """What a former colleague looked after is nobody's in particular."""
    give_back(organisation_id, user_id)


@receiver(pre_delete, sender=settings.AUTH_USER_MODEL, dispatch_uid="deals.forget_person")
def account_goes(instance: Any, **kwargs: Any) -> None:
    """What they kept to themselves goes with the account."""
    erasing.forget_person(instance)
