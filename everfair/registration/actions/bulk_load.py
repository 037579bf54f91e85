"""Puts very many registered people in at once, for fairs of measuring size. People's deeds never come this way."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from everfair.base import audit
from everfair.fair.models import BadgeKind
from everfair.registration.actions.places import lock_kind, take_place
from everfair.registration.models import Registration

BATCH = 1000


def load_people(kind: BadgeKind, rows: Iterable[Registration]) -> list[Registration]:
    """Approved people under one kind: no letters, no badges, no questions asked. Gives them with their keys. One transaction."""
    now = timezone.now()
    with transaction.atomic():
        locked = lock_kind(kind.pk)
        people = list(rows)
        for row in people:
            row.edition_id, row.kind, row.state = locked.edition_id, locked, Registration.State.APPROVED
            row.registered_at = row.decided_at = now
            row.source = Registration.Source.TEAM
        Registration.objects.bulk_create(people, batch_size=BATCH)
        take_place(locked, len(people))
        audit.record(
            "registration.bulk.loaded", locked, by=None, edition_id=locked.edition_id,
            after={"people": len(people)},
        )  # fmt: skip
    return people
