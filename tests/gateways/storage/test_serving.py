"""Headers of answers, and uploads cut off on the way in."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from everfair.gateways.storage import (
    PDF,
    PNG,
    WEBP,
    TooLarge,
    file_headers,
    limit_upload,
    safe_filename,
    type_by_suffix,
)


def test_pictures_are_shown_and_inert() -> None:
    headers = file_headers(WEBP)
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Content-Disposition"] == "inline"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_documents_are_downloaded_under_their_chinese_name() -> None:
    headers = file_headers(PDF, "产品手册 2025.pdf", private=True)
    assert headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E4%BA%A7%E5%93%81%E6%89%8B%E5%86%8C%202025.pdf"
    )
    assert headers["Cache-Control"].startswith("private, ")
    assert file_headers(PDF)["Content-Disposition"] == "attachment"


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("price list.pdf", "price list.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\price.PDF", "price.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ('a"; filename="b.html', "a__ filename=_b.html.pdf"),
        ("x\r\nSet-Cookie: a=b", "xSet-Cookie_ a=b.pdf"),
        (".pdf", "file.pdf"),
        ("  ...  ", "file.pdf"),
        ("智" * 300, "智" * 120 + ".pdf"),
    ],
)
def test_file_names_are_made_harmless(given_name: str, safe: str) -> None:
    assert safe_filename(given_name, PDF) == safe


@given(st.text())
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    value = file_headers(PDF, name)["Content-Disposition"]
    assert value.isascii()
    assert value.isprintable()
    assert value.startswith("attachment")
    assert value.count('"') in (0, 2)


def test_suffix_leads_back_to_the_type() -> None:
    assert type_by_suffix(".png") is PNG
    assert type_by_suffix(".html") is None


def _upload(size: int, length: int | None = None) -> tuple[WSGIRequest, Callable[[], int]]:
    """A multipart request with one file of `size` zeros, and how many bytes of it were read."""
    start = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    end = b"\r\n--b--\r\n"
    total = len(start) + size + len(end)

    class Body(io.RawIOBase):
        position = 0

        def read(self, count: int = -1) -> bytes:
            count = total - self.position if count < 0 else min(count, total - self.position)
            begin, self.position = self.position, self.position + count
            whole = b""
            if begin < len(start):
                whole = start[begin : begin + count]
            zeros = max(0, min(len(start) + size, begin + count) - max(begin, len(start)))
            whole += b"\0" * zeros
            return whole + end[: count - len(whole)] if len(whole) < count else whole

    body, kind = Body(), "multipart/form-data; boundary=b"
    fields: dict[str, Any] = {
        "wsgi.input": body,
        "CONTENT_LENGTH": str(length or total),
        "CONTENT_TYPE": kind,
    }
    request = RequestFactory().generic("POST", "/", **fields)
    return request, lambda: body.position


def test_small_upload_passes() -> None:
    request, _read = _upload(100_000)
    limit_upload(request, 1_048_576)
    assert request.FILES["file"].size == 100_000


def test_gigabyte_is_refused_by_its_length_alone() -> None:
    request, read = _upload(1 << 30)
    limit_upload(request, 1_048_576)
    with pytest.raises(TooLarge, match="larger than 1 MB"):
        _ = request.FILES
    assert read() == 0


def test_upload_that_understates_its_length_is_cut_on_the_way() -> None:
    request, read = _upload(50 * 1_048_576, length=1_500_000)
    limit_upload(request, 1_048_576)
    with pytest.raises(TooLarge):
        _ = request.FILES
    assert read() < 2_000_000
