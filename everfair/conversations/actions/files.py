"""Files that go with messages: told by content, cleaned, kept for the two parties alone. What goes away is in erasing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from everfair.base.models import MediaFile
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line
from everfair.conversations.actions.writing import MOST_FILES, Upload
from everfair.gateways.storage.detect import HEAD, detect
from everfair.gateways.storage.documents import check_document
from everfair.gateways.storage.errors import StorageFull
from everfair.gateways.storage.images import prepare_image
from everfair.gateways.storage.store import get_store

MEGABYTE = 1024 * 1024
MOST_A_DAY = 200 * MEGABYTE  # of one person's, as sent
LONGEST_NAME = 120


def keep_files(
    sources: Sequence[tuple[str, IO[bytes]]], *, by: Any, now: datetime | None = None
) -> list[Upload]:
    """Check, clean and store files, given as (name, content); all of them or none. Their rows are saved with the message.

    Pictures are encoded anew, PDF documents must be whole and open. Raises Refused (field "files") with a sentence that
    names the file: not what it says, too large, too many, or too much within a day.
    """
    if len(sources) > MOST_FILES:
        raise Refused(
            _("At most %(count)d files go with one message.") % {"count": MOST_FILES}, field="files"
        )
    if not sources:
        return []
    _require_room(sum(_size(source) for _name, source in sources), by, now or timezone.now())
    kept = []
    for name, source in sources:
        shown = file_name(name)
        try:
            file, data = _kept(source, shown, by)
            kept.append(Upload(file, shown, data))
        except StorageFull:  # no fault of the file's
            raise
        except Refused as error:
            raise Refused(
                _("“%(name)s”: %(why)s") % {"name": shown or _("file"), "why": error}, field="files"
            ) from error
    return kept


def file_name(name: str) -> str:
    """As the two parties read it: no path, no direction or control marks."""
    return clean_line(PurePath(name.replace("\\", "/")).name)[:LONGEST_NAME]


def _size(source: IO[bytes]) -> int:
    size = source.seek(0, 2)
    source.seek(0)
    return size


def _require_room(coming: int, by: Any, now: datetime) -> None:
    lately = MediaFile.objects.filter(
        uploaded_by=by, uploaded_at__gt=now - timedelta(days=1), kind=MediaFile.Kind.DOCUMENT
    )
    sent = lately.aggregate(total=Sum("size"))["total"] or 0
    if sent + coming > MOST_A_DAY:
        raise Refused(
            _("Files of more than %(size)d MB within a day are not taken. Send the others tomorrow.")
            % {"size": MOST_A_DAY // MEGABYTE},
            field="files",
        )


def _kept(source: IO[bytes], name: str, by: Any) -> tuple[MediaFile, bytes]:
    """With the bytes that were stored. A picture is kept as a document, too: pictures of others are public by their digest."""
    head = source.read(HEAD)
    source.seek(0)
    width: int | None
    height: int | None
    if detect(head).is_image:
        picture = prepare_image(source, max_bytes=settings.MAX_IMAGE_MB * MEGABYTE).variants["large"]
        data, content_type = picture.data, "image/webp"
        stored = get_store().save(data, ".webp")
        width, height = picture.width, picture.height
    else:
        checked = check_document(source, max_bytes=settings.MAX_DOCUMENT_MB * MEGABYTE)
        data, content_type = checked.data, "application/pdf"
        stored = get_store().save(data, ".pdf")
        width = height = None
    file = MediaFile(
        kind=MediaFile.Kind.DOCUMENT,
        name=name,
        content_type=content_type,
        digest=stored.digest,
        size=stored.size,
        width=width,
        height=height,
        uploaded_by_id=getattr(by, "pk", None),
    )
    return file, data
