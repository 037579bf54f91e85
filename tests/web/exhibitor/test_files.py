"""Uploads through the pages: told by content, cut off when too large, taken back with Undo."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from everfair.base.models import MediaFile
from tests.exhibition.test_media import PDF, picture
from tests.exhibition.test_offers import document_of
from tests.factories.exhibition import make_offer
from tests.web.exhibitor.conftest import Desk, make_desk, said
from tests.web.exhibitor.test_offers import undo_url

pytestmark = pytest.mark.django_db


def test_a_cover_is_set_shown_and_undone(desk: Desk) -> None:
    page = desk.post("cover_set", {"cover": picture()})
    desk.exhibitor.refresh_from_db()
    cover = desk.exhibitor.cover
    assert cover is not None
    assert cover.variants["large"] in page.content.decode()
    desk.client.post(undo_url(page))
    desk.exhibitor.refresh_from_db()
    assert desk.exhibitor.cover is None


def test_the_drawn_cover_comes_back_and_can_be_undone(desk: Desk) -> None:
    desk.post("cover_set", {"cover": picture()})
    page = desk.post("cover_set", {"remove": "1"})
    desk.exhibitor.refresh_from_db()
    assert desk.exhibitor.cover is None
    desk.client.post(undo_url(page))
    desk.exhibitor.refresh_from_db()
    assert desk.exhibitor.cover is not None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cover.png", b"#!/bin/sh\nrm -rf /\n"),
        ("cover.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    ],
)
def test_what_is_no_picture_is_refused_in_words(desk: Desk, name: str, data: bytes) -> None:
    page = desk.post("cover_set", {"cover": SimpleUploadedFile(name, data, "image/png")})
    assert len(said(page)) == 1
    assert len(said(page)[0]) > 20
    assert not MediaFile.objects.exists()


def test_no_file_is_said(desk: Desk) -> None:
    assert said(desk.post("cover_set", {})) == ["Choose a picture first."]


def test_a_huge_upload_is_cut_off_before_it_is_read(desk: Desk, settings: Any) -> None:
    settings.MAX_DOCUMENT_MB = 1

    class Flood:
        """A body that says it has a gigabyte and counts what is read of it."""

        taken = 0

        def read(self, size: int = -1) -> bytes:
            Flood.taken += max(size, 0)
            return b"x" * max(size, 0)

        readline = read

    answer = desk.client.generic(
        "POST",
        desk.url("document_list"),
        b"set below",
        "multipart/form-data; boundary=b",
        **{"wsgi.input": Flood(), "CONTENT_LENGTH": str(2**30)},
    )
    assert answer.status_code == 302
    assert Flood.taken < 3 * 2**20
    page = desk.get("document_list")
    assert "larger than 1 MB" in said(page)[0]
    assert not MediaFile.objects.exists()


def test_the_forms_token_is_still_asked_for(desk: Desk) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk.owner)
    answer = strict.post(desk.url("cover_set"), {"cover": picture()})
    assert answer.status_code == 403
    assert not MediaFile.objects.exists()


def test_documents_are_added_removed_and_brought_back(desk: Desk) -> None:
    upload = SimpleUploadedFile("Preisliste.pdf", PDF)
    desk.post("document_list", {"file": upload, "title_zh": "价目表", "language": "德语"})
    document = desk.exhibitor.documents.get()
    assert (document.title, document.language) == ({"zh": "价目表"}, "de")
    page = desk.post("document_remove", {}, pk=document.pk)
    assert not desk.exhibitor.documents.exists()
    desk.client.post(undo_url(page))
    assert desk.exhibitor.documents.get().title == {"zh": "价目表"}


def test_a_reference_gets_its_evidence_back_with_undo(desk: Desk) -> None:
    document, offer = document_of(desk.exhibitor), make_offer(desk.exhibitor)
    reference = offer.references.create(client={"en": "Port"}, evidence=document)
    page = desk.post("document_remove", {}, pk=document.pk)
    reference.refresh_from_db()
    assert not reference.has_evidence
    desk.client.post(undo_url(page))
    reference.refresh_from_db()
    assert reference.has_evidence


def test_a_program_called_pdf_is_refused_at_its_field(desk: Desk) -> None:
    upload = SimpleUploadedFile("a.pdf", b"MZ\x90\x00 program")
    page = desk.post("document_list", {"file": upload})
    assert page.context["form"].errors
    assert not desk.exhibitor.documents.exists()


def test_a_document_of_another_booth_is_not_found(desk: Desk) -> None:
    foreign = document_of(make_desk().exhibitor)
    assert desk.client.post(desk.url("document_remove", pk=foreign.pk)).status_code == 404


def test_pictures_of_an_offer(desk: Desk) -> None:
    offer = make_offer(desk.exhibitor)
    desk.post("image_add", {"image": picture(), "caption_en": "Our lab"}, offer=offer.code)
    image = offer.images.get()
    assert image.caption == {"en": "Our lab"}
    page = desk.post("image_remove", {}, offer=offer.code, pk=image.pk)
    assert not offer.images.exists()
    desk.client.post(undo_url(page))
    assert offer.images.get().caption == {"en": "Our lab"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_number_of_queries(count: int, django_assert_num_queries: Any) -> None:
    desk = make_desk()
    for _ in range(count):
        document_of(desk.exhibitor)
    with django_assert_num_queries(7):
        assert len(desk.get("document_list").context["documents"]) == count
