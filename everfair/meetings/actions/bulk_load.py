"""Puts very many people, places and wishes in at once, for fairs of measuring size. People's deeds never come this way."""

from collections.abc import Iterable

from django.db import transaction

from everfair.base import audit
from everfair.fair.models import Edition
from everfair.meetings.models import FreeTime, Participant, Resource, Wish

BATCH = 1000


def load_participants(edition: Edition, rows: Iterable[Participant]) -> list[Participant]:
    """People with the PERSON resource each needs. Gives them with their keys. One transaction."""
    with transaction.atomic():
        people = Participant.objects.bulk_create(rows, batch_size=BATCH)
        Resource.objects.bulk_create(
            [Resource(edition=edition, kind=Resource.Kind.PERSON, participant=person) for person in people],
            batch_size=BATCH,
        )
        audit.record(
            "meetings.bulk.loaded", edition, by=None, edition_id=edition.pk, after={"people": len(people)}
        )
    return people


def load_free_times(rows: Iterable[FreeTime]) -> int:
    """When people are free, for those whose row says that they said so. How many."""
    return len(FreeTime.objects.bulk_create(rows, batch_size=BATCH))


def load_places(rows: Iterable[Resource]) -> int:
    """Tables, places at stands, lines. How many."""
    return len(Resource.objects.bulk_create(rows, batch_size=BATCH))


def load_wishes(edition: Edition, rows: Iterable[Wish]) -> int:
    """What both sides said. How many. One transaction."""
    with transaction.atomic():
        count = len(Wish.objects.bulk_create(rows, batch_size=BATCH))
        audit.record("meetings.bulk.loaded", edition, by=None, edition_id=edition.pk, after={"wishes": count})
    return count
