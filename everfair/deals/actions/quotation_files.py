"""Files that go with a version; a new version carries those of the last. Gone from the disk once nothing names them."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from everfair.base.refusals import Refused
from everfair.conversations.actions.writing import MOST_FILES, Upload, keep_uploads
from everfair.deals.models import QuotationFile, QuotationVersion
from everfair.gateways.storage import forget


def add_files(draft: QuotationVersion, files: Sequence[Upload]) -> None:
    """Put checked files to a locked draft; Refused beyond what one version carries."""
    positions = list(draft.files.values_list("position", flat=True))
    if len(positions) + len(files) > MOST_FILES:
        raise Refused(
            _("At most %(count)d files go with a quotation.") % {"count": MOST_FILES}, field="files"
        )
    keep_uploads(files)
    for position, one in enumerate(files, max(positions, default=-1) + 1):
        QuotationFile.objects.create(version=draft, file=one.file, name=one.name[:200], position=position)


def forget_files(rows: Iterable[QuotationFile]) -> None:
    """Take files off a draft, and off the disk once nothing names them. In the caller's transaction, the disk after it."""
    found = list(rows)
    QuotationFile.objects.filter(pk__in=[row.pk for row in found]).delete()
    forget.forget_files(row.file for row in found)  # the version before may carry one, too
