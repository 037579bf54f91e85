"""Answers to what allauth announces, one action each."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import email_confirmed
from django.dispatch import receiver
from django.http import HttpRequest

from everfair.people import actions


@receiver(email_confirmed, dispatch_uid="people.forget_unproven_password")
def on_email_confirmed(request: HttpRequest, email_address: Any, **kwargs: Any) -> None:
    """A code opened an account that was made with a password and never proven: perhaps by somebody else."""
    user = email_address.user
    methods = {record["method"] for record in get_authentication_records(request, user)}
    if user.last_login is None and user.has_usable_password() and methods == {"code"}:
        actions.forget_unproven_password(user)
