"""Stored files that go: the row unless something else carries it, the bytes once no row names them."""

import contextlib
from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError, Q

from everfair.base.models import MediaFile
from everfair.gateways.storage.errors import NotStored
from everfair.gateways.storage.hold import hold
from everfair.gateways.storage.store import get_store


def forget_files(files: Iterable[MediaFile]) -> None:
    """Whatever named them here is gone. In the caller's transaction; the disk after it, so that undoing loses nothing."""
    found = list({file.pk: file for file in files}.values())
    for file in found:
        _delete_unless_shared(file)
    transaction.on_commit(lambda: _erase(file.digest for file in found))


def _delete_unless_shared(file: MediaFile) -> None:
    try:
        with transaction.atomic():
            MediaFile.objects.filter(pk=file.pk, kind=MediaFile.Kind.DOCUMENT).delete()
    except ProtectedError:
        return


def _erase(digests: Iterable[str]) -> None:
    for digest in digests:
        with transaction.atomic():
            hold([digest])
            _erase_unless_named(digest)


def _erase_unless_named(digest: str) -> None:
    named = Q(digest=digest) | Q(small_digest=digest) | Q(medium_digest=digest) | Q(large_digest=digest)
    if MediaFile.objects.filter(named).exists():
        return
    with contextlib.suppress(NotStored):
        get_store().path(digest).unlink(missing_ok=True)
