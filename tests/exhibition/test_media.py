"""Uploads at a booth: pictures re-encoded, PDF checked by content, everything else refused."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from everfair.base import audit
from everfair.base.models import MediaFile
from everfair.base.refusals import Refused
from everfair.exhibition.actions import media
from everfair.gateways.storage.store import get_store
from tests.factories.exhibition import make_exhibitor, make_offer

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Size 1>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(name: str = "cover.png", size: tuple[int, int] = (2000, 1000)) -> SimpleUploadedFile:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAM"
    Image.new("RGB", size, "teal").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


@pytest.mark.django_db(transaction=True)
def test_nobodys_writing_waits_while_a_file_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction of SQLite holds the whole database, one of PostgreSQL the booth."""
    exhibitor, held = make_exhibitor(), []
    for name in ("prepare_image", "check_document"):
        real = getattr(media, name)

        def look(upload: Any, real: Any = real, **limits: Any) -> Any:
            held.append(connection.in_atomic_block)
            return real(upload, **limits)

        monkeypatch.setattr(media, name, look)
    media.set_cover(exhibitor, picture(), by=None)
    media.add_document(exhibitor, SimpleUploadedFile("a.pdf", PDF), {"en": "A"}, "en", by=None)
    media.add_image(make_offer(exhibitor), picture(), {}, by=None)
    assert held == [False, False, False]


def test_a_cover_is_kept_in_three_sizes_without_metadata() -> None:
    exhibitor = make_exhibitor()
    media.set_cover(exhibitor, picture("holiday.jpg"), by=None)
    exhibitor.refresh_from_db()
    cover = exhibitor.cover
    assert cover is not None
    assert (cover.content_type, cover.width, cover.height, cover.name) == (
        "image/webp",
        1600,
        800,
        "holiday.jpg",
    )
    widths = {}
    for name, digest in cover.variants.items():
        data = get_store().open(digest).read()
        assert b"SECRETCAM" not in data
        widths[name] = Image.open(io.BytesIO(data)).width
    assert widths == {"small": 320, "medium": 800, "large": 1600}


def test_taking_the_cover_away_and_back() -> None:
    exhibitor = make_exhibitor()
    media.set_cover(exhibitor, picture(), by=None)
    kept = exhibitor.cover_id
    media.set_cover(exhibitor, None, by=None)
    exhibitor.refresh_from_db()
    assert exhibitor.cover is None
    media.restore_cover(exhibitor, kept, by=None)
    exhibitor.refresh_from_db()
    assert exhibitor.cover_id == kept
    foreign = media.image_file(picture(), by=None)
    foreign.save()
    with pytest.raises(Refused, match="never a cover"):
        media.restore_cover(exhibitor, foreign.pk, by=None)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("logo.png", b"#!/bin/sh\nrm -rf /\n"),
        ("logo.png", b"<html><script>alert(1)</script></html>"),
        ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + b"broken" * 20),
        ("logo.png", b""),
        ("logo.png", PDF),
    ],
)
def test_what_is_no_picture_is_refused_by_its_content(name: str, data: bytes) -> None:
    exhibitor = make_exhibitor()
    with pytest.raises(Refused) as refused:
        media.set_cover(exhibitor, SimpleUploadedFile(name, data, "image/png"), by=None)
    assert len(str(refused.value)) > 20
    exhibitor.refresh_from_db()
    assert exhibitor.cover is None
    assert not MediaFile.objects.exists()


def test_a_document_is_added_removed_and_brought_back() -> None:
    exhibitor = make_exhibitor()
    document = media.add_document(exhibitor, SimpleUploadedFile("Price list.pdf", PDF), {}, "en", by=None)
    assert document.title == {"en": "Price list"}
    assert document.file.content_type == "application/pdf"
    kept = media.remove_document(document, by=None)
    assert exhibitor.documents.count() == 0
    assert media.restore_document(exhibitor, kept, by=None).title == {"en": "Price list"}
    events = [entry.event.rsplit(".")[-1] for entry in audit.entries(target=exhibitor)]
    assert events == ["document_added", "document_removed", "document_added"]


def test_a_script_called_pdf_and_a_file_too_large_are_refused(settings: Any) -> None:
    exhibitor = make_exhibitor()
    with pytest.raises(Refused):
        media.add_document(exhibitor, SimpleUploadedFile("a.pdf", b"MZ\x90\x00 program"), {}, "en", by=None)
    settings.MAX_DOCUMENT_MB = 1
    with pytest.raises(Refused, match="larger than 1 MB"):
        media.add_document(exhibitor, SimpleUploadedFile("a.pdf", PDF + b" " * 2**20), {}, "en", by=None)
    assert not MediaFile.objects.exists()


def test_names_from_outside_lose_their_folders_and_overrides() -> None:
    exhibitor = make_exhibitor()
    upload = SimpleUploadedFile("x", PDF)
    upload._name = "..\\..\\etc\\gnp\u202e.pdf" + "a" * 300
    document = media.add_document(exhibitor, upload, {"en": "T"}, "", by=None)
    assert "/" not in document.file.name
    assert "\\" not in document.file.name
    assert "\u202e" not in document.file.name
    assert len(document.file.name) <= 200


def test_pictures_of_an_offer() -> None:
    offer = make_offer()
    image = media.add_image(offer, picture(), {"en": "The lab"}, by=None)
    assert offer.images.get() == image
    kept = media.remove_image(image, by=None)
    assert offer.images.count() == 0
    assert media.restore_image(offer, kept, by=None).caption == {"en": "The lab"}
