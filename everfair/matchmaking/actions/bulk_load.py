"""Loads needs of measuring size: rows are valid by construction, one entry in the log. Never for people's input."""

from collections.abc import Iterable

from django.db import transaction

from everfair.base import audit
from everfair.base.changes import note_changes
from everfair.fair.models import Edition
from everfair.matchmaking.actions.guards import TOPIC
from everfair.matchmaking.models import Need

BATCH = 1000


def load_needs(edition: Edition, rows: Iterable[Need]) -> int:
    """Write the rows; how many. Followers read them from the change table as usual."""
    with transaction.atomic():
        made = Need.objects.bulk_create(rows, batch_size=BATCH)
        note_changes(TOPIC, [need.pk for need in made], edition.pk)
        audit.record(
            "matchmaking.needs.loaded", edition, by=None, edition_id=edition.pk, after={"rows": len(made)}
        )
    return len(made)
