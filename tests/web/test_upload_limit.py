"""Uploads are cut off while they arrive: on every page, not only on those that expect a file."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories.fair import make_edition
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes of files that went on past the limits, to memory or disk."""
    from django.core.files import uploadhandler

    passed: list[int] = []

    original = uploadhandler.MemoryFileUploadHandler.receive_data_chunk

    def receive(self: Any, raw_data: bytes, start: int) -> Any:
        passed.append(len(raw_data))
        return original(self, raw_data, start)

    monkeypatch.setattr(uploadhandler.MemoryFileUploadHandler, "receive_data_chunk", receive)
    return passed


def a_file(megabytes: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.bin", b"x" * megabytes * 1_000_000)


@pytest.mark.parametrize("path", ["/en/account/login/", "/en/my/firms/new/", "/en/nowhere/"])
def test_a_stranger_leaves_no_file_anywhere(taken: list[int], path: str) -> None:
    Client(enforce_csrf_checks=True).post(path, {"logo": a_file(4)})
    assert taken == []


def test_a_person_leaves_no_more_than_a_page_takes(taken: list[int], settings: Any) -> None:
    settings.MAX_IMAGE_MB, settings.MAX_DOCUMENT_MB = 1, 2
    client = Client()
    client.force_login(make_user())
    answer = client.post("/en/my/firms/new/", {"name_en": "A firm", "logo": a_file(4)})
    assert sum(taken) <= 2 * 1024 * 1024
    assert answer.status_code == 400


def test_an_organiser_may_send_a_long_list(taken: list[int], settings: Any) -> None:
    settings.MAX_IMAGE_MB, settings.MAX_DOCUMENT_MB, settings.MAX_LIST_MB = 1, 2, 5
    edition = make_edition()
    person = make_user(is_superuser=True)
    client = Client()
    client.force_login(person)
    address = f"/en/desk/{edition.slug}/imports/new/"
    client.post(address, {"file": a_file(4)})
    assert sum(taken) == 4_000_000
    taken.clear()
    assert client.post(address, {"file": a_file(7)}).status_code == 400
    assert sum(taken) <= 5 * 1024 * 1024


class Stream:
    """A body as it comes from the network, without its gigabyte in memory; notes what was read."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.size, self.read_bytes = head, size, 0

    def read(self, size: int = -1) -> bytes:
        size = min(size if size >= 0 else self.size, self.size - self.read_bytes)
        piece = self.head[self.read_bytes : self.read_bytes + size]
        self.read_bytes += size
        return piece + b"x" * (size - len(piece))

    readline = read  # there is no end of line in it


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_a_gigabyte_is_refused_and_hardly_read(taken: list[int], is_signed_in: bool) -> None:
    client = Client()
    if is_signed_in:
        client.force_login(make_user())
    head = b'--cut\r\nContent-Disposition: form-data; name="logo"; filename="a.png"\r\n\r\n'
    body = Stream(head, 1024**3)
    answer = client.generic(
        "POST",
        "/en/my/firms/new/",
        **{
            "wsgi.input": body,
            "CONTENT_TYPE": "multipart/form-data; boundary=cut",
            "CONTENT_LENGTH": str(body.size),
        },
    )
    # a stranger is sent to sign in before anything is read
    assert answer.status_code == (400 if is_signed_in else 302)
    assert body.read_bytes <= 1024 * 1024
    assert taken == []
