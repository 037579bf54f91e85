"""What a file is, told by its first bytes and never by its name. Whether it is sound is told elsewhere."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .errors import RefusedFile

HEAD = 4096
"""How many bytes from the beginning `detect` wants to see."""


@dataclass(frozen=True)
class FileType:
    """A kind of file that is taken: content type for the answer's header, suffix for the name on disk."""

    name: str
    content_type: str
    suffix: str

    @property
    def is_image(self) -> bool:
        """Whether browsers show it as a picture."""
        return self.content_type.startswith("image/")


PNG = FileType("PNG", "image/png", ".png")
JPEG = FileType("JPEG", "image/jpeg", ".jpg")
WEBP = FileType("WebP", "image/webp", ".webp")
GIF = FileType("GIF", "image/gif", ".gif")
PDF = FileType("PDF", "application/pdf", ".pdf")
TYPES = (PNG, JPEG, WEBP, GIF, PDF)

_PHOTOS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"dex\n",
    b"\0asm",
)
_MARKUP = (b"<html", b"<!doctype", b"<script", b"<body", b"<head", b"<iframe", b"<a ", b"<!--")


def detect(head: bytes) -> FileType:
    """The type of a file that begins with `head` (4 kB are enough). Raises RefusedFile naming what it is."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return PDF
    raise _refusal(head[:HEAD])


def type_by_suffix(suffix: str) -> FileType | None:
    """The type whose own suffix this is: for files that were detected when they were stored."""
    return next((kind for kind in TYPES if kind.suffix == suffix), None)


def _refusal(head: bytes) -> RefusedFile:
    if not head.strip(b"\0 \t\r\n"):
        return RefusedFile(_("The file is empty. Choose another one."))
    if head[4:8] == b"ftyp" and head[8:12] in _PHOTOS:
        return RefusedFile(_("HEIC and AVIF photos are not taken. Save the photo as JPEG and send that."))
    if head.startswith((b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0", b"8BPS", b"%!PS")):
        return RefusedFile(_("This picture format is not taken. Save it as PNG or JPEG and send that."))
    if head.startswith(_PROGRAMS):
        return RefusedFile(
            _("This is a program. Only pictures (PNG, JPEG, WebP, GIF) and PDF documents are taken.")
        )
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")):
        return RefusedFile(
            _("Office files and archives are not taken. Save the document as PDF and send that.")
        )
    return _refusal_of_text(_plain(head))


def _refusal_of_text(start: bytes) -> RefusedFile:
    if b"<svg" in start:
        return RefusedFile(
            _(
                "SVG drawings are not taken because they can carry scripts. "
                "Export the drawing as PNG and send that."
            )
        )
    if start.startswith((b"#!", b"<?php", b"<%")) or b"<?php" in start:
        return RefusedFile(_("This is a script, whatever its name says. Send a picture or a PDF document."))
    if start.startswith((*_MARKUP, b"<?xml")) or any(mark in start for mark in (b"<script", b"<html")):
        return RefusedFile(_("This is a web page, whatever its name says. Send a picture or a PDF document."))
    return RefusedFile(
        _("This kind of file is not taken. Send a picture (PNG, JPEG, WebP, GIF) or a PDF document.")
    )


def _plain(head: bytes) -> bytes:
    """Lower case, without byte order mark and leading space; UTF-16 as if it were ASCII."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[2:].replace(b"\0", b"")
    return head.lstrip(b"\xef\xbb\xbf \t\r\n\0").lower()
