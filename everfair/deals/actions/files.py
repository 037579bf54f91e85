"""Files that go with an inquiry: checked and stored as those of messages are; gone from the disk once nothing names them."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from everfair.base.models import MediaFile
from everfair.base.refusals import Refused
from everfair.conversations.actions.writing import MOST_FILES, Upload
from everfair.deals.models import Inquiry, InquiryFile
from everfair.gateways.storage.errors import NotStored
from everfair.gateways.storage.store import get_store


def add_files(row: Inquiry, files: Sequence[Upload]) -> None:
    """Put checked files to a locked draft; Refused beyond what one message carries."""
    held = row.files.count()
    if held + len(files) > MOST_FILES:
        raise Refused(_("At most %(count)d files go with an inquiry.") % {"count": MOST_FILES}, field="files")
    for position, one in enumerate(files, held):
        if one.file.pk is None:
            one.file.save()
        InquiryFile.objects.create(inquiry=row, file=one.file, name=one.name[:200], position=position)


def forget_files(rows: Sequence[InquiryFile]) -> None:
    """Take files off a draft, and off the disk once nothing names them. In the caller's transaction, the disk after it."""
    files = [row.file for row in rows]
    InquiryFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for file in files:
        delete_unless_shared(file)
    transaction.on_commit(lambda: erase_bytes([file.digest for file in files]))


def delete_unless_shared(file: MediaFile) -> None:
    """The row of a stored file, unless something else carries it, too."""
    try:
        with transaction.atomic():
            MediaFile.objects.filter(pk=file.pk).delete()
    except ProtectedError:
        return


def erase_bytes(digests: Sequence[str]) -> None:
    """From the disk, where no row names them any more."""
    for digest in digests:
        named = Q(digest=digest) | Q(small_digest=digest) | Q(medium_digest=digest) | Q(large_digest=digest)
        if MediaFile.objects.filter(named).exists():
            continue
        try:
            get_store().path(digest).unlink(missing_ok=True)
        except NotStored:
            continue
