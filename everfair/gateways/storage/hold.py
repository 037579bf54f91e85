"""Bytes that are about to be named and bytes that are about to go wait for each other, digest by digest."""

from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from everfair.base.models import MediaFile
from everfair.gateways.storage.errors import GoneMeanwhile
from everfair.gateways.storage.store import get_store

_DIGITS = 15  # of the digest: fits into PostgreSQL's 63 bits; two that share them merely wait for each other
_SUFFIXES = {"application/pdf": ".pdf", "image/webp": ".webp"}


def keep_rows(files: Iterable[MediaFile], contents: Mapping[str, bytes]) -> None:
    """Write the rows of stored files, in the caller's transaction: until it ends nobody erases their bytes.

    `contents` (digest: bytes) are kept once more where somebody took the same file off elsewhere since it was stored;
    without them GoneMeanwhile.
    """
    fresh = [file for file in files if file.pk is None]
    hold(file.digest for file in fresh)
    for file in fresh:
        if not get_store().exists(file.digest):
            if file.digest not in contents:
                raise GoneMeanwhile
            get_store().save(contents[file.digest], _SUFFIXES.get(file.content_type, ""))
        file.save()


def hold(digests: Iterable[str]) -> None:
    """Until the transaction ends; in one order, so that two never wait for each other. SQLite has one writer: that holds all."""
    with transaction.atomic():
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            for digest in sorted(set(digests)):
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:_DIGITS], 16)])
