"""A person erases their account: registrations are cancelled, and emptied of everything but what is counted."""

from typing import Any

from django.db import transaction

from everfair.registration.actions.deciding import cancel
from everfair.registration.models import Registration

NOBODY = "–"
OPEN = (Registration.State.REQUESTED, Registration.State.WAITING, Registration.State.APPROVED)


def forget_person(user: Any) -> None:
    """Cancel what is open (places go to who waits), then empty all. Kind, country and state stay: they are counted."""
    with transaction.atomic():
        for row in Registration.objects.filter(user=user).select_related("edition", "kind").order_by("pk"):
            if row.state in OPEN and row.merged_into_id is None:
                cancel(row, by=user, role="person")
        Registration.objects.filter(user=user).update(
            user=None, name=NOBODY, second_name="", email="", organisation_name="", organisation=None, job_title="",
            answers={}, secret_digest="", watch_note="", list_name="", external_id="",
        )  # fmt: skip
