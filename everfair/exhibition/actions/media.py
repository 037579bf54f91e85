"""Keeps what exhibitors upload: cover, documents, pictures. Checking them is the gateway's work."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from everfair.base import audit
from everfair.base.changes import note_change
from everfair.base.languages import Words
from everfair.base.models import MediaFile
from everfair.base.refusals import Refused
from everfair.exhibition.actions.guards import (
    clean_languages,
    lock_exhibitor,
    lock_offer,
    require_name,
    validate_fields,
)
from everfair.exhibition.forms.texts import clean_line, clean_line_words
from everfair.exhibition.models import BoothDocument, Exhibitor, Offer, OfferImage, Reference
from everfair.gateways.storage.documents import check_document
from everfair.gateways.storage.images import prepare_image
from everfair.gateways.storage.store import get_store

EVENT = "exhibition.exhibitor."
MEGABYTE = 1024 * 1024
MOST_DOCUMENTS, MOST_IMAGES = 30, 12


def image_file(upload: IO[bytes], *, by: Any) -> MediaFile:
    """Re-encode a picture in three sizes and keep it. Raises Refused (storage's own) for anything else.

    The row is not saved yet: decoding takes its time, and nobody's writing should wait for it.
    `digest` is the large size's; `variants` leads from small, medium, large to theirs.
    """
    prepared = prepare_image(upload, max_bytes=settings.MAX_IMAGE_MB * MEGABYTE)
    store = get_store()
    kept = {name: store.save(variant.data, ".webp") for name, variant in prepared.variants.items()}
    return MediaFile(
        kind=MediaFile.Kind.IMAGE,
        name=_file_name(upload, "picture"),
        content_type="image/webp",
        digest=kept["large"].digest,
        size=kept["large"].size,
        width=prepared.variants["large"].width,
        height=prepared.variants["large"].height,
        variants={name: file.digest for name, file in kept.items()},
        uploaded_by_id=getattr(by, "pk", None),
    )


def document_file(upload: IO[bytes], *, by: Any) -> MediaFile:
    """Check a PDF and keep it as it is; its row is not saved. Raises Refused for anything else."""
    checked = check_document(upload, max_bytes=settings.MAX_DOCUMENT_MB * MEGABYTE)
    kept = get_store().save(checked.data, ".pdf")
    return MediaFile(
        kind=MediaFile.Kind.DOCUMENT,
        name=_file_name(upload, "document"),
        content_type="application/pdf",
        digest=kept.digest,
        size=kept.size,
        uploaded_by_id=getattr(by, "pk", None),
    )


def set_cover(exhibitor: Exhibitor, upload: IO[bytes] | None, *, by: Any) -> Exhibitor:
    """Give the booth a cover, or with None the drawn one again."""
    cover = image_file(upload, by=by) if upload is not None else None
    with transaction.atomic():
        row = lock_exhibitor(exhibitor)
        before = row.cover_id
        if cover is not None:
            cover.save()
        row.cover = cover
        row.save(update_fields=["cover"])
        _after_change(row, EVENT + "cover_set", by, {"cover": before}, {"cover": row.cover_id})
    exhibitor.cover = row.cover
    return exhibitor


def restore_cover(exhibitor: Exhibitor, cover_id: int | None, *, by: Any) -> Exhibitor:
    """Put an earlier cover of this booth back, as its history knows it."""
    entries = audit.entries(target=exhibitor).filter(event=EVENT + "cover_set")
    if cover_id is not None and not entries.filter(before__cover=cover_id).exists():
        raise Refused(_("That was never a cover of this booth."))
    with transaction.atomic():
        row = lock_exhibitor(exhibitor)
        before = row.cover_id
        row.cover = MediaFile.objects.filter(pk=cover_id).first() if cover_id else None
        row.save(update_fields=["cover"])
        _after_change(row, EVENT + "cover_set", by, {"cover": before}, {"cover": row.cover_id})
    exhibitor.cover = row.cover
    return exhibitor


def add_document(
    exhibitor: Exhibitor, upload: IO[bytes], title: Words, language: str, *, by: Any
) -> BoothDocument:
    """Add a PDF visitors may take. Without a title the file's name stands in."""
    file = document_file(upload, by=by)
    with transaction.atomic():
        row = lock_exhibitor(exhibitor)
        count = row.documents.count()
        if count >= MOST_DOCUMENTS:
            raise Refused(
                _("A booth holds at most %(count)d documents.") % {"count": MOST_DOCUMENTS}, field="file"
            )
        file.save()
        named = clean_line_words(title) or {(language or "en"): PurePath(file.name).stem}
        require_name(named, "title", _("The title"))
        code = clean_languages([language] if language else [], "language")
        document = BoothDocument(
            exhibitor=row, file=file, title=named, language=code[0] if code else "", position=count
        )
        validate_fields(document, ("title", "language"))
        document.save()
        _after_change(row, EVENT + "document_added", by, {}, {"document": str(document)})
    return document


def remove_document(document: BoothDocument, *, by: Any) -> dict[str, Any]:
    """Take the document off the booth; returns what `restore_document` needs."""
    with transaction.atomic():
        row = lock_exhibitor(document.exhibitor)
        kept = {
            "file": document.file_id,
            "title": document.title,
            "language": document.language,
            "position": document.position,
            "references": list(Reference.objects.filter(evidence=document).values_list("pk", flat=True)),
        }
        _after_change(row, EVENT + "document_removed", by, {"document": str(document)}, {})
        document.delete()
    return kept


def restore_document(exhibitor: Exhibitor, kept: Mapping[str, Any], *, by: Any) -> BoothDocument:
    """Bring a removed document back."""
    with transaction.atomic():
        row = lock_exhibitor(exhibitor)
        document = BoothDocument.objects.create(
            exhibitor=row,
            file_id=kept["file"],
            title=kept["title"],
            language=kept["language"],
            position=kept["position"],
        )
        leaning = Reference.objects.filter(pk__in=kept["references"], offer__exhibitor=row, evidence=None)
        leaning.update(evidence=document)
        _after_change(row, EVENT + "document_added", by, {}, {"document": str(document)})
    return document


def add_image(offer: Offer, upload: IO[bytes], caption: Words, *, by: Any) -> OfferImage:
    """Add a picture to an offer."""
    file = image_file(upload, by=by)
    with transaction.atomic():
        owner = lock_exhibitor(offer.exhibitor)
        row = lock_offer(offer)
        count = row.images.count()
        if count >= MOST_IMAGES:
            raise Refused(
                _("An offer holds at most %(count)d pictures.") % {"count": MOST_IMAGES}, field="image"
            )
        file.save()
        image = OfferImage(offer=row, file=file, caption=clean_line_words(caption), position=count)
        validate_fields(image, ("caption",))
        image.save()
        _after_offer_change(
            owner, row, "exhibition.offer.picture_added", by, {}, {"picture": image.file.name}
        )
    return image


def remove_image(image: OfferImage, *, by: Any) -> dict[str, Any]:
    """Take a picture off an offer; returns what `restore_image` needs."""
    with transaction.atomic():
        owner = lock_exhibitor(image.offer.exhibitor)
        kept = {"file": image.file_id, "caption": image.caption, "position": image.position}
        before = {"picture": image.file.name}
        _after_offer_change(owner, image.offer, "exhibition.offer.picture_removed", by, before, {})
        image.delete()
    return kept


def restore_image(offer: Offer, kept: Mapping[str, Any], *, by: Any) -> OfferImage:
    """Bring a removed picture back."""
    with transaction.atomic():
        owner = lock_exhibitor(offer.exhibitor)
        image = OfferImage.objects.create(
            offer=offer, file_id=kept["file"], caption=kept["caption"], position=kept["position"]
        )
        after = {"picture": image.file.name}
        _after_offer_change(owner, offer, "exhibition.offer.picture_added", by, {}, after)
    return image


def _file_name(upload: IO[bytes], otherwise: str) -> str:
    """The name as the person called it: one line, no folders, at most 200 characters with its ending."""
    given = clean_line(PurePath(str(getattr(upload, "name", "") or otherwise).replace("\\", "/")).name)
    path = PurePath(given or otherwise)
    return path.stem[: 200 - len(path.suffix[:20])] + path.suffix[:20]


def _after_change(
    row: Exhibitor, event: str, by: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    audit.record(event, row, by=by, edition_id=row.edition_id, before=before, after=after)
    note_change("exhibition.exhibitor", row.pk, row.edition_id)


def _after_offer_change(
    owner: Exhibitor, row: Offer, event: str, by: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    audit.record(event, row, by=by, edition_id=owner.edition_id, before=before, after=after)
    note_change("exhibition.offer", row.pk, owner.edition_id)
    note_change("exhibition.exhibitor", owner.pk, owner.edition_id)
