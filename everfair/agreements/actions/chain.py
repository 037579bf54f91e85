"""The chain grows at its end, one entry at a time, and its head is published daily. Nothing here changes what stands in it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from everfair.agreements.models import ChainEntry, ChainHead
from everfair.agreements.models.chain import BEFORE_THE_FIRST
from everfair.base.canonical import canonical

LOCK = 7_115_229_406  # PostgreSQL's advisory lock of the chain: any number nobody else takes
SALT_BYTES = 16  # with it nobody finds an entry's content by trying


def append(kind: str, code: str, content: Mapping[str, Any], *, now: datetime | None = None) -> ChainEntry:
    """Put a record at the chain's end, in the caller's transaction; whoever appends at the same time waits for it.

    `content` holds texts, whole numbers, Decimal, dates, lists and mappings, and no personal data: it can never be taken
    back. Code and salt are added to it. Its time is read once nobody else appends, and is never before the last entry's.
    """
    with transaction.atomic():
        _lock()
        last = ChainEntry.objects.order_by("-number").first()
        at = now or timezone.now()
        whole = {**content, "code": code, "salt": secrets.token_hex(SALT_BYTES)}
        entry = ChainEntry(
            number=last.number + 1 if last else 1,
            at=max(at, last.at) if last else at,
            kind=kind,
            code=code,
            content=canonical(whole),
            previous=last.digest if last else BEFORE_THE_FIRST,
        )
        entry.digest = entry.computed_digest
        entry.save(force_insert=True)
        return entry


def publish_head(*, now: datetime | None = None) -> ChainHead | None:
    """The head of the day (UTC), once a day; None while the chain is empty. Safe to call often."""
    moment = now or timezone.now()
    with transaction.atomic():
        _lock()
        last = ChainEntry.objects.order_by("-number").first()
        if last is None:
            return None
        on = moment.astimezone(timezone.get_default_timezone()).date()
        head, _made = ChainHead.objects.get_or_create(
            on=on, defaults={"number": last.number, "digest": last.digest, "at": moment}
        )
        return head


def _lock() -> None:
    """Until the transaction ends. SQLite has one writer, and every writing transaction begins as one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
