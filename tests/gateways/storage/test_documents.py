import io

import pytest

from everfair.gateways.storage import RefusedFile, TooLarge, check_document


def _pdf(pages: int = 3, extra: bytes = b"") -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + pages))
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    body += b"2 0 obj\n<< /Kids [%s] /Count %d /Type /Pages >>\nendobj\n" % (kids, pages)
    for number in range(3, 3 + pages):
        body += b"%d 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n" % number
    return body + b"trailer\n<< /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (extra, len(body))


def test_whole_document_is_taken_and_counted() -> None:
    checked = check_document(io.BytesIO(_pdf(3)))
    assert (checked.pages, checked.data, checked.size) == (3, _pdf(3), len(_pdf(3)))


def test_packed_page_tree_is_not_guessed() -> None:
    assert check_document(b"%PDF-1.7\nstartxref\n0\n%%EOF").pages is None


@pytest.mark.parametrize(
    "protection", [b"/Encrypt 9 0 R", b"/Encrypt << /Filter /Standard >>", b"/Encrypt\n12 0 R"]
)
def test_protected_document_is_refused(protection: bytes) -> None:
    with pytest.raises(RefusedFile, match="without protection"):
        check_document(_pdf(extra=protection))


@pytest.mark.parametrize("content", [_pdf()[:-30], _pdf() + b"\0" * 4000, b"%PDF-1.7\n"])
def test_broken_off_document_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedFile, match="not complete"):
        check_document(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n", "picture, not a document"),
        (b"<html>%PDF-1.7", "web page"),
        (b"MZ%PDF-1.7", "program"),
    ],
)
def test_other_files_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(RefusedFile, match=said):
        check_document(content)


def test_large_document_is_refused() -> None:
    with pytest.raises(TooLarge, match="20 MB"):
        check_document(b"%PDF-1.7\n" + b"\0" * (20 * 1024 * 1024))


def test_hostile_page_tree_is_no_burden() -> None:
    assert check_document(_pdf(2, b"/Type /Pages " * 200_000)).pages == 2
