"""Letters to everybody a list brought, in the background, resumed where it was cut. No writing of registrations."""

from datetime import datetime

from django.db import transaction

from everfair.registration import notices
from everfair.registration.models import Registration, RegistrationList

A_STEP = 200


def tell_list(run: RegistrationList) -> int:
    """Write to each person of the list's last run who has an address, once. How many letters in this call."""
    if run.state != RegistrationList.State.DONE or not run.options.get("letters"):
        return 0
    count = 0
    came = datetime.fromisoformat(run.options["applied_at"])
    while True:
        with transaction.atomic():
            row = RegistrationList.objects.select_for_update().get(pk=run.pk)
            people = list(
                Registration.objects.filter(
                    edition_id=row.edition_id, list_name=row.name, registered_at=came, merged_into=None,
                    pk__gt=row.options.get("told", 0),
                )
                .exclude(email="")
                .select_related("kind", "edition__fair")
                .order_by("pk")[:A_STEP]
            )  # fmt: skip
            if not people:
                return count
            for person in people:
                notices.registered(person)
            row.options = {**row.options, "told": people[-1].pk}
            row.save(update_fields=["options"])
            count += len(people)
