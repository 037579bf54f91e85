"""Answers to what allauth and Django announce about sign-ins, one action each."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import email_confirmed, password_changed, password_reset, password_set
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import HttpRequest

from everfair.gateways import live
from everfair.people import actions


@receiver(email_confirmed, dispatch_uid="people.forget_unproven_password")
def on_email_confirmed(request: HttpRequest, email_address: Any, **kwargs: Any) -> None:
    """A code opened an account that was made with a password and never proven: perhaps by somebody else."""
    user = email_address.user
    methods = {record["method"] for record in get_authentication_records(request, user)}
    if user.last_login is None and user.has_usable_password() and methods == {"code"}:
        actions.forget_unproven_password(user)


@receiver(user_logged_out, dispatch_uid="people.close_live_pages")
def on_signed_out(request: HttpRequest, **kwargs: Any) -> None:
    """Open pages of this browser hear nothing more."""
    session = getattr(request, "session", None)
    if session is not None and session.session_key:
        live.end_session(session.session_key)


@receiver(post_delete, sender=UserSession, dispatch_uid="people.close_live_pages_elsewhere")
def on_session_ended(instance: UserSession, **kwargs: Any) -> None:
    """The same for a browser that was signed out from another, on the page that lists them."""
    live.end_session(instance.session_key)


@receiver(
    [password_changed, password_set, password_reset], dispatch_uid="people.close_live_pages_of_old_password"
)
def on_new_password(user: Any, **kwargs: Any) -> None:
    """Sign-ins made with the old password ended: each connection of the person is looked at."""
    live.recheck(person=user.pk)
