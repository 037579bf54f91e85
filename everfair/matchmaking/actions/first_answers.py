"""The three questions on the page after registering: kept with the registration until its person has a seeker. No pages."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from everfair.matchmaking.models import FirstAnswers, Seeker
from everfair.matchmaking.queries.first_answers import clean_answers
from everfair.registration import access as registration_access
from everfair.registration.models import Registration


def save_first_answers(registration: Registration, answers: Mapping[str, Any]) -> FirstAnswers:
    """Keep {"looks_for": text, "sectors": [codes], "languages": [codes]}; nothing at all counts as skipped."""
    kept = clean_answers(answers)
    return _keep(registration, answers=kept, is_skipped=not kept, is_moved=False)


def skip_questions(registration: Registration) -> FirstAnswers:
    """The person does not want to answer: the page asks no more. What was answered before stays."""
    return _keep(registration, is_skipped=True)


def _keep(registration: Registration, **values: Any) -> FirstAnswers:
    row, _is_new = FirstAnswers.objects.update_or_create(
        registration=registration, defaults={**values, "at": timezone.now()}
    )
    return row


def take_over(seeker: Seeker) -> None:
    """A person's new seeker takes what they answered after registering, in the caller's transaction. At most three queries.

    Only what was answered under their account or a verified address of theirs; the newest counts.
    """
    own = registration_access.registrations_of(seeker.user).filter(edition=seeker.edition_id).order_by()
    rows = FirstAnswers.objects.filter(registration__in=own.values("pk"), is_moved=False)
    found = next((row for row in rows.order_by("-at", "-pk") if row.answers), None)
    if found is None:
        return
    seeker.answers, seeker.answered_at = found.answers, found.at
    seeker.save(update_fields=["answers", "answered_at"])
    with transaction.atomic():
        FirstAnswers.objects.filter(pk=found.pk).update(answers={}, is_moved=True)
