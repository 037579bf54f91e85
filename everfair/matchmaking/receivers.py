"""Answers to lower rooms: what the letter about a registration says of the three questions; a person leaves. No logic."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from everfair.matchmaking.actions.needs import end_needs_of
from everfair.matchmaking.queries.first_answers import are_asked, first_answers_of
from everfair.people.notices import address
from everfair.people.signals import account_leaving
from everfair.registration import notices
from everfair.registration.access import secret_of
from everfair.registration.models import Registration

if TYPE_CHECKING:
    from django.utils.functional import Promise


@notices.adds_to_letters
def three_questions(registration: Registration) -> "tuple[str | Promise, str] | None":
    """The way to the three questions, for whoever comes and has neither answered nor skipped them."""
    if not are_asked(registration) or first_answers_of(registration) is not None:
        return None
    url = address(
        "public:registration.own_questions",
        registration.language,
        edition=registration.edition.slug,
        secret=secret_of(registration),
    )
    return _(
        "Say in three questions what you look for, and firms that fit stand first. Nobody has to answer:"
    ), url


@receiver(account_leaving, dispatch_uid="matchmaking.end_needs")
def on_account_leaving(user: Any, now: datetime, **kwargs: Any) -> None:
    """Needs leave board and search; they, interests and matches go with the account."""
    end_needs_of(user, now=now)
