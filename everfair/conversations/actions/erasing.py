"""Files of messages that go: their rows, and their bytes once nothing names them."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError, Q

from everfair.base.models import MediaFile
from everfair.conversations.models import MessageFile
from everfair.gateways.storage.errors import NotStored
from everfair.gateways.storage.store import get_store


def forget_files(rows: Iterable[MessageFile]) -> None:
    """Take files off messages, and off the disk once nothing names them. In the caller's transaction, the disk after it."""
    found = list(rows)
    ids = {row.file_id for row in found}
    digests = {row.file.digest for row in found}
    MessageFile.objects.filter(pk__in=[row.pk for row in found]).delete()
    still = set(MessageFile.objects.filter(file__in=ids).values_list("file_id", flat=True))
    unused = MediaFile.objects.filter(pk__in=ids - still, kind=MediaFile.Kind.DOCUMENT)
    for row in unused:
        _delete_unless_shared(row)
    transaction.on_commit(lambda: _erase(digests))


def _delete_unless_shared(row: MediaFile) -> None:
    """A call's document may be the same row: what another table needs stays."""
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        return


def _erase(digests: Iterable[str]) -> None:
    for digest in digests:
        named = Q(digest=digest) | Q(small_digest=digest) | Q(medium_digest=digest) | Q(large_digest=digest)
        if MediaFile.objects.filter(named).exists():
            continue
        try:
            get_store().path(digest).unlink(missing_ok=True)
        except NotStored:
            continue
