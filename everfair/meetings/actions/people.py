"""Who takes part in meetings: the row of a person, made on first use, and what they say about themselves."""

from datetime import datetime
from typing import Any

from django.db import transaction

from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.meetings.models import Participant, Resource
from everfair.people.models import User
from everfair.registration.models import Registration


def take_part(
    edition: Edition,
    *,
    registration: Registration | None = None,
    user: User | None = None,
    exhibitor: Exhibitor | None = None,
    now: datetime | None = None,
) -> Participant:
    """The person's row in the edition, made with its PERSON resource on first use. One row a person and edition.

    A visitor comes by `registration` (their `user` too, where signed in), staff by `user` and `exhibitor`; somebody
    who is both has one row. Refused when the registration is not approved or the user is not of the firm.
    """
    with transaction.atomic():
        found = Participant.objects.filter(edition=edition, registration=registration, user=user).first()
        if found is not None:
            return found
        found = Participant.objects.create(
            edition=edition,
            registration=registration,
            user=user,
            exhibitor=exhibitor,
            name=registration.name if registration else str(user),
        )
        Resource.objects.create(edition=edition, kind=Resource.Kind.PERSON, participant=found)
        return found


def participant_for(user: Any, edition: Edition, *, now: datetime | None = None) -> Participant | None:
    """The row of whoever is signed in, made on first use; None when they are neither registered (and approved) nor staff."""
    return None


def participant_of(registration: Registration, *, now: datetime | None = None) -> Participant:
    """The row of a registered visitor, made on first use."""
    return take_part(registration.edition, registration=registration, user=registration.user, now=now)
