"""Who takes part in meetings: the row of a person, made on first use. What they say about themselves is in diary."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.exhibition import access as exhibition_access
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition
from everfair.meetings.access import find_participant
from everfair.meetings.models import Participant, Resource
from everfair.people.models import User
from everfair.registration import access as registration_access
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
    _require_place(edition, registration, user, exhibitor)
    user = user or (registration.user if registration is not None else None)
    for _attempt in range(2):
        found = _find(edition, registration, user)
        if found is not None:
            return _joined(found, registration, user, exhibitor)
        try:
            return _make(edition, registration, user, exhibitor, now or timezone.now())
        except IntegrityError:  # the same person in another tab was quicker
            continue
    raise Refused(_("Please try again: somebody changed this at the same moment."))


def participant_for(user: Any, edition: Edition, *, now: datetime | None = None) -> Participant | None:
    """The row of whoever is signed in, made on first use; None when they are neither registered (and approved) nor staff."""
    found = find_participant(user, edition)
    if found is not None:
        return found
    if not getattr(user, "is_authenticated", False):
        return None
    registrations = registration_access.registrations_of(user).filter(edition=edition)
    registration = registrations.filter(state=Registration.State.APPROVED).first()
    firms = exhibition_access.exhibitors_of(user).filter(edition=edition)
    firm = firms.filter(state=Exhibitor.State.PUBLISHED).first()
    if registration is None and firm is None:
        return None
    if registration is not None and registration.user_id not in (None, user.pk):
        registration = None  # the address is theirs, the account that came first is another's
    if registration is None and firm is None:
        return None
    return take_part(edition, registration=registration, user=user, exhibitor=firm, now=now)


def participant_of(registration: Registration, *, now: datetime | None = None) -> Participant:
    """The row of a registered visitor, made on first use."""
    return take_part(registration.edition, registration=registration, user=registration.user, now=now)


def _require_place(
    edition: Edition, registration: Registration | None, user: User | None, exhibitor: Exhibitor | None
) -> None:
    if registration is None and (user is None or exhibitor is None):
        raise Refused(_("Register for the fair first; then you can meet others there."))
    if registration is not None and (registration.edition_id != edition.pk or not registration.is_expected):
        raise Refused(_("Only people whose registration is approved take part in meetings."))
    if exhibitor is None:
        return
    if exhibitor.edition_id != edition.pk:
        raise Refused(_("That does not belong to this edition."))
    if user is None or not exhibition_access.is_on_team(user, exhibitor):
        raise Refused(_("Only people of the firm can meet others in its name."))


def _find(edition: Edition, registration: Registration | None, user: User | None) -> Participant | None:
    rows = Participant.objects.filter(edition=edition)
    found = rows.filter(user=user).first() if user is not None else None
    if found is None and registration is not None:
        found = rows.filter(registration=registration).first()
    return found


def _joined(
    row: Participant, registration: Registration | None, user: User | None, exhibitor: Exhibitor | None
) -> Participant:
    """The second way in joins the first: a visitor who signs in, staff who are registered too."""
    fields = []
    taken = registration is not None and Participant.objects.filter(registration=registration).exists()
    if registration is not None and row.registration_id is None and not taken:
        row.registration = registration
        fields.append("registration")
    if user is not None and row.user_id is None:
        row.user = user
        fields.append("user")
    if exhibitor is not None and row.exhibitor_id is None:
        row.exhibitor = exhibitor
        row.organisation_name = pick(exhibitor.organisation.name, "en")
        fields += ["exhibitor", "organisation_name"]
    if exhibitor is not None and row.exhibitor_id != exhibitor.pk:
        raise Refused(
            _("%(name)s takes part for %(firm)s already.") % {"name": row.name, "firm": row.exhibitor}
        )
    if fields:
        row.save(update_fields=fields)
    return row


def _make(
    edition: Edition,
    registration: Registration | None,
    user: User | None,
    exhibitor: Exhibitor | None,
    now: datetime,
) -> Participant:
    firm = pick(exhibitor.organisation.name, "en") if exhibitor is not None else ""
    language = registration.language if registration is not None else user.language if user else "en"
    with transaction.atomic():
        row = Participant.objects.create(
            edition=edition,
            registration=registration,
            user=user,
            exhibitor=exhibitor,
            name=(registration.name if registration is not None else str(user))[:120],
            organisation_name=firm or (registration.organisation_name if registration is not None else ""),
            languages=[language],
            made_at=now,
        )
        Resource.objects.create(edition=edition, kind=Resource.Kind.PERSON, participant=row)
        audit.record("meetings.person.joined", row, by=user, edition_id=edition.pk, now=now)
    return row
