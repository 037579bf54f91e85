"""Files that go with an inquiry: checked and stored as those of messages are; gone from the disk once nothing names them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.conversations.actions.writing import MOST_FILES, Upload, keep_uploads
from everfair.deals.models import Inquiry, InquiryFile
from everfair.gateways.storage import forget


def add_files(row: Inquiry, files: Sequence[Upload]) -> None:
    """Put checked files to a locked draft; Refused beyond what one message carries."""
    held = row.files.count()
    if held + len(files) > MOST_FILES:
        raise Refused(_("At most %(count)d files go with an inquiry.") % {"count": MOST_FILES}, field="files")
    keep_uploads(files)
    for position, one in enumerate(files, held):
        InquiryFile.objects.create(inquiry=row, file=one.file, name=one.name[:200], position=position)


def forget_files(rows: Sequence[InquiryFile]) -> None:
    """Take files off a draft, and off the disk once nothing names them. In the caller's transaction, the disk after it."""
    InquiryFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    forget.forget_files(row.file for row in rows)
