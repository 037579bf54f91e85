"""The change table: rooms note what changed, followers (search index, page cache, catalogues) read on from where they were."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from everfair.base.models import Change


def note_change(topic: str, key: int, edition_id: int | None) -> None:
    """Say, in the caller's transaction, that row `key` of `topic` changed."""
    Change.objects.create(topic=topic, key=key, edition_id=edition_id)


def note_changes(topic: str, keys: Iterable[int], edition_id: int | None) -> None:
    """The same for many rows at once."""
    Change.objects.bulk_create((Change(topic=topic, key=key, edition_id=edition_id) for key in keys), batch_size=1000)


def last_position() -> int:
    """The number of the newest change; 0 when there is none."""
    newest = Change.objects.order_by("-id").values_list("id", flat=True).first()
    return newest or 0


def changes_after(position: int, limit: int = 5000) -> list[Change]:
    """The next changes in order.

    On PostgreSQL numbers are given before the transaction ends, so a lower number may appear after a higher one. Changes
    younger than the oldest running write transaction are therefore left for the next call.
    """
    found = Change.objects.filter(id__gt=position).order_by("id")
    if connection.vendor == "postgresql":
        found = found.extra(  # xmin: the row's writing transaction; visible rows below the snapshot's horizon are final
            where=["(base_change.xmin::text::bigint < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint % 4294967296))"]
        )
    return list(found[:limit])


def forget_changes(before: datetime | None = None) -> int:
    """Drop changes that every follower has long passed (a week); a follower further behind rebuilds."""
    deleted, _ = Change.objects.filter(at__lt=before or timezone.now() - timedelta(days=7)).delete()
    return deleted
